"""Names and places of the region, written for the report-style sentences; joined at random, they name nobody.

Bosniak, Croat, Serb, Montenegrin, Albanian, then German and English names, as they are common in public life and in any
almanac. They are there to be combined and declined, not to be complete: the redactor's own lists are in `data/names`.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MEN = _words("""
Adnan Adis Admir Ahmed Ajdin Alen Alija Almir Amar Amer Amir Anel Armin Asmir Benjamin Ćamil Dino Džemal Dževad Edin
Edis Eldin Elvir Emir Enes Ensar Ermin Esad Faris Faruk Fikret Hamza Haris Hasan Husein Ibrahim Irfan Ismet Izet
Jasmin Jusuf Kemal Kenan Kerim Mahir Mehmed Mersad Midhat Mirsad Mirza Muhamed Muharem Munir Mustafa Nedim Nermin
Nihad Nijaz Omer Osman Ramiz Rasim Refik Rijad Safet Sakib Salih Samir Sead Sejad Semir Senad Suad Sulejman Šefik
Tarik Vahid Vedad Zijad Zlatan Ante Antonio Anto Blaž Borna Božo Branimir Bruno Damir Darko Davor Dino Domagoj Dominik
Dražen Duje Filip Fran Franjo Goran Hrvoje Ivan Ivica Ivo Josip Jure Karlo Krešimir Krunoslav Lovro Luka Marin Marijan
Marko Mate Matej Mato Mirko Mislav Nikola Niko Pero Petar Roko Slaven Stipe Stjepan Tomislav Toni Vedran Vinko
Vjekoslav Zdravko Zoran Zvonimir Aleksandar Bogdan Bojan Boris Boško Branislav Branko Čedomir Danilo Dejan Dimitrije
Dragan Dragoljub Dušan Đorđe Gojko Igor Jovan Lazar Ljubomir Mihajlo Milan Mile Milorad Miloš Miodrag Mladen Momčilo
Nebojša Nemanja Nenad Obrad Ognjen Pavle Predrag Radovan Rajko Ranko Ratko Relja Saša Savo Siniša Slaviša Slavko
Slobodan Spasoje Srđan Stefan Stevan Strahinja Uroš Vasilije Veljko Vladimir Vojislav Vojin Vuk Vukašin Željko Živko
Balša Blažo Krsto Luka Mirko Novak Puniša Vuksan Žarko
""")
WOMEN = _words("""
Adela Adna Ahmeda Aida Ajla Ajša Aldina Alma Almira Amila Amina Amira Amna Amra Anela Arnela Asja Azra Belma Berina
Belkisa Biba Ćamila Delila Dina Dženana Dženita Edina Elma Elmedina Elvira Emina Ena Enisa Erna Esma Fadila Fatima
Fikreta Hajra Halima Hana Hanka Hatidža Ilma Indira Irma Jasmina Lamija Lejla Maida Medina Melisa Merima Merjema
Mersiha Mevlida Minela Mirela Mirsada Mubina Munira Naida Nadja Nejra Nermina Nizama Nura Rabija Rukija Sabina Safija
Samira Samra Sanela Sara Sedina Selma Semra Senada Suada Suvada Šejla Šemsa Vahida Vildana Zejna Zehra Zerina Zlata
Zumra Ana Anđela Anita Antonija Barbara Božena Danijela Dora Dubravka Đurđica Ema Gabrijela Gordana Helena Iva Ivana
Ivanka Ivka Jadranka Jelena Josipa Jozefina Kata Katarina Klara Kristina Lana Lara Lucija Ljubica Mara Marija Marijana
Marina Marta Martina Matea Mia Mihaela Mirjana Monika Nada Nika Nikolina Paula Petra Renata Ruža Sanja Slavica
Snježana Štefica Tea Tena Tihana Valentina Vesna Vlatka Zdenka Zrinka Aleksandra Anka Biljana Bojana Bosiljka Branka
Cvijeta Danica Dobrila Dragana Dragica Draginja Dušanka Dunja Ðurđa Jagoda Jovana Jovanka Ksenija Ljiljana Maja Milena
Mileva Milica Milka Mirjana Mitra Nataša Nevena Olga Olivera Rada Radmila Ranka Ružica Sandra Sanda Slađana Slobodanka
Smilja Sofija Stana Stojanka Svetlana Tamara Tanja Tatjana Teodora Tijana Una Vera Verica Vidosava Višnja Zorana
Zorica Željka Anđa Ivana Ksenija Milijana
""")
SURNAMES = _words("""
Hodžić Begić Halilović Hadžić Delić Suljić Omerović Mujić Mehić Ibrahimović Avdić Hasanović Husić Salihović Bešić
Imamović Karić Smajić Osmanović Alić Hrustić Muratović Softić Šabić Ramić Dedić Mešić Kovačević Zukić Selimović
Čaušević Bajrić Memić Nukić Sijerčić Kapić Pašić Spahić Ćatić Hadžihasanović Hadžiosmanović Izetbegić Mulić
Mulaomerović Fazlić Hamzić Handžić Jašarević Kadrić Kurtović Ljubijankić Mahmutović Mustafić Mušić Okanović Podrug
Rizvić Sarajlić Skopljak Subašić Šehić Tahirović Tanović Turković Uzunović Velić Zahirović Zulić Čengić Ćosić Džafić
Džaferović Ferhatović Gušić Jusić Klepić Bektić Bašić Buljubašić Efendić Kapetanović Kulenović Horvat Kovačić Babić
Marić Jurić Novak Knežević Vuković Marković Petrović Matić Tomić Pavlović Božić Blažević Grgić Pavić Radić Perić
Filipović Šarić Lovrić Vidović Perković Popović Bošnjak Jukić Barišić Mikulić Lukić Bilić Ivančić Krajina Zovko Ćorić
Ćavar Soldo Vidaković Mandić Raguž Brkić Ljubić Miličević Musa Galić Pranjić Šimić Zelenika Bagarić Dragičević
Crnković Kolar Kralj Medved Lončar Vrdoljak Vukoja Šunjić Zubac Jelavić Krešić Rebac Rozić Stojčić Martinović Andrić
Anić Bubalo Čuljak Dujmović Jovanović Nikolić Đorđević Ilić Stanković Stojanović Milošević Kostić Stević Savić Đukić
Simić Mitrović Todorović Mladenović Ristić Živković Lazić Mijatović Radovanović Đurić Gajić Gavrić Janković Kojić
Krunić Kuzmanović Lakić Macanović Malešević Marjanović Milinković Mirković Ninković Pejić Preradović Radulović Rakić
Savanović Sladojević Stanivuković Šobot Tadić Tešić Trifković Vasić Vasiljević Vranješ Vujić Zeljković Žujić Bojić
Ćurić Dakić Drljača Gligorić Grubor Kecman Kondić Latinović Čvokić Grahovac Đukanović Vujović Radović Perović
Bulatović Popović Vučinić Nikčević Krivokapić Vukčević Pejović Raičević Božović Lekić Boljević Šaranović Drašković
Kovač Muratović Adžić Vlahović Dabović Jočić Rakočević Šćepanović Zečević Mugoša Bećirović Kalač Kurpejović Škrijelj
Hot Ličina Murić Dacić Redžepagić Sinanović Nurković Kajević Agić Avdagić Babajić Biščević Bukvić Crnkić Durmišević
Dizdarević Ganić Grabus Hukić Isaković Jahić Karamehmedović Lelić Mahić Nuhanović Pezić Ruždić Sendić Tihić Vejzović
""")
ALBANIAN_MEN = _words("""
Agron Arben Ardian Artan Besim Besnik Blerim Bujar Dardan Drilon Driton Endrit Erion Fatmir Fatos Flamur Genc Gëzim
Ilir Kujtim Leart Luan Lulzim Naim Petrit Shpend Skënder Valon Visar Xhevdet Ylber
""")
ALBANIAN_WOMEN = _words("""
Albana Arbnora Arta Besa Blerta Blerina Drita Dorina Elira Ermira Fatbardha Fjolla Flutura Jehona Lindita Luljeta
Majlinda Mimoza Mirela Rina Rrezarta Shpresa Teuta Valbona Vjosa Vlora Xhevahire Zana
""")
ALBANIAN_SURNAMES = _words("""
Hoxha Shehu Krasniqi Gashi Berisha Shala Morina Bytyqi Thaqi Kastrati Hyseni Zeqiri Leka Prifti Dervishi Gjoka Marku
Deda Prela Ndoci Elezi Bajrami Halili Selimi Rexhepi Mehmeti Ahmeti Kelmendi Lleshi Dushku Bardhi Çela Kola Meta
Osmani Ramadani Sadiku Salihu Syla Ukaj Xhaka Zogaj Maliqi Mustafaj
""")
GERMAN = _words("""
Lukas Jonas Leon Felix Maximilian Sebastian Florian Tobias Jürgen Wolfgang Heike Sabine Katrin Anja Lena Hannah Sophie
Greta Johanna Mathilda Frieda Stefanie
""")
GERMAN_SURNAMES = _words("""
Müller Schmidt Schneider Fischer Weber Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder Neumann
Schwarz Zimmermann Braun Krüger Hartmann Lange Werner Krause
""")
ENGLISH = _words("""
James Oliver Harry Jack George Noah Thomas Daniel Matthew Andrew Emily Olivia Grace Chloe Hannah Sarah Rebecca Laura
Megan Victoria Jessica Charlotte Samantha Kevin Brian Steven
""")
ENGLISH_SURNAMES = _words("""
Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall
Wood Jackson Clarke Harrison Bennett Carter Parker Mitchell Foster
""")
PLACES = _words("""
Sarajevo Zenica Tuzla Mostar Bihać Travnik Cazin Bugojno Konjic Jajce Gračanica Gradačac Lukavac Srebrenik Živinice
Kalesija Zavidovići Žepče Maglaj Tešanj Doboj Bijeljina Brčko Zvornik Prijedor Trebinje Foča Goražde Višegrad Kakanj
Visoko Vogošća Ilidža Hadžići Čapljina Stolac Livno Tomislavgrad Orašje Derventa Gradiška Laktaši Modriča Teslić
Sanski_Most Velika_Kladuša Bosanska_Krupa Banja_Luka Široki_Brijeg Gornji_Vakuf Novi_Travnik Ključ Drvar Rogatica
Sokolac Pale Nevesinje Neum Ljubuški Posušje Kiseljak Vitez Fojnica Kreševo Zagreb Split Rijeka Osijek Zadar Pula
Sisak Karlovac Varaždin Šibenik Dubrovnik Vinkovci Vukovar Požega Slavonski_Brod Makarska Bjelovar Velika_Gorica
Beograd Niš Kragujevac Subotica Zrenjanin Pančevo Čačak Kraljevo Smederevo Leskovac Užice Vranje Šabac Sombor Loznica
Novi_Sad Novi_Pazar Prijepolje Sjenica Tutin Podgorica Nikšić Pljevlja Bijelo_Polje Cetinje Bar Herceg_Novi Berane
Ulcinj Budva Kotor Rožaje Plav Priština Prizren Peć Đakovica Mitrovica Skoplje Tetovo Ljubljana Maribor Beč Graz Linz
München Stuttgart Bosna Hercegovina Hrvatska Srbija Slovenija Njemačka Austrija Švicarska Grbavica Dobrinja Stup Otoka
Alipašino_Polje Novi_Beograd Zemun Trešnjevka Dubrava Starčevica
""")
ALBANIAN_PLACES = _words("""
Tirana Tiranë Durrës Shkodër Vlorë Elbasan Prishtinë Prizren Pejë Gjakovë Gjilan Ferizaj Mitrovicë Tetovë Ulqin
Lushnjë Kukës Fier Korçë
""")
GERMAN_PLACES = _words("""
Wien Graz Linz Salzburg München Berlin Hamburg Frankfurt Stuttgart Köln Dortmund Zürich Bern Basel Nürnberg Leipzig
Sarajevo Zagreb
""")
ENGLISH_PLACES = _words("""
London Leeds Dublin Manchester Boston Toronto Sarajevo Zagreb Belgrade Tuzla Mostar Vienna Berlin Bosnia Croatia
Serbia Montenegro Kosovo Albania
""")
STREETS = _words("""
Maršala_Tita Zmaja_od_Bosne Kralja_Tvrtka Branka_Radičevića Titova Ferhadija Mula-Mustafe_Bašeskije Vuka_Karadžića
Nikole_Tesle Kneza_Miloša Ante_Starčevića Ilica Vukovarska Alije_Đerzeleza Safvet-bega_Bašagića
Bulevar_Meše_Selimovića Hamdije_Čemerlića Kralja_Petra_I Cara_Dušana Husinskih_rudara Branilaca_Sarajeva Splitska
Zagrebačka Omladinska Školska Patriotske_lige Azize_Šaćirbegović Gavrila_Principa Mehmeda_Spahe
""")
SCHOOLS = _words("""
OŠ_Grbavica OŠ_Safvet-beg_Bašagić OŠ_Vuk_Karadžić OŠ_Ivan_Goran_Kovačić OŠ_Mejdan OŠ_Sveti_Sava OŠ_Hasan_Kikić
JU_OŠ_Mula_Mustafa Gimnazija_Mostar Mješovita_srednja_škola_Tešanj OŠ_Meša_Selimović Dom_zdravlja_Zenica FK_Velež
FK_Željezničar KK_Bosna MUP_KS Centar_za_socijalni_rad Facebook Instagram Telegram TikTok Viber WhatsApp Snapchat
Discord UNICEF Caritas Crveni_križ Crveni_krst Federalna_uprava_policije
""")
