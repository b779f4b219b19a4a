//! The rules, each on the names that a model might give it.

use copydesk_sdk::Span;

use super::Mender;
use crate::recognizer::Entity;

const LABELS: [&str; 8] = ["PERSON", "ORG", "GPE", "DATE", "MISC", "EVENT", "WORK", "LAW"];

/// A text with names in brackets, `[Ana Ruiz|PERSON]`, as text and entities.
fn unmark(marked: &str) -> (String, Vec<Entity>) {
    let (mut text, mut names) = (String::new(), Vec::new());
    for (i, part) in marked.split(['[', ']']).enumerate() {
        let (word, label) = part.rsplit_once('|').filter(|_| i % 2 == 1).unwrap_or((part, ""));
        let start = text.len() as u32;
        text.push_str(word);
        if i % 2 == 1 {
            let label = LABELS.iter().position(|own| *own == label).expect("a label") as u16;
            names.push(Entity { span: Span::new(start, text.len() as u32), label, score: 0.5 });
        }
    }
    (text, names)
}

/// Tokens are apart by spaces, and a sentence ends at a full stop by itself.
fn tokens(text: &str) -> (Vec<Span>, Vec<u32>) {
    let (mut spans, mut sentences, mut sentence) = (Vec::new(), Vec::new(), 0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let start = (word.as_ptr().addr() - text.as_ptr().addr()) as u32;
        spans.push(Span::new(start, start + word.len() as u32));
        sentences.push(sentence);
        sentence += u32::from(word == ".");
    }
    (spans, sentences)
}

fn show(text: &str, names: &[Entity]) -> Vec<String> {
    let label = |entity: &Entity| LABELS.get(entity.label as usize).copied().unwrap_or("?");
    names.iter().map(|entity| format!("{}|{}", entity.span.get(text).unwrap_or("?"), label(entity))).collect()
}

/// What a model found, and what is right.
const CASES: &[(&str, &str)] = &[
    // A time before a surname.
    ("On [Friday Sato|PERSON] told them .", "On [Friday|DATE] [Sato|PERSON] told them ."),
    ("In [March Keita|DATE] won .", "In [March|DATE] [Keita|PERSON] won ."),
    ("By [Sunday Acme|ORG] had paid .", "By [Sunday|DATE] [Acme|ORG] had paid ."),
    ("[Sunday Okeke|PERSON] and [June Sato|PERSON] sang .", "[Sunday Okeke|PERSON] and [June Sato|PERSON] sang ."),
    ("a gift for [June Sato|PERSON] .", "a gift for [June Sato|PERSON] ."),
    ("In [May Day|DATE] marches", "In [May Day|DATE] marches"),
    ("In [May 2019|DATE] he left", "In [May 2019|DATE] he left"),
    // Titles.
    ("[PC Olu Sato|ORG] ran .", "PC [Olu Sato|PERSON] ran ."),
    ("[Cllr. Keita|PERSON] ran .", "Cllr. [Keita|PERSON] ran ."),
    ("[Det Insp Lia Keita|PERSON] ran .", "Det Insp [Lia Keita|PERSON] ran ."),
    ("[PC Sato|ORG] said so .", "PC [Sato|PERSON] said so ."),
    ("[Barr|PERSON] [Ana Ruiz|PERSON] ran .", "Barr [Ana Ruiz|PERSON] ran ."),
    ("[Engr|PERSON] . [Ana Ruiz|PERSON] ran .", "Engr . [Ana Ruiz|PERSON] ran ."),
    ("[Barr|PERSON] and [Ana Ruiz|PERSON] ran .", "[Barr|PERSON] and [Ana Ruiz|PERSON] ran ."),
    ("[PC World|ORG] magazine", "[PC World|ORG] magazine"),
    ("[PC Games Group|ORG] paid", "[PC Games Group|ORG] paid"),
    ("[PC|PERSON] ran", "[PC|PERSON] ran"),
    ("Mrs Sato ran .", "Mrs [Sato|PERSON] ran ."),
    ("Mr Big Ben ran .", "Mr Big Ben ran ."),
    // A surname that is a pronoun, and numbers of rulers.
    ("He [Tao|PERSON] won . He left .", "[He Tao|PERSON] won . He left ."),
    ("So said He . [Tao|PERSON] won .", "So said He . [Tao|PERSON] won ."),
    ("Pope Leo XIV spoke .", "Pope [Leo XIV|PERSON] spoke ."),
    ("Part Two IX ends .", "Part Two IX ends ."),
    // A bar, and particles that the document has elsewhere.
    ("[Lia Sato | Mali|PERSON] ran", "[Lia Sato|PERSON] | Mali ran"),
    (
        "[Rosa de la Vega|PERSON] ran . Then de la [Vega|PERSON] won .",
        "[Rosa de la Vega|PERSON] ran . Then [de la Vega|PERSON] won .",
    ),
    (
        "[Rosa Vega|PERSON] ran . The shop de [Vega|PERSON] shut .",
        "[Rosa Vega|PERSON] ran . The shop de [Vega|PERSON] shut .",
    ),
    // Organisations of other languages.
    ("the Banque du [Mali|GPE] lent", "the [Banque du Mali|ORG] lent"),
    ("[Partido de la Gente|PERSON] won", "[Partido de la Gente|ORG] won"),
    ("the [Union|ORG] des [Femmes|PERSON] du [Nord|PERSON] won", "the [Union des Femmes du Nord|ORG] won"),
    ("[Crédit du Nord|ORG] lent", "[Crédit du Nord|ORG] lent"),
    ("[Ana do Carmo|PERSON] won", "[Ana do Carmo|PERSON] won"),
    ("a union de facto", "a union de facto"),
    // A noun says that it is an organisation.
    ("The relief agency [Graton|PERSON] said so .", "The relief agency [Graton|ORG] said so ."),
    (
        "a manager of the battery maker [Kerin|PERSON] . [Kerin|PERSON] lost .",
        "a manager of the battery maker [Kerin|ORG] . [Kerin|ORG] lost .",
    ),
    ("[Holt Bulk|PERSON] , the company that runs it , paid .", "[Holt Bulk|ORG] , the company that runs it , paid ."),
    ("[Holt Bulk|PERSON] , a shipping company , paid .", "[Holt Bulk|ORG] , a shipping company , paid ."),
    ("the company [Sato|PERSON] founded", "the company [Sato|PERSON] founded"),
    (
        "[Lia Sato|PERSON] ran . The party [Sato|PERSON] leads won .",
        "[Lia Sato|PERSON] ran . The party [Sato|PERSON] leads won .",
    ),
    ("the party [Lia Sato|PERSON] leads", "the party [Lia Sato|PERSON] leads"),
    ("[Lia Sato|PERSON] , the company chairman , paid .", "[Lia Sato|PERSON] , the company chairman , paid ."),
    ("[Lia Sato|PERSON] , a lawyer for the bank , paid .", "[Lia Sato|PERSON] , a lawyer for the bank , paid ."),
    ("[Lia Sato|PERSON] , the union said .", "[Lia Sato|PERSON] , the union said ."),
    // Lines in capitals.
    (
        "[SATO WINS AGAIN IN LIMA|ORG] . [Lia Sato|PERSON] won in [Lima|GPE] .",
        "[SATO|PERSON] WINS AGAIN IN [LIMA|GPE] . [Lia Sato|PERSON] won in [Lima|GPE] .",
    ),
    ("[LIA SATO|PERSON] WINS . It rained .", "[LIA SATO|PERSON] WINS . It rained ."),
    ("[MALI SENDS AID TO CHAD|ORG] . It rained .", "MALI SENDS AID TO CHAD . It rained ."),
    ("[BANK OF MALI|ORG] RAISES RATES .", "[BANK OF MALI|ORG] RAISES RATES ."),
    ("[EVA LIA SATO|PERSON] WINS . Then [Sato|PERSON] ran .", "[EVA LIA SATO|PERSON] WINS . Then [Sato|PERSON] ran ."),
    (
        "[SATO QUITS|PERSON] AFTER ROW . [Lia Sato|PERSON] ran .",
        "[SATO|PERSON] QUITS AFTER ROW . [Lia Sato|PERSON] ran .",
    ),
    ("the [WORLD FOOD FORUM|ORG] met .", "the [WORLD FOOD FORUM|ORG] met ."),
    // A surname that is a word.
    ("[Tom Frost|PERSON] won . Frost will rest .", "[Tom Frost|PERSON] won . [Frost|PERSON] will rest ."),
    (
        "[Tom Frost|PERSON] won . Frost will melt if frost melts .",
        "[Tom Frost|PERSON] won . Frost will melt if frost melts .",
    ),
    ("[Tom Frost|PERSON] won . Frost on the road .", "[Tom Frost|PERSON] won . Frost on the road ."),
    ("[Tom Frost|PERSON] won . They like Frost .", "[Tom Frost|PERSON] won . They like [Frost|PERSON] ."),
    ("[Tom Frost|PERSON] won . Then Jack Frost won .", "[Tom Frost|PERSON] won . Then Jack Frost won ."),
    ("[Tom Frost|PERSON] won . The Frost has come .", "[Tom Frost|PERSON] won . The Frost has come ."),
    // Storms, and numbers that are no year.
    ("Hurricane [Ana|PERSON] hit . [Ana|PERSON] turned .", "Hurricane [Ana|EVENT] hit . [Ana|EVENT] turned ."),
    ("[Typhoon Ana|PERSON] hit .", "[Typhoon Ana|EVENT] hit ."),
    ("A storm [Ana Sato|PERSON] saw .", "A storm [Ana Sato|PERSON] saw ."),
    (
        "Storm [Ana|PERSON] hit . [Lia Ana|PERSON] and [Ana|PERSON] ran .",
        "Storm [Ana|EVENT] hit . [Lia Ana|PERSON] and [Ana|PERSON] ran .",
    ),
    ("in room [2021|DATE] since [2021|DATE] .", "in room 2021 since [2021|DATE] ."),
    // A surname that is a place or a people.
    ("[Kate Ireland|PERSON] ran . [Ireland|GPE] said so .", "[Kate Ireland|PERSON] ran . [Ireland|PERSON] said so ."),
    ("[Tom Zulu|PERSON] ran . [Zulu|ORG] denies it .", "[Tom Zulu|PERSON] ran . [Zulu|PERSON] denies it ."),
    (
        "[Kate Ireland|PERSON] ran in [Ireland|GPE] . [Ireland|GPE] said so .",
        "[Kate Ireland|PERSON] ran in [Ireland|GPE] . [Ireland|GPE] said so .",
    ),
    ("[Kate Ireland|PERSON] ran . [Ireland|GPE] and Wales", "[Kate Ireland|PERSON] ran . [Ireland|GPE] and Wales"),
    ("[Ireland|PERSON] ran . [Ireland|GPE] said so .", "[Ireland|PERSON] ran . [Ireland|GPE] said so ."),
    ("Mr Speaker , they left .", "Mr Speaker , they left ."),
    ("Mr Sato , they left .", "Mr [Sato|PERSON] , they left ."),
    ("[Tom Frost|PERSON] won . The Frost Fair ended .", "[Tom Frost|PERSON] won . The Frost Fair ended ."),
    // Laws, events and works by their words.
    ("the [Wild Forests Act|EVENT] of [Forests Act 2019|MISC]", "the [Wild Forests Act|LAW] of [Forests Act 2019|LAW]"),
    ("the [Treaty of Lima|MISC] and [Bill of Rights|EVENT]", "the [Treaty of Lima|LAW] and [Bill of Rights|LAW]"),
    ("the [Coast Cup|LAW] and [Battle for Lima|LAW]", "the [Coast Cup|EVENT] and [Battle for Lima|EVENT]"),
    ("the [War on Frost|LAW] , [Operation Dry Frost|MISC]", "the [War on Frost|EVENT] , [Operation Dry Frost|EVENT]"),
    (
        "the [2019 general election|EVENT] , the [frost election|LAW]",
        "the [2019 general election|EVENT] , the [frost election|MISC]",
    ),
    ("a [DNA|LAW] test of [FROST-19|EVENT]", "a [DNA|MISC] test of [FROST-19|MISC]"),
    ("the [Act|LAW] , the [Games|EVENT] , [frost act|LAW]", "the [Act|MISC] , the [Games|MISC] , [frost act|MISC]"),
    ("the [Frost War II|MISC] , [Frost Wars|WORK]", "the [Frost War II|EVENT] , [Frost Wars|WORK]"),
    ("[Tides of Frost|WORK] on [Sunday|LAW]", "[Tides of Frost|WORK] on [Sunday|DATE]"),
    ("the [Frost Act|ORG] and [1867|LAW]", "the [Frost Act|ORG] and [1867|MISC]"),
];

#[test]
fn kinds_of_faults() {
    let labels = LABELS.map(str::to_owned);
    let (mut mender, mut faults) = (Mender::default(), Vec::new());
    for (found, wanted) in CASES {
        let ((text, mut names), (same, wanted)) = (unmark(found), unmark(wanted));
        assert_eq!(text, same);
        let (tokens, sentences) = tokens(&text);
        mender.mend(&text, &tokens, &sentences, &labels, &mut names);
        let (names, wanted) = (show(&text, &names), show(&text, &wanted));
        if names != wanted {
            faults.push(format!("{text}\n  wanted {wanted:?}\n  found  {names:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_model_without_events_calls_a_storm_misc() {
    let (text, mut names) = unmark("Hurricane [Ana|PERSON] hit the [Coast Cup|MISC] .");
    let (tokens, sentences) = tokens(&text);
    let labels: Vec<String> = LABELS[..5].iter().map(|label| (*label).to_owned()).collect();
    Mender::default().mend(&text, &tokens, &sentences, &labels, &mut names);
    assert_eq!(show(&text, &names), ["Ana|MISC", "Coast Cup|MISC"]);
}

#[test]
fn a_model_without_people_is_left_alone() {
    let (text, mut names) = unmark("On [Friday Sato|PERSON] told them .");
    let (tokens, sentences) = tokens(&text);
    Mender::default().mend(&text, &tokens, &sentences, &["THING".to_owned()], &mut names);
    assert_eq!(show(&text, &names), ["Friday Sato|PERSON"]);
}

/// Names stay in order and apart, whatever the model and the text.
#[test]
fn names_stay_in_order() {
    let parts =
        ["PC", "He", "Frost", "frost", "Banque", "du", "MALI", "IX", "On", "Friday", ".", "said", "Mr", "é", "Pope"];
    let labels = LABELS.map(str::to_owned);
    let mut state = 88_172_645_463_325_252u64;
    let mut draw = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound as u64) as usize
    };
    let mut mender = Mender::default();
    for _ in 0..3000 {
        let text = (0..draw(25)).map(|_| parts[draw(parts.len())]).collect::<Vec<_>>().join(" ");
        let (tokens, sentences) = tokens(&text);
        let (mut names, mut at) = (Vec::new(), 0);
        while at < tokens.len() {
            let last = (at + draw(3)).min(tokens.len() - 1);
            if draw(3) == 0 {
                names.push(Entity {
                    span: tokens[at].cover(tokens[last]),
                    label: draw(LABELS.len()) as u16,
                    score: 0.5,
                });
            }
            at = last + 1;
        }
        mender.mend(&text, &tokens, &sentences, &labels, &mut names);
        let mut end = 0;
        for entity in &names {
            assert!(entity.span.start >= end && entity.span.start < entity.span.end, "{text:?}: {names:?}");
            end = entity.span.end;
        }
    }
}
