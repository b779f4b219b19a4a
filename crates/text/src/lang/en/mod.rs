//! English, as newspapers write it.

mod acts;
mod amounts;
mod calendar;
mod function_words;
mod identity;
mod lemmas;
mod names;
mod nouns;
mod pronouns;
mod roles;
mod verbs;

use super::{Elisions, Language, words};

/// English.
pub const ENGLISH: Language = Language {
    pronouns: pronouns::PRONOUNS,
    possessives: words!("'s ’s ' ’"),
    elisions: Elisions {
        tokens: words!(
            "allo alf appen bout cause cos coz cuz em er ere fore fraid im is kay n neath nother nuff nuther round sup til \
             till tis twas twere twill twixt ullo un zat"
        ),
        unquoted: words!("em til tis twas cause bout n round cos tween neath"),
    },
    calendar: calendar::CALENDAR,
    names: names::NAMES,
    nouns: nouns::NOUNS,
    roles: roles::ROLES,
    verbs: verbs::VERBS,
    acts: acts::ACTS,
    amounts: amounts::AMOUNTS,
    function: function_words::FUNCTION_WORDS,
    identity: identity::IDENTITY,
};
