//! English nouns for people and organisations that act and speak in the news.

use crate::lang::{Nouns, words};

pub(super) const NOUNS: Nouns = Nouns {
    men: words!(
        "man boy husband father brother son king prince uncle grandfather spokesman chairman businessman \
         congressman policeman gentleman actor nephew bishop pope fisherman salesman frontman widower boyfriend \
         guy waiter"
    ),
    women: words!(
        "woman girl wife mother sister daughter queen princess aunt grandmother spokeswoman chairwoman \
         businesswoman congresswoman actress niece waitress widow girlfriend lady nun"
    ),
    person: words!(
        "president minister premier senator secretary governor mayor lawmaker legislator politician leader \
         official spokesperson adviser advisor analyst expert economist professor scientist researcher scholar \
         author writer journalist reporter correspondent editor columnist critic activist campaigner organizer \
         organiser lawyer attorney prosecutor judge justice candidate nominee contender frontrunner incumbent \
         diplomat ambassador envoy commissioner director executive ceo founder co-founder chief head boss owner \
         manager chairperson chair coach player captain striker goalkeeper midfielder defender singer musician \
         artist filmmaker doctor physician nurse surgeon teacher student pupil principal officer detective \
         sheriff soldier general colonel commander captain lieutenant veteran farmer worker employee employer \
         resident citizen voter supporter opponent rival ally aide representative delegate member deputy speaker \
         chancellor king priest pastor reverend imam rabbi cleric historian engineer developer designer \
         entrepreneur investor trader banker billionaire consultant strategist pollster suspect defendant victim \
         witness survivor driver pilot passenger neighbor neighbour friend colleague parent child teenager teen \
         youth adult person individual insider source observer specialist investigator inspector regulator \
         negotiator mediator politburo mp congressperson councillor councilor councilman councilwoman alderman \
         republican democrat conservative liberal socialist communist populist nationalist dictator monarch ruler \
         tycoon magnate mogul star celebrity athlete champion winner loser runner boxer actor comedian host \
         presenter anchor producer director chef patient customer client consumer shopper tourist visitor refugee \
         migrant immigrant asylum-seeker prisoner inmate gunman attacker shooter terrorist militant rebel fighter \
         commander warlord hostage billionaire trustee treasurer clerk auditor accountant lobbyist whistleblower \
         blogger novelist poet playwright photographer curator architect psychologist psychiatrist biologist \
         physicist chemist geologist climatologist epidemiologist virologist anthropologist sociologist \
         philosopher theologian"
    ),
    persons: words!(
        "men women boys girls presidents ministers senators secretaries governors mayors lawmakers legislators \
         politicians leaders officials spokespersons spokesmen spokespeople advisers advisors analysts experts \
         economists professors scientists researchers scholars authors writers journalists reporters \
         correspondents editors columnists critics activists campaigners organizers organisers lawyers attorneys \
         prosecutors judges justices candidates nominees contenders diplomats ambassadors envoys commissioners \
         directors executives founders chiefs heads bosses owners managers coaches players musicians artists \
         doctors physicians nurses teachers students pupils officers detectives soldiers generals commanders \
         veterans farmers workers employees employers residents citizens voters supporters opponents rivals \
         allies aides representatives delegates members deputies priests pastors clerics historians engineers \
         developers entrepreneurs investors traders bankers consultants strategists pollsters suspects defendants \
         victims witnesses survivors drivers pilots passengers neighbors neighbours friends colleagues parents \
         children teenagers teens youths adults people persons individuals insiders sources observers specialists \
         investigators inspectors regulators negotiators mediators mps republicans democrats conservatives \
         liberals authorities others families relatives folks locals protesters demonstrators protestors fans \
         users customers consumers clients tourists visitors refugees migrants immigrants prisoners inmates \
         militants rebels fighters terrorists troops police locals villagers islanders natives americans hawks \
         doves moderates progressives"
    ),
    organisation: words!(
        "company firm bank agency court party government administration ministry department office committee \
         commission council parliament senate congress assembly board union organization organisation group \
         association federation league club team coalition alliance campaign university college school hospital \
         church newspaper magazine website network station channel outlet publisher broadcaster airline carrier \
         manufacturer maker automaker retailer chain supplier operator startup business corporation conglomerate \
         consultancy think-tank charity foundation institute institution body regulator watchdog authority army \
         navy military force police bureau embassy consulate palace kremlin pentagon cabinet ruling regime junta \
         militia gang cartel network opposition tribunal panel jury fund exchange lender insurer utility \
         developer contractor giant band troupe orchestra family household delegation mission secretariat service"
    ),
    organisations: words!(
        "companies firms banks agencies courts parties governments ministries departments committees commissions \
         councils unions organizations organisations groups associations clubs teams universities schools \
         hospitals newspapers businesses corporations charities institutions bodies watchdogs forces markets \
         media"
    ),
    place: words!(
        "country nation city town village state province region island kingdom republic capital county district \
         territory neighborhood neighbourhood municipality continent"
    ),
    text: words!(
        "report study survey poll statement article document memo letter filing lawsuit complaint indictment \
         ruling opinion editorial book paper analysis review release text account bulletin transcript email tweet \
         post message affidavit warrant law bill constitution declaration communique resolution sign banner ad \
         advert advertisement commercial clip video footage film documentary slide headline column caption \
         evidence data theory research"
    ),
    texts: words!(
        "ads clips videos slides headlines figures reports studies surveys polls statements articles documents \
         memos letters filings papers accounts emails tweets records"
    ),
    modifiers: words!(
        "new old former senior junior top leading chief young veteran local foreign national international \
         federal military political current incoming outgoing late acting own same first second third main \
         prominent key unnamed anonymous independent private public financial economic legal medical health \
         defense defence security intelligence white black consulting news human rights state ruling opposition \
         right-wing left-wing far-right conservative liberal democratic republican prime vice deputy assistant \
         executive general great big small large young elderly other high-ranking high-level retired longtime \
         long-time influential powerful billionaire popular famous tech oil energy campaign trade law church city \
         government company house white-house press"
    ),
    ages: words!("year month week old"),
    observers: words!(
        "analyst analysts expert experts critic critics observer observers commentator commentators economist \
         economists specialist specialists scholar scholars historian historians researcher researchers \
         strategist strategists columnist professor academics pundits skeptics sceptics detractors consultant \
         consultants consultancy consulting pollster pollsters think-tank ngo ngos political-scientist \
         sociologist academic jurist jurists essayist editorialist newspaper"
    ),
    institutions: words!(
        "daily magazine agency firm company ministry government party union group organisation organization \
         institute bank church opposition foundation association committee council army court university \
         commission federation regime coalition weekly newspaper outlet"
    ),
    roles: words!(
        "adviser advisor director president minister chairman chairwoman chair head chief leader secretary \
         spokesman spokeswoman spokesperson member fellow lawyer attorney author founder co-founder coordinator \
         senator deputy lawmaker governor mayor ambassador diplomat activist journalist reporter editor coach \
         manager captain executive ceo general colonel judge prosecutor doctor scientist representative partner \
         lecturer campaigner correspondent"
    ),
    speakers: words!(
        "skipper cook clerk guard keeper baker butcher plumber electrician carpenter mechanic gardener cleaner porter \
         cashier barber tailor nun monk abbot rabbi imam vicar vet surgeon dentist midwife pharmacist librarian archivist \
         curate warden ranger hunter shepherd herder fisher miner welder mason builder bricklayer tenant landlord landlady \
         lodger bride groom godfather godmother grandson granddaughter cousin twin orphan hostess steward stewardess \
         sailor admiral major corporal sergeant lieutenant colonel constable sheriff marshal inspector warder bailiff \
         umpire referee goalkeeper striker defender winger sprinter cyclist rower boxer jockey violinist pianist cellist \
         drummer guitarist conductor composer singer rapper dancer sculptor painter weaver potter brewer grocer \
         shopkeeper stallholder trader hawker vendor florist jeweller optician postman milkman fireman firefighter \
         paramedic plaintiff claimant appellant juror magistrate mediator arbitrator notary broker actuary auctioneer \
         insurers insurer foreman supervisor apprentice intern trainer instructor tutor lecturer dean rector provost \
         principal headmaster headmistress headteacher chancellor chairperson councilor aide envoy consul attache \
         septuagenarian octogenarian pensioner retiree veteran newcomer bystander onlooker passer-by motorist cyclist \
         commuter hiker climber swimmer bather surfer diver angler crew staff squad public crowd"
    ),
    person_endings: words!("er or ist man men woman women ian ess eer ers ors ists ians"),
    mottos: words!("slogan motto theme title name nickname logo watchword nick"),
    signs: words!(
        "sign signs banner banners placard placards poster posters shirt shirts t-shirt t-shirts plaque plaques billboard \
         billboards board boards graffiti sticker stickers cap caps flag flags inscription"
    ),
    headings: words!(
        "note photo video image update updated correction source related watch read more q a breaking exclusive \
         opinion analysis live poll report editor"
    ),
    labels: words!(
        "photo photos video videos image images picture pictures graphic audio podcast caption headline answer question \
         transcript subject date update updated correction note watch listen read more related summary timeline warning \
         background disclaimer credit credits copyright tags topics topic share advertisement gallery quiz profile \
         explainer preview factbox reminder comment q a ps to cc bcc sent re fwd title author section breaking exclusive \
         live opinion analysis"
    ),
    introductions: words!(
        "desk note statement message letter word words comment comments remarks response answer reply email e-mail \
         mail post tweet speech reaction memo bulletin appeal"
    ),
    storms: words!("hurricane typhoon cyclone storm"),
    laws: words!(
        "act acts law laws bill bills constitution treaty treaties code accord accords protocol protocols charter regulation \
         regulations directive amendment amendments ordinance decree statute clause agreement"
    ),
    events: words!(
        "cup games olympics paralympics olympiad championship championships festival fest summit war wars conference carnival \
         marathon election elections referendum revolution exhibition expo uprising tournament forum prix competition \
         primary primaries race regatta derby battle biennale gala fair faire parade symposium awards day week crisis massacre \
         genocide earthquake riots protests siege intifada offensive"
    ),
    before_events: words!("operation hurricane typhoon cyclone"),
    numbered: words!(
        "flight room cell bus gate train platform ward locker unit apartment flat suite carriage seat extension channel model \
         lot plot ticket"
    ),
    verdicts: words!(
        "verdict words view views opinion message assessment conclusion claim warning boast promise plea cry complaint response \
         reaction answer reply argument advice prediction explanation description"
    ),
    statements: words!(
        "announcement announcements claim claims argument arguments promise promises point points statement \
         statements accusation accusations warning warnings remark remarks allegation allegations comment \
         comments suggestion suggestions complaint complaints"
    ),
};
