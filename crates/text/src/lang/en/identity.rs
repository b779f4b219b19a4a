//! Words that tell one bearer of a name from another: fields of work, countries, forms of companies.

use crate::lang::{Identity, words};

pub(super) const IDENTITY: Identity = Identity {
    given_names: &[
        words!("katherine kathryn katharine kathleen cathy kitty kathy"),
        words!("elizabeth eliza elisabeth bess bessie bettie betty lisa"),
        words!("margaret margie peg rita"),
        words!("william willie willy wil liam"),
        words!("robert robin"),
        words!("james jamey jaime"),
        words!("edward eddy ned"),
        words!("henry harry hank"),
        words!("alexander alec aleksandr sasha alexandra"),
        words!("natalia natasha"),
        words!("dmitry dima dmitri"),
        words!("abigail abby"),
        words!("amanda mandy"),
        words!("christina chrissy tina christine"),
        words!("dorothy dot dolly"),
        words!("eleanor ellie nell nellie"),
        words!("frances fran"),
        words!("jacqueline jackie"),
        words!("judith judy"),
        words!("pamela pam"),
        words!("patricia patty tricia trish pat"),
        words!("samantha sam"),
        words!("sandra sandy"),
        words!("theresa teresa terry tess"),
        words!("theodore theo teddy"),
        words!("arthur art artie"),
        words!("clifford cliff"),
        words!("douglas doug"),
        words!("eugene gene"),
        words!("gordon gord gordie"),
        words!("isaac ike"),
        words!("jonathan jon"),
        words!("leslie les"),
        words!("nathaniel nathan nate nat"),
        words!("russell russ"),
        words!("sidney sid"),
        words!("stanley stan"),
        words!("terence terrence terry"),
        words!("victor vic"),
        words!("vincent vince vinny"),
        words!("antonio toni"),
        words!("jose pepe"),
        words!("luiz luis"),
        words!("mohammed mohamed mohammad muhammad mohamad muhammed mohd mehmet"),
    ],
    legal_forms: words!(
        "inc incorporated corp corporation ltd limited llc llp plc co company ag sa gmbh nv bv kg lp ab as asa oy oyj spa \
         srl pvt pte sarl se kk bhd pty com group holdings holding"
    ),
    descriptive: words!(
        "bank electronics airlines airways motors motor energy oil gas foods media entertainment records studios pictures \
         technologies technology systems software pharmaceuticals insurance securities capital partners industries \
         international global worldwide brothers sons stores news newspaper university college hotspur united club fc afc \
         cf sc platforms"
    ),
    generic: words!(
        "ministry department office agency commission committee council court parliament assembly senate congress house \
         government police army navy force forces party union league federation association bank university college school \
         hospital authority board bureau service services central supreme national federal state foreign interior defence \
         defense finance health education justice labour labor trade transport energy environment agriculture \
         constitutional high appeal appeals public prosecutor prosecutors general electoral election human rights affairs \
         security intelligence air military city town county district regional royal reserve treasury statistics labour \
         liberal conservative democratic republican socialist communist green people workers first second minister president"
    ),
    fields: &[
        words!(
            "striker midfielder goalkeeper defender winger fullback quarterback pitcher batsman batter bowler wicketkeeper \
             all-rounder sprinter swimmer rower cyclist skater skier gymnast golfer boxer wrestler jockey referee umpire \
             coach player footballer athlete goalie linebacker catcher fencer archer tennis football rugby cricket hockey \
             basketball baseball match matches league goal goals scored scorer scoring innings wicket wickets championship \
             championships tournament medal medals semi-final semifinal quarter-final derby relegated overtime rebounds \
             substitute squad playoffs playoff touchdown yards vault relay debut grand-slam overs striker team teams season \
             kick kicks keeper race races champion"
        ),
        words!(
            "president minister premier senator governor mayor lawmaker legislator politician councillor councilor alderman \
             congressman congresswoman chancellor ambassador diplomat envoy candidate nominee mp deputy councilman \
             councilwoman parliament parliamentary election elections elected vote voted votes voters ballot cabinet budget \
             opposition party senate congress government council coalition bill referendum legislature presidency lawmakers \
             ministers senators campaign constituency policy democrat republican"
        ),
        words!(
            "ceo executive banker investor trader entrepreneur shareholder shareholders company companies shares profit \
             profits sales revenue dividend firm earnings retailer carmaker startup chairman businessman businesswoman tycoon \
             brand customers stores manufacturer analysts mining financier financial cfo"
        ),
        words!(
            "singer musician actor actress novelist poet playwright painter sculptor pianist violinist cellist conductor \
             composer soprano tenor dancer filmmaker comedian rapper guitarist drummer album concert festival gallery film \
             films novel opera song songs exhibition museum stories band lyrics theatre theater screenplay bronze artist \
             artists presenter broadcaster photographer orchestra presents programme radio choreographer author writer stage"
        ),
        words!(
            "suspect defendant gunman burglar robber fugitive smuggler kidnapper murderer arrested robbery theft gang stolen \
             laundering burglary murder convict inmate handcuffs thief"
        ),
        words!(
            "scientist researcher biologist chemist physicist astronomer geologist historian professor laboratory journal \
             telescope comet biochemist zoologist botanist mathematician psychologist sociologist anthropologist \
             archaeologist lecturer ecologist catalyst experiment experiments species economist engineer"
        ),
        words!(
            "surgeon doctor nurse physician hospital hospitals patients clinic clinics paediatrician dentist midwife \
             cardiologist epidemiologist virologist vaccine vaccines paramedic medicine"
        ),
        words!(
            "soldier soldiers colonel commander admiral battalion troops brigade regiment sergeant lieutenant infantry \
             army troop"
        ),
        words!(
            "bishop priest pastor imam rabbi archbishop cardinal pope monk vicar cathedral prayers sermon diocese parish \
             church mosque monastery"
        ),
        words!("police constable detective inspector sheriff judge prosecutor lawyer attorney barrister solicitor magistrate jury trial lawsuit verdict sentenced court"),
        words!(
            "carpenter baker farmer plumber electrician mechanic gardener fisherman waiter waitress hairdresser builder \
             mason welder shopkeeper bakery farm teacher pupil librarian pensioner student"
        ),
    ],
    near_fields: &[
        [1, 7], [1, 9], [5, 6], [4, 9], [1, 2], [2, 5], [1, 5], [1, 6], [1, 4],
    ],
    countries: &[
        &["afghanistan", "afghan", "kabul", "kandahar"],
        &["albania", "albanian", "tirana"],
        &["algeria", "algerian", "algiers"],
        &["angola", "angolan", "luanda"],
        &["argentina", "argentine", "argentinian", "buenos aires"],
        &["armenia", "armenian", "yerevan"],
        &["australia", "australian", "canberra", "sydney", "melbourne", "brisbane", "perth", "tasmania", "queensland", "new south wales", "hobart", "adelaide"],
        &["austria", "austrian", "vienna", "graz", "salzburg"],
        &["azerbaijan", "azerbaijani", "baku"],
        &["bahamas", "bahamian", "nassau"],
        &["bahrain", "bahraini", "manama"],
        &["bangladesh", "bangladeshi", "dhaka", "chittagong"],
        &["barbados", "barbadian", "bridgetown"],
        &["belarus", "belarusian", "minsk"],
        &["belgium", "belgian", "antwerp", "ghent"],
        &["belize", "belizean", "belmopan"],
        &["benin", "beninese", "porto novo", "cotonou"],
        &["bhutan", "bhutanese", "thimphu"],
        &["bolivia", "bolivian", "la paz"],
        &["bosnia", "bosnian", "sarajevo", "bosnia herzegovina"],
        &["botswana", "motswana", "gaborone"],
        &["brazil", "brazilian", "brasilia", "sao paulo", "rio de janeiro", "rio", "santos", "bahia"],
        &["brunei", "bruneian"],
        &["bulgaria", "bulgarian", "sofia"],
        &["burkina faso", "burkinabe", "ouagadougou"],
        &["burundi", "burundian", "bujumbura", "gitega"],
        &["cambodia", "cambodian", "phnom penh"],
        &["cameroon", "cameroonian", "yaounde", "douala"],
        &["canada", "canadian", "ottawa", "toronto", "montreal", "vancouver", "quebec", "ontario", "alberta", "calgary"],
        &["chad", "chadian", "ndjamena"],
        &["chile", "chilean", "santiago", "valparaiso"],
        &["china", "chinese", "beijing", "shanghai", "hong kong", "guangdong", "shenzhen", "sichuan", "wuhan"],
        &["colombia", "colombian", "bogota", "medellin", "cali"],
        &["congo", "congolese", "kinshasa", "goma", "democratic republic congo"],
        &["costa rica", "costa rican"],
        &["croatia", "croatian", "croat", "zagreb", "split"],
        &["cuba", "cuban", "havana"],
        &["cyprus", "cypriot", "nicosia"],
        &["czech republic", "czech", "czechia", "prague", "brno"],
        &["denmark", "danish", "dane", "copenhagen", "aarhus"],
        &["djibouti", "djiboutian"],
        &["dominican republic", "dominican", "santo domingo"],
        &["east timor", "timorese", "timor leste", "dili"],
        &["ecuador", "ecuadorian", "quito", "guayaquil"],
        &["egypt", "egyptian", "cairo", "alexandria", "ismailia"],
        &["el salvador", "salvadoran", "salvadorean", "san salvador"],
        &["eritrea", "eritrean", "asmara"],
        &["estonia", "estonian", "tallinn"],
        &["eswatini", "swaziland", "swazi", "mbabane"],
        &["ethiopia", "ethiopian", "addis ababa", "tigray"],
        &["fiji", "fijian", "suva"],
        &["finland", "finnish", "finn", "helsinki"],
        &["france", "french", "paris", "marseille", "lyon", "toulouse", "nice"],
        &["gabon", "gabonese", "libreville"],
        &["gambia", "gambian", "banjul"],
        &["republic georgia", "georgian", "tbilisi", "batumi"],
        &["germany", "german", "berlin", "munich", "hamburg", "frankfurt", "cologne", "stuttgart", "bavaria", "saxony"],
        &["ghana", "ghanaian", "accra", "kumasi", "tema"],
        &["greece", "greek", "athens", "thessaloniki", "crete"],
        &["grenada", "grenadian"],
        &["guatemala", "guatemalan", "guatemala city"],
        &["guinea", "guinean", "conakry"],
        &["guinea bissau", "bissau"],
        &["guyana", "guyanese", "georgetown"],
        &["haiti", "haitian", "port au prince"],
        &["honduras", "honduran", "tegucigalpa"],
        &["hungary", "hungarian", "budapest"],
        &["iceland", "icelandic", "icelander", "reykjavik"],
        &["india", "indian", "new delhi", "delhi", "mumbai", "kolkata", "chennai", "bengaluru", "bangalore", "kerala", "gujarat", "kashmir"],
        &["indonesia", "indonesian", "jakarta", "bali", "java", "sumatra"],
        &["iran", "iranian", "tehran", "isfahan"],
        &["iraq", "iraqi", "baghdad", "basra", "mosul"],
        &["ireland", "irish", "dublin", "cork", "galway"],
        &["israel", "israeli", "jerusalem", "tel aviv", "haifa"],
        &["italy", "italian", "rome", "milan", "naples", "turin", "sicily", "venice", "florence"],
        &["ivory coast", "ivorian", "cote divoire", "abidjan", "yamoussoukro"],
        &["jamaica", "jamaican", "kingston"],
        &["japan", "japanese", "tokyo", "osaka", "kyoto", "hokkaido", "okinawa"],
        &["hashemite kingdom jordan", "jordanian", "amman"],
        &["kazakhstan", "kazakh", "astana", "almaty"],
        &["kenya", "kenyan", "nairobi", "mombasa", "nakuru", "kisumu"],
        &["kiribati"],
        &["kosovo", "kosovar", "pristina"],
        &["kuwait", "kuwaiti"],
        &["kyrgyzstan", "kyrgyz", "bishkek"],
        &["laos", "laotian", "vientiane"],
        &["latvia", "latvian", "riga"],
        &["lebanon", "lebanese", "beirut"],
        &["lesotho", "basotho", "maseru"],
        &["liberia", "liberian", "monrovia"],
        &["libya", "libyan", "tripoli", "benghazi", "sirte"],
        &["liechtenstein"],
        &["lithuania", "lithuanian", "vilnius"],
        &["luxembourg", "luxembourger"],
        &["madagascar", "malagasy", "antananarivo"],
        &["malawi", "malawian", "lilongwe"],
        &["malaysia", "malaysian", "kuala lumpur", "penang", "sabah", "sarawak"],
        &["maldives", "maldivian"],
        &["mali", "malian", "bamako"],
        &["malta", "maltese", "valletta"],
        &["mauritania", "mauritanian", "nouakchott"],
        &["mauritius", "mauritian"],
        &["mexico", "mexican", "mexico city", "tijuana", "guadalajara"],
        &["moldova", "moldovan", "chisinau"],
        &["monaco", "monegasque"],
        &["mongolia", "mongolian", "ulaanbaatar"],
        &["montenegro", "montenegrin", "podgorica"],
        &["morocco", "moroccan", "rabat", "casablanca", "marrakesh"],
        &["mozambique", "mozambican", "maputo"],
        &["myanmar", "burma", "burmese", "yangon", "naypyidaw"],
        &["namibia", "namibian", "windhoek"],
        &["nepal", "nepali", "nepalese", "kathmandu"],
        &["netherlands", "dutch", "amsterdam", "hague", "rotterdam", "utrecht"],
        &["new zealand", "new zealander", "wellington", "auckland", "christchurch", "dunedin", "rotorua"],
        &["nicaragua", "nicaraguan", "managua"],
        &["niger", "nigerien", "niamey"],
        &["nigeria", "nigerian", "abuja", "lagos", "kano", "ibadan", "kaduna"],
        &["north korea", "north korean", "pyongyang"],
        &["north macedonia", "macedonian", "skopje"],
        &["norway", "norwegian", "oslo", "bergen"],
        &["oman", "omani", "muscat"],
        &["pakistan", "pakistani", "islamabad", "karachi", "lahore", "peshawar", "sindh"],
        &["palestine", "palestinian", "gaza", "ramallah", "west bank"],
        &["panama", "panamanian", "panama city"],
        &["papua new guinea", "port moresby"],
        &["paraguay", "paraguayan", "asuncion"],
        &["peru", "peruvian", "lima", "cusco"],
        &["philippines", "philippine", "filipino", "manila", "palawan", "mindanao", "cebu"],
        &["poland", "polish", "warsaw", "krakow", "gdansk"],
        &["portugal", "portuguese", "lisbon", "porto"],
        &["qatar", "qatari", "doha"],
        &["romania", "romanian", "bucharest"],
        &["russia", "russian", "moscow", "st petersburg", "kremlin", "siberia", "chechnya"],
        &["rwanda", "rwandan", "kigali"],
        &["samoa", "samoan", "apia"],
        &["saudi arabia", "saudi", "riyadh", "jeddah", "mecca"],
        &["senegal", "senegalese", "dakar"],
        &["serbia", "serbian", "serb", "belgrade"],
        &["seychelles", "seychellois"],
        &["sierra leone", "sierra leonean", "freetown"],
        &["singapore", "singaporean"],
        &["slovakia", "slovak", "bratislava"],
        &["slovenia", "slovenian", "slovene", "ljubljana"],
        &["solomon islands", "honiara"],
        &["somalia", "somali", "mogadishu", "somaliland"],
        &["south africa", "south african", "pretoria", "johannesburg", "cape town", "durban", "soweto"],
        &["south korea", "south korean", "seoul", "busan"],
        &["south sudan", "south sudanese", "juba"],
        &["spain", "spanish", "spaniard", "madrid", "barcelona", "catalonia", "valencia", "seville", "sevilla"],
        &["sri lanka", "sri lankan", "colombo"],
        &["sudan", "sudanese", "khartoum", "darfur"],
        &["suriname", "surinamese", "paramaribo"],
        &["sweden", "swedish", "swede", "stockholm", "malmo", "gothenburg"],
        &["switzerland", "swiss", "zurich", "geneva", "basel"],
        &["syria", "syrian", "damascus", "aleppo", "homs"],
        &["taiwan", "taiwanese", "taipei"],
        &["tajikistan", "tajik", "dushanbe"],
        &["tanzania", "tanzanian", "dodoma", "dar es salaam", "zanzibar"],
        &["thailand", "thai", "bangkok", "phuket"],
        &["togo", "togolese", "lome"],
        &["tonga", "tongan"],
        &["trinidad", "trinidadian", "trinidad tobago", "port spain"],
        &["tunisia", "tunisian", "tunis"],
        &["turkey", "turkish", "turk", "turkiye", "ankara", "istanbul", "izmir"],
        &["turkmenistan", "turkmen", "ashgabat"],
        &["uganda", "ugandan", "kampala"],
        &["ukraine", "ukrainian", "kyiv", "kiev", "odesa", "odessa", "kharkiv", "lviv", "crimea", "donetsk"],
        &["united arab emirates", "emirati", "uae", "dubai", "abu dhabi"],
        &[
            "united kingdom", "britain", "british", "briton", "uk", "england", "english", "scotland", "scottish", "wales",
            "welsh", "northern ireland", "london", "manchester", "birmingham", "leeds", "edinburgh", "glasgow", "belfast",
            "cardiff", "bradford", "sheffield", "bristol", "derby", "westminster", "great britain", "whitehall",
        ],
        &[
            "united states", "american", "us", "usa", "america", "washington", "new york", "california", "texas",
            "florida", "ohio", "alabama", "alaska", "arizona", "arkansas", "colorado", "connecticut", "delaware", "hawaii",
            "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine", "maryland", "massachusetts",
            "michigan", "minnesota", "mississippi", "missouri", "montana", "nebraska", "nevada", "new hampshire",
            "new jersey", "new mexico", "north carolina", "north dakota", "oklahoma", "oregon", "pennsylvania",
            "rhode island", "south carolina", "south dakota", "tennessee", "utah", "vermont", "virginia", "west virginia",
            "wisconsin", "wyoming", "los angeles", "chicago", "houston", "boston", "atlanta", "philadelphia", "seattle",
            "san francisco", "miami", "dallas", "detroit", "memphis", "tampa", "denver", "white house", "pentagon",
            "washington dc", "new york city", "brooklyn", "milwaukee", "las vegas",
        ],
        &["uruguay", "uruguayan", "montevideo"],
        &["uzbekistan", "uzbek", "tashkent", "samarkand"],
        &["vanuatu", "port vila"],
        &["vatican", "holy see"],
        &["venezuela", "venezuelan", "caracas", "maracaibo"],
        &["vietnam", "vietnamese", "hanoi", "ho chi minh city", "saigon"],
        &["yemen", "yemeni", "sanaa", "aden"],
        &["zambia", "zambian", "lusaka"],
        &["zimbabwe", "zimbabwean", "harare", "bulawayo"],
    ],
};
