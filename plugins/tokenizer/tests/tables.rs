//! Tables of made-up sentences, a line a phenomenon: tokens, sentences and kinds of blocks.

use copydesk_plugin_tokenizer::{Block, BlockKind, Segmentation, Span, segment, segment_blocks};

/// Surface tokens apart by spaces, the words of one surface token apart by `+`.
fn tokens(text: &str, layers: &Segmentation) -> String {
    let mut out = String::new();
    for token in &layers.tokens {
        if !out.is_empty() {
            out.push(if token.part > 0 { '+' } else { ' ' });
        }
        out.push_str(token.span.get(text).unwrap_or("?"));
    }
    out
}

const TOKENS: &[(&str, &str, &str)] = &[
    ("contraction", "They don't know.", "They do+n't know ."),
    ("contraction, curly", "They don’t know what we’ve seen.", "They do+n’t know what we+’ve seen ."),
    ("contraction of three", "You shouldn't've asked.", "You should+n't+'ve asked ."),
    ("irregular stems", "I won't and I can't.", "I wo+n't and I ca+n't ."),
    ("cannot", "We cannot stay.", "We can+not stay ."),
    ("gonna", "It's gonna rain.", "It+'s gon+na rain ."),
    ("no apostrophe", "I dont think thats right.", "I do+nt think that+s right ."),
    ("capitals", "IT'S OVER, DON'T STAY", "IT+'S OVER , DO+N'T STAY"),
    ("possessive", "Peru's ministers", "Peru+'s ministers"),
    ("possessive of a plural", "the ministers' offices", "the ministers+' offices"),
    ("possessive of a plural, curly", "the ministers’ offices", "the ministers+’ offices"),
    ("possessive of an acronym", "the U.S.'s role", "the U.S.+'s role"),
    ("possessive behind a quotation", "“Dune”’s author", "“ Dune ” ’s author"),
    ("grave accent", "my aunt`s car", "my aunt+`s car"),
    ("name with an apostrophe", "Sinéad O'Dowd's car", "Sinéad O'Dowd+'s car"),
    ("years", "the '90s and the 1980s", "the '90s and the 1980s"),
    ("elision", "get 'em out, 'cause it's late", "get 'em out , 'cause it+'s late"),
    ("dropped letter", "just sayin' so", "just sayin' so"),
    ("British quotation", "‘I can’t go,’ he said.", "‘ I ca+n’t go , ’ he said ."),
    ("British quotation, straight", "'I can't go,' he said.", "' I ca+n't go , ' he said ."),
    ("British quotation with a plural", "'The workers left' was all.", "' The workers left ' was all ."),
    (
        "plural inside a British quotation",
        "'The workers' rights matter,' he said.",
        "' The workers+' rights matter , ' he said .",
    ),
    ("two British quotations", "'Workers' and 'owners' differ.", "' Workers ' and ' owners ' differ ."),
    ("nested quotation", "“She said ‘no,’” he said.", "“ She said ‘ no , ’ ” he said ."),
    ("straight double", "\"Yes,\" he said.", "\" Yes , \" he said ."),
    ("two apostrophes", "''Yes,'' he said.", "'' Yes , '' he said ."),
    ("TeX", "``Yes,'' he said.", "`` Yes , '' he said ."),
    ("guillemets", "«Ya no», dijo", "« Ya no » , dijo"),
    ("low quotes", "„Nein“, sagte", "„ Nein “ , sagte"),
    ("hyphen", "a well-known US-based firm", "a well - known US - based firm"),
    ("prefix", "non-profit, anti-war and re-elected", "non-profit , anti-war and re-elected"),
    ("prefix and number", "in mid-2019", "in mid-2019"),
    ("year-old", "a 12-year-old girl", "a 12 - year - old girl"),
    ("names", "al-Rashid and Lloyd-Jones", "al - Rashid and Lloyd - Jones"),
    ("paper's poll", "a Morning Post-XYZ poll", "a Morning Post - XYZ poll"),
    ("range", "pages 10-12 and 1990–95", "pages 10 - 12 and 1990 – 95"),
    ("telephone", "call 555-123-4567 or 555-0199", "call 555-123-4567 or 555-0199"),
    ("dashes", "stop—now -- or – never", "stop — now -- or – never"),
    ("URL", "see https://example.com/a?b=1, please", "see https://example.com/a?b=1 , please"),
    ("URL in brackets", "(www.example.org/x_(y))", "( www.example.org/x_(y) )"),
    ("domain", "Visit example.com.", "Visit example.com ."),
    ("domain with path", "at example.co/about today", "at example.co/about today"),
    ("e-mail", "Write to jane.doe@example.com.", "Write to jane.doe@example.com ."),
    ("handle and tag", "@jane_doe likes #LocalNews.", "@jane_doe likes #LocalNews ."),
    ("file", "open notes.txt now", "open notes.txt now"),
    ("separators", "1,234,567.89 or 3.5", "1,234,567.89 or 3.5"),
    ("list of numbers", "1,2,3", "1 , 2 , 3"),
    ("times and dates", "at 10:30 on 9/11 and 11/28/2000", "at 10:30 on 9/11 and 11/28/2000"),
    ("ISO date", "on 2024-05-17", "on 2024-05-17"),
    ("ordinal", "the 21st of May", "the 21st of May"),
    ("unit", "at 5pm, 20km off, $3.8bn", "at 5 pm , 20 km off , $ 3.8 bn"),
    ("currency", "$5, €20, £3 and US$15", "$ 5 , € 20 , £ 3 and US$ 15"),
    ("percent", "12.5% of it", "12.5 % of it"),
    ("decimal without zero", "a .45 gun", "a .45 gun"),
    ("titles", "Mr. Lee and Dr. Wu met Sen. Paz.", "Mr. Lee and Dr. Wu met Sen. Paz ."),
    ("companies", "Acme Inc. and Foo Corp. merged", "Acme Inc. and Foo Corp. merged"),
    ("months", "on Jan. 5 and Sept. 9", "on Jan. 5 and Sept. 9"),
    ("weekday", "on Wed. 5 May they wed.", "on Wed. 5 May they wed ."),
    ("number sign", "No. 5 said no.", "No. 5 said no ."),
    ("time of day", "at 9 a.m. today", "at 9 a.m. today"),
    ("initials", "J. R. Smith and John F. Doe", "J. R. Smith and John F. Doe"),
    ("letter at the end", "We chose plan B. It failed.", "We chose plan B . It failed ."),
    ("acronym", "the U.S. and the U.N. agree", "the U.S. and the U.N. agree"),
    ("degree", "a Ph.D. in law", "a Ph.D. in law"),
    ("case name", "in Roe v. Doe", "in Roe v. Doe"),
    ("company sign", "AT&T and R&D", "AT&T and R&D"),
    ("ellipsis", "Well... maybe… yes", "Well ... maybe … yes"),
    ("spaced ellipsis", "I . . . think", "I . . . think"),
    ("two dots", "the end..", "the end .."),
    ("marks", "What?! No!!", "What ?! No !!"),
    ("slash", "and/or, s/he, w/o", "and / or , s/he , w/o"),
    ("brackets", "(a) [b] {c}", "( a ) [ b ] { c }"),
    ("missing space", "It ended.Then we left.", "It ended . Then we left ."),
    ("emoticon", "Great :) thanks ;-)", "Great :) thanks ;-)"),
    ("emoji", "ok 👍🏽 👨‍👩‍👧 🇵🇪", "ok 👍🏽 👨‍👩‍👧 🇵🇪"),
    ("two flags", "🇵🇪🇨🇱", "🇵🇪 🇨🇱"),
    ("combining marks", "cafe\u{301} society", "cafe\u{301} society"),
    ("other scripts", "Пётр сказал: да", "Пётр сказал : да"),
    ("rule", "---- ====", "---- ===="),
    ("character references", "&ldquo;It&rsquo;s late,&rdquo; he said", "&ldquo; It+&rsquo;s late , &rdquo; he said"),
    ("straight reference", "&quot;No,&quot; he said", "&quot; No , &quot; he said"),
    ("numbers as references", "&#8220;No&#x201D;&nbsp;now", "&#8220; No &#x201D; now"),
    ("ampersand as a reference", "AT&amp;T and Lim &amp; Co.", "AT&amp;T and Lim &amp; Co."),
    ("no references", "R&D; Q&A; salt & pepper", "R&D ; Q&A ; salt & pepper"),
    ("wrong encoding", "â€œIt isnâ€™t,â€\u{9d} he said", "â€œ It is+nâ€™t , â€\u{9d} he said"),
    ("Windows controls", "\u{93}It\u{92}s late\u{94}", "\u{93} It+\u{92}s late \u{94}"),
    ("primes", "″No,″ she said", "″ No , ″ she said"),
    ("corner brackets", "「No」 she said", "「 No 」 she said"),
    ("soft hyphens", "the min\u{ad}ister Be\u{ad}ko\u{ad}", "the min\u{ad}ister Be\u{ad}ko"),
    ("marks of direction", "\u{200e}“No,”\u{200f} said \u{202a}Ana\u{202c}.", "“ No , ” said Ana ."),
    ("zero-width spaces", "Be\u{200b}ko said\u{200b} no", "Be\u{200b}ko said no"),
    ("byte order mark", "\u{feff}Beko left", "Beko left"),
    ("emphasis", "**Ana Beko** said *no*", "** Ana Beko ** said * no *"),
    ("censored", "what the h**l", "what the h**l"),
    ("rupees", "Rs. 25 lakh", "Rs. 25 lakh"),
];

#[test]
fn tokens_after_universal_dependencies() {
    let wrong: Vec<String> = TOKENS
        .iter()
        .filter_map(|(name, text, expected)| {
            let found = tokens(text, &segment(text));
            (found != *expected).then(|| format!("{name}: {found:?}, expected {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sentences apart by `|`.
const SENTENCES: &[(&str, &str)] = &[
    ("plain", "The vote is over.|Nobody won.|What now?|Go home!"),
    ("quotation closes behind the stop", "“We will stay.”|The crowd cheered."),
    ("straight quotation", "\"We will stay.\"|The crowd cheered."),
    ("quotation goes on", "“Why now?” she asked the council."),
    ("cue behind an exclamation", "“Never!” he said.|He left at once."),
    ("title", "Mr. Vega met Gov. Ito on Monday.|Mrs. Lund did not come."),
    ("quotation and title", "“We don't know.”|Mrs. Ruiz left."),
    ("title behind the stop", "The talks ended on Monday.|Mrs. Lund left.|Gen. Paz stayed."),
    ("acronym behind the stop", "The talks ended on Monday.|U.S. officials left."),
    ("initial behind the stop", "The talks ended on Monday.|J. Paz left."),
    ("months", "The law took effect on Jan. 5 in Ohio.|It was Dec. 12 before anyone noticed."),
    ("initials", "The book by J. R. Moreno sold well.|It was by R. Paz."),
    ("acronym inside", "He moved to the U.S. Senate last year.|She stayed."),
    ("company", "Acme Inc. said its profit rose.|Its shares fell."),
    ("number", "It was ranked No. 5 in the world.|Prices rose 3.5 percent."),
    ("parenthesis", "The plan failed. |(It was never popular.)|The mayor resigned."),
    ("title in quotation marks", "She spoke on “Good Evening Lima” Tuesday, her office said."),
    ("word in quotation marks", "They call it the \"long road\" Monday through Friday."),
    ("colon", "The minister repeated one thing: The border stays open."),
    ("nested quotation before its cue", "“They told us, ‘Please leave,’” Ana Ruiz said."),
    ("inserted word", "I think [the] Senate will pass it."),
    ("spaced ellipsis", "He paused … and then went on."),
    ("semicolon", "The first round failed; the second did not."),
    ("question inside", "Who will pay? |The council does not know."),
    ("quotation of two sentences", "“It is late.|We should go,” she said."),
    ("acronym at the end", "Her aunt left the U.S. |It was cold there.|Why did she go?"),
    (
        "acronym before a name",
        "The U.S. Navy and the U.N. Security Council agreed.|He lives in the U.S. Virgin Islands.",
    ),
    (
        "acronym at the end, more",
        "They flew to Washington, D.C. |Nobody met them.|The rules of the E.U. |They are strict.",
    ),
    ("company at the end", "She left Palmyra Ltd. |Her brother stayed.|He runs Beko Inc. |The firm is small."),
    ("company before a name", "Beko Corp. Chairman Ola Lund quit.|John Lund Jr. |He was 40."),
    ("list cut short", "They sell rice, oil, etc. |The rest is stored.|See fruit (e.g. The Great Fig) too."),
    ("time at the end", "It begins at 7 p.m. |The doors open at 6 p.m. sharp.|We left at 5 a.m. |Mrs. Lund slept."),
    ("time before the day", "They met at 5 p.m. Tuesday evening.|At 6 a.m. Mr. Lund woke."),
    ("question in quotation marks, then a sentence", "“Where is she?” |Nobody spoke.|“Help!” |The guard ran."),
    ("question in quotation marks and its cue", "“Where is she?” Mrs. Lund asked.|“Help!” Ana Beko cried."),
    ("quotations in a row", "“We lost.” |“Why?” |“No money.”"),
    ("exclamation in single marks", "'It is late.' |He got up.|'Shall we leave?' she asked."),
    ("single curly marks", "‘It is late.’ |He got up.|‘Shall we leave?’ she asked."),
    ("exclamation in a name", "He reads Yahoo! in bed.|Fans of Wham! cheered."),
    ("unknown name with an exclamation", "They played Zingaro! all night.|It rained."),
    ("year before a title", "It opened in Aug. 2017. |Gen. Lund spoke.|He did so on Feb. 9. |He was ill."),
    ("name before an initial", "The book is by T. Beko. |M. Lund drew it."),
    ("short word at the end", "He got up. |“Go.” |She let go. |It fell."),
];

/// Texts that lack spaces, and their sentences.
const UNSPACED: &[(&str, &[&str])] = &[
    ("The strike is over.Ana Beko left.Nobody cheered.", &["The strike is over.", "Ana Beko left.", "Nobody cheered."]),
    ("“I know,” he said.“You do not.” She sat.", &["“I know,” he said.", "“You do not.”", "She sat."]),
    ("He left .She stayed .", &["He left .", "She stayed ."]),
    ("See example.com.au today.", &["See example.com.au today."]),
];

#[test]
fn sentences_without_a_space_between_them() {
    for (text, expected) in UNSPACED {
        let layers = segment(text);
        let found: Vec<&str> = layers.sentences.iter().map(|s| s.span.get(text).unwrap()).collect();
        assert_eq!(found, *expected);
    }
}

#[test]
fn sentences_of_news() {
    let wrong: Vec<String> = SENTENCES
        .iter()
        .filter_map(|(name, marked)| {
            let expected: Vec<&str> = marked.split('|').map(str::trim).collect();
            let text = expected.join(" ");
            let layers = segment(&text);
            let found: Vec<&str> = layers.sentences.iter().map(|s| s.span.get(&text).unwrap()).collect();
            (found != expected).then(|| format!("{name}: {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const STORY: &str = "The council of Puerto Nuevo voted on Monday to close the old harbour, a decision that the \
                     fishing families had fought for more than two years.";

/// Kinds and first words of the blocks.
const BLOCKS: &[(&str, &str, &str)] = &[
    ("paragraphs", "One paragraph is here.\n\nAnother one is here.", "paragraph One|paragraph Another"),
    (
        "a line each",
        "The first paragraph ends here, and it says all that there was to say about the matter at hand.\nThe second one is short.\nSo is the third of them.",
        "paragraph The|paragraph The|paragraph So",
    ),
    ("CRLF", "One is here.\r\n\r\nTwo is here.", "paragraph One|paragraph Two"),
    (
        "hard line breaks",
        "The council of Puerto Nuevo voted on Monday to close the old\nharbour, a decision that the fishing families had fought for\nmore than two years. The mayor said that she would appeal to\nthe court.\n\nNobody at the ministry\nwas ready to comment.",
        "paragraph The|paragraph Nobody",
    ),
    (
        "narrow lines",
        "The mayor said on Monday that the\nRiver Bridge, which was shut, is\nopen. She thanked the\nKing of Spain.",
        "paragraph The",
    ),
    ("headline", "Council closes old harbour\n\n{story}", "headline Council|paragraph The"),
    (
        "headline with a stop",
        "Council Closes Old Harbour After Long Fight.\n\n{story}",
        "headline Council|paragraph The",
    ),
    (
        "dateline",
        "Council closes harbour\n\nPUERTO NUEVO (XYZ) — {story}",
        "headline Council|dateline PUERTO|paragraph The",
    ),
    (
        "dateline with a date",
        "Council closes harbour\n\nLIMA, Nov 3 - {story}",
        "headline Council|dateline LIMA,|paragraph The",
    ),
    (
        "dateline in small letters",
        "Council closes harbour\n\nPuerto Nuevo (XYZ) – {story}",
        "headline Council|dateline Puerto|paragraph The",
    ),
    ("no dateline", "Ana Ruiz - who won - left.\n\n{story}", "paragraph Ana|paragraph The"),
    (
        "byline",
        "Council closes harbour\n\nBy Jane Doe and John Roe, Staff Writers\n\n{story}",
        "headline Council|byline By|paragraph The",
    ),
    ("not a byline", "By Monday the harbour was closed and nobody knew why.\n\n{story}", "paragraph By|paragraph The"),
    (
        "byline at the end",
        "{story}\n\nNobody in the old town agreed with it, and many said so.\n\nJANE MARÍA DOE ROE\n\nHARBOUR CORRESPONDENT\n\nLIMA",
        "paragraph The|paragraph Nobody|byline JANE|byline HARBOUR|byline LIMA",
    ),
    ("credit", "{story}\n\nReporting by Jane Doe; editing by John Roe", "paragraph The|byline Reporting"),
    (
        "list",
        "{story}\n\n• The harbour closes in May.\n• The boats must leave.\n1. One\n2) Two",
        "paragraph The|list_item •|list_item •|list_item 1.|list_item 2)",
    ),
    ("caption", "{story}\n\nFile photo: The old harbour", "paragraph The|caption File"),
    (
        "credited caption",
        "{story}\n\nBoats in the harbour on May 3, 2024. (Jane Doe/Getty Images)",
        "paragraph The|caption Boats",
    ),
    (
        "date",
        "Council closes harbour\n\nMonday, May 3, 2021\n\n{story}",
        "headline Council|dateline Monday,|paragraph The",
    ),
    (
        "pull quote without marks",
        "{story}\n\nWe have fished here for a hundred years and we will not go.\n\n“We have fished here for a hundred years and we will not go, whatever the council says,” said Ana Ruiz.",
        "paragraph The|pull_quote We|paragraph “We",
    ),
    (
        "pull quote with its source",
        "“We have fished here for a hundred years and we will not go, whatever they say,” said Ana Ruiz.\n\n{story}\n\n“We have fished here for a hundred years and we will not go” — Ana Ruiz, fisherwoman",
        "paragraph “We|paragraph The|pull_quote “We",
    ),
];

#[test]
fn blocks_of_an_article() {
    let wrong: Vec<String> = BLOCKS
        .iter()
        .filter_map(|(name, text, expected)| {
            let text = text.replace("{story}", STORY);
            let layers = segment(&text);
            let found: Vec<String> = layers
                .blocks
                .iter()
                .map(|b| {
                    format!("{} {}", b.kind.as_str(), b.span.get(&text).unwrap().split_whitespace().next().unwrap())
                })
                .collect();
            let found = found.join("|");
            (found != *expected).then(|| format!("{name}: {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn given_blocks_stay_as_they_are() {
    let text =
        "Home News\nBy Ana Ruiz\nThe pier is closed. It leaks.\n“It leaks, and it will leak again,” she said.\nAd";
    let at = |part: &str, kind| {
        let start = text.find(part).expect("it is there") as u32;
        Block { span: Span::new(start, start + part.len() as u32), kind }
    };
    let blocks = [
        at("By Ana Ruiz", BlockKind::Caption),
        at("The pier is closed. It leaks.\n", BlockKind::ListItem),
        at("“It leaks, and it will leak again,” she said.", BlockKind::Headline),
    ];
    let layers = segment_blocks(text, &blocks);
    assert_eq!(layers.blocks, blocks);
    let sentences: Vec<(&str, u32)> =
        layers.sentences.iter().map(|sentence| (sentence.span.get(text).unwrap_or("?"), sentence.block)).collect();
    assert_eq!(
        sentences,
        [
            ("By Ana Ruiz", 0),
            ("The pier is closed.", 1),
            ("It leaks.", 1),
            ("“It leaks, and it will leak again,” she said.", 2),
        ]
    );
    assert_eq!(layers.tokens.first().map(|token| token.span), Some(Span::new(10, 12)), "text outside has no tokens");
}

#[test]
fn given_blocks_that_do_not_fit_have_no_tokens() {
    let text = "é a b c";
    let block = |start, end| Block { span: Span { start, end }, kind: BlockKind::Paragraph };
    for (blocks, tokens) in [
        (vec![], 0),
        (vec![block(0, 8)], 4),
        (vec![block(1, 8)], 0),
        (vec![block(0, 9)], 0),
        (vec![block(8, 0)], 0),
        (vec![block(3, 6), block(5, 8)], 2),
        (vec![block(5, 8), block(0, 4)], 2),
        (vec![block(2, 3), block(3, 3), block(3, 8)], 3),
    ] {
        let layers = segment_blocks(text, &blocks);
        assert_eq!((layers.tokens.len(), &layers.blocks), (tokens, &blocks), "{blocks:?}");
        assert!(layers.tokens.iter().all(|token| layers.sentences.len() > token.sentence as usize));
    }
}

#[test]
fn blocks_that_were_found_give_the_same_when_given() {
    let text =
        "Pier to close\nBy Ana Ruiz\nKANDRIA (AP) — The pier is closed.\n\n“It leaks.” Mrs. Lim left.\n• one\n• two";
    let found = segment(text);
    assert!(found.blocks.len() > 5);
    assert_eq!(segment_blocks(text, &found.blocks), found);
}
