//! Kinds of entries, and how well they agree with the label of a name.

use copydesk_text::EntityLabel;

/// The kind of an entry of a knowledge base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum EntryKind {
    /// Anything else, or not known.
    Other = 0,
    /// A person.
    Person = 1,
    /// A company, an agency, a court, a team.
    Organisation = 2,
    /// A political party.
    Party = 3,
    /// A country or territory.
    Country = 4,
    /// A town.
    City = 5,
    /// A state, a province, a district.
    Region = 6,
    /// Any other place, with buildings and roads.
    Place = 7,
    /// A people, a faith, the followers of something.
    Group = 8,
    /// A war, a storm, a tournament.
    Event = 9,
    /// A thing that is made and sold, a work, a law.
    Work = 10,
}

/// Names of kinds in files, the kind's own name first.
const NAMES: [(&str, EntryKind); 22] = [
    ("other", EntryKind::Other),
    ("person", EntryKind::Person),
    ("organisation", EntryKind::Organisation),
    ("party", EntryKind::Party),
    ("country", EntryKind::Country),
    ("city", EntryKind::City),
    ("region", EntryKind::Region),
    ("place", EntryKind::Place),
    ("group", EntryKind::Group),
    ("event", EntryKind::Event),
    ("work", EntryKind::Work),
    ("per", EntryKind::Person),
    ("org", EntryKind::Organisation),
    ("organization", EntryKind::Organisation),
    ("gpe", EntryKind::Place),
    ("loc", EntryKind::Place),
    ("fac", EntryKind::Place),
    ("norp", EntryKind::Group),
    ("product", EntryKind::Work),
    ("work_of_art", EntryKind::Work),
    ("law", EntryKind::Work),
    ("misc", EntryKind::Other),
];

/// How well a kind agrees with a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The label is that of the kind.
    Same,
    /// The label is one that such a name may have: a team has the name of its town.
    Near,
    /// The label or the kind says nothing.
    Unknown,
    /// The label is of something else.
    Other,
}

impl EntryKind {
    /// The names of kinds in files.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().take(11).map(|(name, _)| *name)
    }

    /// Returns the kind of that name. Labels of names are known too; case does not matter.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
    }

    /// Returns the kind of that number, or `Other`.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        let mut kinds = NAMES.iter().map(|(_, kind)| *kind);
        kinds.find(|kind| *kind as u8 == number).unwrap_or(EntryKind::Other)
    }

    /// Returns the name of the kind.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(_, kind)| *kind == self).map_or("other", |(name, _)| *name)
    }

    /// Returns true if it is a place that has a government.
    #[must_use]
    pub fn is_place(self) -> bool {
        matches!(self, EntryKind::Country | EntryKind::City | EntryKind::Region | EntryKind::Place)
    }

    /// Compares the kind with the label of a name.
    #[must_use]
    pub fn agreement(self, label: Option<EntityLabel>) -> Agreement {
        use EntityLabel as L;
        use EntryKind as K;
        match (label, self) {
            (None | Some(L::Misc), _) | (_, K::Other) => Agreement::Unknown,
            (Some(L::Person), K::Person)
            | (Some(L::Org), K::Organisation | K::Party)
            | (Some(L::Gpe), K::Country | K::City | K::Region | K::Place)
            | (Some(L::Loc), K::Region | K::Place)
            | (Some(L::Fac), K::Place)
            | (Some(L::Norp), K::Group | K::Country | K::Party)
            | (Some(L::Event), K::Event)
            | (Some(L::Product | L::Work | L::Law), K::Work) => Agreement::Same,
            (Some(L::Org), K::Country | K::City | K::Region | K::Place | K::Group | K::Work | K::Event)
            | (Some(L::Gpe), K::Organisation | K::Group)
            | (Some(L::Loc), K::Country | K::City | K::Organisation)
            | (Some(L::Fac), K::Organisation | K::City | K::Region | K::Country)
            | (Some(L::Norp), K::Organisation | K::Region | K::City | K::Place)
            | (Some(L::Event | L::Product | L::Work | L::Law), K::Organisation | K::Event | K::Work | K::Place) => {
                Agreement::Near
            }
            _ => Agreement::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_those_of_the_kind() {
        for name in EntryKind::names() {
            let kind = EntryKind::from_name(name).expect("a kind");
            assert_eq!((kind.as_str(), EntryKind::from_number(kind as u8)), (name, kind));
        }
        assert_eq!(EntryKind::names().count(), 11);
        assert_eq!(EntryKind::from_name("ORG"), Some(EntryKind::Organisation));
        assert_eq!((EntryKind::from_name("planet"), EntryKind::from_number(200)), (None, EntryKind::Other));
    }
}
