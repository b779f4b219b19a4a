//! English words that decide the act of a cue.

use crate::lang::{Acts, words};

pub(super) const ACTS: Acts = Acts {
    writing: words!(
        "wrote writes write written writing tweeted tweets tweet tweeting retweeted posted posts posting blogged \
         published publishes emailed e-mailed texted penned signed letter email e-mail memo twitter facebook \
         instagram op-ed blog captioned reads"
    ),
    speech: words!(
        "said says say saying told tells telling tell added adds asked asks announced called calling calls \
         according argued argues claimed claims denied warned promised vowed pledged declared stated insisted \
         explained suggested accused praised criticized urged spoke talked replied responded reported noted \
         statement"
    ),
    intention: words!(
        "want wants wanted wanting plan plans planned planning intend intends intended intending intention intent \
         aims aimed aiming aim seek seeks sought seeking decided decides decision chose willing willingness \
         unwilling eager ready prepared determined desire desires desired wish wishes wished goal hopes hoped \
         hope hoping ambition refusal reluctant hesitant committed"
    ),
    thought: words!(
        "think thinks thought thinking believe believes believed believing belief fear fears feared fearing worry \
         worries worried feel feels felt feeling know knows knew known knowing understand understands understood \
         expect expects expected expecting doubt doubts doubted suspect suspects suspected consider considers \
         considered considering view views viewed opinion opinions see sees saw seen seeing like likes liked \
         dislike love loves loved hate hates hated prefer prefers preferred favor favors favored favour favours \
         favoured oppose opposes opposed opposing opposition support supports supported supporting concerned \
         concern concerns aware convinced confident angry surprised remember remembers remembered recalled \
         recalls realize realized realised assume assumes assumed wonder wondered wonders agree agrees agreed \
         agreeing disagree disagrees learned trust trusts regard regards regarded perceive perceived interest \
         interested heard found imagine for"
    ),
    declining: words!("declined declines declining refused refuses refusing"),
    declined_speech: words!("comment say answer discuss respond"),
};
