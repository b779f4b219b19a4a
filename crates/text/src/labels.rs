//! Labels of names, and their names in other label sets.

/// The label of a name: the kind of thing that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityLabel {
    /// A person.
    Person,
    /// A company, an agency, a party, a team.
    Org,
    /// A country, a state, a town: a place that has a government.
    Gpe,
    /// Any other place.
    Loc,
    /// A building, an airport, a road.
    Fac,
    /// A nationality, a faith, the followers of a party.
    Norp,
    /// A war, a storm, a tournament.
    Event,
    /// A thing that is made and sold.
    Product,
    /// A book, a song, a film.
    Work,
    /// A law or a treaty.
    Law,
    /// A day, a year, a period.
    Date,
    /// A time of less than a day.
    Time,
    /// A sum of money.
    Money,
    /// A percentage.
    Percent,
    /// A measure.
    Quantity,
    /// A name of anything else.
    Misc,
}

/// Names of labels in the usual label sets: CoNLL 2003, OntoNotes 5, WNUT 17, MultiNERD and their kin.
const NAMES: [(&str, EntityLabel); 28] = [
    ("PERSON", EntityLabel::Person),
    ("PER", EntityLabel::Person),
    ("ORG", EntityLabel::Org),
    ("ORGANIZATION", EntityLabel::Org),
    ("ORGANISATION", EntityLabel::Org),
    ("CORPORATION", EntityLabel::Org),
    ("GPE", EntityLabel::Gpe),
    ("LOC", EntityLabel::Loc),
    ("LOCATION", EntityLabel::Loc),
    ("FAC", EntityLabel::Fac),
    ("FACILITY", EntityLabel::Fac),
    ("NORP", EntityLabel::Norp),
    ("GROUP", EntityLabel::Norp),
    ("EVENT", EntityLabel::Event),
    ("EVE", EntityLabel::Event),
    ("PRODUCT", EntityLabel::Product),
    ("PROD", EntityLabel::Product),
    ("WORK", EntityLabel::Work),
    ("WORK_OF_ART", EntityLabel::Work),
    ("CREATIVE-WORK", EntityLabel::Work),
    ("LAW", EntityLabel::Law),
    ("DATE", EntityLabel::Date),
    ("TIME", EntityLabel::Time),
    ("MONEY", EntityLabel::Money),
    ("PERCENT", EntityLabel::Percent),
    ("QUANTITY", EntityLabel::Quantity),
    ("MISC", EntityLabel::Misc),
    ("MISCELLANEOUS", EntityLabel::Misc),
];

impl EntityLabel {
    /// Returns the label's name in the layer `entities`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            EntityLabel::Person => "PERSON",
            EntityLabel::Org => "ORG",
            EntityLabel::Gpe => "GPE",
            EntityLabel::Loc => "LOC",
            EntityLabel::Fac => "FAC",
            EntityLabel::Norp => "NORP",
            EntityLabel::Event => "EVENT",
            EntityLabel::Product => "PRODUCT",
            EntityLabel::Work => "WORK",
            EntityLabel::Law => "LAW",
            EntityLabel::Date => "DATE",
            EntityLabel::Time => "TIME",
            EntityLabel::Money => "MONEY",
            EntityLabel::Percent => "PERCENT",
            EntityLabel::Quantity => "QUANTITY",
            EntityLabel::Misc => "MISC",
        }
    }

    /// Returns the label that any of the usual label sets calls so. Case does not matter.
    ///
    /// ```
    /// use copydesk_text::EntityLabel;
    ///
    /// assert_eq!(EntityLabel::of("per"), Some(EntityLabel::Person));
    /// assert_eq!(EntityLabel::of("DISEASE"), None);
    /// ```
    #[must_use]
    pub fn of(name: &str) -> Option<EntityLabel> {
        NAMES.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, label)| *label)
    }
}
