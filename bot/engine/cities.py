"""Places by which people name their time zone, where the tz database has no name for them.

Owns a table: big cities without a zone of their own, other languages' names of those that have
one, and countries that live by one clock. Checked by a test against the tz database. Knows nothing
of searching (`zones`).
"""

from __future__ import annotations

PLACES = """
Europe/Berlin: Munich=München=Múnich, Hamburg=Hamburgo, Cologne=Köln=Colonia, Frankfurt=Fráncfort,
 Stuttgart, Düsseldorf=Dusseldorf=Duesseldorf, Leipzig, Dortmund, Essen, Bremen, Dresden=Dresde,
 Hanover=Hannover, Nuremberg=Nürnberg=Núremberg, Duisburg, Bochum, Bonn, Münster, Mannheim,
 Karlsruhe, Freiburg=Friburgo, Aachen, Kiel, Mainz, Heidelberg, Berlin=Berlín,
 Germany=Deutschland=Alemania
Europe/Vienna: Vienna=Wien=Viena, Graz, Linz, Salzburg=Salzburgo, Innsbruck, Austria=Österreich
Europe/Zurich: Zurich=Zürich, Geneva=Genf=Genève=Ginebra, Basel=Basilea, Bern=Berna, Lausanne,
 Switzerland=Schweiz=Suiza
Europe/Paris: Paris=París, Lyon, Marseille=Marsella, Toulouse, Nice=Niza, Nantes,
 Strasbourg=Straßburg, Bordeaux=Burdeos, Lille, Montpellier, France=Frankreich=Francia
Europe/Madrid: Barcelona, Valencia, Seville=Sevilla, Zaragoza=Saragossa, Málaga, Murcia, Bilbao,
 Palma=Mallorca, Granada, Alicante, Vigo, Córdoba (Spain)=Cordoba (España), Gijón, San Sebastián,
 Spain=Spanien=España
Atlantic/Canary: Las Palmas, Tenerife=Teneriffa, Canary Islands=Kanaren=Canarias,
 Santa Cruz de Tenerife
Europe/Lisbon: Porto=Oporto, Braga, Coimbra, Faro, Lisbon=Lissabon=Lisboa, Portugal
Europe/London: Manchester, Birmingham, Leeds, Glasgow, Edinburgh=Edimburgo, Liverpool, Bristol,
 Sheffield, Cardiff, Belfast, Newcastle, Nottingham, Brighton, Oxford, Cambridge, London=Londres,
 England, Scotland=Schottland=Escocia, Wales=Gales, United Kingdom=Großbritannien=Reino Unido=UK
Europe/Dublin: Cork, Galway, Limerick, Dublin=Dublín, Ireland=Irland=Irlanda
Europe/Rome: Rome=Rom=Roma, Milan=Mailand=Milano=Milán, Naples=Neapel=Napoli=Nápoles,
 Turin=Torino=Turín, Palermo, Genoa=Genua=Genova=Génova, Bologna=Bolonia,
 Florence=Florenz=Firenze=Florencia, Venice=Venedig=Venezia=Venecia, Bari, Verona,
 Italy=Italien=Italia
Europe/Amsterdam: Rotterdam, The Hague=Den Haag=La Haya, Utrecht, Eindhoven, Groningen,
 Netherlands=Niederlande=Países Bajos=Holland=Holanda
Europe/Brussels: Brussels=Brüssel=Bruselas, Antwerp=Antwerpen=Amberes, Ghent=Gent=Gante, Bruges,
 Liège=Lieja, Belgium=Belgien=Bélgica
Europe/Luxembourg: Luxembourg=Luxemburg=Luxemburgo
Europe/Copenhagen: Copenhagen=Kopenhagen=Copenhague, Aarhus, Odense, Denmark=Dänemark=Dinamarca
Europe/Stockholm: Stockholm=Estocolmo, Gothenburg=Göteborg=Gotemburgo, Malmö, Uppsala,
 Sweden=Schweden=Suecia
Europe/Oslo: Bergen, Trondheim, Stavanger, Norway=Norwegen=Noruega
Europe/Helsinki: Espoo, Tampere, Turku, Oulu, Finland=Finnland=Finlandia
Europe/Warsaw: Warsaw=Warschau=Varsovia=Warszawa, Kraków=Krakow=Krakau=Cracovia, Łódź=Lodz,
 Wrocław=Breslau, Poznań=Posen, Gdańsk=Danzig, Poland=Polen=Polonia
Europe/Prague: Prague=Prag=Praga=Praha, Brno, Ostrava, Czechia=Tschechien=Chequia
Europe/Budapest: Budapest, Debrecen, Hungary=Ungarn=Hungría
Europe/Bucharest: Bucharest=Bukarest=Bucarest, Cluj, Timișoara, Iași, Romania=Rumänien=Rumanía
Europe/Sofia: Sofia=Sofía, Plovdiv, Varna, Bulgaria=Bulgarien
Europe/Athens: Athens=Athen=Atenas, Thessaloniki=Salónica, Patras, Greece=Griechenland=Grecia
Europe/Istanbul: Istanbul=Estambul, Ankara, Izmir, Bursa, Antalya, Turkey=Türkei=Turquía
Europe/Moscow: Moscow=Moskau=Moscú, Saint Petersburg=Sankt Petersburg=San Petersburgo,
 Nizhny Novgorod, Kazan, Rostov
Europe/Kyiv: Kyiv=Kiew=Kiev, Kharkiv=Charkiw=Járkov, Odesa=Odessa, Dnipro, Lviv=Lemberg,
 Ukraine=Ucrania
Europe/Belgrade: Belgrade=Belgrad=Belgrado, Novi Sad, Serbia=Serbien
Europe/Zagreb: Split, Rijeka, Croatia=Kroatien=Croacia
Europe/Ljubljana: Ljubljana=Laibach, Slovenia=Slowenien=Eslovenia
Europe/Bratislava: Košice, Slovakia=Slowakei=Eslovaquia
Europe/Vilnius: Kaunas, Lithuania=Litauen=Lituania
Europe/Riga: Latvia=Lettland=Letonia
Europe/Tallinn: Tartu, Estonia=Estland
Atlantic/Reykjavik: Iceland=Island=Islandia
America/New_York: Boston, Philadelphia=Filadelfia, Washington, Miami, Atlanta, Orlando, Tampa,
 Baltimore, Charlotte, Pittsburgh, Cleveland, Cincinnati, Columbus, Buffalo, Raleigh, Jacksonville,
 Brooklyn, NYC=New York City=Nueva York
America/Chicago: Houston, Dallas, Austin, San Antonio, Minneapolis, Milwaukee, St. Louis, Memphis,
 Nashville, New Orleans=Nueva Orleans, Kansas City, Oklahoma City, Fort Worth, Omaha
America/Denver: Salt Lake City, Albuquerque, Colorado Springs, El Paso
America/Phoenix: Tucson, Mesa, Arizona
America/Los_Angeles: San Francisco, San Diego, Seattle, Portland, Las Vegas, Sacramento, San José
 (California)=San Jose, Oakland, Long Beach, LA, California=Kalifornien
America/Toronto: Ottawa, Montréal=Montreal, Québec=Quebec, Mississauga, Hamilton
America/Vancouver: Surrey (Canada), Burnaby, Victoria (Canada)
America/Edmonton: Calgary
America/Winnipeg: Manitoba
America/Mexico_City: Mexico City=Ciudad de México=CDMX=Mexiko-Stadt, Guadalajara, Puebla, León,
 Querétaro, San Luis Potosí, Toluca
America/Bogota: Medellín, Cali, Barranquilla, Cartagena, Bucaramanga, Colombia=Kolumbien
America/Lima: Arequipa, Trujillo, Cusco, Peru=Perú
America/Caracas: Maracaibo, Valencia (Venezuela), Barquisimeto, Venezuela
America/Guayaquil: Quito, Cuenca, Ecuador
America/La_Paz: Santa Cruz de la Sierra, Cochabamba, Sucre, Bolivia=Bolivien
America/Santiago: Valparaíso, Concepción, Viña del Mar, Chile
America/Argentina/Buenos_Aires: Rosario, La Plata, Mar del Plata, Argentina=Argentinien
America/Montevideo: Punta del Este, Uruguay
America/Asuncion: Asunción, Ciudad del Este, Paraguay
America/Sao_Paulo: São Paulo=Sao Paulo, Rio de Janeiro=Río de Janeiro=Rio, Brasília=Brasilia,
 Belo Horizonte, Curitiba, Porto Alegre, Florianópolis, Campinas
America/Bahia: Salvador da Bahia
America/Costa_Rica: San José (Costa Rica)
America/Guatemala: Guatemala City=Ciudad de Guatemala, Quetzaltenango
America/Santo_Domingo: Dominican Republic=República Dominicana=Dominikanische Republik
America/Havana: Havana=Havanna=La Habana, Cuba=Kuba
America/Puerto_Rico: San Juan, Ponce
America/Panama: Panama City=Ciudad de Panamá=Panamá
Asia/Kolkata: Mumbai=Bombay, Delhi=Nueva Delhi=Neu-Delhi, New Delhi, Bangalore=Bengaluru,
 Chennai=Madras, Hyderabad, Ahmedabad, Pune, Jaipur, Lucknow, Surat, Kochi, Goa,
 Calcutta=Kalkutta=Calcuta, India=Indien
Asia/Karachi: Lahore, Islamabad, Faisalabad, Rawalpindi, Peshawar, Pakistan=Pakistán
Asia/Dhaka: Chittagong=Chattogram, Bangladesh=Bangladesch
Asia/Kathmandu: Pokhara, Nepal, Katmandu=Katmandú
Asia/Colombo: Kandy, Sri Lanka
Asia/Shanghai: Beijing=Peking=Pekín, Shenzhen, Guangzhou=Kanton=Cantón, Chengdu, Wuhan, Tianjin,
 Hangzhou, Nanjing, Xi'an=Xian, Shanghái=Schanghai, China
Asia/Hong_Kong: Kowloon, Hongkong
Asia/Taipei: Kaohsiung, Taichung, Taiwan=Taiwán
Asia/Tokyo: Osaka, Kyoto=Kioto, Yokohama, Nagoya, Sapporo, Fukuoka, Kobe, Hiroshima, Tokio,
 Japan=Japón
Asia/Seoul: Busan, Incheon, Daegu, Seúl, South Korea=Südkorea=Corea del Sur
Asia/Singapore: Singapore=Singapur
Asia/Kuala_Lumpur: Penang, Johor Bahru, Malaysia=Malasia
Asia/Bangkok: Chiang Mai, Phuket, Thailand=Tailandia
Asia/Ho_Chi_Minh: Hanoi=Hanói, Saigon=Saigón, Da Nang, Vietnam
Asia/Jakarta: Bandung, Surabaya, Medan, Yogyakarta
Asia/Makassar: Bali, Denpasar
Asia/Manila: Cebu, Davao, Quezon City, Philippines=Philippinen=Filipinas
Asia/Dubai: Abu Dhabi, Sharjah, United Arab Emirates=Emirates=Emiratos
Asia/Riyadh: Jeddah=Dschidda, Mecca=Mekka=La Meca, Medina, Riad, Saudi Arabia
Asia/Qatar: Doha
Asia/Tehran: Mashhad, Isfahan, Teherán=Teheran, Iran=Irán
Asia/Jerusalem: Tel Aviv, Haifa, Jerusalén, Israel
Asia/Beirut: Beirut, Lebanon=Libanon=Líbano
Asia/Baghdad: Basra, Mosul, Bagdad, Iraq=Irak
Asia/Tashkent: Taschkent=Taskent
Asia/Almaty: Astana, Kazakhstan=Kasachstan=Kazajistán
Asia/Yekaterinburg: Chelyabinsk, Jekaterinburg=Ekaterimburgo
Asia/Novosibirsk: Nowosibirsk
Africa/Cairo: Alexandria=Alejandría, Giza, Kairo=El Cairo, Egypt=Ägypten=Egipto
Africa/Casablanca: Rabat, Marrakesh=Marrakesch=Marrakech, Fez, Tangier=Tánger,
 Morocco=Marokko=Marruecos
Africa/Algiers: Algier=Argel, Oran=Orán, Algeria=Algerien=Argelia
Africa/Tunis: Túnez=Tunesien=Tunisia
Africa/Lagos: Abuja, Kano, Ibadan, Port Harcourt, Nigeria
Africa/Accra: Kumasi, Ghana
Africa/Abidjan: Yamoussoukro, Ivory Coast=Elfenbeinküste=Costa de Marfil
Africa/Dakar: Senegal
Africa/Nairobi: Mombasa, Kenya=Kenia
Africa/Addis_Ababa: Ethiopia=Äthiopien=Etiopía
Africa/Kampala: Uganda
Africa/Dar_es_Salaam: Dodoma, Tanzania=Tansania
Africa/Johannesburg: Cape Town=Kapstadt=Ciudad del Cabo, Durban, Pretoria, Johannesburgo,
 South Africa=Südafrika=Sudáfrica
Africa/Harare: Bulawayo, Zimbabwe=Simbabwe
Africa/Lusaka: Zambia=Sambia
Australia/Sydney: Canberra, Newcastle (Australia), Wollongong, Sídney
Australia/Melbourne: Geelong
Australia/Brisbane: Gold Coast, Cairns, Townsville
Australia/Perth: Fremantle
Australia/Hobart: Launceston
Pacific/Auckland: Wellington, Christchurch, Hamilton (New Zealand), Dunedin,
 New Zealand=Neuseeland=Nueva Zelanda
Pacific/Honolulu: Hawaii=Hawái
"""
"""Lines of `zone: place, place=other name=other name`; a line that begins with a space goes on."""

WELL_KNOWN = """
Pacific/Pago_Pago Pacific/Honolulu America/Adak America/Anchorage America/Los_Angeles America/Denver
America/Phoenix America/Chicago America/Mexico_City America/New_York America/Bogota America/Lima
America/Caracas America/Halifax America/Santiago America/La_Paz America/St_Johns
America/Argentina/Buenos_Aires America/Sao_Paulo America/Montevideo America/Asuncion
America/Noronha Atlantic/Azores Atlantic/Cape_Verde Europe/London Europe/Lisbon Atlantic/Canary
Africa/Accra Africa/Casablanca Europe/Berlin Europe/Madrid Europe/Paris Africa/Lagos
Africa/Johannesburg Europe/Athens Europe/Helsinki Africa/Cairo Asia/Jerusalem Europe/Istanbul
Europe/Moscow Africa/Nairobi Asia/Riyadh Asia/Tehran Asia/Dubai Asia/Baku Asia/Kabul Asia/Karachi
Asia/Tashkent Asia/Kolkata Asia/Colombo Asia/Kathmandu Asia/Dhaka Asia/Almaty Asia/Yangon
Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh Asia/Shanghai Asia/Singapore Asia/Manila
Australia/Perth Australia/Eucla Asia/Tokyo Asia/Seoul Australia/Darwin Australia/Adelaide
Australia/Brisbane Australia/Sydney Pacific/Guam Australia/Lord_Howe Pacific/Noumea
Pacific/Auckland Pacific/Fiji Pacific/Chatham Pacific/Tongatapu Pacific/Apia Pacific/Kiritimati
Pacific/Marquesas
"""
"""Zones to offer first to somebody who only tells what time it is, from west to east."""
