//! Compiles public word lists into [`Knowledge`]: which lists have a word in a name, and which phrases are names.
//! The lists themselves are not part of a model, only hashes.
//!
//! The known lists, by the end of their path: GeoNames cities and first-level divisions, countries with demonyms
//! (mledoze), the CIA World Factbook, given names (US census, Kantrowitz, Jörg Michael's `nam_dict`), family names (US
//! census), parties (PartyFacts), S&P 500, members of the US Congress, news outlets. Other files are ignored.

use copydesk_model::hash::hash_bytes;
use copydesk_model::lookup::Lookup;
use std::collections::HashMap;

use crate::knowledge::{Knowledge, LONGEST_PHRASE, PHRASE_GOES_ON, phrase_hash};
use crate::words::split_name;

/// The content of a list. The number is the bit of a word and of a phrase. Lists with equal numbers modulo four share a
/// place in the phrase features, so overlapping kinds (city and division) do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
enum List {
    City = 0,
    Country = 1,
    Leader = 2,
    Party = 3,
    Division = 4,
    Demonym = 5,
    GivenName = 6,
    Company = 7,
    CityPart = 8,
    Language = 9,
    FamilyName = 10,
    Outlet = 11,
    RareGivenName = 12,
    People = 13,
    RareFamilyName = 14,
    Committee = 15,
    Currency = 16,
    PartyPart = 17,
    PartyAcronym = 18,
    Organisation = 19,
    CompanyPart = 20,
    OutletPart = 21,
}

/// The lists of states, towns and provinces.
pub(crate) const GEOPOLITICAL: u32 = 1 << List::City as u32 | 1 << List::Country as u32 | 1 << List::Division as u32;

/// Collects names.
#[derive(Debug, Clone, Default)]
pub struct Compiler {
    words: HashMap<u64, u32>,
    phrases: HashMap<u64, u32>,
}

impl Compiler {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one file of a list. Returns true if the list is known.
    pub fn read(&mut self, path: &str, content: &str) -> bool {
        let ends = |name: &str| path.ends_with(name) || path.strip_suffix(".gz").is_some_and(|p| p.ends_with(name));
        if ends("world-cities/world-cities.csv") {
            self.cities(content);
        } else if ends("world-cities/admin1.json") {
            for division in json_array(content) {
                self.name(List::Division, None, text(&division, "name"));
            }
        } else if ends("countries/countries.jsonl") {
            self.countries(content);
        } else if ends("factbook/countries.jsonl") {
            self.factbook(content);
        } else if ends("us-census-names/last-names.txt") {
            for (rank, line) in content.lines().enumerate().take(FAMILY_NAMES) {
                let list = if rank < FAMILY_NAMES / 10 { List::FamilyName } else { List::RareFamilyName };
                self.name(list, None, line);
            }
        } else if ends("first-names.txt") || ends("kantrowitz-names/male.txt") || ends("kantrowitz-names/female.txt") {
            for line in content.lines() {
                self.name(List::GivenName, None, line);
            }
        } else if ends("firstnames/firstnames.csv") {
            for line in content.lines().skip(1) {
                // A plus joins the parts of a compound name that is written in several ways.
                for name in line.split(';').next().unwrap_or_default().split('+') {
                    self.name(List::RareGivenName, None, name);
                }
            }
        } else if ends("political-parties/parties.csv") {
            self.parties(content);
        } else if ends("companies/sp500.csv") {
            for row in csv(content).iter().skip(1) {
                self.name(List::Company, Some(List::CompanyPart), cell(row, 1));
            }
        } else if ends("news-outlets/outlets.csv") {
            for row in csv(content).iter().skip(1) {
                self.name(List::Outlet, Some(List::OutletPart), cell(row, 0));
            }
        } else if ends("us-legislators/executive.csv") || ends("us-legislators/legislators-current.csv") {
            for row in csv(content).iter().skip(1) {
                self.name(List::Leader, Some(List::Leader), cell(row, 0));
            }
        } else if ends("us-legislators/committees.txt") {
            for line in content.lines() {
                self.name(List::Committee, None, line);
            }
        } else if ends("country-codes/country-codes.csv") {
            let rows = csv(content);
            let column = |name: &str| rows.first().and_then(|head| head.iter().position(|c| c == name));
            if let Some(column) = column("ISO4217-currency_name") {
                for row in rows.iter().skip(1) {
                    for name in cell(row, column).split([',', ' ']) {
                        self.name(List::Currency, None, name);
                    }
                }
            }
        } else if ends("gazetteers/usstates.txt")
            || ends("gazetteers/usstateabbrev.txt")
            || ends("gazetteers/mexstates.txt")
        {
            for line in content.lines() {
                self.name(List::Division, None, line);
            }
        } else if ends("gazetteers/nationalities.txt") {
            for line in content.lines() {
                self.name(List::Demonym, None, line);
            }
        } else if ends("gazetteers/uscities.txt") {
            for line in content.lines() {
                self.name(List::City, None, line);
            }
        } else {
            return false;
        }
        true
    }

    /// The tables, with clusters of words beside them.
    pub fn finish(self, clusters: impl IntoIterator<Item = (u64, u32)>) -> Knowledge<'static> {
        Knowledge::new(Lookup::build(self.words), Lookup::build(self.phrases), Lookup::build(clusters))
    }

    fn cities(&mut self, content: &str) {
        for row in csv(content).iter().skip(1) {
            self.name(List::City, Some(List::CityPart), cell(row, 0));
            self.name(List::Division, None, cell(row, 2));
        }
    }

    fn countries(&mut self, content: &str) {
        for country in content.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
            self.name(List::Country, None, text(&country, "name"));
            self.name(List::Country, None, text(&country, "official"));
            // Codes of two letters are words of English too often ("IN", "IT", "US" is learned).
            for name in texts(&country, "alt").filter(|name| name.len() > 2) {
                self.name(List::Country, None, name);
            }
            for name in texts(&country, "capital") {
                self.name(List::City, Some(List::CityPart), name);
            }
            for name in country.get("demonyms").and_then(|d| d.as_object()).into_iter().flat_map(|d| d.values()) {
                self.demonym(name.as_str().unwrap_or_default());
            }
            for name in texts(&country, "languages") {
                self.name(List::Language, None, name);
            }
        }
    }

    fn factbook(&mut self, content: &str) {
        for country in content.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
            for name in ["short", "long", "local_short"] {
                self.name(List::Country, None, text(&country, name));
            }
            for name in ["demonym_noun", "demonym_adj"] {
                for one in text(&country, name).split([',', ';']) {
                    self.demonym(one.split('(').next().unwrap_or_default());
                }
            }
            for (name, list) in
                [("ethnic_groups", List::People), ("religions", List::People), ("languages", List::Language)]
            {
                for one in text(&country, name).split([',', ';', '/', '(', ')']) {
                    let name = one.trim().trim_end_matches(|c: char| !c.is_alphabetic());
                    if name.chars().next().is_some_and(char::is_uppercase) {
                        self.name(list, None, name);
                    }
                }
            }
            for one in text(&country, "organizations").split(',') {
                self.name(List::Organisation, None, one.split('(').next().unwrap_or_default());
            }
            for party in texts(&country, "parties") {
                let mut parts = party.split(" or ");
                let own = parts.next().unwrap_or_default().split('(').next().unwrap_or_default();
                self.name(List::Party, Some(List::PartyPart), own);
                for acronym in parts {
                    self.name(List::PartyAcronym, None, acronym);
                }
            }
            for leader in ["chief_of_state", "head_of_government"] {
                self.leader(text(&country, leader));
            }
        }
    }

    /// A demonym and its plural.
    fn demonym(&mut self, name: &str) {
        let name = name.trim();
        self.name(List::Demonym, None, name);
        if !name.is_empty() && !name.ends_with('s') {
            self.name(List::Demonym, None, &format!("{name}s"));
        }
    }

    /// Reads "President Joseph R. BIDEN, Jr. (since 2021)". The surname is in capitals. The words before it belong to
    /// the name from the last title on, which no list tells. So only the capitals count.
    fn leader(&mut self, description: &str) {
        for word in description.split([' ', ',', '(', ')', ';']) {
            if word.chars().count() > 2 && word.chars().all(|c| c.is_uppercase()) {
                self.name(List::Leader, None, word);
            }
        }
    }

    fn parties(&mut self, content: &str) {
        for row in csv(content).iter().skip(1) {
            for acronym in cell(row, 2).split('|') {
                self.name(List::PartyAcronym, None, acronym);
            }
            for name in cell(row, 4).split(" / ").chain([cell(row, 3)]) {
                self.name(List::Party, Some(List::PartyPart), name);
            }
        }
    }

    /// Adds a name of the list `whole`. If it has several words, these go to `part`.
    fn name(&mut self, whole: List, part: Option<List>, name: &str) {
        let name = name.trim();
        self.exact_name(whole, part, name);
        if !name.is_ascii() {
            self.exact_name(whole, part, &without_accents(name));
        }
    }

    fn exact_name(&mut self, whole: List, part: Option<List>, name: &str) {
        let words: Vec<u64> = split_name(name).map(|word| hash_bytes(word.to_lowercase().as_bytes())).collect();
        if let [word] = words[..] {
            *self.words.entry(word).or_default() |= 1 << whole as u32;
        }
        if words.len() < 2 || words.len() > LONGEST_PHRASE {
            return;
        }
        if let Some(part) = part {
            for (word, hash) in split_name(name).zip(&words) {
                if word.chars().next().is_some_and(char::is_uppercase) {
                    *self.words.entry(*hash).or_default() |= 1 << part as u32;
                }
            }
        }
        let mut hash = 0;
        for (i, word) in words.iter().enumerate() {
            hash = phrase_hash(hash, *word);
            let bits = if i + 1 < words.len() { PHRASE_GOES_ON } else { 2 << whole as u32 };
            *self.phrases.entry(hash).or_default() |= bits;
        }
    }
}

/// Of the family names, the most frequent; the tail is as often a word of another language.
const FAMILY_NAMES: usize = 30_000;

fn text<'v>(value: &'v serde_json::Value, key: &str) -> &'v str {
    value.get(key).and_then(|v| v.as_str()).unwrap_or_default()
}

fn texts<'v>(value: &'v serde_json::Value, key: &str) -> impl Iterator<Item = &'v str> {
    value.get(key).and_then(|v| v.as_array()).into_iter().flatten().filter_map(|v| v.as_str())
}

fn json_array(content: &str) -> Vec<serde_json::Value> {
    serde_json::from_str(content).unwrap_or_default()
}

fn cell(row: &[String], column: usize) -> &str {
    row.get(column).map_or("", String::as_str)
}

/// The rows of a CSV file with quoted cells (RFC 4180).
fn csv(content: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = content.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// Latin letters without their marks, as news agencies write names.
fn without_accents(name: &str) -> String {
    const MARKED: &str = "ÀÁÂÃÄÅĀĂĄàáâãäåāăąÇĆČçćčĎĐďđÈÉÊËĒĖĘĚèéêëēėęěĞĢğģĤḨḤĥḩḥÌÍÎÏĪĮİìíîïīįıĶķŁĽļłľĻÑŃŅŇñńņňÒÓÔÕÖØŌŐòóôõöøōőŔŘŕřŚŞŠȘṢśşšșṣŢŤȚṬţťțṭÙÚÛÜŪŮŰŲùúûüūůűųÝŸýÿŹŻŽẔźżžẕ";
    const PLAIN: &str = "AAAAAAAAAaaaaaaaaaCCCcccDDddEEEEEEEEeeeeeeeeGGggHHHhhhIIIIIIIiiiiiiiKkLLlllLNNNNnnnnOOOOOOOOooooooooRRrrSSSSSsssssTTTTttttUUUUUUUUuuuuuuuuYYyyZZZZzzzz";
    let plain = |c: char| MARKED.chars().position(|m| m == c).and_then(|at| PLAIN.chars().nth(at)).unwrap_or(c);
    name.chars().filter(|c| !matches!(c, '‘' | '’' | 'ʻ' | 'ʼ')).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_cells_are_read() {
        let rows = csv("a,\"b, \"\"c\"\"\"\r\nd,\n");
        assert_eq!(rows, [vec!["a".to_owned(), "b, \"c\"".to_owned()], vec!["d".to_owned(), String::new()]]);
    }

    #[test]
    fn accents_are_dropped() {
        assert_eq!(without_accents("Warīsān Mérida Łódź Şanlıurfa"), "Warisan Merida Lodz Sanliurfa");
    }
}
