//! English words of roles and affiliations: titles that are none, nouns for trades, verbs that tell for whom one speaks.

use crate::lang::{Roles, words};

pub(super) const ROLES: Roles = Roles {
    honorifics: words!(
        "mr mrs ms miss mx dr sir lord lady dame madam madame mme mlle sister father brother mother chief engr \
         arch alhaji alhaja hajia otunba pastor rev reverend fr st hon honourable honorable justice don dona \
         sheikh sheik hajj mullah prof late then ex uncle auntie aunt mama papa baba pa comrade saint \
         monsieur herr frau"
    ),
    trades: words!(
        "advocate emeritus emerita substitute guide spy alderperson au-pair barista barman barmaid bookie bursar \
         caddie choirboy commando compere corporator councilperson cowboy coxswain doula dramaturg earl gendarme \
         guerrilla guru insurgent maharaja muezzin oligarch osteopath pandit postdoc postgraduate pradhan pundit \
         roadie sangoma sarpanch stablehand taoiseach tanaiste tehsildar undergraduate valet fisherman fisherwoman gardener vet veterinarian midwife baker butcher cook carpenter plumber electrician \
         mechanic miner shepherd herder reindeer-herder beekeeper brewer tailor weaver potter sculptor painter \
         oboist violinist cellist pianist flautist trumpeter guitarist drummer conductor composer soprano tenor \
         schoolteacher headteacher headmaster headmistress lecturer rector dean provost registrar tutor nurse \
         paramedic pharmacist dentist radiologist cardiologist pathologist coroner oncologist pediatrician \
         paediatrician nutritionist statistician mathematician astronomer ecologist botanist zoologist \
         ornithologist hydrologist seismologist meteorologist oceanographer archaeologist linguist librarian \
         archivist translator interpreter trader vendor hawker shopkeeper grocer innkeeper hotelier landlord \
         landlady tenant janitor caretaker cleaner porter guard watchman gatekeeper ranger warden gamekeeper keeper \
         forester lumberjack logger firefighter lifeguard sailor mate skipper boatman ferryman stevedore docker \
         motorman trucker cyclist jockey referee umpire trainer physiotherapist counsel barrister solicitor notary \
         magistrate bailiff ombudsman ombudswoman alderman councilmember assemblyman assemblywoman assemblymember \
         lawmaker whip backbencher treasurer undersecretary under-secretary vice-president vice-chair vice-chairman \
         co-chair co-owner co-author co-director coordinator co-ordinator organiser convener convenor chairperson \
         patron marshal admiral commodore lieutenant-general rear-admiral brigadier corporal private deputy \
         superintendent chief-of-staff adviser attache consul nuncio abbot abbess bishop archbishop cardinal vicar \
         curate deacon monk nun mufti ayatollah sultan emir sheikh chieftain queen emperor regent heir peer \
         viscount marquess activist volunteer fundraiser commentator cameraman cartoonist illustrator animator \
         screenwriter lyricist choreographer dancer ballerina acrobat clown magician impresario producer dj rapper \
         vocalist bassist designer stylist model hairdresser barber beautician waiter waitress bartender sommelier \
         restaurateur caterer butler chauffeur courier postman postwoman bricklayer mason roofer welder blacksmith \
         locksmith glazier surveyor planner demographer geographer criminologist ethicist economist actuary broker \
         underwriter salesman saleswoman shareholder stakeholder financier industrialist landowner rancher grower \
         winemaker vintner orchardist herdsman herdswoman passer-by bystander eyewitness commuter pensioner retiree \
         applicant plaintiff petitioner appellant respondent complainant bidder developer programmer technician \
         dispatcher navigator astronaut cosmonaut spokeswoman spokesman spokesperson fellow md cfo coo cto vp mla mep msp td gp sub-editor newsreader anchorman anchorwoman moderator \
         graduate alumnus assistant deckhand bosun purser steward stewardess churchwarden curator cellarer \
         constable challenger haulier all-rounder publican packer trawlerman crofter smallholder puppeteer juggler \
         busker winger forward fullback fly-half scrum-half bowler batsman batter pitcher quarterback catcher \
         wrestler swimmer rower sprinter skier skater gymnast golfer fencer archer climber mountaineer adjuster \
         administrator agent ambulancewoman announcer arranger artisan assassin attendant baron biker bodyguard \
         bookkeeper bookseller bureaucrat burglar buyer cabbie cadet captive carer clergyman cobbler collector \
         concierge conservationist counsellor counselor craftsman creditor dealer debtor decorator detainee \
         dietician dietitian donor dressmaker educator escapee examiner exporter farmhand fiddler footballer \
         fugitive gambler goalie gravedigger hacker handyman harvester hauler heiress hitman housekeeper housewife \
         hustler importer intruder inventor islander jeweler joiner kidnapper knitter laborer labourer laureate \
         layman machinist maid matriarch medic mercenary merchant messenger microbiologist miller \
         minister-designate ministerial missionary mourner mover murderer nanny naturalist neurologist nun-novice \
         ophthalmologist orderly organist panellist parishioner partisan patriarch peacekeeper peasant \
         percussionist pickpocket pioneer policewoman preacher prefect premier-elect president-elect printer \
         proprietor psychic publicist realtor receptionist repairman rescuer salesperson saxophonist schoolboy \
         schoolgirl seaman seamstress seller servant shoemaker smuggler sniper socialite songwriter spectator \
         squatter stockbroker stuntman taxidermist teller therapist thief tiler trainee traveler traveller \
         trombonist truant typist undertaker usher vlogger walker washerwoman whaler wholesaler yachtsman youngster \
         zookeeper prelate pontiff cleric clergywoman churchman chaplain friar parson verger sexton evangelist presbyter \
         rider racer hiker jogger backpacker rambler surfer angler kayaker canoeist snowboarder skateboarder marathoner \
         triathlete decathlete heptathlete hurdler high-jumper shot-putter cricketer olympian paralympian medallist \
         medalist playmaker centre-back left-back right-back flanker judoka grandmaster shot-stopper \
         maestro soloist harpist bassoonist clarinettist accordionist baritone mezzo-soprano crooner balladeer troubadour \
         librettist dramatist essayist biographer memoirist ceramicist printmaker engraver calligrapher documentarian \
         cinematographer showrunner plasterer scaffolder wheelwright saddler furrier milliner cheesemaker shipbuilder \
         boatbuilder fishmonger greengrocer ironmonger stonemason steelworker dockworker millworker woodcutter farmworker \
         goatherd shepherdess fisher winegrower comptroller viceroy ombudsperson jurist aviator airman airwoman \
         servicewoman serviceman guardsman infantryman paratrooper submariner conscript recruit reservist"
    ),
    things: words!(
        "later earlier winter summer quarter september october november december number letter order water power \
         matter center centre offer dinner weather river paper chapter disaster corner latter former river \
         computer newspaper easter chamber shoulder border counter ladder gutter thunder event tent \
         content extent accident incident present current percent cent factor sector \
         motor error horror terror mirror tractor reactor corridor harbor labor detector rumor list mist twist \
         assist exist persist plant grant restaurant want giant pregnant restaurant guarantee committee coffee \
         fee tree three agree degree knee alternative initiative motive narrative objective access excess success process progress address business mess dress stress \
         server murder slaughter shower flower power chess illness fitness \
         perspective drive five live active native give"
    ),
    strangers: words!(
        "man woman boy girl child person people guy lady gentleman couple teenager teen adult youth youngster \
         widow widower husband wife father mother son daughter brother sister uncle aunt cousin nephew niece \
         grandfather grandmother grandson granddaughter parent sibling twin friend girlfriend boyfriend fiance \
         briton englishman englishwoman scot scotsman scotswoman welshman welshwoman irishman irishwoman frenchman \
         frenchwoman dutchman dutchwoman spaniard dane swede finn turk serb croat slovene kurd arab icelander filipina \
         londoner glaswegian liverpudlian mancunian dubliner sydneysider expat emigrant townsman townswoman \
         fiancee colleague neighbour neighbor namesake one star winner loser speaker figure victim suspect predecessor successor \
         counterpart rival"
    ),
    passing: words!(
        "new last first second third next previous retired long-time longtime long-serving veteran young old \
         elderly local own prominent late outgoing incoming current popular famous well-known elder younger \
         eldest youngest other another same only main key leading top respected influential outspoken newly \
         angry proud tired blind tall cheerful stubborn devoted busy self-taught self-employed unemployed part-time \
         full-time freelance amateur award-winning elected newly-elected lifelong keen fellow \
         non-binary nonbinary genderqueer genderfluid agender \
         two three four five six seven eight nine ten many several certain rival"
    ),
    called_they: words!("non-binary nonbinary genderqueer genderfluid agender"),
    affiliating: words!("of for at from to with by"),
    leading: words!(
        "heads headed runs ran leads led chairs chaired directs directed manages managed founded owns owned \
         represents represented edits edited works worked speaks spoke teaches taught serves served belongs \
         joined co-founded cofounded commands commanded coaches coached coordinates lectures plays played sings sang"
    ),
    naming: words!("named called"),
    bodies: words!(
        "museum library theatre theater opera orchestra choir gallery archive archives zoo aquarium mine mill factory \
         plant brewery distillery winery bakery farm ranch shipyard dockyard port harbour harbor airport station depot \
         refinery clinic hospice pharmacy laboratory lab observatory kindergarten nursery academy seminary monastery \
         abbey convent parish diocese cathedral mosque temple synagogue prison jail garrison regiment battalion brigade \
         squadron fleet coastguard guild chamber cooperative co-operative collective syndicate society trust registry \
         treasury market shop store supermarket hotel inn restaurant cafe pub studio press paper weekly daily festival \
         circus faculty centre center programme program project initiative movement front bloc caucus faction line \
         railway railways ferry shelter sanctuary reserve planetarium academy conservatory inspectorate directorate \
         secretariat inquiry union league federation confederation chapter branch desk newsroom ward unit division \
         garage workshop quarry vineyard dairy sawmill foundry smelter plantation campsite resort casino cinema bookshop \
         gym stadium section crew squad hub forum nonprofit nursery think-tank bookstore dispensary agency organisation \
         organization"
    ),
    authors: words!("author authors co-author writer editor compiler"),
    former: words!("former ex erstwhile onetime one-time"),
    title_nouns: &[
        words!("justice judge jurist"),
        words!("sister nun"),
        words!("father priest cleric"),
        words!("fr priest cleric"),
        words!("rev pastor priest cleric"),
        words!("reverend pastor priest cleric"),
        words!("dr doctor physician"),
        words!("prof professor"),
        words!("sen senator lawmaker"),
        words!("gov governor"),
        words!("rep representative congressman congresswoman"),
        words!("mp lawmaker legislator"),
        words!("gen general"),
        words!("col colonel officer"),
        words!("capt captain skipper"),
        words!("lt lieutenant officer"),
        words!("sgt sergeant officer"),
        words!("cllr councillor"),
        words!("pc constable officer"),
        words!("engr engineer"),
        words!("bishop prelate cleric"),
        words!("archbishop prelate cleric"),
        words!("cardinal prelate cleric"),
        words!("pope pontiff"),
        words!("imam cleric preacher"),
        words!("ayatollah cleric"),
        words!("mullah cleric"),
        words!("rabbi cleric"),
        words!("pastor cleric preacher"),
        words!("priest cleric clergyman"),
        words!("vicar priest cleric"),
        words!("chaplain cleric priest"),
        words!("preacher cleric"),
        words!("captain skipper"),
        words!("skipper captain"),
        words!("jockey rider"),
        words!("cyclist rider"),
        words!("biker rider"),
        words!("headteacher head"),
        words!("headmaster head"),
        words!("headmistress head"),
        words!("principal head"),
        words!("goalkeeper keeper goalie"),
        words!("goalie goalkeeper"),
        words!("striker forward attacker"),
        words!("forward striker"),
        words!("batsman batter"),
        words!("batter batsman"),
        words!("footballer player"),
        words!("cricketer player"),
        words!("golfer player"),
        words!("sprinter runner athlete"),
        words!("marathoner runner athlete"),
        words!("runner athlete"),
        words!("hurdler athlete"),
        words!("gymnast athlete"),
        words!("swimmer athlete"),
        words!("rower athlete"),
        words!("boxer fighter"),
        words!("wrestler fighter"),
        words!("racer driver"),
        words!("singer vocalist"),
        words!("vocalist singer"),
        words!("soprano singer"),
        words!("tenor singer"),
        words!("rapper musician"),
        words!("guitarist musician"),
        words!("drummer musician"),
        words!("pianist musician"),
        words!("violinist musician"),
        words!("cellist musician"),
        words!("novelist author writer"),
        words!("poet writer"),
        words!("author writer"),
        words!("playwright dramatist writer"),
        words!("journalist reporter"),
        words!("reporter journalist"),
        words!("correspondent journalist reporter"),
        words!("filmmaker director"),
        words!("surgeon doctor"),
        words!("physician doctor"),
        words!("gp doctor"),
        words!("oncologist doctor"),
        words!("cardiologist doctor"),
        words!("paediatrician doctor"),
        words!("pediatrician doctor"),
        words!("epidemiologist scientist"),
        words!("virologist scientist"),
        words!("physicist scientist"),
        words!("chemist scientist"),
        words!("biologist scientist"),
        words!("geologist scientist"),
        words!("nurse medic"),
        words!("paramedic medic"),
        words!("lawyer attorney"),
        words!("attorney lawyer"),
        words!("barrister lawyer"),
        words!("solicitor lawyer"),
        words!("counsel lawyer"),
        words!("advocate lawyer"),
        words!("magistrate judge"),
        words!("judge jurist"),
        words!("senator lawmaker legislator"),
        words!("congressman lawmaker"),
        words!("congresswoman lawmaker"),
        words!("legislator lawmaker"),
        words!("premier leader"),
        words!("tycoon billionaire magnate"),
        words!("magnate tycoon billionaire"),
        words!("billionaire tycoon"),
        words!("sergeant officer"),
        words!("constable officer"),
        words!("detective officer investigator"),
        words!("inspector officer detective"),
        words!("superintendent officer"),
        words!("lieutenant officer"),
        words!("colonel officer"),
        words!("chef cook"),
        words!("cook chef"),
        words!("trawlerman fisherman"),
        words!("fisherman fisher"),
        words!("king monarch"),
        words!("queen monarch"),
        words!("coach boss"),
        words!("manager boss"),
        words!("ceo boss"),
        words!("schoolteacher teacher"),
        words!("painter artist"),
        words!("sculptor artist"),
        words!("climber mountaineer"),
        words!("mountaineer climber"),
        words!("hiker walker"),
        words!("yachtsman sailor"),
        words!("ambassador envoy diplomat"),
        words!("envoy diplomat"),
        words!("consul diplomat"),
        words!("winegrower winemaker"),
        words!("vintner winemaker"),
    ],
    adverbs: words!("also long now then once formerly currently himself herself themselves still both simultaneously"),
    of_places: words!("mayor mayoress governor president premier sheriff ambassador envoy consul"),
    common_bodies: words!(
        "firm company club utility carrier airline lender operator town village island neighbourhood neighborhood valley city group fund business startup place country nation community area region \
         chain bloc supplier retailer maker manufacturer automaker insurer broadcaster publisher charity giant conglomerate \
         corporation consultancy contractor nonprofit brand agency organisation organization"
    ),
    after_names: words!("mp mep msp mla mlc mpp td qc kc sc"),
    topics: words!("on in"),
    at: words!("at"),
    shared: words!("chief co-founder cofounder co-owner co-director co-chair co-president co-leader co-chief"),
    offices: words!("first second third new"),
    numbering: words!("number no no. nr nr."),
    in_charge: words!("charge command responsible"),
    outsiders: words!(
        "customer client consumer fan supporter opponent shareholder stockholder investor creditor competitor user subscriber \
         visitor tourist victim survivor whistleblower plaintiff"
    ),
    watchers: words!("critic biographer historian scholar"),
    peers: words!("colleague teammate team-mate"),
    fields: words!(
        "covers covered follows followed studies studied researches researched tracks tracked analyses analyzes \
         specialises specializes covering following studying researching tracking analysing analyzing specialising \
         specializing working employed serving practising practicing"
    ),
    of_teams: words!(
        "captain skipper goalkeeper keeper striker forward winger midfielder playmaker defender centre-back left-back \
         right-back fullback scrum-half fly-half flanker quarterback substitute opener seamer spinner wicketkeeper bowler rounder \
         batsman batter all-rounder pitcher catcher linebacker shortstop wing-back centre-half hooker outfielder"
    ),
    coaches: words!("coach manager"),
    of_towns: words!("mayor mayoress alderman"),
    openers: words!("cabinet chief deputy prime principal permanent vice"),
    courtesies: words!("justice pastor"),
    officers: words!("executive officer ceo cfo coo cto"),
    posts: words!(
        "role time post position job tenure term work spell stint career appointment service nomination years \
         resignation election capacity"
    ),
    led: words!("led headed chaired run directed managed founded coached captained"),
    speaking: words!("speaking acting appearing campaigning lobbying"),
    representing: words!("representing"),
    appointed: words!("appointed named elected re-elected reelected made reappointed"),
    turning: words!("took stepped retired resigned returned started began elected appointed sworn reappointed"),
    parties: words!(
        "labour conservative conservatives tory tories green greens democrat democrats republican republicans \
         liberal liberals lib lab con plaid ukip"
    ),
    letters: words!("pro"),
    clubs: words!(
        "albion united city rovers wanderers athletic town rangers county hotspur villa forest thistle hearts \
         celtic academical harriers argyle"
    ),
};
