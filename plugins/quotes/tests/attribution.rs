//! Quotes in made-up articles: every style of attribution that the plugin promises, as a table.
#![allow(clippy::unwrap_used)]

use copydesk_plugin_quotes::{Attributor, Input, Models, Quote, Scratch};
use copydesk_plugin_tokenizer::segment;
use copydesk_sdk::Span;
use copydesk_text::BlockKind;

static MODEL: &[u8] = include_bytes!("../../../models/quotes-news-fast.cdm");

/// A quote: source, cue, and content with " // " between its spans.
struct Case {
    name: &'static str,
    text: &'static str,
    /// Source and content of quotes that must be there.
    want: &'static [(&'static str, &'static str)],
}

fn attribute(text: &str) -> Vec<Quote> {
    attribute_with(text, &[])
}

/// The quotes of a text in which these names are entities, wherever they stand.
fn attribute_with(text: &str, names: &[&str]) -> Vec<Quote> {
    let layers = segment(text);
    let mut entities: Vec<(Span, bool)> = names
        .iter()
        .flat_map(|name| text.match_indices(name))
        .map(|(at, name)| (Span::new(at as u32, (at + name.len()) as u32), true))
        .collect();
    entities.sort_by_key(|(span, _)| (span.start, span.end));
    let kinds: Vec<BlockKind> = layers.blocks.iter().map(|b| b.kind).collect();
    let blocks: Vec<Span> = layers.blocks.iter().map(|b| b.span).collect();
    let sentences: Vec<Span> = layers.sentences.iter().map(|s| s.span).collect();
    let sentence_block: Vec<u32> = layers.sentences.iter().map(|s| s.block).collect();
    let tokens: Vec<Span> = layers.tokens.iter().map(|t| t.span).collect();
    let token_sentence: Vec<u32> = layers.tokens.iter().map(|t| t.sentence).collect();
    let token_part: Vec<u32> = layers.tokens.iter().map(|t| t.part).collect();
    let input = Input {
        text,
        blocks: &blocks,
        block_kinds: &kinds,
        sentences: &sentences,
        sentence_block: &sentence_block,
        tokens: &tokens,
        token_sentence: &token_sentence,
        token_part: &token_part,
        entities: &entities,
    };
    let mut out = Vec::new();
    Attributor::new(Models::parse(MODEL).unwrap()).attribute(&input, &mut Scratch::default(), &mut out);
    out
}

fn words<'t>(text: &'t str, spans: impl IntoIterator<Item = Span>) -> String {
    let parts: Vec<&'t str> = spans.into_iter().map(|s| s.get(text).unwrap()).collect();
    parts.join(" // ")
}

const CASES: &[Case] = &[
    Case {
        name: "speaker before and after",
        text: "“We will vote on Monday,” said Ana Ruiz, the minister. “Nobody can stop it.”",
        want: &[("Ana Ruiz, the minister", "“We will vote on Monday,” // “Nobody can stop it.”")],
    },
    Case {
        name: "British single marks, apostrophes and plural possessives",
        text: "‘We will not rest until every family’s home is safe,’ the housing minister told reporters. ‘The workers’ unions know it.’",
        want: &[(
            "the housing minister",
            "‘We will not rest until every family’s home is safe,’ // ‘The workers’ unions know it.’",
        )],
    },
    Case {
        name: "indirect",
        text: "The president said that the talks had failed.",
        want: &[("The president", "that the talks had failed")],
    },
    Case {
        name: "according to",
        text: "According to the police, two people were hurt in the fire.",
        want: &[("the police", "two people were hurt in the fire")],
    },
    Case {
        name: "according to a text",
        text: "According to a letter seen by this newspaper, the owners feared losing their licence.",
        want: &[("a letter seen by this newspaper", "the owners feared losing their licence")],
    },
    Case {
        name: "for analysts",
        text: "For many analysts, the vote was a turning point because nobody expected the smaller parties to join.",
        want: &[("many analysts", "the vote was a turning point because nobody expected the smaller parties to join")],
    },
    Case {
        name: "for a firm, explained by its name",
        text: "For the consulting firm, Norvik Partners, “the coast will need ten years to recover. The money is not there.”",
        want: &[(
            "the consulting firm, Norvik Partners",
            "“the coast will need ten years to recover. The money is not there.”",
        )],
    },
    Case {
        name: "for a name, explained by a role",
        text: "For Lena Okafor, director of the Harbour Institute, the strike is a warning to the government.",
        want: &[("Lena Okafor, director of the Harbour Institute", "the strike is a warning to the government")],
    },
    Case {
        name: "a stray mark: the quotation closes, carries on and closes again",
        text: "For the shipping firm, Norvik Lines, “storms will cost us dearly. Repairs are slow.” indeed. So the fares have to rise again.”",
        want: &[(
            "the shipping firm, Norvik Lines",
            "“storms will cost us dearly. Repairs are slow.” indeed. So the fares have to rise again.”",
        )],
    },
    Case {
        name: "in the words of",
        text: "In the words of Omar Haddad, the ruling is “a slap in the face of the victims.”",
        want: &[("Omar Haddad", "the ruling is “a slap in the face of the victims.”")],
    },
    Case {
        name: "colon",
        text: "Minister Paul Ndiaye: “Nobody will be left behind in this country.”",
        want: &[("Minister Paul Ndiaye", "“Nobody will be left behind in this country.”")],
    },
    Case {
        name: "dash and signature",
        text: "“Freedom is not given, it is taken every day.” — Rosa Lindqvist",
        want: &[("Rosa Lindqvist", "“Freedom is not given, it is taken every day.”")],
    },
    Case {
        name: "signatures one after another",
        text: "“Nobody asked us about the dam.” ― Rosa Lindqvist “We will lose our fields and our homes.” ― Omar Haddad “It is a shame for the country.” ― Lena Okafor",
        want: &[
            ("Rosa Lindqvist", "“Nobody asked us about the dam.”"),
            ("Omar Haddad", "“We will lose our fields and our homes.”"),
            ("Lena Okafor", "“It is a shame for the country.”"),
        ],
    },
    Case {
        name: "an explanation behind the speaker at the end",
        text: "Rents will double by summer, said Ilse Brandt, a baker in Kiel.",
        want: &[("Ilse Brandt, a baker in Kiel", "Rents will double by summer")],
    },
    Case {
        name: "a relative clause behind the speaker at the end",
        text: "The lake will be dry in ten years, estimates Omar Haddad, who runs the water board in Fes.",
        want: &[("Omar Haddad, who runs the water board in Fes", "The lake will be dry in ten years")],
    },
    Case {
        name: "a role before the speaker at the end",
        text: "The lamps went out before the crash, said fisherman Paul Ndiaye.",
        want: &[("fisherman Paul Ndiaye", "The lamps went out before the crash")],
    },
    Case {
        name: "a verb of thinking at the end",
        text: "The fire began in the attic, believes detective Lena Okafor.",
        want: &[("detective Lena Okafor", "The fire began in the attic")],
    },
    Case {
        name: "what they found, at the end",
        text: "Those who walked to school slept better, they found.",
        want: &[("they", "Those who walked to school slept better")],
    },
    Case {
        name: "a comma behind the closing mark, and a role",
        text: "“The bread is enough for all of us”, assured the mayor Rosa Lindqvist.",
        want: &[("the mayor Rosa Lindqvist", "“The bread is enough for all of us”")],
    },
    Case {
        name: "a comma and a dash behind the closing mark",
        text: "“We are ready to talk”, — stressed the minister Omar Haddad.",
        want: &[("the minister Omar Haddad", "“We are ready to talk”")],
    },
    Case {
        name: "guillemets and a perfect",
        text: "«The pension is a right», has declared the secretary Paul Ndiaye.",
        want: &[("the secretary Paul Ndiaye", "«The pension is a right»")],
    },
    Case { name: "a short cry", text: "“Thief!” yelled Ana Ruiz.", want: &[("Ana Ruiz", "“Thief!”")] },
    Case {
        name: "a headline with a quotation and its speaker",
        text: "‘Nobody warned us’: Okafor attacks the board over the flood\n\nFarmers’ leader Lena Okafor came to the town hall on Monday with a bucket of mud.",
        want: &[("Okafor", "‘Nobody warned us’")],
    },
    Case {
        name: "a headline with a dash and the speaker",
        text: "Sugar tax “a gift to smugglers” – Haddad\n\nTrade secretary Omar Haddad came to the port on Monday to open the new customs house.",
        want: &[("Haddad", "Sugar tax “a gift to smugglers”")],
    },
    Case {
        name: "what is denied was said before",
        text: "The mayor said he would go, but his aide, Ana Ruiz, denied it.",
        want: &[("The mayor", "he would go")],
    },
    Case {
        name: "a verdict behind the quotation",
        text: "“This changes nothing on the ground.”\n\nThat was the verdict of Omar Haddad, a trader at the port.",
        want: &[("Omar Haddad, a trader at the port", "“This changes nothing on the ground.”")],
    },
    Case {
        name: "in the view of",
        text: "The lake is emptied too fast, in the view of geologist Lena Okafor.",
        want: &[("geologist Lena Okafor", "The lake is emptied too fast")],
    },
    Case {
        name: "a hearer before a clause",
        text: "The widow told the inquest her husband had begged for water.",
        want: &[("The widow", "her husband had begged for water")],
    },
    Case {
        name: "names with roles in a list",
        text: "What they expect:\n\n1. Ana Ruiz, economist: “Rates will fall in autumn.”\n2. Omar Haddad, trader: “Nothing moves before the vote.”",
        want: &[
            ("Ana Ruiz, economist", "“Rates will fall in autumn.”"),
            ("Omar Haddad, trader", "“Nothing moves before the vote.”"),
        ],
    },
    Case {
        name: "quotations in a list without full stops",
        text: "Voices:\n\n- “The lift has been broken since Easter,” Ana Ruiz, 78, said\n- “Parts are on order,” replied the landlord",
        want: &[("the landlord", "“Parts are on order,”")],
    },
    Case {
        name: "a post with its author below",
        text: "The striker thanked the fans after the final.\n\nExhausted but so happy tonight. Thank you all!\n\n— Paul Ndiaye (@pndiaye9) August 4, 2022",
        want: &[("Paul Ndiaye", "Exhausted but so happy tonight. Thank you all!")],
    },
    Case {
        name: "a witness with a letter",
        text: "Witness B told the tribunal that the order came by radio.",
        want: &[("Witness B", "the order came by radio")],
    },
    Case {
        name: "words on a label",
        text: "Boxes marked “evidence” stood in a yard, and others labelled “C” and “D”.",
        want: &[],
    },
    Case {
        name: "a name that people give",
        text: "Fans call the stadium “the Oven”, and it was full on Saturday.",
        want: &[],
    },
    Case { name: "a deed", text: "The senate approved the budget on Tuesday.", want: &[] },
    Case { name: "a telling without content", text: "Staff were told at noon.", want: &[] },
    Case {
        name: "what is confirmed was said before",
        text: "The bridge is unsafe. Ana Ruiz, who runs the office, confirmed it.",
        want: &[],
    },
    Case { name: "a firm that was bought", text: "Kelp Steel was fined by the court in 1988.", want: &[] },
    Case {
        name: "what is admitted was said before",
        text: "The club had lied. Omar Haddad, its doctor, admitted it.",
        want: &[],
    },
    Case {
        name: "a verb in the present behind the quotation",
        text: "“We have lost everything,” laments Karim Benali. “The sea took our boats, our nets and our house.”",
        want: &[("Karim Benali", "“We have lost everything,” // “The sea took our boats, our nets and our house.”")],
    },
    Case {
        name: "a paragraph of quotation without a cue",
        text: "“The harbour will reopen in May. Ships are already waiting,” said Lena Okafor.\n\n“It is a great day for the whole coast and for us.”",
        want: &[(
            "Lena Okafor",
            "“The harbour will reopen in May. Ships are already waiting,” // “It is a great day for the whole coast and for us.”",
        )],
    },
    Case {
        name: "a quotation over paragraphs with opening marks only",
        text: "Ana Ruiz said: “We came here with nothing.\n\n“We built this town and we will stay.”",
        want: &[("Ana Ruiz", "“We came here with nothing.\n\n“We built this town and we will stay.”")],
    },
    Case {
        name: "a quotation over paragraphs whose last says who speaks",
        text: "“We came here with nothing and slept in the station.\n\n“We worked for it.\n\n“Now the town is ours and we will stay,” Ana Ruiz said.",
        want: &[(
            "Ana Ruiz",
            "“We came here with nothing and slept in the station.\n\n“We worked for it.\n\n“Now the town is ours and we will stay,”",
        )],
    },
    Case {
        name: "straight and typewriter marks",
        text: "\"It is over,\" Mr. Adeyemi said.\n\n``It is over,'' Mrs. Mazur said.",
        want: &[("Mr. Adeyemi", "\"It is over,\""), ("Mrs. Mazur", "``It is over,''")],
    },
    Case {
        name: "an announcement that is made",
        text: "One of the announcements that Mazur made is that the ferry will run again in spring.",
        want: &[("Mazur", "that the ferry will run again in spring")],
    },
    Case {
        name: "a verb that does not speak, and a colon",
        text: "Asked whether the ferry would return, Okafor smiled: “Wait and see.”",
        want: &[("Okafor", "“Wait and see.”")],
    },
    Case {
        name: "the fact that",
        text: "Minister Vidal dwelt on the fact that she asked “for a bridge before the rains and a school after them.”",
        want: &[("she", "“for a bridge before the rains and a school after them.”")],
    },
    Case {
        name: "headline",
        text: "Harbour to reopen in May: Okafor\n\nThe harbour will reopen in May, the director of the port, Lena Okafor, said.",
        want: &[
            ("Okafor", "Harbour to reopen in May"),
            ("the director of the port, Lena Okafor,", "The harbour will reopen in May"),
        ],
    },
    Case {
        name: "low marks and guillemets",
        text: "„We will stay,“ said Jan Mazur.\n\n« We will stay, » said Rosa Lindqvist.",
        want: &[("Jan Mazur", "„We will stay,“"), ("Rosa Lindqvist", "« We will stay, »")],
    },
    Case {
        name: "told by somebody",
        text: "The rowers were told by their trainer that the lake was closed.",
        want: &[("their trainer", "that the lake was closed")],
    },
    Case {
        name: "warned by somebody",
        text: "Bathers were warned by the coast guard that the tide would turn.",
        want: &[("the coast guard", "that the tide would turn")],
    },
    Case {
        name: "told by nobody",
        text: "The captain was told that the lake was closed.",
        want: &[("", "that the lake was closed")],
    },
    Case {
        name: "quoted as saying",
        text: "The harbour master was quoted by a local paper as saying that the pier had cracked.",
        want: &[("The harbour master", "that the pier had cracked")],
    },
    Case {
        name: "quoted, with a word of who it is",
        text: "Their trainer, a former rower, has been quoted as saying that the lake was closed.",
        want: &[("Their trainer, a former rower", "that the lake was closed")],
    },
    Case {
        name: "seen by somebody who says nothing",
        text: "In a letter to the crew, which was seen by the Harbour Post, she wrote that the pier had cracked.",
        want: &[("she", "that the pier had cracked")],
    },
    Case {
        name: "accused by somebody",
        text: "The skipper is accused by his crew of selling the nets.",
        want: &[("his crew", "selling the nets")],
    },
    Case {
        name: "called something by somebody",
        text: "The tender was called “a bad joke” by the fishermen.",
        want: &[("the fishermen", "“a bad joke”")],
    },
    Case {
        name: "announced by somebody",
        text: "It was announced by the harbour board that fees would double.",
        want: &[("the harbour board", "that fees would double")],
    },
    Case {
        name: "what somebody told somebody",
        text: "According to what the skipper told the coast guard, the engine had stopped.",
        want: &[("the skipper", "the engine had stopped")],
    },
    Case {
        name: "according to somebody, in the middle",
        text: "The tender, according to the skipper, was a fraud.",
        want: &[("the skipper", "The tender // was a fraud")],
    },
    Case {
        name: "for somebody, a judgement",
        text: "For the skipper, the tender is a joke.",
        want: &[("the skipper", "the tender is a joke")],
    },
    Case {
        name: "sure that",
        text: "The skipper is sure that the engine will hold.",
        want: &[("The skipper", "the engine will hold")],
    },
    Case {
        name: "sure, after explanations",
        text: "The port's diver, who has seen the hull, is certain that it will hold.",
        want: &[("The port's diver, who has seen the hull", "that it will hold")],
    },
    Case {
        name: "put at",
        text: "The insurers put the damage at four million euros.",
        want: &[("The insurers", "four million euros")],
    },
    Case {
        name: "sees an amount",
        text: "The harbour board sees a loss of 2 million euros.",
        want: &[("The harbour board", "a loss of 2 million euros")],
    },
    Case {
        name: "justified with",
        text: "The harbour board justified the fee with the cost of dredging.",
        want: &[("The harbour board", "the cost of dredging")],
    },
    Case {
        name: "a question",
        text: "The skipper wondered how the crew would eat.",
        want: &[("The skipper", "how the crew would eat")],
    },
    Case {
        name: "a pronoun behind a clause",
        text: "The lake would freeze, she thought.",
        want: &[("she", "The lake would freeze")],
    },
    Case {
        name: "dialogue with a dash",
        text: "— Then mend the nets, answered Rosa Lindqvist.",
        want: &[("Rosa Lindqvist", "Then mend the nets")],
    },
    Case {
        name: "one word and a verb behind it", text: "“Seven,” she corrected.", want: &[("she", "“Seven,”")]
    },
    Case {
        name: "a rare verb and a role behind a short quotation",
        text: "“Not mine,” snapped the skipper.",
        want: &[("the skipper", "“Not mine,”")],
    },
    Case {
        name: "a sentence in marks, alone",
        text: "The skipper laughed. “I never eat fish.”",
        want: &[("", "“I never eat fish.”")],
    },
    Case {
        name: "a sentence in marks behind a report",
        text: "The nets were new, the skipper said. “I never eat fish.”",
        want: &[("the skipper", "“I never eat fish.”")],
    },
    Case { name: "called by a name", text: "The boat is called “the Heron” in the port.", want: &[] },
    Case { name: "known by a name", text: "The diver is known as “the Otter” in the port.", want: &[] },
    Case { name: "a motto", text: "The port's motto is “Nets and Bread”.", want: &[] },
    Case { name: "a term of a law", text: "The law bans “ghost nets” from May.", want: &[] },
    Case { name: "so-called", text: "The so-called “silver list” has five boats.", want: &[] },
    Case { name: "not a judgement", text: "For the skipper, it was a long night.", want: &[] },
    Case {
        name: "not an opinion",
        text: "For years, the ferry ran twice a day. For example, in May, it carried goods.",
        want: &[],
    },
];

#[test]
fn every_style_of_attribution() {
    let mut wrong = String::new();
    for case in CASES {
        let found = attribute(case.text);
        let found: Vec<(String, String)> =
            found.iter().map(|q| (words(case.text, q.source), words(case.text, q.content.iter().copied()))).collect();
        let missing = case.want.iter().any(|want| !found.iter().any(|f| (f.0.as_str(), f.1.as_str()) == *want));
        if missing || case.want.is_empty() && !found.is_empty() {
            wrong.push_str(&format!("{}: {found:#?}\n", case.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Layouts and reports that need the names of the text.
const WITH_NAMES: &[Case] = &[
    Case {
        name: "a hearer in the plural before a clause",
        text: "Mayor Mina Palm told investors costs were under control.",
        want: &[("Mayor Mina Palm", "costs were under control")],
    },
    Case {
        name: "a second verb behind and",
        text: "Chair Ola Beko said the vote was fair and insisted that no boxes were missing.",
        want: &[("Chair Ola Beko", "the vote was fair"), ("Chair Ola Beko", "no boxes were missing")],
    },
    Case {
        name: "a hearer before nobody",
        text: "Pastor Ola Beko told mourners nobody would forget the boys.",
        want: &[("Pastor Ola Beko", "nobody would forget the boys")],
    },
    Case {
        name: "an interview that begins with a question",
        text: "The Gazette: Will the ferry sail?\n\nMina Palm: Yes, it will sail soon.",
        want: &[("Mina Palm", "Yes, it will sail soon")],
    },
    Case {
        name: "somebody who is not named",
        text: "“Coward!” someone called out. “I heard that,” said Ola Beko.",
        want: &[("someone", "“Coward!”")],
    },
    Case {
        name: "list behind a promise",
        text: "Ola Beko pledged:\n\n- to mend the ferry\n- to hire crews\n\nMina Palm stayed at home.",
        want: &[("Ola Beko", "- to mend the ferry // - to hire crews")],
    },
    Case {
        name: "post with a handle",
        text: "The crowd was glad.\n\nWhat a night for our port! — Ola Beko (@olabeko) June 1, 2022",
        want: &[("Ola Beko", "What a night for our port!")],
    },
    Case {
        name: "note of somebody",
        text: "A note from Mina Palm, head of sales:\n\n“Sales will double by May.”",
        want: &[("Mina Palm", "“Sales will double by May.”")],
    },
    Case {
        name: "turns of an interview",
        text: "Host: Will it sail?\n\nMina Palm: Yes, it will sail soon.\n\nMr. Beko: We see no reason.",
        want: &[("Mina Palm", "Yes, it will sail soon"), ("Mr. Beko", "We see no reason")],
    },
    Case {
        name: "bullets",
        text: "Voices:\n\n• Ola Beko: “The ferry is late again.”\n2. Mina Palm: “A very sad day.”",
        want: &[("Ola Beko", "“The ferry is late again.”"), ("Mina Palm", "“A very sad day.”")],
    },
    Case {
        name: "rare verb",
        text: "Advocate Mina Palm on Monday averred that the notice was void.",
        want: &[("Advocate Mina Palm", "the notice was void")],
    },
    Case {
        name: "rare verb and a court",
        text: "Ola Beko apprised the court that the boat had sunk.",
        want: &[("Ola Beko", "the boat had sunk")],
    },
    Case {
        name: "a role, explained by its name",
        text: "The port's diver, Mina Palm, believes the hull will hold.",
        want: &[("The port's diver, Mina Palm,", "the hull will hold")],
    },
    Case {
        name: "signature below",
        text: "“We never doubted the crew.”\n\nMina Palm, head of sales\n\nThe ferry sails in May.",
        want: &[("Mina Palm", "“We never doubted the crew.”")],
    },
    Case {
        name: "words on a sign",
        text: "Ola Beko held a sign that said “Nobody asked us about it”.",
        want: &[("a sign", "“Nobody asked us about it”")],
    },
    Case {
        name: "a paragraph that somebody wrote",
        text: "Ola Beko wrote on his page:\n\nThe ferry is all we have. It must stay.\n\nThe port was empty.",
        want: &[("Ola Beko", "The ferry is all we have. It must stay.")],
    },
    Case {
        name: "a second verb",
        text: "The diver has seen the hull and claims that it will hold.",
        want: &[("The diver", "it will hold")],
    },
    Case {
        name: "a report behind a semicolon",
        text: "The hull leaks; the diver claims that it will hold.",
        want: &[("the diver", "it will hold")],
    },
    Case {
        name: "between commas",
        text: "The new boat, she reports, is never late.",
        want: &[("she", "The new boat // is never late")],
    },
    Case {
        name: "an object",
        text: "The ferry company has promised a refund.",
        want: &[("The ferry company", "a refund")],
    },
    Case {
        name: "a name in emphasis",
        text: "**Mina Palm** told us that the pump broke.",
        want: &[("Mina Palm", "the pump broke")],
    },
    Case {
        name: "a hearer with a name",
        text: "Ola Beko was told by Mina Palm that the boat had sunk.",
        want: &[("Mina Palm", "the boat had sunk")],
    },
    Case {
        name: "labels", text: "Photo: “The ferry is back at last.”\n\nAnswer: “It is not true.”", want: &[]
    },
];

#[test]
fn layouts_and_reports_with_names() {
    let mut wrong = String::new();
    for case in WITH_NAMES {
        let found = attribute_with(case.text, &["Ola Beko", "Mina Palm"]);
        let plain = |text: String| text.replace("\n- ", " // - ").trim_start_matches("that ").to_owned();
        let found: Vec<(String, String)> = found
            .iter()
            .map(|q| (words(case.text, q.source), plain(words(case.text, q.content.iter().copied()))))
            .collect();
        let missing = case.want.iter().any(|want| !found.iter().any(|f| (f.0.as_str(), f.1.as_str()) == *want));
        if missing || case.want.is_empty() && !found.is_empty() {
            wrong.push_str(&format!("{}: {found:#?}\n", case.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn indirect_words_stay_in_their_block() {
    let text = "Mayor says ferry will sail in May\n\nBy Lea Roth\n\nPORT BEKO — The mayor, Ola Beko, spoke on Friday.";
    for quote in attribute_with(text, &["Ola Beko", "Lea Roth"]) {
        assert!(!words(text, quote.content.iter().copied()).contains("Lea Roth"), "{quote:?}");
    }
}

#[test]
fn a_pull_quote_has_the_speaker_of_what_it_repeats() {
    let text = "The ferry will run again in spring, the town council decided on Monday after a long debate.\n\n\
        It is a good day, a day of joy for the island, and I see many tired faces.\n\n\
        “It is a good day, a day of joy for the island, and I see many tired faces, but the work begins only now,” \
        said Karim Benali.";
    let found = attribute(text);
    let pulled = found.iter().find(|q| words(text, q.content.iter().copied()).starts_with("It is a good day"));
    let pulled = pulled.unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(words(text, pulled.source), "Karim Benali");
    assert_eq!(pulled.kind.as_str(), "direct");
}

#[test]
fn hostile_texts_end_soon_and_hold_their_spans() {
    let texts = [
        "said ".repeat(60_000),
        "“".repeat(200_000),
        "\"a\" ".repeat(60_000),
        "For X, ".repeat(40_000),
        "”, says Y ".repeat(40_000),
        "in the words of ".repeat(30_000),
        "“a b c d e f g,” says Zed. ".repeat(8_000),
        "\0\u{1F600}\u{202E}\r\n".repeat(20_000),
        "x".repeat(1_000_000),
        "- Beko said:\n".repeat(5_000),
        "Mr. Beko: no way at all.\n\n".repeat(4_000),
        "Beko said that it was. ".repeat(4_000),
        "Fine. — Beko (@beko)\n\n".repeat(4_000),
        "was told by Beko that ".repeat(20_000),
        "was quoted as saying ".repeat(20_000),
        "“No,” she ".repeat(30_000),
        ". “It is. So.” ".repeat(20_000),
        "a sign read “No” ".repeat(20_000),
        "Beko, , , is sure ".repeat(20_000),
        "according to what Beko told ".repeat(20_000),
        String::new(),
    ];
    for text in &texts {
        for quote in attribute_with(text, &["Beko"]) {
            let span = quote.span().unwrap();
            assert!(span.get(text).is_some());
            assert!(quote.content.iter().all(|c| c.get(text).is_some() && !c.is_empty()));
        }
    }
}
