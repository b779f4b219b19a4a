//! Words in names of English-language news, and before them.

use crate::lang::{Names, words};

pub(super) const NAMES: Names = Names {
    particles: words!(
        "de da do dos das del della di du la le van von der den ter ten bin ibn bint abu al el ul ad af av zu"
    ),
    connectives: words!("of and the for in on at to & de la du des y e und der die"),
    between_capitals: words!("de la del da dos di of the al el bin van von den der le"),
    in_bylines: words!("and of the for in at with de da di del der den van von la le al bin el dos du y e"),
    articles: words!("the"),
    in_gold: words!("of the and for in on at de da del van von bin al la 's"),
    generations: words!("jr sr ii iii iv v vi vii viii"),
    suffixes: words!("phd ph.d md m.d esq mbe obe cbe kc qc mp"),
    designators: words!(
        "inc corp corporation ltd limited llc llp plc co company group holdings holding ag sa gmbh nv bv kg bank \
         city lp partners international association foundation institute party"
    ),
    legal_forms: words!("inc corp corporation ltd limited llc llp plc co ag sa gmbh nv bv kg lp"),
    titles_of_men: words!(
        "mr sir lord king prince congressman chairman father brother pope duke baron sheikh sheik ayatollah \
         archbishop emperor sultan spokesman businessman actor don hajj mullah"
    ),
    titles_of_women: words!(
        "mrs ms miss lady queen princess dame madam madame congresswoman chairwoman sister duchess baroness \
         actress empress spokeswoman businesswoman mme mlle dona"
    ),
    titles: words!(
        "dr prof professor president vice prime minister foreign secretary senator sen rep representative \
         chancellor governor gov mayor judge justice general gen col colonel maj major capt captain lt lieutenant \
         sgt sergeant officer chief director chairperson ambassador premier attorney deputy imam bishop cardinal \
         rabbi rev reverend coach speaker commissioner former acting ex late then detective inspector constable \
         admiral brigadier commander chair ceo editor analyst economist author candidate nominee democrat \
         republican conservative liberal attorney-general mp msgr fr st us u.s hon president-elect interim \
         incoming outgoing defense defence treasury interior finance state"
    ),
    titles_shortened: words!("pc wpc dc dci ds dcs cllr clr sgt supt insp det rev revd prof engr barr ald comrade"),
    forms_of_address: words!("mr mrs ms dr pc wpc cllr sgt supt insp engr"),
    organisation_heads: words!(
        "banque société union parti mouvement front ligue fédération confédération association comité médecins amis \
         crédit radio caisse compagnie conseil ministère institut université hôpital collectif syndicat agence banco \
         caixa partido frente movimiento movimento asociación associação federación federação sindicato unión união \
         cámara câmara compañía companhia consejo conselho instituto universidad universidade ministerio ministério \
         rádio banca cassa partito associazione federazione unione istituto università alianza agencia agência"
    ),
    organisation_links: words!("du de des do da dos das di del della delle dei d' pour para per la le les los las"),
    exclaimed: words!("yahoo jeopardy wham oklahoma yum oliver panic airplane jeb mia rouge ho tora"),
    nicknames: &[
        words!("joseph joe joey"),
        words!("robert bob bobby rob robbie"),
        words!("william bill billy will"),
        words!("james jim jimmy jamie"),
        words!("john jack johnny jon"),
        words!("richard rick dick rich"),
        words!("thomas tom tommy"),
        words!("michael mike mick"),
        words!("edward ed eddie ted"),
        words!("charles charlie chuck"),
        words!("daniel dan danny"),
        words!("donald don"),
        words!("kenneth ken"),
        words!("stephen steven steve"),
        words!("christopher chris"),
        words!("anthony tony"),
        words!("andrew andy drew"),
        words!("benjamin ben"),
        words!("samuel sam"),
        words!("matthew matt"),
        words!("nicholas nick"),
        words!("timothy tim"),
        words!("gregory greg"),
        words!("jeffrey jeff geoffrey geoff"),
        words!("lawrence larry"),
        words!("patrick pat"),
        words!("peter pete"),
        words!("philip phil phillip"),
        words!("ronald ron"),
        words!("david dave"),
        words!("alexander alex"),
        words!("elizabeth liz beth betty lizzie"),
        words!("katherine kate katie kathy catherine cathy"),
        words!("margaret maggie meg peggy"),
        words!("susan sue suzanne"),
        words!("deborah debbie debra"),
        words!("jennifer jen jenny"),
        words!("jessica jess"),
        words!("rebecca becky"),
        words!("barbara barb"),
        words!("nancy nan"),
        words!("victoria vicky tori"),
        words!("valerie val"),
        words!("vladimir volodymyr"),
        words!("francis frank francisco"),
        words!("albert al"),
        words!("leonard len leo"),
        words!("raymond ray"),
        words!("mitchell mitch"),
        words!("walter walt"),
        words!("zachary zach zack"),
        words!("joshua josh"),
        words!("bernard bernie"),
        words!("frederick fred freddie"),
        words!("gerald jerry gerry"),
        words!("harold harry hal"),
    ],
    aliases: &[
        &["united states", "united states america", "us", "usa", "america"],
        &["united kingdom", "uk", "britain", "great britain", "united kingdom great britain northern ireland"],
        &["european union", "eu"],
        &["united arab emirates", "uae", "emirates"],
        &["democratic republic congo", "drc", "dr congo"],
        &["north korea", "dprk"],
        &["burma", "myanmar"],
        &["turkey", "turkiye"],
        &["ivory coast", "cote ivoire", "cote divoire"],
        &["czech republic", "czechia"],
        &["vatican", "holy see"],
    ],
    land_and_water: words!(
        "river lake sea ocean bay gulf strait canal creek falls delta coast basin island islands isle peninsula \
         mount mountain mountains hill hills valley desert forest plateau volcano glacier reef beach cape border \
         region regions area zone corridor belt street avenue road highway bridge square park africa asia europe \
         eurasia oceania antarctica arctic atlantic pacific mediterranean caribbean balkans caucasus sahara sahel \
         himalayas himalaya andes alps amazon nile levant maghreb scandinavia indochina latin central middle far \
         near east west north south eastern western northern southern earth moon mars"
    ),
};
