//! Small words of English.

use crate::lang::{FunctionWords, words};

pub(super) const FUNCTION_WORDS: FunctionWords = FunctionWords {
    determiners: words!(
        "the a an this that these those some many several few most other another any all both one two three four \
         five"
    ),
    prepositions: words!(
        "of in on at by for with from to into against about over under between among after before during without \
         within toward towards near across through like as than via per despite amid around behind beyond outside \
         inside since until upon including concerning regarding alongside versus"
    ),
    conjunctions: words!("and or but nor & while"),
    clauses: words!(
        "that which because although though if when whether where why how what since until after before as unless \
         whose who while so but"
    ),
    openers: words!("that who which and but as because ;"),
    enders: words!("in on at to after before during as when while about for from with by who and but"),
    judgements: words!("of as for because over"),
    questions: words!("how why what when whether where if"),
    predicates: words!("a an no not nothing only above"),
    relatives: words!("who which that whose whom"),
    told_clauses: words!("that to how why what when whether where not"),
    starters: words!(
        "the this that these those he she it they we you i his her its their our my your there here how why what \
         when where who which and but so then yet nobody nothing everybody everyone everything someone something \
         some many most few both another each no not now today yesterday tomorrow meanwhile however still also \
         instead later if although while as in on at after before for from with during since until once despite \
         neither none only even just perhaps maybe about let's"
    ),
    somebody: words!("someone somebody everyone everybody nobody no-one nothing everything no others i we you"),
    unfinished: words!(
        "the a an of and or but that which who with from into than their his her its our my your said says told is \
         are was were has have had will would Mr. Mrs. Ms. Dr."
    ),
    breaks: words!(
        "but while although though because who which that whether if when as however yet whereas since after \
         before until"
    ),
    plain: words!(
        "the a an of in on at to for with from by and or this these those there than so about into over also just \
         very more most"
    ),
};
