"""Frequent words that tell a short text of the hotline's languages from one in a language nobody here reads.

py3langid hears letters and needs some six words to tell a neighbour; "prosim" or "сакам" alone says it. Words stand as
their shadow (Latin, lower case, no diacritics), so one list serves both scripts and hasty typing. STRANGE holds words
no language of the hotline has, neither in dialects nor as names; OWN words no neighbour has ("na", "da", "je" stand in
neither).
Limits: a sample of the words reports are written in, chosen by us; a language without a list is left to py3langid.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from triage.shadow import shadow

_WORD = re.compile(r"[^\W\d_]+")
_OWN = {
    "bcs": """
    bih bila bilo bio bismo bojim ce cemo cerka cerki cerku cini covek coveka covjek covjeka cu dana deca decak
    decaka dece deci decu dete deteta detetom detetu devojcica devojcice devojcici devojcicu dijete djeca djecak
    djecaka djecaku djece djeci djecu djeteta djetetom djetetu djevojcica djevojcice djevojcici djevojcicu
    dobila dobio druge drugi dve dvije fotografije gde gdje godina godine godinu grupe grupi grupu hitno hocu ih
    imaju imamo izmedju jednom jednu jer jos juce jucer kaze kazu kcer kcerka kcerke kcerki kcerku kci koja koje
    kojeg kojem koji kojim kojima kojoj koju kuci linku ljeta ljudi maloletne maloletnih maloljetna maloljetne
    maloljetnih maloljetnika mogu moja moje mojoj moju mozda mozete muskarac muz nalaze nalazi nalogu nase nasoj
    nastavnik nastavnika nece neka neke neki neko nekog nepoznat nepoznata netko nezakonit nezakonite nije nikad
    nisu nju novac objavljuje onda otac ova ovaj ovde ovdje ove ovo ovog ovoj ovom ovu poruke poruku poslao
    posle poslije preti prijavila prijavim prijavio prijavljujem prijeti prodaje profila profilu proverite
    provjerite rekao rekla roditelji sada sajtu salje salju sinu skole skoli skolu slicica slika slikama slike
    sliku snimak snimaka snimci snimke sta stranica stranice stranici stranicu sutra svaki svakog sve svoje
    svoju taj takodje takodjer tko toga toj tome trazi ucenice ucenici ucenik ucenika uciteljica ukloni uklonite
    unutra uz vam vece veceras vidi vidio vidjela vidjeli vise zabranjen zabranjene zabranjeni zasto zbog zeli
    zelim zivi zlostavlja zlostavljanja zlostavljanje znamo""",
    "en": """
    about abuse account after again and any are asking because been before being boy boys but child children
    could daughter day does every fake father found from get girl girls going good group had has have he her
    here him his how if illegal images it its just kid kids know like little meet message messages minor minors
    money mother my need never nothing of old only or our out over page parents people phone photo photos
    picture pictures please police pornography post posts school see seen send sends sent sexual she should site
    some somebody someone something take teacher than that the their them then there these they this those time
    told under until us very want wants was website were what when where which who why will with without woman
    would year years you your""",
    "sq": """
    abuzim abuzuar asgje askush aty babai burre burri cdo cfare dhe dicka dikujt dikush dite djali djalin djalit
    dua duhet dy edhe emrin eshte faqe faqen faqja femija femije femijen femijes femijet femijeve fotografi
    fotografite fotot frike gjithe ime intime ishte jam jane kam kane kercenon kerkon keshtu kete kisha kishte
    kjo klases kur ky llogari lutem mbi mire mitur mos mund nate naten ndaluara nder ndihme ndihmoni nese neser
    nga nje nuk nxenes nxenesit paligjshme pamje pashe per prinderit profili qe rreme rritur rroba saj sepse
    shet shkolle shkollen shkolles shkon shkruajne shkruan shtepi shume sime sonte sot tani tash tha thone thote
    tij une vajza vajze vajzen vajzes vetem vjec vjece vjet vogel vogla xhaxhai""",
    "de": """
    abend aber alle als alter angst auf aufnahmen aus bei beim bild bilder bildern bin bitte damit dann darf das
    dass dem diese diesem dieser dieses dort droht ein eine einem einen einer eines eltern erpresst erwachsene
    erwachsenen erzahlt etwas frau fuer fur geht geld geschickt gesehen gibt habe haben handy hat heute hier
    hilfe ich ihm ihn ihr ihre immer ins ist jahre jahren jeden jemand jetzt junge kann kein keine kind kinder
    kindern kindes klasse kommt konto leben lehrer lehrerin loschen machen madchen mann mein meine meinem meinen
    meiner meines mich missbrauch missbraucht mit mutter nach nachts nicht nichts noch nur oder ohne schickt
    schon schreibt schule schuler sehen seine seit seite sich sie sind sohn soll tochter treffen uber und unser
    unsere unter verboten verbotene verkauft vom von wegen weil weiss wenn werden wie wir wird wissen wurde
    zeigt zu zur zwei zwolf""",
}
_STRANGE = {
    "sl": """
    ampak bo bodite bodo bolnisnica bolnisnici bom bosta boste bova bratranec brez ceprav danes darila darilo
    dekle deklet dekleta dekletom dekletu deklic deklica deklice deklici deklico delajo delijo denimo dobil
    dogaja dolzan dotika dovoljeno drugega dvanajst enajst fant fantje fantov fotografij gledajo govorijo grejo
    grozijo grozil hcer hcere hcerka hcerki hcerko hci hiso hocejo hocem hudega imajo izkorisca izsiljuje joce
    jocejo jutri kaksen kaksna kaksne katera katere katerega katerem kateri kdaj kdo ker kje klical kmalu majhne
    majhnih mladega mladoletna mladoletne mladoletnega mladoletni mladoletnih mladoletnik mlajsa mlajsi mogoce
    mojo morajo morda moskega moski namrec narobe nekdo nevarnost nevarnosti neznanca neznanec nicesar nihce
    nikoli nisem niso nobenega noce nocejo nocem nocoj nujno objavil objavljajo odraslega odsel odstranite
    ogrozen ogrozena otroci otrocih otrocje otrok otroka otroke otroki otrokom otroku otroska otroske otroski
    otroskih otrostvo petnajst pisal pisejo pocnejo poglej poglejte pogosto pogovarja pogovarjata pojdi poklical
    poklicala popoldne posilja posiljajo poslal posnetek posnetke posnetki posnetkih posnetkov potrebujem
    povedal povedala povedati povejte povezava povezave povezavo pozdravljeni pravijo precej prepovedane
    prepovedani prepovedano preverijo preverili preverite preveriti pridejo pridite prijavil prijavljam prisel
    prodajajo prosijo prosil prosim prosimo puncka puncki puncko resnicno sem seveda sicer skrbeti skupaj
    slikajo slikal snemajo snemal snemanje sosolci sosolec sosolka spet spletna spletne spletni spletno
    sporocila sporocilo starejsa starejsi starsev starsi stirinajst stran svojo takih takojsnje taksen taksne
    taksno teden tedna tega teh tepejo torej trinajst tudi tukaj tvojo ucenkam udaril ukradel ukrepajte
    ukrepanje uporabnik uporabnika vcasih vceraj vem vendar vnukinja vnukinjo vprasam vprasanje vprasati vrtec
    vsak vsaka vsako vse vsec vsi zahtevajo zaprete zase zaskrbljen zaskrbljena zbrisite zdaj zelo ziveti zivjo
    zjutraj znajo zunaj zvecer""",
    "mk": """
    adresata baraat bidejki blagodaram bratot bratuced celoto covekot decata decinja decinjata denes deteto
    devojceto devojcinja devojcinjata devojkata direktorot dobiv dodeka edinstveno edna edno ekranot fotografii
    fotografiite gi gledaat grupata idat ideme imame inaku itno izlezat kanalot kazaa kazam kazuva kerka kerkata
    kogo kompjuterot komsijata lazen licata liceto linkot majkata malku maz mazot megu megutoa mislam mislev
    mnogu moeto moite mojata mojot mojov molam molime momceto momcinja momcinjata mozam mozat mozeme nabrzo
    najdov nalogot napravete nasilstvo negovata negoviot nejzinata nejziniot nekogas nekogo nekolku nemame
    nesakam nikade nikogas nisto niv objavuva objavuvaat ovaa ovie pisuva pisuvaat piuvaat podaroci poglednete
    pomognete pomos pomosta poraka poraki porakite praat praka pravam pravat preku prijatelot prijavam prijavime
    prijavuvam problemot prodavaat profilot proverete prvpat roditelite sajtot sakaat sakam sakame sakas sakate
    sekade sekoe sekogas sekoj sekoja semejstvo semejstvoto sestrata sinot slikaat sliki slikite smetka snimkite
    soucenik spodeluvaat stranata stranicata taa tatko tatkoto telefonot toa trenerot ucenickite ucenuva
    uciliste ucilisteto uste utre vcera vecerva vednas vidat videata videoto vidov vikaat vistina vnukot vo
    vozrasen vozrasni zabraneti zabraneto zaedno zakanuva zatoa zborot zboruva zboruvaat zenata ziveam zivee
    zivotot zosto""",
    "lt": """
    aciu apie berniuka berniukas berniuko buvo dabar dabartinis darykite daryti dukra dukrai dukros galite galiu
    gauna grasina grupeje ir jis jusu kaip kas kazkas kazkoks kiekviena kurioje kuris labai labas maciau mano
    mergaite mergaites mokykla mokyklos mokytojas moteris negaliu nepazistamas nera nezinau noriu nors nuo
    nuotrauka nuotraukas nuotraukos nuotraukose nuotrauku padekite pagalba pagalbos pasalinkite paskyra
    patikrinkite patikrinti pavojuje pavojus pinigu pranesti pranesu prasau puslapi puslapis puslapyje radau
    raso reikalauja reikia rytoj siame siandien siuncia skubiai sunui sunus susitikti svetaine svetaineje tai
    tevas todel vaikai vaikams vaikas vaiko vaiku vaikui vaikus vaizdai vaizdus vakar vakara vakarais vyras vyro
    yra zinau zinute zinutes zmogus zmones""",
    "id": """
    adalah akan akun anak anaknya anda ayah ayahnya bagaimana bahaya bantu bantuan belum bertemu besok bukan
    dari dengan gambar halaman hapus harus ibu ingin ini itu jangan kalau kami karena kasih kemarin kenapa
    kepada lapor laporkan malam masih melapor melaporkan membagikan mengapa mengirim mereka mohon mungkin murid
    orang perempuan pesan polisi pria rumah sangat saya secepatnya sedang sekarang sekolah seseorang setelah
    setiap siapa situs sudah tahu tahun tapi tentang terima tidak tolong umur untuk yang""",
    "rom": """
    adadives adjive akaja akala akana akava amende andar arakhlem arat astaren avdive avel aven avri azbal baro
    bisterel cajen cajori cavo cavore chaj chaja chake chave chaven chavenge chavo chavore chavoren chavorenge
    chavoro chhaj chhake dajake daripe daripen devla dikhas dikhav dikhela dikhen dikhle dikhlem dikhlom djanav
    dzanav dzivdipe hramol hramonel janav jekh jekhe kaja kamav kamel kamela kasave kaske keras kerdas kerel
    kerela keren khere lenge leske maladol mangas mangav mange mangen manus manusa manush manusha mekh murs
    mursesa mursh othe patreta patreti patreto phagel phenav phenda phendas phenel phral pomozin rakli raklo
    ramol romni sakodive savenca sigo sikavel sikaven soske thaj tikne tikni tikno trubuj trubul tuke tumen
    tumende vakerav vakerel vareko varekon vareso""",
    "tr": """
    annem babam benim bilmiyorum bir birisi bize bugun cocuga cocugu cocugum cocuk cocuklar cocuklarin degil
    ediyor etmek etti fotograflar fotograflari gibi gordum hesabi hesap icin istiyor istiyorum kimse kizi kizim
    kizima kizimla lutfen mesaj mesajlar nasil neden nereye oglum ogretmen okul olarak oldu resim resimler
    resimleri sayfa sayfada sayfayi sikayet simdi sitede sitesi tehdit tehlikede yardim yardima yarin yaziyor
    yok""",
}
OWN = frozenset(word for words in _OWN.values() for word in words.split())
STRANGE = frozenset(word for words in _STRANGE.values() for word in words.split())


class Tally(NamedTuple):
    """How many distinct words a text has, and how many of them are listed."""

    words: int
    own: int
    strange: int


def tally(text: str) -> Tally:
    """Count the listed words of a text. Never raises."""
    words = set(_WORD.findall(shadow(text)))
    return Tally(len(words), len(words & OWN), len(words & STRANGE))
