//! Verbs and auxiliaries of English.

use crate::lang::{Verbs, words};

pub(super) const VERBS: Verbs = Verbs {
    after_subjects: words!(
        "is was are were be been being has had have does did do will would can could may might must shall should \
         's 're 've 'll 'd wo ca also then never now still once later often always already just soon not n't only \
         even again finally recently reportedly allegedly earlier told gave took made got went came became began \
         won lost led left met ran saw knew kept put set held sent spent built brought bought caught found felt \
         fell fought sought taught stood wrote spoke broke drove rose chose grew threw drew flew shook struck \
         paid read cut hit let"
    ),
    speech: words!(
        "said says say saying tells told asked added adds announced argued argues believes claimed claims \
         complained concluded confirmed declared denied explained explains insisted insists noted notes predicted \
         promised recalled replied reported responded revealed stated stressed suggested suggests thinks thought \
         warned warns wrote writes called calls comments commented tweeted admitted assured acknowledged"
    ),
    finite: words!("is are was were has have had will would can could should may might must does"),
    auxiliaries: words!(
        "is was are were be been being 's 're am 'm has have had do does did will would can could should may \
         might must 've 'll 'd wo ca"
    ),
    copulas: words!("be been being is are was were 's 're become becomes became remain remains remained"),
    be: words!("be been being is are was were get"),
    made: words!("made makes gave gives issued raised offered put"),
    negators: words!(
        "not n't no never none nobody nothing neither nor without hardly cannot barely rarely lack lacks lacked \
         fail fails failed refused refuses denied denies deny"
    ),
    formal_reports: words!(
        "averred avers opined opines submitted submits contended contends alleged alleges intimated intimates \
         reckoned reckons prophesied prophesies decried decries bemoaned bemoans lamented laments maintained \
         maintains reiterated reiterates hinted hints disclosed discloses deposed deposes apprised informed informs \
         posited surmised assured assures moaned moans charged vouched divulged ruled proffered conceded concedes \
         allowed granted grants stated states regretted regrets cautioned cautions counselled posits confided \
         affirmed affirms asserted asserts attested attests avowed testified reminded reminds notified told tells \
         swore rued bared"
    ),
    plain_reports: words!("said says reckoned reckons claimed claims told tells"),
    before_reports: words!(
        "has have had also later earlier again then on yesterday today recently further monday tuesday wednesday \
         thursday friday saturday sunday repeatedly reportedly publicly categorically strongly"
    ),
    after_quotations: words!(
        "said says asked asks cried cries shouted shouts yelled yells wrote writes replied replies added adds \
         demanded demands wondered wonders exclaimed exclaims answered answers told tells screamed screams \
         whispered whispers called calls joked jokes quipped quips tweeted tweets posted posts responded responds \
         remarked remarks recalled recalls mused muses inquired inquires continued continues chanted chants \
         roared roars sang sings thought thinks insisted insists protested protests declared declares announced \
         announces pleaded pleads urged urges warned warns interjected queried retorted snapped begged fumed \
         raged thundered blasted stormed gushed enthused"
    ),
    reporting: words!(
        "accuse acknowledge add admit advise affirm allege announce answer argue ask assert assure boast blame \
         caution charge cite claim clarify comment complain concede conclude confess confirm contend counter \
         criticise criticize cry declare decry defend demand denounce deny describe detail disclose dismiss \
         dispute elaborate emphasise emphasize enthuse estimate exclaim explain express finish fume grumble \
         highlight hint imply indicate inform inquire insist interject invite joke lament maintain mention mock \
         muse mutter note observe opine order outline plead pledge point ponder praise predict proclaim promise \
         propose protest query question quip reaffirm reason recall reckon recommend recount reflect reiterate \
         remark remind repeat reply report request respond retort reveal scream shout signal snap stress suggest \
         summarise summarize surmise testify theorise thunder tweet underline underscore urge voice volunteer vow \
         warn whisper wonder worry yell"
    ),
    with_hearers: words!("told tells informed informs assured assures reminded reminds notified notifies"),
    refused: words!("declined declines refused refuses"),
    deeds: words!(
        "approved approves upheld upholds overturned overturns appointed appoints elected elects hired hires fired fires sacked \
         sacks ended ends bought buys sold sells sued sues fined fines jailed jails arrested arrests opened opens closed \
         closes shut shuts merged merges renamed renames built builds won wins lost loses signed switched \
         turned took takes"
    ),
    thoughts: words!(
        "thought fear fears feared hope hopes hoped doubt doubts doubted find finds found show shows showed"
    ),
    adding: words!("added adds continued continues"),
    closing: words!(
        "found finds believes believed thinks thought reckons reckoned concludes concluded fears feared hopes hoped suspects \
         suspected"
    ),
    clauses: words!(
        "believe believes believed think thinks suspect suspects suspected insist insists insisted argue argues argued warn \
         warns warned admit admits admitted explain explains explained maintain maintains maintained say"
    ),
    holds: words!("is are was were"),
    convictions: words!("sure certain convinced confident adamant persuaded hopeful afraid optimistic"),
    puts: words!("put puts"),
    forecasts: words!(
        "see sees expect expects expected forecast forecasts predict predicts predicted project projects projected estimate \
         estimates estimated foresee foresees"
    ),
    justifies: words!("justify justifies justified"),
    objects: words!(
        "deny denies denied promise promises promised pledge pledges pledged reject rejects rejected dispute disputes \
         disputed admit admits admitted propose proposes proposed concede concedes conceded condemn condemns condemned \
         criticise criticises criticised criticize criticizes criticized demand demands demanded"
    ),
    callings: words!("call calls called describe describes described brand brands branded dismiss dismisses dismissed"),
    announcing: words!(
        "wrote writes written said says say added adds tweeted tweets posted posts commented comments replied replies \
         asked asks explained explains noted notes remarked remarks stated states concluded concludes recalled recalls"
    ),
    told: words!(
        "told informed assured warned advised reminded notified instructed ordered urged asked begged cautioned"
    ),
    made_known: words!("announced confirmed revealed claimed alleged disclosed"),
    quoted: words!("quoted cited reported heard overheard recorded paraphrased"),
    quoted_saying: words!("saying telling claiming warning adding asking admitting"),
    judged: words!(
        "accused criticised criticized described called branded praised condemned denounced dismissed hailed slammed lauded \
         rejected seen regarded viewed"
    ),
    namings: words!(
        "call calls called known nickname nicknames nicknamed titled entitled dub dubs dubbed name names named codenamed \
         code-named christen christened subtitled"
    ),
    suffers: words!(
        "is was has faces draws sparks loses dies gets receives becomes suffers meets haunts divides hits stuns angers shocks \
         remains wins survives"
    ),
    unnamed: words!("named identified quoted"),
    settled: words!(
        "deny denies denied dispute disputes disputed dismiss dismisses dismissed reject rejects rejected confirm confirms \
         confirmed admit admits admitted acknowledge acknowledges acknowledged refute refutes refuted contest contests \
         contested contradict contradicts contradicted"
    ),
    labelled: words!("labelled labeled marked stamped tagged inscribed captioned engraved"),
    legal: words!("ban bans banned outlaw outlaws outlawed prohibit prohibits prohibited define defines defined"),
    reading: words!("reading read reads saying said says proclaiming declaring"),
    reporting_forms: words!(
        "say says said saying tell tells told telling write writes wrote written writing speak speaks spoke \
         spoken speaking think thinks thought thinking swear swears swore read reads quote quotes quoted \
         according admits admitted admitting quips quipped forecast forecasts foresee foresees put puts"
    ),
    reporting_lemma: super::lemmas::reporting,
};
