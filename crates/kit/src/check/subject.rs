//! One plugin under test, and the checks.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use copydesk_core::{Document, Layer, LayerUse, standard};
use copydesk_loader::{Instance, Plugin, PluginError};
use serde_json::{Map, Value, json};

use super::Outcome;
use super::clock::processor_time;
use super::documents::{ARTICLE, Supply, TEXTS, Text};
use super::rows::{NEAR, difference, given, leak};

/// One thing that is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Manifest,
    Create,
    WrongOptions,
    /// A text of [`TEXTS`], by its number.
    Text(usize),
    Growth,
    NoRows,
    WithoutOptional,
    Determinism,
    Threads,
    Batches,
    Cancellation,
    Destroy,
}

/// All checks of a plugin, in their order.
pub(crate) const CHECKS: &[Check] = &[
    Check::Manifest,
    Check::Create,
    Check::WrongOptions,
    Check::Text(0),
    Check::Text(1),
    Check::Text(2),
    Check::Text(3),
    Check::Text(4),
    Check::Text(5),
    Check::Text(6),
    Check::Text(7),
    Check::Text(8),
    Check::Text(9),
    Check::Text(10),
    Check::Text(11),
    Check::Text(12),
    Check::Growth,
    Check::NoRows,
    Check::WithoutOptional,
    Check::Determinism,
    Check::Threads,
    Check::Batches,
    Check::Cancellation,
    Check::Destroy,
];

impl Check {
    pub fn name(self) -> &'static str {
        match self {
            Check::Manifest => "manifest",
            Check::Create => "create",
            Check::WrongOptions => "wrong options",
            Check::Text(at) => TEXTS.get(at).map_or("", |text| text.name),
            Check::Growth => "growth",
            Check::NoRows => "layers without rows",
            Check::WithoutOptional => "without its optional layers",
            Check::Determinism => "the same again",
            Check::Threads => "many threads",
            Check::Batches => "batches",
            Check::Cancellation => "cancellation",
            Check::Destroy => "destroy",
        }
    }

    /// True if, after a failure, there is no instance to try anything on.
    pub fn is_gate(self) -> bool {
        self == Check::Create
    }
}

/// Threads that call one instance at once.
const THREADS: usize = 8;
/// How often each of them analyzes every text.
const ROUNDS: usize = 3;

/// The processor time within which a cancelled call must return, or half of its uncancelled time, if that is more. A
/// short call need not ask at all.
const SOON: Duration = Duration::from_secs(1);

/// How much longer than its part the long text of the check of growth is.
const LONGER: usize = 4;
/// Times that the long text may take of its part's processor time. Linear growth takes 4, quadratic growth 16.
const MOST_GROWTH: f64 = 10.0;
/// Below this it is linear beyond doubt, and not measured again.
const LINEAR_GROWTH: f64 = 6.0;
/// Processor time that is too little to judge growth by: caches and allocations weigh more.
const TOO_LITTLE: Duration = Duration::from_millis(50);
/// How often growth is measured before it counts as too much. A busy machine disturbs caches, and so processor time.
const ATTEMPTS: usize = 3;

/// A plugin under test.
pub(crate) struct Subject<'b> {
    plugin: Plugin,
    config: &'b Map<String, Value>,
    built_in: &'b [Plugin],
    /// Checks that ended a process before this one.
    fatal: Vec<Check>,
    instance: Option<Instance>,
    /// Of all layers that it reads, and of those that it cannot do without.
    all: Option<Supply>,
    needed: Option<Supply>,
}

/// Why a check did not end well.
enum Stop {
    Failed(String),
    Skipped(String),
}

type Result<T> = std::result::Result<T, Stop>;

fn failed<T>(why: impl Into<String>) -> Result<T> {
    Err(Stop::Failed(why.into()))
}

fn skipped<T>(why: impl Into<String>) -> Result<T> {
    Err(Stop::Skipped(why.into()))
}

impl<'b> Subject<'b> {
    pub fn new(plugin: Plugin, config: &'b Map<String, Value>, built_in: &'b [Plugin], fatal: Vec<Check>) -> Self {
        Subject { plugin, config, built_in, fatal, instance: None, all: None, needed: None }
    }

    pub fn run(&mut self, check: Check) -> Outcome {
        let outcome = match check {
            Check::Manifest => self.manifest(),
            Check::Create => self.create(),
            Check::WrongOptions => self.wrong_options(),
            Check::Text(at) => self.text(at),
            Check::Growth => self.growth(),
            Check::NoRows => self.no_rows(),
            Check::WithoutOptional => self.without_optional(),
            Check::Determinism => self.determinism(),
            Check::Threads => self.threads(),
            Check::Batches => self.batches(),
            Check::Cancellation => self.cancellation(),
            Check::Destroy => self.destroy(),
        };
        match outcome {
            Ok(detail) => Outcome::Ok(detail),
            Err(Stop::Failed(why)) => Outcome::Failed(why),
            Err(Stop::Skipped(why)) => Outcome::Skipped(why),
        }
    }

    /// Checks the facts that a person or another plugin needs. The handshake has checked the rest.
    fn manifest(&self) -> Result<String> {
        let manifest = self.plugin.manifest();
        let mut faults = Vec::new();
        if manifest.description.trim().is_empty() {
            faults.push("it has no \"description\": say in a line what the plugin does".to_owned());
        }
        if !is_semantic_version(self.plugin.version()) {
            faults.push(format!("the version {:?} is not MAJOR.MINOR.PATCH", self.plugin.version()));
        }
        for (name, option) in &manifest.config.properties {
            if option.description.trim().is_empty() {
                faults.push(format!("option {name:?} has no \"description\""));
            }
        }
        if manifest.writes.is_empty() && manifest.appends.is_empty() && manifest.extends.is_empty() {
            faults.push("it makes nothing: name a layer in \"writes\", \"appends\" or \"extends\"".to_owned());
        }
        for read in &manifest.reads {
            let Some(standard) = standard::layer(&read.layer) else { continue };
            for (column, kind) in &read.columns {
                let extension = standard::extension(&read.layer, column);
                if let Some(found) = standard.columns.get(column).or(extension.as_ref())
                    && !found.satisfies(kind)
                {
                    faults.push(format!("it reads {}.{column} as {kind}, which is {found}", read.layer));
                }
            }
        }
        if faults.is_empty() { Ok(String::new()) } else { failed(faults.join("; ")) }
    }

    /// An instance with the options that were given, made at its first use: a child may begin anywhere in the plan.
    fn instance(&mut self) -> Result<&Instance> {
        if self.instance.is_none() {
            let made = self.plugin.create(self.config);
            self.instance = Some(made.map_err(|error| Stop::Failed(error.to_string()))?);
        }
        self.instance.as_ref().ok_or_else(|| Stop::Failed("there is no instance".into()))
    }

    /// Makes two instances. One is destroyed at once, and must leave the other alive.
    fn create(&mut self) -> Result<String> {
        self.instance()?;
        drop(self.plugin.create(self.config).map_err(|error| Stop::Failed(format!("the second time: {error}")))?);
        let options = &self.plugin.manifest().config.properties;
        Ok(match (options.is_empty(), self.config.is_empty()) {
            (true, _) => "it has no options".to_owned(),
            (_, true) => "with the defaults".to_owned(),
            _ => String::new(),
        })
    }

    /// The host refuses them before the plugin sees them, but another host may not.
    fn wrong_options(&mut self) -> Result<String> {
        let names: Vec<String> = self.plugin.manifest().config.properties.keys().cloned().collect();
        let mut tried = 0;
        for name in names.iter().map(String::as_str).chain(["no_such_option"]) {
            for value in wrong_values() {
                let mut config = self.config.clone();
                config.insert(name.to_owned(), value.clone());
                tried += 1;
                if let Err(error) = self.plugin.create(&config) {
                    said_well(&error).map_err(|why| {
                        let shown: String = value.to_string().chars().take(40).collect();
                        Stop::Failed(format!("{name} = {shown}: {why}; return an error that says what would be right"))
                    })?;
                }
            }
        }
        Ok(format!("{tried} tried"))
    }

    /// The layers that the plugin reads: all, or those without which this instance cannot be called.
    fn supply(&mut self, all: bool) -> Result<&Supply> {
        let there = if all { self.all.is_some() } else { self.needed.is_some() };
        if !there {
            let plugin = self.plugin.clone();
            let built_in = self.built_in;
            let instance = self.instance()?;
            // The plugin itself writes a layer that it takes if a document brings one.
            let wanted = |read: &&LayerUse| {
                !plugin.manifest().takes(&read.layer) && (all || !read.optional || instance.needs(&read.layer))
            };
            let supply = Supply::new(&plugin, plugin.manifest().reads.iter().filter(wanted), built_in);
            let supply = Some(supply.map_err(Stop::Skipped)?);
            if all {
                self.all = supply;
            } else {
                self.needed = supply;
            }
        }
        let supply = if all { &self.all } else { &self.needed };
        supply.as_ref().ok_or_else(|| Stop::Skipped("there are no layers".into()))
    }

    fn document(&mut self, text: &Text) -> Result<Document> {
        let supply = self.supply(!text.is_long)?;
        if supply.is_too_slow_for(&text.text) {
            return skipped("vectors for so long a text take minutes and gigabytes");
        }
        supply.document(text.name, &text.text).map_err(Stop::Skipped)
    }

    /// Annotates a document. The result must lie within the layers of the manifest.
    fn annotated(&mut self, document: &Document) -> Result<Document> {
        let mut after = document.clone();
        let cancel = AtomicBool::new(false);
        self.instance()?.annotate(&mut after, &cancel).map_err(|error| Stop::Failed(error.to_string()))?;
        match leak(document, &after, self.plugin.manifest()) {
            Some(leak) => failed(leak),
            None => Ok(after),
        }
    }

    fn text(&mut self, at: usize) -> Result<String> {
        let Some(text) = TEXTS.get(at) else { return skipped("there is no such text") };
        let document = self.document(text)?;
        let after = self.annotated(&document)?;
        let mut detail = given(&document, &after, self.plugin.manifest());
        let synthetic = self.supply(!text.is_long)?.synthetic();
        if at == 0 && !synthetic.is_empty() {
            detail = format!("{detail}; no built-in plugin makes {}: made-up rows", synthetic.join(", "));
        }
        Ok(detail)
    }

    /// The last text and a part of it: processor time grows as the text does.
    fn growth(&mut self) -> Result<String> {
        let at = TEXTS.len() - 1;
        let Some(text) = TEXTS.get(at) else { return skipped("there is no such text") };
        if self.fatal.contains(&Check::Text(at)) {
            return skipped(format!("`{}` failed", text.name));
        }
        let part: String = text.text.chars().take(text.text.len() / LONGER).collect();
        let documents = [self.document(&Text { text: part, ..*text })?, self.document(text)?];
        let mut last = String::new();
        // A busy machine only adds to a time, so that the least of several is the nearest.
        let mut least = [Duration::MAX; 2];
        for attempt in 1..=ATTEMPTS {
            for (time, document) in least.iter_mut().zip(&documents) {
                let begin = processor_time();
                // Failures have been reported by the text's own check.
                let after = self.annotated(document);
                if after.is_err() {
                    return skipped(format!("`{}` failed", text.name));
                }
                *time = processor_time().saturating_sub(begin).min(*time);
            }
            let [part, whole] = least;
            let growth = whole.as_secs_f64() / part.as_secs_f64();
            if whole < TOO_LITTLE {
                return Ok("too fast to tell".into());
            }
            last = format!("{LONGER} times as many quotation marks take {growth:.1} times the processor time");
            if growth <= LINEAR_GROWTH || attempt == ATTEMPTS && growth <= MOST_GROWTH {
                return Ok(last);
            }
        }
        failed(format!("{last}; let no loop run over the whole text for each row"))
    }

    /// The article with all layers present and empty, as if nothing was found.
    fn no_rows(&mut self) -> Result<String> {
        let manifest = self.plugin.manifest();
        if manifest.reads.iter().all(|read| manifest.takes(&read.layer)) {
            return skipped("it reads no layers of other plugins");
        }
        let empty = self.supply(true)?.document("empty", "").map_err(Stop::Skipped)?;
        let mut document = Document::new("no rows", ARTICLE).map_err(|error| Stop::Skipped(error.to_string()))?;
        empty.layers().iter().filter(|layer| layer.is_empty()).for_each(|layer: &Layer| document.put(layer.clone()));
        let after = self.annotated(&document)?;
        Ok(given(&document, &after, self.plugin.manifest()))
    }

    fn without_optional(&mut self) -> Result<String> {
        let plugin = self.plugin.clone();
        let manifest = plugin.manifest();
        let instance = self.instance()?;
        let dispensable =
            |read: &&LayerUse| read.optional && !instance.needs(&read.layer) && !manifest.takes(&read.layer);
        let mut optional = manifest.reads.iter().filter(dispensable);
        if optional.next().is_none() {
            return skipped("it has none with these options");
        }
        let document = self.supply(false)?.document("few layers", ARTICLE).map_err(Stop::Skipped)?;
        let after = self.annotated(&document)?;
        Ok(given(&document, &after, self.plugin.manifest()))
    }

    /// The texts that are annotated often, and the result of each.
    fn examples(&mut self) -> Result<Vec<(Document, Document)>> {
        let mut examples = Vec::new();
        for (at, text) in TEXTS.iter().enumerate() {
            if text.is_long || self.fatal.contains(&Check::Text(at)) {
                continue;
            }
            let document = self.document(text)?;
            // Failures have been reported by the text's own check.
            if let Ok(after) = self.annotated(&document) {
                examples.push((document, after));
            }
        }
        if examples.is_empty() { skipped("no text could be annotated") } else { Ok(examples) }
    }

    /// In another order, and by another instance: the result is a function of document and options.
    fn determinism(&mut self) -> Result<String> {
        let examples = self.examples()?;
        let fresh = self.plugin.create(self.config).map_err(|error| Stop::Failed(error.to_string()))?;
        for (document, expected) in examples.iter().rev() {
            let again = self.annotated(document)?;
            if let Some(what) = difference(expected, &again, 0.0) {
                return failed(format!("{}: the second time other rows: {what}", document.id()));
            }
            let mut other = document.clone();
            let cancel = AtomicBool::new(false);
            fresh.annotate(&mut other, &cancel).map_err(|error| Stop::Failed(error.to_string()))?;
            if let Some(what) = difference(expected, &other, 0.0) {
                return failed(format!("{}: another instance gives other rows: {what}", document.id()));
            }
        }
        Ok(String::new())
    }

    fn threads(&mut self) -> Result<String> {
        let examples = self.examples()?;
        let instance = self.instance()?;
        let cancel = AtomicBool::new(false);
        let start = Barrier::new(THREADS);
        let work = |first: usize| -> Result<()> {
            start.wait();
            for round in 0..ROUNDS {
                for at in 0..examples.len() {
                    let Some((document, expected)) = examples.get((at + first + round) % examples.len()) else {
                        continue;
                    };
                    let mut after = document.clone();
                    let outcome = instance.annotate(&mut after, &cancel);
                    outcome.map_err(|error| Stop::Failed(format!("{}: {error}", document.id())))?;
                    if let Some(what) = difference(expected, &after, 0.0) {
                        return failed(format!("{}: among other threads other rows: {what}", document.id()));
                    }
                }
            }
            Ok(())
        };
        let outcomes: Vec<Result<()>> = thread::scope(|scope| {
            let running: Vec<_> = (0..THREADS).map(|first| scope.spawn(move || work(first))).collect();
            let ended = running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| failed("a thread panicked")));
            ended.collect()
        });
        outcomes.into_iter().collect::<Result<()>>()?;
        Ok(format!("{THREADS} threads, {} calls", THREADS * ROUNDS * examples.len()))
    }

    /// Checks that a batch equals single calls.
    fn batches(&mut self) -> Result<String> {
        if !self.plugin.batches() {
            return skipped("it has no copydesk.annotate_batch/1");
        }
        let examples = self.examples()?;
        let instance = self.instance()?;
        let cancel = AtomicBool::new(false);
        let count = examples.len();
        for size in [count, 1] {
            for part in examples.chunks(size) {
                let mut documents: Vec<Document> = part.iter().map(|(document, _)| document.clone()).collect();
                let outcomes = instance.annotate_batch(&mut documents, &cancel);
                for ((document, outcome), (_, expected)) in documents.iter().zip(outcomes).zip(part) {
                    let named = |what: String| Stop::Failed(format!("{}, batch of {size}: {what}", document.id()));
                    outcome.map_err(|error| named(error.to_string()))?;
                    if let Some(what) = difference(expected, document, NEAR) {
                        return Err(named(format!("other rows than by itself: {what}")));
                    }
                }
            }
        }
        Ok(format!("of {count} and of 1"))
    }

    /// A call that is cancelled before it began, one that is cancelled under way, and the next one.
    fn cancellation(&mut self) -> Result<String> {
        // The one before the last is the long one that is most like news.
        let at = TEXTS.len() - 2;
        let Some(text) = TEXTS.get(at) else { return skipped("there is no long text") };
        if self.fatal.contains(&Check::Text(at)) {
            return skipped(format!("`{}` failed", text.name));
        }
        let document = self.document(text)?;
        let (begin, spent) = (Instant::now(), processor_time());
        let expected = self.annotated(&document)?;
        let (whole, spent) = (begin.elapsed(), processor_time().saturating_sub(spent));
        let patience = SOON.max(spent / 2);
        let instance = self.instance()?;
        let mut longest = Duration::ZERO;
        for after in [Duration::ZERO, whole / 4] {
            let cancel = AtomicBool::new(after.is_zero());
            let done = AtomicBool::new(false);
            let mut copy = document.clone();
            let begin = processor_time();
            let (outcome, took) = thread::scope(|scope| {
                let alarm = scope.spawn(|| {
                    thread::park_timeout(after);
                    let now = processor_time();
                    if !done.load(Ordering::Relaxed) {
                        cancel.store(true, Ordering::Relaxed);
                    }
                    now
                });
                let outcome = instance.annotate(&mut copy, &cancel);
                let end = processor_time();
                done.store(true, Ordering::Relaxed);
                alarm.thread().unpark();
                let cancelled = if after.is_zero() { begin } else { alarm.join().unwrap_or(end) };
                (outcome, end.saturating_sub(cancelled))
            });
            longest = longest.max(took);
            match outcome {
                Err(error) if !error.is_cancelled() => return failed(format!("a cancelled call failed: {error}")),
                _ if took > patience => {
                    return failed(format!(
                        "a cancelled call went on for {:.1} s of processor time; the whole text takes {:.1} s: ask `is_cancelled` in long loops",
                        took.as_secs_f32(),
                        spent.as_secs_f32()
                    ));
                }
                _ => {}
            }
        }
        let next = self.annotated(&document)?;
        match difference(&expected, &next, 0.0) {
            Some(what) => failed(format!("the call after a cancelled one gives other rows: {what}")),
            None => Ok(format!("after {} ms, uncancelled {} ms", longest.as_millis(), spent.as_millis())),
        }
    }

    fn destroy(&mut self) -> Result<String> {
        self.instance()?;
        self.instance = None;
        Ok(String::new())
    }
}

/// Returns true if the plugin itself reports and explains the failure.
fn said_well(error: &PluginError) -> std::result::Result<(), String> {
    let message = error.to_string();
    // The loader's words for a panic that the SDK caught, and for silence.
    if message.starts_with("the plugin panicked") || message.ends_with("gave no message") || message.trim().is_empty() {
        return Err(message);
    }
    Ok(())
}

/// Accepts `1.2.3` with an optional suffix, <https://semver.org>.
fn is_semantic_version(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or("");
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Values that hardly any option takes.
fn wrong_values() -> [Value; 14] {
    [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("\0\u{202e}\u{fffd}"),
        json!("no/such/place"),
        json!("x".repeat(100_000)),
        json!([]),
        json!([[], null, "x"]),
        json!({"x": {"y": 1}}),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for version in ["1.2.3", "0.1.0-rc.1", "10.0.0+build"] {
            assert!(is_semantic_version(version), "{version}");
        }
        for version in ["", "1", "1.0", "1.0.0.0", "1.x.0", "v1.0.0", "1..0"] {
            assert!(!is_semantic_version(version), "{version}");
        }
    }

    #[test]
    fn every_text_has_its_check() {
        let texts = CHECKS.iter().filter(|check| matches!(check, Check::Text(_))).count();
        assert_eq!(texts, TEXTS.len());
        assert!(CHECKS.iter().all(|check| !check.name().is_empty()));
    }
}
