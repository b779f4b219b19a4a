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

/// Other names of labels in the usual label sets: CoNLL 2003, OntoNotes 5, WNUT 17, MultiNERD and their kin.
const ALIASES: [(&str, EntityLabel); 12] = [
    ("PER", EntityLabel::Person),
    ("ORGANIZATION", EntityLabel::Org),
    ("ORGANISATION", EntityLabel::Org),
    ("CORPORATION", EntityLabel::Org),
    ("LOCATION", EntityLabel::Loc),
    ("FACILITY", EntityLabel::Fac),
    ("GROUP", EntityLabel::Norp),
    ("EVE", EntityLabel::Event),
    ("PROD", EntityLabel::Product),
    ("WORK_OF_ART", EntityLabel::Work),
    ("CREATIVE-WORK", EntityLabel::Work),
    ("MISCELLANEOUS", EntityLabel::Misc),
];

impl EntityLabel {
    /// All labels.
    pub const ALL: [EntityLabel; 16] = [
        EntityLabel::Person,
        EntityLabel::Org,
        EntityLabel::Gpe,
        EntityLabel::Loc,
        EntityLabel::Fac,
        EntityLabel::Norp,
        EntityLabel::Event,
        EntityLabel::Product,
        EntityLabel::Work,
        EntityLabel::Law,
        EntityLabel::Date,
        EntityLabel::Time,
        EntityLabel::Money,
        EntityLabel::Percent,
        EntityLabel::Quantity,
        EntityLabel::Misc,
    ];

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
        // Our own models' labels are the rule.
        let exact = EntityLabel::ALL.into_iter().find(|label| label.as_str() == name);
        exact.or_else(|| {
            let own = EntityLabel::ALL.into_iter().map(|label| (label.as_str(), label));
            own.chain(ALIASES).find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, label)| label)
        })
    }
}
