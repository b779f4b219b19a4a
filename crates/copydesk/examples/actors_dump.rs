//! Shows a trainer what the linker of `actors` sees. `training/README.md` says how it is used.
//!
//! - `actors_dump dump OUT FILE...` runs the pipeline `news` up to the quotes, and writes for each anaphor of the files
//!   its candidates, their features, the right answers and the vectors.
//! - `actors_dump features OUT FILE...` does it with the pipeline `fast` and without vectors. `PIPELINE` in the environment
//!   names the file of another pipeline for it.
//! - `actors_dump check FILE...` prints how often the linear ranker is right, with the pipeline `fast`.
//!
//! The files are JSON lines with gzip: a text with names and anaphors, each with its participant. Offsets are code points.

// A tool on files of known form: a broken file may end it.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use copydesk::{Document, Pipeline, Span};
use copydesk_plugin_actors::features::{Feature, Group, NoneFeature};
use copydesk_plugin_actors::head::{Linear, NONE_STACKED, STACKED, log, stacked};
use copydesk_plugin_actors::rank::{Ranker, Trace};
use copydesk_plugin_actors::{Entity, GivenNames, Input, Linker, NONE, Output, Quote, QuotePart, Scratch};
use copydesk_text::lang::{ENGLISH, Gender};
use copydesk_text::{MentionType, QuoteKind, QuoteRole};
use serde::Deserialize;
use serde_json::json;

const FAST: &str = r#"
name = "dump"
[[stage]]
plugin = "tokenizer"
[[stage]]
plugin = "ner"
config = { model = "builtin:news-fast" }
[[stage]]
plugin = "quotes"
config = { model = "builtin:news-fast" }
"#;
const NEWS: &str = r#"
name = "dump"
[[stage]]
plugin = "tokenizer"
[[stage]]
plugin = "encoder"
config = { inner_layer = 4 }
[[stage]]
plugin = "ner"
config = { model = "builtin:news", blend = "builtin:news-fast" }
[[stage]]
plugin = "quotes"
config = { model = "builtin:news" }
"#;
/// Layers with vectors, in the order of the dump.
const LAYERS: [(&str, u32); 2] = [("inner_vectors", 4), ("vectors", 6)];

#[derive(Deserialize)]
struct Line {
    id: String,
    source: String,
    text: String,
    complete: bool,
    given: bool,
    names: Vec<(u32, u32, String, String)>,
    anaphors: Vec<Gold>,
}

#[derive(Deserialize)]
struct Gold {
    start: u32,
    end: u32,
    kind: String,
    answers: Option<Vec<String>>,
    #[serde(default)]
    not: Vec<String>,
    weight: f32,
}

#[derive(Clone, Copy, PartialEq)]
enum Label {
    Wrong,
    Right,
    Open,
}

/// An anaphor of the files that the linker asked about.
struct Found {
    trace: Trace,
    labels: Vec<Label>,
    none: Label,
    flags: i32,
    weight: f32,
    document: usize,
    span: (u32, u32),
    candidate_spans: Vec<(u32, u32)>,
    clusters: Vec<i32>,
}

fn read(path: &str) -> Vec<Line> {
    let mut text = String::new();
    let file = File::open(path).expect(path);
    if path.ends_with(".gz") {
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect(path);
    } else {
        std::io::BufReader::new(file).read_to_string(&mut text).expect(path);
    }
    text.lines().map(|line| serde_json::from_str(line).expect(path)).collect()
}

fn layer_spans<'d>(document: &'d Document, layer: &str) -> &'d [Span] {
    document.layer(layer).map_or(&[], |layer| layer.spans())
}

fn strings<'d>(document: &'d Document, layer: &str, column: &str) -> Vec<&'d str> {
    let found = document.layer(layer).and_then(|layer| layer.column(column)).and_then(|column| column.as_strings());
    found.map(|strings| strings.iter().collect()).unwrap_or_default()
}

/// Runs a document through the linker and finds the right answers of its anaphors.
struct Reader<'l> {
    pipeline: Pipeline,
    linker: &'l Linker<'l>,
    scratch: Scratch,
    /// Anaphors of a kind in the files, and how many the linker asked about.
    seen: BTreeMap<String, (usize, usize)>,
}

impl Reader<'_> {
    fn read(&mut self, line: &Line, number: usize) -> (Document, Vec<Found>) {
        let document = Document::new(&line.id, &line.text).unwrap();
        let runner: &copydesk::pipeline::Runner = self.pipeline.as_ref();
        let document = runner.annotate(document).unwrap_or_else(|failure| panic!("{}: {failure:?}", line.id));
        let bytes: Vec<u32> =
            line.text.char_indices().map(|(at, _)| at as u32).chain([line.text.len() as u32]).collect();
        let span = |start: u32, end: u32| Span::new(bytes[start as usize], bytes[end as usize]);
        let names: Vec<(Span, &str, &str)> =
            line.names.iter().map(|(a, b, c, l)| (span(*a, *b), c.as_str(), l.as_str())).collect();
        let found = layer_spans(&document, "entities").iter().copied().zip(strings(&document, "entities", "label"));
        let mut entities: Vec<(Span, String, Option<&str>)> = Vec::new();
        if line.given {
            entities.extend(names.iter().map(|(span, cluster, label)| (*span, (*label).to_owned(), Some(*cluster))));
            if !line.complete {
                let free = |own: &Span| !names.iter().any(|(span, _, _)| span.overlaps(*own));
                entities.extend(found.filter(|(own, _)| free(own)).map(|(own, label)| (own, label.to_owned(), None)));
            }
        } else {
            entities.extend(found.map(|(own, label)| {
                let shared = |span: &Span| span.end.min(own.end).saturating_sub(span.start.max(own.start));
                let best = names.iter().filter(|(span, _, _)| shared(span) > 0).max_by_key(|(span, _, _)| shared(span));
                (own, label.to_owned(), best.map(|(_, cluster, _)| *cluster))
            }));
        }
        entities.sort_by_key(|(span, _, _)| (span.start, std::cmp::Reverse(span.end)));
        entities.dedup_by_key(|(span, _, _)| *span);
        let traces = self.link(&document, &entities);
        let tokens = layer_spans(&document, "tokens");
        let chars = |at: u32| bytes.partition_point(|byte| *byte < at) as u32;
        let at = |from: u32, to: u32| Span::new(tokens[from as usize].start, tokens[to as usize - 1].end);
        let answers = Answers::new(line, &entities, self.scratch.entity_actors(), &span);
        let mut taken = vec![false; line.anaphors.len()];
        let mut out = Vec::new();
        for trace in traces {
            let own = at(trace.from, trace.to);
            let Some(gold) = answers.gold(own, trace.group, &mut taken) else { continue };
            let spans: Vec<Span> = trace.candidates.iter().map(|c| at(c.from, c.to)).collect();
            let clusters: Vec<Option<&str>> =
                trace.candidates.iter().zip(&spans).map(|(c, span)| answers.cluster(c.actor, c.kind, *span)).collect();
            let mut flags = 0;
            let (labels, none) = label(&trace, gold, &clusters, &mut flags);
            let word = own.get(&line.text).unwrap_or("").to_lowercase();
            let gender = ENGLISH.pronouns.iter().find(|p| p.form == word).map(|p| p.gender);
            flags |= match gender {
                Some(Gender::Feminine) => 2,
                Some(Gender::Masculine) => 4,
                _ => 0,
            };
            let wanted = gold.answers.iter().flatten();
            let before = wanted.clone().any(|answer| names.iter().any(|(s, c, _)| c == answer && s.start < own.start));
            if !before && wanted.count() > 0 {
                flags |= 16;
            }
            let numbers =
                clusters.iter().map(|c| c.map_or(-1, |c| answers.numbers.get(c).copied().unwrap_or(-1))).collect();
            out.push(Found {
                labels,
                none,
                flags,
                weight: gold.weight,
                document: number,
                span: (chars(own.start), chars(own.end)),
                candidate_spans: spans.iter().map(|s| (chars(s.start), chars(s.end))).collect(),
                clusters: numbers,
                trace,
            });
        }
        for (gold, taken) in line.anaphors.iter().zip(&taken) {
            let slot = self.seen.entry(format!("{} {}", line.source, gold.kind)).or_default();
            slot.0 += 1;
            slot.1 += usize::from(*taken);
        }
        (document, out)
    }

    fn link(&mut self, document: &Document, entities: &[(Span, String, Option<&str>)]) -> Vec<Trace> {
        let blocks: Vec<(Span, bool)> = layer_spans(document, "blocks")
            .iter()
            .copied()
            .zip(strings(document, "blocks", "kind").into_iter().map(|kind| kind == "byline"))
            .collect();
        let quotes: Vec<Quote> = layer_spans(document, "quotes")
            .iter()
            .zip(strings(document, "quotes", "kind"))
            .map(|(span, kind)| Quote { span: *span, direct: kind != QuoteKind::Indirect.as_str() })
            .collect();
        let of = document
            .layer("quote_parts")
            .and_then(|l| l.column("quote"))
            .and_then(|c| c.as_references())
            .map(|r| r.rows().to_vec())
            .unwrap_or_default();
        let parts: Vec<QuotePart> = layer_spans(document, "quote_parts")
            .iter()
            .zip(of)
            .zip(strings(document, "quote_parts", "role"))
            .map(|((span, quote), role)| QuotePart {
                span: *span,
                quote,
                role: QuoteRole::from_name(role).unwrap_or(QuoteRole::Cue),
            })
            .collect();
        let entities: Vec<Entity<'_>> = entities.iter().map(|(span, label, _)| Entity { span: *span, label }).collect();
        let input = Input {
            text: document.text(),
            blocks: &blocks,
            sentences: layer_spans(document, "sentences"),
            tokens: layer_spans(document, "tokens"),
            entities: &entities,
            quotes: &quotes,
            parts: &parts,
        };
        self.scratch.traces = Some(Vec::new());
        let mut out = Output::default();
        self.linker.link(&input, &mut self.scratch, &mut out);
        self.scratch.traces.take().unwrap_or_default()
    }
}

/// The gold participants of a document.
struct Answers<'d> {
    line: &'d Line,
    anaphors: Vec<Span>,
    by_span: HashMap<u32, Option<&'d str>>,
    by_actor: HashMap<u32, &'d str>,
    numbers: HashMap<&'d str, i32>,
}

impl<'d> Answers<'d> {
    fn new(
        line: &'d Line,
        entities: &[(Span, String, Option<&'d str>)],
        actors: &[u32],
        span: &dyn Fn(u32, u32) -> Span,
    ) -> Self {
        let mut numbers = HashMap::new();
        for (_, _, cluster, _) in &line.names {
            let next = numbers.len() as i32;
            numbers.entry(cluster.as_str()).or_insert(next);
        }
        let mut votes: BTreeMap<u32, BTreeMap<&'d str, usize>> = BTreeMap::new();
        let mut by_span = HashMap::new();
        for ((span, _, cluster), actor) in entities.iter().zip(actors) {
            by_span.insert(span.start, *cluster);
            if let Some(cluster) = cluster
                && *actor != NONE
            {
                *votes.entry(*actor).or_default().entry(*cluster).or_default() += 1;
            }
        }
        let by_actor = votes
            .into_iter()
            .filter_map(|(actor, votes)| Some((actor, votes.into_iter().max_by_key(|(_, n)| *n)?.0)))
            .collect();
        let anaphors: Vec<Span> = line.anaphors.iter().map(|a| span(a.start, a.end)).collect();
        for (gold, span) in line.anaphors.iter().zip(&anaphors) {
            if let Some([answer]) = gold.answers.as_deref() {
                by_span.insert(span.start, Some(answer.as_str()));
            }
        }
        Answers { line, anaphors, by_span, by_actor, numbers }
    }

    /// The anaphor of the file that begins at a span, or ends with it.
    fn gold(&self, own: Span, group: Group, taken: &mut [bool]) -> Option<&'d Gold> {
        let kind = if group == Group::Role { "role" } else { "pronoun" };
        let same = |exact: bool| {
            self.anaphors.iter().zip(&self.line.anaphors).position(|(span, gold)| {
                gold.kind == kind
                    && if exact { span.start == own.start } else { span.start <= own.start && span.end == own.end }
            })
        };
        let at = same(true).or_else(|| same(false).filter(|_| group == Group::Role))?;
        *taken.get_mut(at)? = true;
        self.line.anaphors.get(at)
    }

    /// The participant of a candidate.
    fn cluster(&self, actor: u32, kind: MentionType, span: Span) -> Option<&'d str> {
        match self.by_span.get(&span.start) {
            Some(Some(cluster)) => Some(cluster),
            Some(None) if kind == MentionType::Name && self.line.complete => None,
            _ => self.by_actor.get(&actor).copied(),
        }
    }
}

/// Which candidates are right, and whether none of them is.
fn label(trace: &Trace, gold: &Gold, clusters: &[Option<&str>], flags: &mut i32) -> (Vec<Label>, Label) {
    let labels = trace.candidates.iter().zip(clusters);
    let is = |cluster: &Option<&str>, list: &[String]| cluster.is_some_and(|c| list.iter().any(|own| own == c));
    match gold.answers.as_deref() {
        Some([]) => {
            let open = |unnamed: bool| if unnamed { Label::Open } else { Label::Wrong };
            (labels.map(|(c, cluster)| open(c.unnamed && cluster.is_none())).collect(), Label::Right)
        }
        Some(answers) => {
            let of = |right: bool| if right { Label::Right } else { Label::Wrong };
            let labels: Vec<Label> = labels.map(|(_, cluster)| of(is(cluster, answers))).collect();
            let missed = !labels.contains(&Label::Right);
            *flags |= i32::from(missed);
            (labels, of(missed))
        }
        None => {
            *flags |= 8;
            let of = |wrong: bool| if wrong { Label::Wrong } else { Label::Open };
            (labels.map(|(_, cluster)| of(is(cluster, &gold.not))).collect(), Label::Open)
        }
    }
}

fn npy(path: &Path, kind: &str, shape: &[usize], bytes: &[u8]) {
    let shape: Vec<String> = shape.iter().map(ToString::to_string).collect();
    let mut head = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({},), }}", shape.join(", "));
    while (head.len() + 11) % 64 != 0 {
        head.push(' ');
    }
    head.push('\n');
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(b"\x93NUMPY\x01\x00").unwrap();
    file.write_all(&(head.len() as u16).to_le_bytes()).unwrap();
    file.write_all(head.as_bytes()).unwrap();
    file.write_all(bytes).unwrap();
}

fn ints(path: &Path, width: usize, values: &[i32]) {
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    npy(path, "<i4", &[values.len() / width, width], &bytes);
}

fn floats(path: &Path, shape: &[usize], values: &[f32]) {
    let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    npy(path, "<f4", shape, &bytes);
}

/// The vectors of a document, as half floats by pieces, and the first piece of each token.
struct Pieces {
    rows: Vec<f32>,
    width: usize,
    first: Vec<usize>,
}

impl Pieces {
    fn new(document: &Document, layer: &str) -> Self {
        let layer = document.layer(layer).expect("vectors");
        let halves = layer.column("vector").and_then(|c| c.as_halves()).expect("half floats");
        let token = layer.column("token").and_then(|c| c.as_references()).expect("tokens");
        let tokens = layer_spans(document, "tokens").len();
        let first = (0..=tokens).map(|t| token.rows().partition_point(|own| (*own as usize) < t)).collect();
        Pieces { rows: halves.widened(), width: halves.width(), first }
    }

    /// First, last, and mean of the pieces of some tokens.
    fn span(&self, from: usize, to: usize, out: &mut Vec<u8>) {
        let (first, last) = (self.first[from], self.first[to]);
        let row = |at: usize| self.rows.get(at * self.width..(at + 1) * self.width).unwrap_or(&[]);
        let mut push = |values: &mut dyn Iterator<Item = f32>| {
            for value in values {
                out.extend(half::f16::from_f32(value).to_le_bytes());
            }
        };
        if first >= last {
            push(&mut std::iter::repeat_n(0.0, 3 * self.width));
            return;
        }
        push(&mut row(first).iter().copied());
        push(&mut row(last - 1).iter().copied());
        let mut sums = vec![0.0f32; self.width];
        for at in first..last {
            sums.iter_mut().zip(row(at)).for_each(|(sum, value)| *sum += value);
        }
        push(&mut sums.iter().map(|sum| sum / (last - first) as f32));
    }
}

fn dump(out: &Path, files: &[String], with_vectors: bool, reader: &mut Reader<'_>) {
    fs::create_dir_all(out).unwrap();
    let (mut anaphors, mut candidates, mut features, mut none) = (vec![], vec![], vec![], vec![]);
    let (mut spans, mut weights, mut candidate_spans, mut vectors) = (vec![], vec![], vec![], Vec::<u8>::new());
    let mut documents = Vec::new();
    let (mut mentions, mut width) = (0i32, 0);
    for file in files {
        for line in read(file) {
            let (document, found) = reader.read(&line, documents.len());
            documents.push(json!({"id": line.id, "source": line.source}));
            if found.is_empty() {
                continue;
            }
            let layers = if with_vectors { LAYERS.as_slice() } else { &[] };
            let layers: Vec<Pieces> = layers.iter().map(|(name, _)| Pieces::new(&document, name)).collect();
            width = layers.first().map_or(0, |layer| layer.width);
            let mut rows: HashMap<(u32, u32), i32> = HashMap::new();
            let mut row = |from: u32, to: u32| {
                *rows.entry((from, to)).or_insert_with(|| {
                    for layer in &layers {
                        layer.span(from as usize, to as usize, &mut vectors);
                    }
                    mentions += 1;
                    mentions - 1
                })
            };
            for f in found {
                let begin = candidates.len() / 6;
                let number = (anaphors.len() / 8) as i32;
                let mut actors: Vec<u32> = Vec::new();
                let t = &f.trace;
                let linear = Linear { probability: &t.probability, none: t.none_probability, linked: t.linked };
                for (at, c) in t.candidates.iter().enumerate() {
                    let actor = actors.iter().position(|a| *a == c.actor).unwrap_or_else(|| {
                        actors.push(c.actor);
                        actors.len() - 1
                    });
                    let kind = match c.kind {
                        MentionType::Name => 0,
                        MentionType::Pronoun => 1,
                        MentionType::Nominal => 2,
                    };
                    let own = row(c.from, c.to);
                    candidates.extend([number, actor as i32, own, f.labels[at] as i32, kind, f.clusters[at]]);
                    features.extend(c.features.0);
                    features.extend(stacked(&linear, &t.candidates, at));
                    candidate_spans.extend([f.candidate_spans[at].0 as i32, f.candidate_spans[at].1 as i32]);
                }
                none.extend(t.none);
                none.push(log(t.none_probability));
                let own = row(t.from, t.to);
                anaphors.extend([
                    begin as i32,
                    (candidates.len() / 6) as i32,
                    own,
                    t.group as i32,
                    actors.len() as i32,
                    f.none as i32,
                    f.document as i32,
                    f.flags,
                ]);
                spans.extend([f.span.0 as i32, f.span.1 as i32]);
                weights.push(f.weight);
            }
        }
    }
    let names: Vec<String> = Feature::ALL.iter().map(|f| format!("{f:?}")).chain(STACKED.map(str::to_owned)).collect();
    let none_names: Vec<String> =
        NoneFeature::ALL.iter().map(|f| format!("{f:?}")).chain(NONE_STACKED.map(str::to_owned)).collect();
    let (a, c) = (anaphors.len() / 8, candidates.len() / 6);
    ints(&out.join("anaphors.npy"), 8, &anaphors);
    ints(&out.join("candidates.npy"), 6, &candidates);
    ints(&out.join("spans.npy"), 2, &spans);
    ints(&out.join("candidate_spans.npy"), 2, &candidate_spans);
    floats(&out.join("features.npy"), &[c, names.len()], &features);
    floats(&out.join("none.npy"), &[a, none_names.len()], &none);
    floats(&out.join("weights.npy"), &[a], &weights);
    if with_vectors {
        npy(&out.join("vectors.npy"), "<f2", &[mentions as usize, LAYERS.len(), 3, width], &vectors);
    }
    let head = json!({
        "layers": LAYERS.map(|(_, number)| number), "width": width, "groups": Group::ALL.map(|g| format!("{g:?}")),
        "features": names, "none": none_names, "kinds": ["name", "pronoun", "nominal"],
        "anaphors": a, "candidates": c, "mentions": mentions, "documents": documents,
    });
    fs::write(out.join("dump.json"), head.to_string()).unwrap();
    println!("{}: {a} anaphors, {c} candidates, {mentions} mentions", out.display());
}

fn examples(files: &[String], reader: &mut Reader<'_>) -> Vec<(Found, String)> {
    let mut out = Vec::new();
    for file in files {
        for line in read(file) {
            let (_, found) = reader.read(&line, 0);
            out.extend(found.into_iter().map(|f| (f, line.source.clone())));
        }
    }
    out
}

/// Prints, for each source and kind: how many anaphors, links, right links, and anaphors with an answer.
fn check(found: &[(Found, String)]) {
    let mut rows: BTreeMap<String, [usize; 6]> = BTreeMap::new();
    for (f, source) in found {
        let row = rows.entry(format!("{source} {:?}", f.trace.group)).or_default();
        let of = |label: Label| {
            f.trace.candidates.iter().zip(&f.labels).any(|(c, l)| *l == label && c.actor == f.trace.linked)
        };
        let named = f.none == Label::Wrong || f.flags & 1 != 0;
        let linked =
            f.trace.linked != NONE && !f.trace.candidates.iter().any(|c| c.actor == f.trace.linked && c.unnamed);
        row[0] += 1;
        row[1] += usize::from(named);
        row[2] += usize::from(linked);
        row[3] += usize::from(linked && of(Label::Right));
        row[4] += usize::from(f.flags & 1 != 0);
        row[5] += usize::from(if named { linked && of(Label::Right) } else { !linked || of(Label::Open) });
    }
    for (name, [all, named, linked, right, missed, good]) in rows {
        let share = |a: usize, b: usize| 100.0 * a as f64 / b.max(1) as f64;
        eprintln!(
            "{name:24} {all:6} all {named:6} with a name {missed:5} out of reach | linked {linked:6} P {:5.1} R {:5.1} | accuracy {:5.1}",
            share(right, linked),
            share(right, named),
            share(good, all)
        );
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let command = args[0].as_str();
    let text = if command == "dump" { NEWS } else { FAST };
    let pipeline = match std::env::var_os("PIPELINE") {
        Some(file) if command != "dump" => Pipeline::open(file),
        _ => Pipeline::builder().text("dump.toml", text).load(),
    };
    let pipeline = pipeline.unwrap_or_else(|error| panic!("{error}"));
    let table = copydesk::models::GIVEN_NAMES.read().unwrap();
    let ranker = Ranker::parse(&copydesk::models::RANKER.read().unwrap()).unwrap();
    let linker = Linker::new(GivenNames::parse(&table).unwrap(), ranker);
    let mut reader = Reader { pipeline, linker: &linker, scratch: Scratch::default(), seen: BTreeMap::new() };
    match command {
        "dump" => dump(Path::new(&args[1]), &args[2..], true, &mut reader),
        "features" => dump(Path::new(&args[1]), &args[2..], false, &mut reader),
        "check" => check(&examples(&args[1..], &mut reader)),
        other => panic!("{other}?"),
    }
    for (kind, (all, found)) in &reader.seen {
        eprintln!("{kind}: {found} of {all} anaphors were asked about");
    }
}
