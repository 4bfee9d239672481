"""Names of the wider world as our news write them: countries, cities, international bodies, firms, given names.

Written by us from general knowledge, category by category (all countries, the capitals, the bodies of the United
Nations and of Europe, parties and media of the region ...), in Croatian and in Serbian spelling; single words only.
They mark words for the network (`lists.listed_kinds`), which is free to disbelieve them.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLACES = _words("""
Afganistan Albanija Alžir Andora Angola Antigva Argentina Armenija Australija Austrija Azerbajdžan Bahami Bahrein
Bangladeš Barbados Belgija Belize Benin Bjelorusija Belorusija Bjelarus Bocvana Bolivija Bosna Hercegovina Brazil
Brunej Bugarska Burkina Burundi Butan Cipar Kipar Čad Čehoslovačka Češka Čile Danska Dominika Džibuti Egipat Egipt
Ekvador Eritreja Estonija Etiopija Eswatini Fidži Filipini Finska Francuska Gabon Gambija Gana Grčka Grenada Gruzija
Gvajana Gvatemala Gvineja Haiti Honduras Hrvatska Indija Indonezija Irak Iran Irska Island Istočni Italija Izrael
Jamajka Japan Jemen Jordan Jugoslavija Kambodža Kamerun Kanada Katar Kazahstan Kenija Kina Kirgistan Kirgizija
Kiribati Kolumbija Komori Kongo Koreja Kosovo Kostarika Kuba Kuvajt Laos Latvija Letonija Lesoto Libanon Liberija
Libija Lihtenštajn Litva Litvanija Luksemburg Madagaskar Mađarska Makedonija Malavi Malezija Maldivi Mali Malta Maroko
Mauricijus Mauritanija Meksiko Mikronezija Mjanmar Moldavija Moldova Monako Mongolija Mozambik Namibija Nauru Nepal
Niger Nigerija Nikaragva Nizozemska Holandija Norveška Njemačka Nemačka Oman Pakistan Palau Palestina Panama Papua
Paragvaj Peru Poljska Portugal Portugalija Ruanda Rumunjska Rumunija Rusija Salvador Samoa Senegal Sejšeli Singapur
Sirija Slovačka Slovenija Somalija Španjolska Španija Srbija Sudan Surinam Svazi Švedska Švicarska Švajcarska
Tadžikistan Tajland Tajvan Tanzanija Togo Tonga Trinidad Tunis Turkmenistan Turska Uganda Ukrajina Urugvaj Uzbekistan
Vanuatu Vatikan Velika Venecuela Vijetnam Zambija Zimbabve SAD USA SSSR BiH RS UAE Britanija Engleska Škotska Vels
Wales Amerika Afrika Azija Europa Evropa Oceanija Antarktika Arktik Balkan Mediteran Sredozemlje Skandinavija Kavkaz
Sibir Bliski Zaljev Jadran Atlantik Pacifik Dunav Sava Drava Drina Neretva Una Vrbas Tisa Morava Vardar Rajna Volga
Nil Temza Sena Alpe Karpati Dinara Velebit Durmitor Triglav Himalaja Ande Istra Dalmacija Slavonija Lika Zagorje
Međimurje Kvarner Šumadija Vojvodina Sandžak Krajina Semberija Posavina Podrinje Kordun Banovina Baranja Srijem Srem
Bačka Banat Metohija Boka Korzika Sardinija Sicilija Kreta Rodos Krim Bavarska Saska Tirol Lombardija Toskana
Katalonija Baskija Andaluzija Galicija Bretanja Normandija Provansa Transilvanija Besarabija Pridnjestrovlje Abhazija
Osetija Čečenija Dagestan Kurdistan Tibet Kašmir Gaza Kalifornija Teksas Florida Aljaska Havaji Virdžinija Kolorado
Nevada Ohajo Arizona Minesota Illinois Michigan Kvibek Ontario Manhattan Brooklyn Hollywood Pentagon Kremlj Bruxelles
Brisel Haag Hag Ženeva Geneva Beč Berlin Pariz London Rim Madrid Lisabon Atena Sofija Bukurešt Tirana Priština Skoplje
Skopje Podgorica Sarajevo Beograd Zagreb Ljubljana Budimpešta Prag Bratislava Varšava Kijev Minsk Moskva Helsinki
Stockholm Oslo Kopenhagen Reykjavik Dublin Edinburgh Amsterdam Rotterdam Antwerpen Bern Zürich Cirih Basel Lozana
Lausanne München Minhen Hamburg Frankfurt Köln Keln Stuttgart Bonn Bon Dresden Leipzig Nürnberg Düsseldorf Graz
Salzburg Linz Klagenfurt Celovec Innsbruck Trst Milano Torino Venecija Bologna Firenca Napulj Palermo Bari Genova
Đenova Verona Padova Trento Barcelona Valencija Sevilla Sevilja Bilbao Porto Marseille Lyon Lion Strasbourg Strazbur
Nica Cannes Kan Toulouse Bordeaux Lille Monte Istanbul Ankara Izmir Antalija Bursa Solun Pirej Patras Larisa Drač
Valona Vlora Skadar Elbasan Korča Kumanovo Bitola Bitolj Ohrid Tetovo Štip Veles Prilep Varna Burgas Plovdiv Ruse
Temišvar Timișoara Kluž Jaši Konstanca Brašov Craiova Segedin Pečuh Debrecin Odesa Harkov Lavov Kišinjev Tbilisi
Erevan Baku Teheran Bagdad Damask Bejrut Jeruzalem Jerusalim Aman Rijad Doha Dubai Dubaj Kabul Kandahar Islamabad
Karači Delhi Mumbai Bombaj Peking Šangaj Hongkong Tokio Tokijo Osaka Kyoto Kjoto Seul Pjongjang Bangkok Hanoi Manila
Džakarta Sydney Sidnej Melbourne Melburn Canberra Kairo Aleksandrija Tripoli Bengazi Casablanca Kazablanka Nairobi
Lagos Johannesburg Johanesburg Pretorija Durban Cape Kartum Adis Washington Vašington York Jork Boston Chicago Čikago
Los Angeles Anđeles San Francisco Francisko Las Vegas Miami Majami Atlanta Dallas Dalas Houston Hjuston Denver Seattle
Sijetl Detroit Philadelphia Filadelfija Toronto Montreal Ottawa Vancouver Vankuver Mexico Havana Bogota Caracas Lima
Santiago Buenos Aires Rio Janeiro Sao Paulo Brasilia Montevideo Dayton Dejton Rambouillet Rambuje Černobil Schengen
Davos Maastricht Mastriht Petersburg
""")
ORGANISATIONS = _words("""
UN UNESCO UNICEF UNHCR UNDP UNMIK UNPROFOR UNODC WHO SZO WTO STO ILO MMF IMF EBRD EIB NATO KFOR SFOR IFOR ISAF EU EZ
EK EP EUFOR EULEX EUPM EUROPOL Europol INTERPOL Interpol FRONTEX Eurojust Eurostat Eurocontrol ECB OESS OSCE OEBS
ODIHR OHR PIC OECD OPEC CEFTA EFTA MERCOSUR ASEAN SEECP RCC SECI MARRI ICTY MKSJ ICJ ICC IAEA UEFA FIFA FIBA MOO IOC
HOO BOK OKS HNS NSBIH FSS FSJ HRT HTV RTV RTS BHT FTV RTRS RTCG MRT BBC CNN AFP AP Reuters Rojters Tanjug Hina Fena
Srna Beta FoNet Onasa MIA BTA ANA ATA Anadolija Tass ITAR Bloomberg Blumberg SETimes Nova Pink Avala Večernji Jutarnji
Novi Oslobođenje Avaz Nezavisne Blic Politika Danas Vreme NIN Kurir Alo Informer Vijesti Pobjeda Dan Monitor Koha Zëri
Dnevnik Utrinski Vest Delo Slobodna Novosti Glas Nacional Globus Feral Index Google Gugl Microsoft Majkrosoft Apple
Epl Intel AMD IBM HP Dell Asus Acer Lenovo Samsung Nokia Motorola Ericsson Siemens Sony Soni Panasonic Toshiba Philips
LG HTC Huawei Nvidia Oracle Adobe Amazon Facebook Fejsbuk Twitter Tviter YouTube Jutjub Yahoo Jahu Skype Mozilla Opera
Wikipedia Vikipedija eBay Instagram WhatsApp Viber Telegram TikTok Netflix Fiat Volkswagen Folksvagen Audi BMW
Mercedes Opel Ford Renault Reno Peugeot Citroen Toyota Tojota Honda Hyundai Mazda Nissan Škoda Zastava Boeing Boing
Airbus Lufthansa Gazprom Gasprom Lukoil Lukoj Rosnjeft Shell Šel BP Exxon Chevron OMV MOL INA NIS Petrol Energopetrol
Elektroprivreda HEP EPS EPCG Telekom Telenor Vip VIP Tele2 Mobtel MTS Deutsche Vodafone Orange Konzum Agrokor Ledo
Podravka Kraš Pliva Dukat Badel Končar Viadukt Ingra Rade Atlantic Atlantska Delta Mercator Merkator Idea Maxi Lidl
Kaufland Spar Billa Ikea McDonald Coca Pepsi Nestle Nestlé Unilever Procter Zaba ZABA PBZ RBA OTP HPB Hypo Hipo
Unicredit UniCredit Erste Raiffeisen Rajfajzen Intesa Sberbank Société NLB Komercijalna HANFA HNB NBS CBBH HAC HŽ JAT
Jat Croatia Adria DHL FedEx HDZ SDP HSP HSS HSU HDSSB IDS HSLS HČSP SDSS DC SDA SBB SBiH DF SNSD SDS PDP DNS DSS DS
SPS SRS SNS LDP PUPS URS JS GSS LSV SPO NS JUL DOS DPS SNP LP PzP DPA SDSM VMRO DPMNE DUI BDI LDK PDK AAK AKR LDD PD
PS LSI GERB BSP PASOK Syriza Siriza OVK UČK NDH SFRJ JNA VRS HVO ARBiH OSBiH MUP SIPA BIA DORH USKOK SOA POA VSOA CIA
FBI NSA KGB FSB MI6 DEA NASA ESA CERN HAZU SANU ANUBiH MIT FER FPZ FOI ETF HAKOM RAK ARKOD HZZO HZMO HZZ FZO PIO HGK
HUP HOK HDD HND UNS NUNS GONG Amnesty Greenpeace Grinpis Transparency Helsinški Caritas Karitas Dinamo Hajduk Rijeka
Osijek Zvezda Crvena Partizan Vojvodina Željezničar Borac Zrinjski Sloboda Čelik Velež Široki Budućnost Rudar Vardar
Rabotnički Maribor Olimpija Cibona Zadar Cedevita Split Šibenka Barcelona Real Atletico Valencia Sevilla Juventus Juve
Milan Inter Roma Lazio Fiorentina Napoli Chelsea Čelsi Arsenal Liverpool Manchester Mančester Tottenham Totenhem
Everton Aston Newcastle Bayern Bajern Borussia Borusija Schalke Šalke Werder Verder Leverkusen Stuttgart Ajax Ajaks
PSV Feyenoord Fejenord Porto Benfica Benfika Sporting PSG Lyon Lion Monaco Marseille Olympique Olympiakos Olimpijakos
Panathinaikos Panatinaikos AEK PAOK Galatasaray Galatasaraj Fenerbahče Fenerbahce Bešiktaš Beşiktaş CSKA Spartak Zenit
Šahtar Steaua Celtic Seltik Rangers Rendžers Lakers Bulls Celtics
""")
BODIES = _words("""
ministarstvo vlada sabor skupština parlament sobor duma kongres senat vijeće veće komisija povjerenstvo komitet odbor
ured kancelarija agencija zavod institut direkcija direktorat uprava inspektorat inspekcija sud tribunal tužiteljstvo
tužilaštvo odvjetništvo pravobranilaštvo pravobraniteljstvo policija vojska armija garda žandarmerija služba stožer
štab savez federacija konfederacija unija liga asocijacija udruga udruženje društvo organizacija fondacija zaklada
fond pokret stranka partija koalicija front fronta blok alijansa savjet savet forum inicijativa mreža centar središte
dom sveučilište univerzitet fakultet akademija škola gimnazija učilište liceum vrtić bolnica klinika ambulanta
poliklinika banka holding korporacija kompanija tvrtka poduzeće preduzeće koncern grupa grupacija trgovina osiguranje
burza berza komora sindikat zadruga konzorcij konzorcijum kooperativa novine list dnevnik tjednik nedjeljnik časopis
magazin radio televizija redakcija kuća izdavač nakladnik teatar kazalište pozorište muzej galerija knjižnica
biblioteka arhiv opera orkestar ansambl klub momčad tim reprezentacija crkva biskupija eparhija mitropolija
patrijaršija zajednica islamska općina opština županija kanton grad gradska delegacija misija predstavništvo
veleposlanstvo ambasada konzulat
""")
GIVEN = _words("""
Adam Adolf Adrian Agata Ahmed Alan Albert Aleksej Aleksis Alessandro Alex Alexander Alexandra Alexis Alfred Ali Alice
Alina Amanda Amadeo Ambrose Amelia Ana Anatolij Andre Andrea Andreas Andrej Andres Andrew Andrzej Andy Angel Angela
Angelina Angelo Anna Anne Anthony Antoine Anton Antonio Antonis Arben Ariel Arnold Arthur Artur Ashton Astrid Avni
Barack Barbara Bart Bashkim Beatrice Behgjet Ben Benedikt Benjamin Bernard Bernd Bertrand Betty Bill Bob Boris Brad
Brian Britney Bruce Bruno Calin Camilla Carl Carla Carlo Carlos Carmen Caroline Catherine Charles Charlie Chris
Christian Christina Christine Christoph Christopher Claude Claudia Claudio Colin Costas Craig Cristian Cristiano
Cristina Dalia Dan Daniel Daniela David Dennis Diana Didier Diego Dieter Dimitar Dimitri Dimitrios Dimitris Dmitrij
Doris Dominique Donald Doug Douglas Ed Eddie Edi Eduard Edward Elena Elizabeth Ellen Emanuel Emil Emma Emmanuel Enrico
Enver Erdogan Erhard Eric Erik Ernest Ernst Esther Eugen Eva Evo Fatmir Fatos Federico Felipe Felix Ferdinand Fernando
Fidel Florian Francesco Francis Francisco Franco Francois Frank Franz Fred Frederick Friedrich Gabriel Gary Gennadij
Geoffrey Georg George Georges Georgi Gerald Gerard Gerhard Giacomo Gianni Giorgio Giorgos Giovanni Giulio Giuseppe
Gordon Graham Grace Gregor Gregory Guido Günter Gustav Guy Hakan Hamid Hannah Hans Harold Harry Hashim Heidi Heinrich
Heinz Helen Helena Helmut Henri Henrik Henry Herbert Herman Hillary Hosni Howard Hugo Ian Ibrahim Ignacio Igor Ilham
Ilir Ingrid Ioannis Ion Irina Isaac Isabel Ismail Ivan Ivo Jack Jacques Jakob James Jan Jane Janet Janez Janusz Jason
Javier Jaap Jean Jeff Jennifer Jeremy Jerry Jerzy Jessica Jim Jimmy Joachim Joan Joanna Joao Joe Joel Johan Johannes
John Johnny Jon Jonas Jonathan Jorge Jose Josef Joseph Joshua Juan Judith Juha Julia Julian Juliana Julie Julio Jürgen
Justin Kai Karel Karen Karim Karl Karolos Kate Kathryn Katherine Keith Ken Kenneth Kevin Kiro Klaus Konrad Konstantin
Konstantinos Kostas Kristalina Kristina Kurt Lance Larry Lars Laura Laurent Laurence Lawrence Lech Lee Leo Leon
Leonard Leonardo Leonid Lewis Li Liam Linda Lindsay Lionel Lisa Ljube Lorenzo Louis Louise Luca Lucas Lucian Lucy
Ludwig Luigi Luis Luiz Lulzim Madonna Magdalena Mahmud Mahmoud Manfred Manuel Marc Marcel Marcelo Marco Marcos Marcus
Margaret Maria Mariah Marie Mario Marian Mariana Marilyn Marius Mark Markus Marta Martin Martti Mary Massimo Mathias
Matt Matthew Maurice Max Maxim Mehdi Mehmet Mel Menduh Michael Michel Michelle Miguel Mihai Mihail Mike Mikhail Mikael
Mircea Miroslav Mitt Mohamed Mohammad Mohammed Monica Morgan Moshe Muamer Muhammad Mustafa Nadia Nancy Naomi Naser
Natalia Natalie Nelson Neil Nicholas Nick Nicola Nicolae Nicolas Nicole Nigel Nikolaj Nikolaos Nikos Nina Norbert
Norman Novak Oleg Oliver Olivier Olli Orhan Oscar Oskar Otto Owen Pablo Pamela Panos Paolo Pascal Pat Patricia Patrick
Paul Paula Pavel Pedro Penelope Per Peter Phil Philip Philippe Pierre Pietro Piotr Pjer Plamen Rachel Rafael Rajmond
Ralph Ramush Rashid Raul Ray Raymond Rebecca Recep Renato Rene Ricardo Rihanna Riccardo Richard Rick Rita Robert
Roberto Robin Roger Roland Roman Romano Ronald Ronaldo Rosa Rosen Ross Roy Rudolf Rupert Russell Ruth Ryan Saddam
Salah Sali Sally Salvador Sam Samuel Sandra Sara Sarah Scott Sean Sebastian Serena Serge Sergej Sergei Sergio Sharon
Shimon Silvio Simon Simona Solomon Sofia Sophie Spiros Stanley Stefan Stefano Stephane Stephen Steve Steven Stewart
Stuart Sultan Susan Sven Sylvester Sylvia Tarja Ted Terry Theodor Theodoros Theresa Thierry Thomas Tiger Tim Timothy
Tina Tobias Tom Tommy Tony Traian Ulrich Umberto Ursula Valdis Valerie Van Vanessa Vasil Vassilis Vaclav Venus Veselin
Victor Victoria Viktor Vincent Vincenzo Viorel Vitalij Vlad Vladimir Volodimir Walter Warren Wayne Werner Wesley
Whitney Will Willem William Willy Wim Winston Wolfgang Xavier Yasser Yves Yusuf Zoe Zoltan Džordž Džon Džejms Džo Džek
Džeri Džozef Džordan Majkl Mišel Tomas Stiv Stiven Bil Bili Ričard Viljem Vilijam Čarls Entoni Endrju Metju Filip Kris
Kristofer Žan Žak Fransoa Žoze Huan Hoze Horhe Havijer Karlos Đovani Đuzepe Đorđo Frančesko Majk Nikola Ketrin Keti
Meri Elizabet Džesika Dženifer Hilari Kondoliza Madlen Redžep Tajip Abdulah Ahmet Volfgang Jirgen Ginter Hajnc Fridrih
Rihard Oli Karla Hose Lorens Kuper
""")
