//! Days and months of English.

use crate::lang::{Calendar, words};

pub(super) const CALENDAR: Calendar = Calendar {
    months: [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
    months_shortened: words!("sept"),
    weekdays: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    weekdays_shortened: words!("tues thur thurs"),
    feasts: words!("christmas easter ramadan"),
    before_weekdays: words!("on by since until till last next this from before after late early every"),
    before_months: words!("in since until till last next this late early"),
};
