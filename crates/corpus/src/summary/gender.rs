//! The share of women and men among those who are quoted.

use copydesk_text::EntityLabel;

use super::gather::{Gathering, add};
use super::{Gender, GenderByOutlet, GenderCounts, NameGender, Summary};

/// Counts the quoted women and men.
pub(super) fn genders(summary: &mut Summary, gathering: &Gathering, gender: Gender<'_>) {
    let of: Vec<NameGender> = summary.actors.name.iter().map(|name| (gender.of)(name)).collect();
    let people = |place: usize| {
        let label = summary.actors.label.get(place).map(String::as_str);
        (label == Some(EntityLabel::Person.as_str())).then(|| of.get(place).copied()).flatten()
    };
    let zeros = vec![0; gathering.outlets.names.len()];
    let by_outlet = GenderByOutlet { women: zeros.clone(), men: zeros.clone(), unknown: zeros };
    let mut counts = GenderCounts { by_outlet, error: gender.error.to_owned(), ..GenderCounts::default() };
    for (place, quotes) in summary.actors.quotes.iter().enumerate().filter(|(_, quotes)| **quotes > 0) {
        let (people, all) = match people(place) {
            Some(NameGender::Woman) => (&mut counts.women, &mut counts.quotes.women),
            Some(NameGender::Man) => (&mut counts.men, &mut counts.quotes.men),
            Some(NameGender::Unknown) => (&mut counts.unknown, &mut counts.quotes.unknown),
            None => continue,
        };
        *people += 1;
        *all += quotes;
    }
    for ((actor, outlet), [quotes, ..]) in &gathering.actor_outlet {
        let column = match people(*actor) {
            Some(NameGender::Woman) => &mut counts.by_outlet.women,
            Some(NameGender::Man) => &mut counts.by_outlet.men,
            Some(NameGender::Unknown) => &mut counts.by_outlet.unknown,
            None => continue,
        };
        add(column, *outlet, *quotes);
    }
    let shown = (0..of.len()).map(|place| people(place).unwrap_or(NameGender::Unknown)).collect();
    summary.actors.gender = shown;
    summary.gender = Some(counts);
}
