//! Cases for every kind of mention, hostile inputs, and properties of whatever comes out.

#![allow(clippy::unwrap_used)]
use copydesk_plugin_actors::{Entity, GivenNames, Input, Linker, NONE, Output, Quote, QuotePart, Scratch};
use copydesk_sdk::Span;
use copydesk_text::{MentionType, QuoteRole};

/// Text with marks: `[PERSON Ana Ruiz]` is an entity, `{content}`, `<source>`, `‹cue›`. `{` opens a direct quote and `{~`
/// an indirect one. A source or a cue follows its content, or comes before it as `<...>{`.
struct Marked {
    text: String,
    entities: Vec<(Span, String)>,
    quotes: Vec<Quote>,
    parts: Vec<QuotePart>,
}

fn parse(marked: &str) -> Marked {
    let mut m = Marked { text: String::new(), entities: vec![], quotes: vec![], parts: vec![] };
    let mut open: Vec<(char, u32, String)> = vec![];
    let (mut source, mut cue): (Option<Span>, Option<Span>) = (None, None);
    let mut rest = marked.chars().peekable();
    while let Some(c) = rest.next() {
        let at = m.text.len() as u32;
        match c {
            '[' => {
                let mut label = String::new();
                for c in rest.by_ref() {
                    if c == ' ' {
                        break;
                    }
                    label.push(c);
                }
                open.push(('[', at, label));
            }
            '{' => {
                let indirect = rest.next_if_eq(&'~').is_some();
                open.push(('{', at, if indirect { "indirect" } else { "direct" }.to_owned()));
            }
            '<' | '‹' => open.push((c, at, String::new())),
            ']' | '}' | '>' | '›' => {
                let (kind, start, note) = open.pop().unwrap();
                let span = Span::new(start, at);
                match kind {
                    '[' => m.entities.push((span, note)),
                    '{' => {
                        let quote = m.quotes.len() as u32;
                        m.quotes.push(Quote { span, direct: note == "direct" });
                        m.parts.push(QuotePart { span, quote, role: QuoteRole::Content });
                        if let Some(source) = source.take() {
                            m.parts.push(QuotePart { span: source, quote, role: QuoteRole::Source });
                        }
                        if let Some(cue) = cue.take() {
                            m.parts.push(QuotePart { span: cue, quote, role: QuoteRole::Cue });
                        }
                    }
                    '‹' => match m.quotes.len() as u32 {
                        n if n > 0 && !m.parts.iter().any(|p| p.quote == n - 1 && p.role == QuoteRole::Cue) => {
                            m.parts.push(QuotePart { span, quote: n - 1, role: QuoteRole::Cue });
                        }
                        _ => cue = Some(span),
                    },
                    _ => match m.quotes.len() as u32 {
                        // A source follows its quote unless "<...>" comes with nothing before it in the sentence.
                        n if n > 0 && !m.parts.iter().any(|p| p.quote == n - 1 && p.role == QuoteRole::Source) => {
                            m.parts.push(QuotePart { span, quote: n - 1, role: QuoteRole::Source });
                        }
                        _ => source = Some(span),
                    },
                }
            }
            c => m.text.push(c),
        }
    }
    m.entities.sort_by_key(|e| (e.0.start, e.0.end));
    m
}

fn given() -> GivenNames<'static> {
    GivenNames::parse(include_bytes!("../../../models/given-names.cdm")).unwrap()
}

fn link(m: &Marked, linker: &Linker<'_>, scratch: &mut Scratch) -> Output {
    let s = copydesk_plugin_tokenizer::segment(&m.text);
    let tokens: Vec<Span> = s.tokens.iter().map(|t| t.span).collect();
    let sentences: Vec<Span> = s.sentences.iter().map(|t| t.span).collect();
    let blocks: Vec<(Span, bool)> = s.blocks.iter().map(|b| (b.span, b.kind.as_str() == "byline")).collect();
    let entities: Vec<Entity<'_>> = m.entities.iter().map(|(span, label)| Entity { span: *span, label }).collect();
    let input = Input {
        text: &m.text,
        blocks: &blocks,
        sentences: &sentences,
        tokens: &tokens,
        entities: &entities,
        quotes: &m.quotes,
        parts: &m.parts,
    };
    let mut out = Output::default();
    linker.link(&input, scratch, &mut out);
    check(&m.text, &out, entities.len(), m.quotes.len());
    out
}

/// Checks the invariants of any document.
fn check(text: &str, out: &Output, entities: usize, quotes: usize) {
    assert_eq!(out.entity_actor.len(), entities);
    assert_eq!(out.speaker.len(), quotes);
    let mut seen = vec![false; out.actors.len()];
    let mut before = 0;
    for m in &out.mentions {
        assert!(m.span.start >= before, "mentions in order");
        before = m.span.start;
        assert!(m.span.get(text).is_some_and(|w| !w.is_empty()), "span {:?}", m.span);
        if !seen[m.actor as usize] {
            assert_eq!(out.actors[m.actor as usize].span, m.span);
        }
        seen[m.actor as usize] = true;
    }
    assert!(seen.iter().all(|s| *s), "every actor has a mention");
    assert!(out.actors.iter().all(|a| !a.name.is_empty()));
    assert!(out.entity_actor.iter().chain(&out.speaker).all(|a| *a == NONE || (*a as usize) < out.actors.len()));
}

/// `name: mention | mention; name: ...` in order.
fn shown(m: &Marked, out: &Output) -> String {
    let mut lines = vec![];
    for (id, actor) in out.actors.iter().enumerate() {
        let mentions: Vec<&str> =
            out.mentions.iter().filter(|m| m.actor == id as u32).map(|x| x.span.get(&m.text).unwrap()).collect();
        lines.push(format!("{}: {}", actor.name, mentions.join(" | ")));
    }
    for speaker in &out.speaker {
        lines.push(format!("says {}", out.actors.get(*speaker as usize).map_or("nobody", |a| &a.name)));
    }
    lines.join("; ")
}

/// A name of the case, the text, the actors.
const CASES: &[(&str, &str, &str)] = &[
    ("surname after full name", "[PERSON Ana Ruiz] won. [PERSON Ruiz] smiled.", "Ana Ruiz: Ana Ruiz | Ruiz"),
    (
        "surname in the headline before the full name",
        "[PERSON Ruiz] wins vote\n\n[PERSON Ana Ruiz] won on Sunday.",
        "Ana Ruiz: Ruiz | Ana Ruiz",
    ),
    ("given name", "[PERSON Ana Ruiz] won. [PERSON Ana] smiled.", "Ana Ruiz: Ana Ruiz | Ana"),
    (
        "title and surname",
        "[PERSON Ana Ruiz] won. [PERSON Minister Ruiz] smiled at [PERSON Mrs. Ruiz]'s aide.",
        "Ana Ruiz: Ana Ruiz | Minister Ruiz | Mrs. Ruiz",
    ),
    (
        "initials and suffixes",
        "[PERSON Peter R. Lang Jr.] and [PERSON Peter Lang] are one; [PERSON P. Lang] too.",
        "Peter R. Lang: Peter R. Lang Jr. | Peter Lang | P. Lang",
    ),
    ("short given name", "[PERSON Robert Lang] spoke. [PERSON Bob Lang] left.", "Robert Lang: Robert Lang | Bob Lang"),
    (
        "two surnames",
        "[PERSON Luis Ortega Vidal] spoke. [PERSON Ortega] left. [PERSON Luis Ortega] came back.",
        "Luis Ortega Vidal: Luis Ortega Vidal | Ortega | Luis Ortega",
    ),
    ("family name first", "[PERSON Wu Lian] spoke. [PERSON Wu] left.", "Wu Lian: Wu Lian | Wu"),
    (
        "same surname of two persons",
        "[PERSON Tom Berg] met [PERSON Eva Berg]. [PERSON Mrs. Berg] left. [PERSON Mr. Berg] stayed.",
        "Tom Berg: Tom Berg | Mr. Berg; Eva Berg: Eva Berg | Mrs. Berg",
    ),
    (
        "a title with a gender goes to the given name that agrees",
        "[PERSON Tom Berg] wed [PERSON Xy Berg]. [PERSON Mr Berg] left. [PERSON Mrs Berg] stayed.",
        "Tom Berg: Tom Berg | Mr Berg; Xy Berg: Xy Berg | Mrs Berg",
    ),
    (
        "ambiguous surname goes to the latest",
        "[PERSON Tom Berg] spoke. [PERSON Paul Berg] spoke too. [PERSON Berg] left.",
        "Tom Berg: Tom Berg; Paul Berg: Paul Berg | Berg",
    ),
    (
        "different given names stay apart",
        "[PERSON Maria Lopez] and [PERSON Carla Lopez] ran.",
        "Maria Lopez: Maria Lopez; Carla Lopez: Carla Lopez",
    ),
    (
        "particles",
        "[PERSON Inés de Soto] spoke. [PERSON de Soto] left. [PERSON De Soto] is ill, [PERSON Soto] is not.",
        "Inés de Soto: Inés de Soto | de Soto | De Soto | Soto",
    ),
    (
        "more particles",
        "[PERSON Omar bin Hadi] met [PERSON Jan van der Meer]. [PERSON Bin Hadi] and [PERSON Van der Meer] spoke.",
        "Omar bin Hadi: Omar bin Hadi | Bin Hadi; Jan van der Meer: Jan van der Meer | Van der Meer",
    ),
    (
        "hyphens and possessives",
        "[PERSON Lea Grau-Thal] spoke. [PERSON Grau-Thal's] aide met [PERSON Lea Grau Thal].",
        "Lea Grau-Thal: Lea Grau-Thal | Grau-Thal's | Lea Grau Thal",
    ),
    ("diacritics", "[PERSON José Peña] spoke. [PERSON Jose Pena] left.", "José Peña: José Peña | Jose Pena"),
    (
        "all capitals",
        "[PERSON ANA LUISA RUIZ PEÑA] reports\n\n[PERSON Ana Luisa Ruiz Peña] was there.",
        "Ana Luisa Ruiz Peña: ANA LUISA RUIZ PEÑA | Ana Luisa Ruiz Peña",
    ),
    (
        "acronym",
        "The [ORG World Food Programme] spoke; the [ORG WFP] left. [ORG W.F.P.] too.",
        "World Food Programme: World Food Programme | WFP | W.F.P.",
    ),
    (
        "acronym first",
        "[ORG WFP] spoke. The [ORG World Food Programme] left.",
        "World Food Programme: WFP | World Food Programme",
    ),
    (
        "acronym with of",
        "the [ORG Department of Justice] and the [ORG Justice Department], or [ORG DOJ]",
        "Department of Justice: Department of Justice | Justice Department | DOJ",
    ),
    (
        "acronym in brackets",
        "[ORG Doctors Without Fear] ([ORG MSF]) came. [ORG MSF] left.",
        "Doctors Without Fear: Doctors Without Fear | MSF | MSF",
    ),
    (
        "country names",
        "The [GPE United States] and the [GPE UK]; the [GPE U.S.] and [GPE Britain]",
        "United States: United States | U.S.; Britain: UK | Britain",
    ),
    (
        "short form of a firm",
        "[ORG Borealis Group] grew. [ORG Borealis] shrank. [ORG International Borealis Group] stood.",
        "International Borealis Group: Borealis Group | Borealis | International Borealis Group",
    ),
    (
        "a place is not the firm that bears its name",
        "[GPE Norway] and [ORG Norway Mobile] differ.",
        "Norway: Norway; Norway Mobile: Norway Mobile",
    ),
    (
        "country and demonym",
        "[GPE Peru] and the [NORP Peruvians], a [NORP Peruvian] said",
        "Peru: Peru; Peruvians: Peruvians | Peruvian",
    ),
    ("values are nobody", "On [DATE Monday] it paid [MONEY $3] to [ORG Borealis]", "Borealis: Borealis"),
    ("he", "[PERSON Tom Berg] won. He smiled and raised his hand.", "Tom Berg: Tom Berg | He | his"),
    (
        "gender tells",
        "[PERSON Tom Berg] met [PERSON Eva Lang]. She smiled. He left.",
        "Tom Berg: Tom Berg | He; Eva Lang: Eva Lang | She",
    ),
    (
        "gender from a title",
        "[PERSON Mr. Kim] met [PERSON Mrs. Pak]. She smiled. He left.",
        "Kim: Mr. Kim | He; Pak: Mrs. Pak | She",
    ),
    ("who", "[PERSON Wu Lian], who won, spoke.", "Wu Lian: Wu Lian | who"),
    ("US is no pronoun", "[PERSON Tom Berg] left. IT firms in the US grew.", "Tom Berg: Tom Berg"),
    ("role before the name", "Senator [PERSON Tom Berg] spoke. The senator left.", "Tom Berg: Tom Berg | The senator"),
    (
        "role after the name",
        "[PERSON Eva Lang], a senior advisor at [ORG Borealis], spoke. The advisor left.",
        "Eva Lang: Eva Lang | The advisor; Borealis: Borealis",
    ),
    (
        "a verb after a name in commas is no apposition",
        "Mayor [PERSON Eva Lang] left. Its president, [PERSON Tom Berg], accused the mayor. The mayor replied.",
        "Eva Lang: Eva Lang | the mayor | The mayor; Tom Berg: Its president | Tom Berg",
    ),
    (
        "an outlet is nobody's she",
        "[PERSON Eva Lang] left. {~It was late}, <the Northern Courier> reported. She slept.",
        "Eva Lang: Eva Lang | She; the Northern Courier: the Northern Courier; says the Northern Courier",
    ),
    (
        "role with a country",
        "[NORP Peruvian] President [PERSON Eva Lang] met [NORP Chilean] President [PERSON Tom Berg]. The [NORP Peruvian] president left.",
        "Peruvian: Peruvian | Peruvian; Eva Lang: Eva Lang | The Peruvian president; Chilean: Chilean; Tom Berg: Tom Berg",
    ),
    (
        "another president",
        "President [PERSON Eva Lang] met the president of [GPE Chile].",
        "Eva Lang: Eva Lang; Chile: Chile",
    ),
    ("source is a name", "{“We won,”} said <[PERSON Eva Lang]>.", "Eva Lang: We | Eva Lang; says Eva Lang"),
    (
        "source is a surname",
        "[PERSON Eva Lang] spoke. {“I won and my party too,”} <[PERSON Lang]> said.",
        "Eva Lang: Eva Lang | I | my | Lang; says Eva Lang",
    ),
    (
        "source is a pronoun",
        "[PERSON Eva Lang] spoke. {“It is late,”} <she> said.",
        "Eva Lang: Eva Lang | she; says Eva Lang",
    ),
    (
        "source is nobody named",
        "{~It is late}, <some analysts> said. {“Very late,”} <the analysts> said.",
        "some analysts: some analysts | the analysts; says some analysts; says some analysts",
    ),
    (
        "a spokesman is not his master",
        "{“No,”} said <a spokesman for [PERSON Eva Lang]>. {“Never,”} <the spokesman> said.",
        "a spokesman for Eva Lang: a spokesman for Eva Lang | the spokesman; Eva Lang: Eva Lang; says a spokesman for Eva Lang; says a spokesman for Eva Lang",
    ),
    (
        "a lawyer is not his client",
        "{“No,”} said <[PERSON Eva Lang]'s lawyer>.",
        "Eva Lang: Eva Lang; Eva Lang's lawyer: Eva Lang's lawyer; says Eva Lang's lawyer",
    ),
    (
        "apposition",
        "{“No,”} said <the consulting firm, [ORG Borealis Group]>.",
        "Borealis Group: the consulting firm | Borealis Group; says Borealis Group",
    ),
    (
        "apposition after the name",
        "{“No,”} said <[PERSON Eva Lang], senior advisor at [ORG Crisis Desk]>. {“Yes,”} <the senior advisor> said.",
        "Eva Lang: Eva Lang | the senior advisor; Crisis Desk: Crisis Desk; says Eva Lang; says Eva Lang",
    ),
    (
        "title chain",
        "{“No,”} said <[ORG Borealis] analyst [PERSON Wu Lian]>.",
        "Borealis: Borealis; Wu Lian: Wu Lian; says Wu Lian",
    ),
    (
        "the homeland of a senator is not the senator",
        "{“No,”} said <the homeland of Senator [PERSON Wu Lian]>.",
        "the homeland of Senator Wu Lian: the homeland of Senator Wu Lian; Wu Lian: Wu Lian; says the homeland of Senator Wu Lian",
    ),
    ("prepositional source", "For <[ORG Borealis]>, {~it is late}.", "Borealis: Borealis; says Borealis"),
    (
        "he in a quote is not its speaker",
        "[PERSON Tom Berg] ran. {“He is a liar,”} said <[PERSON Paul Lang]>.",
        "Tom Berg: Tom Berg | He; Paul Lang: Paul Lang; says Paul Lang",
    ),
    (
        "quote without source runs on",
        "{“No,”} said <[PERSON Eva Lang]>. {“Never ever.”}",
        "Eva Lang: Eva Lang; says Eva Lang; says Eva Lang",
    ),
    (
        "the byline is no he",
        "By [PERSON Tom Berg]\n\n[PERSON Paul Lang] won the race in the north on Sunday. He smiled.",
        "Tom Berg: Tom Berg; Paul Lang: Paul Lang | He",
    ),
    (
        "the words before the noun tell two ministers apart",
        "Foreign Minister [PERSON Eva Lang] met Finance Minister [PERSON Tom Berg]. The finance minister smiled. The foreign minister left.",
        "Eva Lang: Eva Lang | The foreign minister; Tom Berg: Tom Berg | The finance minister",
    ),
    (
        "an age tells",
        "[PERSON Tom Berg], 34, ran. [PERSON Paul Lang], 29, fell. The 34-year-old won.",
        "Tom Berg: Tom Berg | The 34-year-old; Paul Lang: Paul Lang",
    ),
    (
        "a noun in the name of an organisation",
        "The [ORG Skelder Water Board] met [ORG Nordal]. The board has raised prices.",
        "Skelder Water Board: Skelder Water Board | The board; Nordal: Nordal",
    ),
    (
        "a trade",
        "The oboist [PERSON Ana Ruiz] met [PERSON Tom Berg], a ferry captain. The oboist left with the captain.",
        "Ana Ruiz: Ana Ruiz | The oboist; Tom Berg: Tom Berg | the captain",
    ),
    (
        "whose the role is",
        "[PERSON Eva Lang], the head of the teachers' union, met [PERSON Tom Berg], the head of the port. The head of the port left.",
        "Eva Lang: Eva Lang; Tom Berg: Tom Berg | The head",
    ),
    (
        "another role is another person",
        "Mayor [PERSON Eva Lang] spoke for an hour. The driver of the tram was hurt.",
        "Eva Lang: Eva Lang",
    ),
    (
        "it is an organisation",
        "[ORG Borealis Group] has lost money for years. It said that its mines would close.",
        "Borealis Group: Borealis Group | It | its",
    ),
    (
        "it means nothing",
        "[ORG Borealis Group] has lost money. It is clear that the mines are poor.",
        "Borealis Group: Borealis Group",
    ),
    ("a pronoun before its name", "After he resigned, [PERSON Tom Berg] said little.", "Tom Berg: he | Tom Berg"),
    ("given pronoun", "[PERSON Eva Lang] won. [TARGET She] smiled.", "Eva Lang: Eva Lang | She"),
    ("given pronoun that is nobody", "[TARGET He] smiled and [TARGET he] left.", "He: He | he"),
    ("unknown labels", "[TARGET President Berg] met [TARGET Tom Berg].", "Tom Berg: President Berg | Tom Berg"),
];

#[test]
fn cases() {
    let linker = Linker::new(given());
    let mut scratch = Scratch::default();
    let mut wrong = vec![];
    for (what, marked, expected) in CASES {
        let m = parse(marked);
        let found = shown(&m, &link(&m, &linker, &mut scratch));
        if found != *expected {
            wrong.push(format!("{what}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

/// Marked text, and the role and the affiliation of each person that has one.
const ROLES: &[(&str, &str)] = &[
    ("[PERSON Ana Ruiz], a senior advisor at [ORG Crisis Desk], left.", "Ana Ruiz: senior advisor, Crisis Desk"),
    (
        "[PERSON Ana Ruiz], herself a widow and now a diver, left. [PERSON Tom Berg], now a farmer, stayed.",
        "Tom Berg: farmer",
    ),
    ("[PERSON Ana Ruiz] has long been head of the village school.", "Ana Ruiz: head, village school"),
    ("[PERSON Ana Ruiz] runs [ORG Nordbahn].", "Ana Ruiz: , Nordbahn"),
    ("[ORG Nordbahn] is late. The firm's director, [PERSON Ana Ruiz], left.", "Ana Ruiz: director, Nordbahn"),
    (
        "[GPE Brennach] mayor [PERSON Ana Ruiz] met [GPE Leeds] MP [PERSON Tom Berg].",
        "Ana Ruiz: mayor, Brennach; Tom Berg: MP",
    ),
    ("The harbour board met. {“No,”} said <its clerk, [PERSON Ana Ruiz]>.", "Ana Ruiz: clerk, harbour board"),
    (
        "The trial of the former governor of [GPE Brennach] began. The former governor, [PERSON Tom Berg], smiled.",
        "Tom Berg: former governor, Brennach",
    ),
    ("Harbour master [PERSON Ana Ruiz] left.", "Ana Ruiz: Harbour master"),
    ("Yesterday minister [PERSON Ana Ruiz] left.", "Ana Ruiz: minister"),
    ("{“No,”} said <cabin crew vice-president [PERSON Ana Ruiz]>.", "Ana Ruiz: cabin crew vice-president"),
    ("[PERSON Ana Ruiz], founder and owner of the [ORG Nordbahn], left.", "Ana Ruiz: founder and owner, Nordbahn"),
    ("[PERSON Ana Ruiz], who works as a nurse at the village clinic, left.", "Ana Ruiz: nurse, village clinic"),
    ("[PERSON Ana Ruiz] ([ORG Greens]), a 34-year-old farmer, left.", "Ana Ruiz: farmer, Greens"),
    (
        "[PERSON Ana Ruiz], commissioner of police, met the owner of the boat, [PERSON Tom Berg].",
        "Ana Ruiz: commissioner of police; Tom Berg: owner",
    ),
    ("Deputy Finance Minister [PERSON Ana Ruiz] left.", "Ana Ruiz: Deputy Finance Minister"),
    ("Yesterday the marine biologist [PERSON Ana Ruiz] left.", "Ana Ruiz: marine biologist"),
    ("The commander of the navy, [PERSON Ana Ruiz], left.", "Ana Ruiz: commander, navy"),
    ("A fisherman in the public gallery, [PERSON Tom Berg], left.", "Tom Berg: fisherman"),
    ("[PERSON Eva Lang] left. Her deputy, [PERSON Tom Berg], stayed.", "Tom Berg: deputy"),
    ("[PERSON Eva Lang], 61, secretary of the Carters' Union, left.", "Eva Lang: secretary, Carters' Union"),
    (
        "[PERSON Eva Lang], who has been engineer to the harbour board since 2016, left.",
        "Eva Lang: engineer, harbour board",
    ),
    (
        "[PERSON Eva Lang], head of long-distance traffic at [ORG Nordbahn], left.",
        "Eva Lang: head of long-distance traffic, Nordbahn",
    ),
    ("[PERSON Eva Lang], mayor of the border town of [GPE Brennach], left.", "Eva Lang: mayor, Brennach"),
    ("It was late, according to the governor, [PERSON Tom Berg].", "Tom Berg: governor"),
    ("Counsel for the defence, [PERSON Tom Berg], rose.", "Tom Berg: Counsel for the defence"),
    ("[PERSON Eva Lang] is the president of the [ORG Borealis Bank].", "Eva Lang: president, Borealis Bank"),
    (
        "[PERSON Eva Lang], who heads [ORG Borealis], left. [PERSON Tom Berg] of [ORG Nordal] stayed.",
        "Eva Lang: , Borealis; Tom Berg: , Nordal",
    ),
    ("The [ORG Borealis] spokesman [PERSON Tom Berg] left.", "Tom Berg: spokesman, Borealis"),
    ("[ORG Borealis]'s lawyer, [PERSON Tom Berg], left.", "Tom Berg: lawyer, Borealis"),
    ("The county's game keeper, [PERSON Tom Berg], left.", "Tom Berg: game keeper, county"),
    ("Dr. [PERSON Eva Lang], a retired vet from [GPE Brennach], left.", "Eva Lang: vet"),
    ("The Harbour Commissioner, [PERSON Engr]. [PERSON Eva Lang], left.", "Eva Lang: Harbour Commissioner"),
    ("Father [PERSON Tom Berg], one of the two priests, left.", "Tom Berg: priest"),
    (
        "The mill's chief executive, an [NORP Icelander] named [PERSON Tom Berg], left.",
        "Tom Berg: chief executive, mill",
    ),
    ("{“No,”} said <a spokesman for [ORG Borealis]>.", "a spokesman for Borealis: spokesman, Borealis"),
    ("Justice [PERSON Eva Lang] rose. {“No,”} <the judge> said.", "Eva Lang: judge"),
    (
        "[PERSON Eva Lang], a senior fellow at the [FAC Borealis Centre], left.",
        "Eva Lang: senior fellow, Borealis Centre",
    ),
    (
        "[PERSON Eva Lang], who heads the charity [ORG Borealis], left. [PERSON Tom Berg] of the consultancy [ORG Nordal] stayed.",
        "Eva Lang: , Borealis; Tom Berg: , Nordal",
    ),
    (
        "[PERSON Eva Lang], manager of the [GPE Leeds]-based boat builder [ORG Nordal], left.",
        "Eva Lang: manager, Nordal",
    ),
    ("Carters' Union president [PERSON Eva Lang] left.", "Eva Lang: president, Carters' Union"),
    ("The board's spokesman on trade, [PERSON Tom Berg], left.", "Tom Berg: spokesman on trade, board"),
    ("[PERSON Eva Lang], chair of the committee on transport, left.", "Eva Lang: chair, committee on transport"),
    ("The judge herself, [PERSON Eva Lang], rose.", "Eva Lang: judge"),
    ("The harbour master, Captain [PERSON Tom Berg], left.", "Tom Berg: harbour master"),
    ("The envoy of the [ORG Nordic Council], Ambassador [PERSON Eva Lang], left.", "Eva Lang: envoy, Nordic Council"),
    ("The deputy commissioner, Md. [PERSON Anwar Parvez], left.", "Anwar Parvez: deputy commissioner"),
    ("[PERSON Eva Lang] MP left. [PERSON Tom Berg KC] stayed.", "Eva Lang: MP; Tom Berg: KC"),
    ("The farmer who owns the field, [PERSON Tom Berg], left.", "Tom Berg: farmer"),
    ("The farmer who met the minister, [PERSON Tom Berg], left.", "Tom Berg: minister"),
    (
        "The [ORG Brennach Credit Union] closed. [PERSON Eva Lang], the union's manager, left.",
        "Eva Lang: manager, Brennach Credit Union",
    ),
    (
        "Nurses at [FAC St Anne's Hospital] left. The hospital's porter, [PERSON Tom Berg], stayed.",
        "Tom Berg: porter, St Anne's Hospital",
    ),
    (
        "The [ORG University of Leeds] closed. The ministry's spokeswoman, [PERSON Eva Lang], rose.",
        "Eva Lang: spokeswoman, ministry",
    ),
    ("The seed bank at [GPE Leeds] burnt. Its director, [PERSON Eva Lang], wept.", "Eva Lang: director, seed bank"),
    (
        "[GPE Norland]'s tourist board was glad. {“Yes,”} said <its director, [PERSON Eva Lang]>.",
        "Eva Lang: director, tourist board",
    ),
    ("Roads secretary P. K. [PERSON Lang] left.", "Lang: Roads secretary"),
    (
        "Director of football [PERSON Tom Berg] left. The former minister of health [PERSON Eva Lang] stayed.",
        "Tom Berg: Director of football; Eva Lang: former minister of health",
    ),
    ("[ORG Nordal] vice-president for land [PERSON Tom Berg] rose.", "Tom Berg: vice-president for land, Nordal"),
    ("Lawyer and columnist [PERSON Eva Lang] left.", "Eva Lang: Lawyer and columnist"),
    ("The violin maker [PERSON Tom Berg] left.", "Tom Berg: violin maker"),
    (
        "[PERSON Eva Lang] of [GPE Batumi], a dentist, left. [PERSON Tom Berg], from [GPE Leeds], a nurse, stayed.",
        "Eva Lang: dentist; Tom Berg: nurse",
    ),
    ("[PERSON Eva Lang], who is in charge of the traffic police, left.", "Eva Lang: , traffic police"),
    ("[PERSON Eva Lang], who plays in the [ORG Northern Sinfonia], left.", "Eva Lang: , Northern Sinfonia"),
    ("The engine, [PERSON Eva Lang] said, was old. The mixer, [PERSON Tom Berg] said, was new.", ""),
    ("His predecessor, [PERSON Tom Berg], left. Her rival, [PERSON Eva Lang], stayed.", ""),
    ("[PERSON Tom Berg], the rival goalkeeper, left.", "Tom Berg: goalkeeper"),
    (
        "{“No,”} said <[PERSON Eva Lang], who manages funds at [ORG Nordal]>. <The fund manager> ‹reckons› {~that it fell}.",
        "Eva Lang: fund manager, Nordal",
    ),
    ("The minister of roads praised the crew. {“Thanks,”} <[PERSON Eva Lang]> ‹said›.", "Eva Lang: minister of roads"),
    (
        "The leader of the rescue team praised them: {“They sang.”} {“Badly,”} <[PERSON Eva Lang]> ‹added›.",
        "Eva Lang: leader, rescue team",
    ),
    (
        "The claim was denied by the bank's head of lending: {“Never,”} <[PERSON Tom Berg]> ‹told› [ORG Radio Loa].",
        "Tom Berg: head of lending, bank",
    ),
    (
        "[PERSON Eva Lang] ([ORG D-Ore.]), head of the [ORG Nordic Caucus], left. [PERSON Tom Berg] ([ORG R-S.C.]) stayed.",
        "Eva Lang: head, Nordic Caucus",
    ),
    ("Vice-presidential nominee Gov. [PERSON Tom Berg] left.", "Tom Berg: Vice-presidential nominee"),
    ("Neither [PERSON Eva Lang] nor [PERSON Tom Berg] left.", ""),
    (
        "First Minister [PERSON Eva Lang] met the second trumpeter, [PERSON Tom Berg].",
        "Eva Lang: First Minister; Tom Berg: trumpeter",
    ),
    ("The conservative Justice [PERSON Eva Lang] rose.", ""),
    (
        "The [ORG Nordic Union]'s envoy for the [LOC Black Sea], [PERSON Eva Lang], left.",
        "Eva Lang: envoy for the Black Sea, Nordic Union",
    ),
    ("[PERSON Eva Lang], a contender to fill the seat, left.", "Eva Lang: contender"),
    (
        "[PERSON Eva Lang], a former adviser to President [PERSON Tom Berg], left.",
        "Eva Lang: former adviser; Tom Berg: President",
    ),
    (
        "The electoral commission met. Its president, [PERSON Eva Lang], rose.",
        "Eva Lang: president, electoral commission",
    ),
    (
        "Ships fled the port of [GPE Brennach]. The port's director, [PERSON Eva Lang], rose.",
        "Eva Lang: director, port of Brennach",
    ),
    (
        "[PERSON Eva Lang], who manages funds at [GPE Borealis], left. [PERSON Tom Berg] from [GPE Leeds] stayed.",
        "Eva Lang: , Borealis",
    ),
    ("[PERSON Eva Lang] of Polder Compute left.", "Eva Lang: , Polder Compute"),
    ("[PERSON Eva Lang], a member of the Friends of the Harbour, left.", "Eva Lang: member, Friends of the Harbour"),
    ("[PERSON Eva Lang], who runs the charity Shorewatch, left.", "Eva Lang: , Shorewatch"),
    ("[PERSON Eva Lang], president of the Leeds-based Harbour Guild, left.", "Eva Lang: president, Harbour Guild"),
    ("A donor to Sen. [PERSON Eva Lang] left.", "Eva Lang: Sen."),
    ("She swept primary challenger [PERSON Eva Lang] aside.", "Eva Lang: challenger"),
    ("The new [PERSON Berg] supporters include state Rep. [PERSON Eva Lang].", "Eva Lang: state Rep."),
    ("Her views resemble Senator [PERSON Eva Lang]'s.", "Eva Lang: Senator"),
    ("Soon after the cruel slaughterer of cats, [PERSON Eva Lang] left.", ""),
    ("He used the access [PERSON Eva Lang] had. In a state [PERSON Tom Berg] won, it rained.", ""),
    ("[PERSON Tom Berg] was prime minister, [PERSON Eva Lang] said.", ""),
    ("A former [PERSON Eva Lang] speechwriter left.", ""),
    (
        "[PERSON Eva Lang] at the [EVENT Harbour Debate] spoke. [PERSON Tom Berg] at [ORG Nordal Bank] did not.",
        "Tom Berg: , Nordal Bank",
    ),
    ("[PERSON Eva Lang], who heads a project on tides for the [ORG Harbour Trust], left.", "Eva Lang: , Harbour Trust"),
    ("A longtime [ORG Nordal] official, [PERSON Eva Lang], left.", "Eva Lang: official, Nordal"),
    (
        "[PERSON Eva Lang], a lecturer in maritime law at [ORG Leeds University], left.",
        "Eva Lang: lecturer in maritime law, Leeds University",
    ),
    (
        "[PERSON Eva Lang], special envoy to the coalition fighting the [ORG Red Front], left.",
        "Eva Lang: special envoy, coalition",
    ),
    ("[PERSON Eva Lang], the city's [ORG Harbour Office] director, left.", "Eva Lang: director, Harbour Office"),
    (
        "[PERSON Eva Lang], co-founder of [ORG Nordal], rose. Her co-founder, [PERSON Tom Berg], sat. Her deputy, [PERSON Paul Roth], left.",
        "Eva Lang: co-founder, Nordal; Tom Berg: co-founder, Nordal; Paul Roth: deputy",
    ),
    ("[PERSON Eva Lang], mayor of [GPE Borgo] di [GPE Sopra], left.", "Eva Lang: mayor, Borgo di Sopra"),
    ("[PERSON Eva Lang], president of union number two, left.", "Eva Lang: president, union number two"),
    ("[PERSON Eva Lang], head of School No. 7, left.", "Eva Lang: head, School No. 7"),
    ("It was denied by the deputy commissioner, Md. [PERSON Anwar Parvez].", "Anwar Parvez: deputy commissioner"),
    (
        "They wrote to the health minister in red ink. {“No,”} said <the health minister, [PERSON Eva Lang]>.",
        "Eva Lang: health minister",
    ),
    ("[PERSON Eva Lang], a former [ORG Harbour Office] chief, left.", "Eva Lang: former chief, Harbour Office"),
    ("Former [ORG Nordal] chairman [PERSON Tom Berg] left.", "Tom Berg: Former chairman, Nordal"),
    (
        "[PERSON Eva Lang], a former [PERSON Berg] administration official, left.",
        "Eva Lang: former Berg administration official",
    ),
    ("In Leeds, police officer [PERSON Eva Lang] left.", "Eva Lang: police officer"),
    ("Retired Col. [PERSON Tom Berg] left.", "Tom Berg: Col."),
    ("It will render [PERSON Tom Berg] blind. They have to consider Rep. [PERSON Eva Lang].", "Eva Lang: Rep."),
    ("[PERSON Eva Lang] is the front-runner to fill [PERSON Tom Berg]'s seat.", "Eva Lang: front-runner"),
    ("The nominee to replace [PERSON Tom Berg] left.", ""),
    (
        "[PERSON Eva Lang], [PERSON Tom Berg]'s envoy to the [ORG Nordic Council], left.",
        "Eva Lang: envoy, Nordic Council",
    ),
    ("The cousin, [PERSON Tom Berg], left.", ""),
    ("In the winter, [PERSON Tom Berg] left. A year later, [PERSON Eva Lang] came.", ""),
    ("The garden of the governor, [PERSON Tom Berg] said, was dry.", ""),
];

#[test]
fn roles_and_affiliations() {
    let linker = Linker::new(given());
    let mut wrong = vec![];
    for (marked, expected) in ROLES {
        let m = parse(marked);
        let out = link(&m, &linker, &mut Scratch::default());
        let told = out.actors.iter().filter(|a| !a.role.is_empty() || !a.affiliation.is_empty());
        let told: Vec<String> = told
            .map(|a| match a.affiliation.as_str() {
                "" => format!("{}: {}", a.name, a.role),
                affiliation => format!("{}: {}, {affiliation}", a.name, a.role),
            })
            .collect();
        if told.join("; ") != *expected {
            wrong.push(format!("{marked}\n  expected {expected}\n  found    {}", told.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), ROLES.len(), wrong.join("\n"));
}

/// Marked text, and the speaker of each quote.
const SPEAKERS: &[(&str, &str, &str)] = &[
    (
        "an age",
        "[PERSON Tom Berg], 58, sings. [PERSON Paul Lang] listens. {“It rains,”} said <the 58-year-old>.",
        "Tom Berg",
    ),
    (
        "a nationality",
        "[PERSON Tom Berg] was asked in [GPE Lyon]. {“It rains,”} <the [NORP Frenchman]> said.",
        "Tom Berg",
    ),
    (
        "a stranger",
        "Outside, [PERSON Tom Berg] was asked if he was afraid. {“Of what?”} said <the old man>.",
        "Tom Berg",
    ),
    ("another word", "The cousin, [PERSON Eva Lang], was blunt. {“It rains,”} <the zoologist> said.", "Eva Lang"),
    ("initials of a role", "The managing director, [PERSON Tom Berg], came. {“It rains,”} <the MD> said.", "Tom Berg"),
    (
        "a possessive cut off",
        "{“It rains,”} <[PERSON Eva Lang]> said. <Her> neighbour said {~it was late}.",
        "Eva Lang; Her neighbour",
    ),
    ("who is told does not speak", "[PERSON Tom Berg] ‹was told› {~that it rains}.", "nobody"),
    ("who is told behind it", "{~It rains}, [PERSON Tom Berg] ‹has been warned›.", "nobody"),
    ("the subject of a cue", "[PERSON Tom Berg], of all people, ‹warned› {~that it rains}.", "Tom Berg"),
    (
        "another kind of body",
        "The [ORG Vell Teachers' Union] came. {“No,”} said <the union>. {“Yes,”} <the ministry> said.",
        "Vell Teachers' Union; the ministry",
    ),
    ("based in a town", "{“It rains,”} said <[GPE Geneva]-based [PERSON Tom Berg]>.", "Tom Berg"),
    ("marks around a name", "{“It rains,”} said <**[PERSON Tom Berg]**>.", "Tom Berg"),
    ("who acts before", "[PERSON Tom Berg] shook his head. {“It rains.”}", "Tom Berg"),
    (
        "one of two ministers",
        "Foreign Minister [PERSON Eva Lang] and Defence Minister [PERSON Tom Berg] came. {“No,”} said <the foreign minister>. {“Yes,”} <the defence minister> said. {“Why?”} asked <the finance minister>.",
        "Eva Lang; Tom Berg; the finance minister",
    ),
    (
        "she is the one of the role",
        "Foreign Minister [PERSON Eva Lang] and Defence Minister [PERSON Tom Berg] came. The foreign minister laughed. {“No,”} <she> said.",
        "Eva Lang",
    ),
    ("a stranger met before", "[PERSON Tom Berg] flew in. A boy gave him a shoe. {“Here,”} said <the boy>.", "A boy"),
    (
        "a nationality told before",
        "The [NORP Armenian] champion [PERSON Levon Sarian] lost. [PERSON Tom Berg] won. {“Ah,”} said <the [NORP Armenian]>.",
        "Levon Sarian",
    ),
    ("the company", "[ORG Borealis] will shut its mine. <The company> said {~demand had collapsed}.", "Borealis"),
    (
        "who spoke before",
        "{“No,”} said <[PERSON Eva Lang]>, who sells cloth. <The trader> said {~it rains}.",
        "Eva Lang; Eva Lang",
    ),
    ("it", "[ORG Borealis] lost money. It blamed a storm. <It> said {~it rains}.", "Borealis"),
    ("who acts in the paragraph before", "[PERSON Eva Lang] was in tears.\n\n{“We lost it all.”}", "Eva Lang"),
    ("a label", "<Photo>: {~it rains}", "nobody"),
    (
        "an author",
        "<A study by [ORG Nordal University]> found {~it rains}. Its author, [PERSON Eva Lang], slept.",
        "Eva Lang",
    ),
    ("who wrote a letter", "[PERSON Tom Berg] sent a letter. <The letter> says {~it rains}.", "Tom Berg"),
    (
        "a name after the noun",
        "The captain confirms it. {“It rains,”} <[PERSON Tom Berg]> said. {“It pours,”} said <the captain>.",
        "Tom Berg; Tom Berg",
    ),
    ("a former one", "Mayor [PERSON Eva Lang] came. {“It rains,”} said <the former mayor>.", "the former mayor"),
    ("a deputy by his name", "[PERSON Eva Lang] came. {“It rains,”} said <her deputy, [PERSON Tom Berg]>.", "Tom Berg"),
    ("a soft hyphen in a name", "[PERSON Tom Ber\u{ad}gen] came. {“It rains,”} said <[PERSON Bergen]>.", "Tom Bergen"),
];

#[test]
fn speakers() {
    let linker = Linker::new(given());
    let mut wrong = vec![];
    for (what, marked, expected) in SPEAKERS {
        let m = parse(marked);
        let out = link(&m, &linker, &mut Scratch::default());
        let name = |actor: &u32| out.actors.get(*actor as usize).map_or("nobody", |a| &a.name);
        let found: Vec<&str> = out.speaker.iter().map(name).collect();
        assert!(out.speaker_score.iter().all(|p| (0.0..=1.0).contains(p)), "{what}");
        if found.join("; ") != *expected {
            wrong.push(format!("{what}: expected {expected}, found {}", found.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), SPEAKERS.len(), wrong.join("\n"));
}

/// Sources without a name: persons, or things that speak.
#[test]
fn labels_of_unnamed_sources() {
    let linker = Linker::new(given());
    for (source, label) in [
        ("some analysts", "PERSON"),
        ("a spokeswoman for the firm", "PERSON"),
        ("the bookseller", "PERSON"),
        ("neighbours", "PERSON"),
        ("the ministry", "ORG"),
        ("a new study", "ORG"),
        ("the clip", "ORG"),
    ] {
        let m = parse(&format!("{{~It is late}}, <{source}> said."));
        let out = link(&m, &linker, &mut Scratch::default());
        assert_eq!(out.actors[0].label, label, "{source}");
    }
}

#[test]
fn types_of_mentions() {
    let m = parse("Senator [PERSON Tom Berg] spoke. The senator left. He ran.");
    let out = link(&m, &Linker::new(given()), &mut Scratch::default());
    let kinds: Vec<MentionType> = out.mentions.iter().map(|m| m.kind).collect();
    assert_eq!(kinds, [MentionType::Name, MentionType::Nominal, MentionType::Pronoun]);
    assert_eq!(out.actors[0].label, "PERSON");
}

/// One long line of each kind, with the same scratch: nothing leaks, nothing is quadratic.
#[test]
fn hostile() {
    let linker = Linker::new(given());
    let mut scratch = Scratch::default();
    let n = 20_000;
    let lines = [
        String::new(),
        "\0\u{202e} 🙂 \u{feff}".to_owned(),
        "[PERSON A] ".repeat(n),
        (0..n).map(|i| format!("[PERSON Berg {i}] ")).collect(),
        (0..n).map(|i| format!("[PERSON X{i} Berg] Berg he ")).collect(),
        "he she it they who I ".repeat(n),
        "[ORG  ] [PERSON .] [PERSON 's] [NORP s]".to_owned(),
        "{“a” {b} c} said <the man> ".repeat(n / 10),
        "{".repeat(2000) + "x" + &"}".repeat(2000),
        "<the senator> {“I”} ".repeat(n / 10),
        "[TARGET the president] ".repeat(n),
    ];
    for line in &lines {
        let m = parse(line);
        let first = link(&m, &linker, &mut scratch);
        let again = link(&m, &linker, &mut Scratch::default());
        assert_eq!(first, again);
    }
}

/// Documents made at random from pieces, entities and parts placed anywhere: rows stay valid.
#[test]
fn random_documents() {
    let linker = Linker::new(given());
    let mut scratch = Scratch::default();
    let pieces = [
        "Ana", "Ruiz", "Mr.", "he", "She", "who", ",", ".", "said", "“", "”", "the", "senator", "of", "’s", "é🙂",
        "\n\n", "WHO", "\r\n", "U.S.", "bin", "-", "(", ")",
    ];
    let mut state = 1u64;
    let mut draw = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    for _ in 0..400 {
        let text: String = (0..draw(60)).map(|_| format!("{} ", pieces[draw(pieces.len())])).collect();
        let cuts: Vec<u32> = text.char_indices().map(|(i, _)| i as u32).chain([text.len() as u32]).collect();
        let mut span = || {
            let a = cuts[draw(cuts.len())];
            let b = cuts[draw(cuts.len())];
            Span::new(a.min(b), a.max(b))
        };
        let labels = ["PERSON", "ORG", "DATE", "TARGET", "GPE", "NORP"];
        let mut entities: Vec<(Span, String)> =
            (0..8).map(|i| (span(), labels[i % 6].to_owned())).filter(|e| !e.0.is_empty()).collect();
        entities.sort_by_key(|e| (e.0.start, e.0.end));
        let mut quotes: Vec<Quote> = (0..3).map(|i| Quote { span: span(), direct: i % 2 == 0 }).collect();
        quotes.sort_by_key(|q| q.span.start);
        let parts = (0..6)
            .map(|i| QuotePart {
                span: span(),
                quote: i % 3,
                role: [QuoteRole::Content, QuoteRole::Source, QuoteRole::Cue][i as usize / 2],
            })
            .collect();
        link(&Marked { text, entities, quotes, parts }, &linker, &mut scratch);
    }
}
