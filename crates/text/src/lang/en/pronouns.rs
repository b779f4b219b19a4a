//! Pronouns of English.

use crate::lang::{Gender, Person, Pronoun, Uses};
use Gender::{Feminine, Masculine, Neuter, Unknown};
use Person::{First, Relative, Second, Third};

const SUBJECT: Uses = Uses::SUBJECT;
const OBJECT: Uses = Uses::OBJECT;
const DETERMINER: Uses = Uses::DETERMINER;
const INDEPENDENT: Uses = Uses::INDEPENDENT;
const REFLEXIVE: Uses = Uses::REFLEXIVE;

const fn one(form: &'static str, person: Person, gender: Gender, uses: Uses) -> Pronoun {
    Pronoun { form, person, plural: false, gender, uses }
}

const fn several(form: &'static str, person: Person, uses: Uses) -> Pronoun {
    Pronoun { form, person, plural: true, gender: Unknown, uses }
}

pub(super) const PRONOUNS: &[Pronoun] = &[
    one("he", Third, Masculine, SUBJECT),
    one("him", Third, Masculine, OBJECT),
    one("his", Third, Masculine, DETERMINER.or(INDEPENDENT)),
    one("himself", Third, Masculine, REFLEXIVE),
    one("she", Third, Feminine, SUBJECT),
    one("her", Third, Feminine, OBJECT.or(DETERMINER)),
    one("hers", Third, Feminine, INDEPENDENT),
    one("herself", Third, Feminine, REFLEXIVE),
    one("it", Third, Neuter, SUBJECT.or(OBJECT)),
    one("its", Third, Neuter, DETERMINER),
    one("itself", Third, Neuter, REFLEXIVE),
    several("they", Third, SUBJECT),
    several("them", Third, OBJECT),
    several("their", Third, DETERMINER),
    several("theirs", Third, INDEPENDENT),
    several("themselves", Third, REFLEXIVE),
    one("i", First, Unknown, SUBJECT),
    one("me", First, Unknown, OBJECT),
    one("my", First, Unknown, DETERMINER),
    one("mine", First, Unknown, INDEPENDENT),
    one("myself", First, Unknown, REFLEXIVE),
    several("we", First, SUBJECT),
    several("us", First, OBJECT),
    several("our", First, DETERMINER),
    several("ours", First, INDEPENDENT),
    several("ourselves", First, REFLEXIVE),
    one("you", Second, Unknown, SUBJECT.or(OBJECT)),
    one("your", Second, Unknown, DETERMINER),
    one("yours", Second, Unknown, INDEPENDENT),
    one("yourself", Second, Unknown, REFLEXIVE),
    several("yourselves", Second, REFLEXIVE),
    one("who", Relative, Unknown, SUBJECT.or(OBJECT)),
    one("whom", Relative, Unknown, OBJECT),
    one("whose", Relative, Unknown, DETERMINER),
];
