//! Classes of licences of training data.

use std::fmt;

/// What the licences of a model's training data allow, by the strictest of them. The last is the strictest.
///
/// A class is no legal advice: the card of a model names its sources.
///
/// ```
/// use copydesk_models::Licence;
///
/// assert_eq!(Licence::from_name("share-alike"), Some(Licence::ShareAlike));
/// assert!(Licence::AnyUse < Licence::Unstated);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Licence {
    /// Any use, at most with a word of thanks: public domain, CC0, CC BY, MIT, Apache-2.0 and the like.
    AnyUse,
    /// Any use, if what is made from it and given away has the same licence: CC BY-SA, ODbL, GFDL.
    ShareAlike,
    /// No commercial use, as under CC BY-NC.
    NonCommercial,
    /// Some source states no licence.
    Unstated,
}

impl Licence {
    /// All classes, the strictest last.
    pub const ALL: [Licence; 4] = [Licence::AnyUse, Licence::ShareAlike, Licence::NonCommercial, Licence::Unstated];

    /// Returns the name, as results and model files have it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Licence::AnyUse => "any-use",
            Licence::ShareAlike => "share-alike",
            Licence::NonCommercial => "non-commercial",
            Licence::Unstated => "unstated",
        }
    }

    /// Returns the class with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Licence::ALL.into_iter().find(|class| class.as_str() == name)
    }
}

impl fmt::Display for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
