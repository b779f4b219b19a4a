//! Call stacks, and the time of the processor in each.

use std::collections::BTreeMap;

/// Functions of a stack that are kept, the outermost first; perf gives at most 127.
const DEEPEST: usize = 256;

/// The name of the box around a host's call of a plugin.
const STAGES: &str = "stages";

/// The name of the box around everything else: start-up, reading, clones of documents, and stacks that perf could not
/// follow.
const ELSEWHERE: &str = "outside of stages";

/// How often which stack was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stacks {
    /// Nanoseconds by the names of functions, the outermost first.
    pub(super) weights: BTreeMap<Vec<String>, u64>,
}

impl Stacks {
    /// Reads the output of `perf script -F comm,period,ip,sym`. A stack is a line with the command and the nanoseconds,
    /// then a line with address and function for each frame, the innermost first, then an empty line.
    #[must_use]
    pub fn of_perf_script(script: &str) -> Self {
        let mut stacks = Stacks::default();
        let mut lines = script.lines();
        while let Some(head) = lines.next() {
            let period = head.split_whitespace().rev().find_map(|word| word.trim_end_matches(':').parse().ok());
            let Some(period) = period else { continue };
            let frames = lines.by_ref().take_while(|line| !line.trim().is_empty());
            let mut stack: Vec<String> = frames.filter_map(|line| line.trim().split_once(' ')).map(name).collect();
            stack.reverse();
            // A stack with a cut end begins with an address and no function.
            let known = stack.iter().position(|function| function != UNKNOWN).unwrap_or(0);
            stack.drain(..known);
            stacks.add(stack, period);
        }
        stacks
    }

    fn add(&mut self, mut stack: Vec<String>, weight: u64) {
        let root = match stack.iter().position(|function| calls_plugin(function)) {
            Some(at) => {
                stack.drain(..at);
                STAGES
            }
            None => ELSEWHERE,
        };
        stack.truncate(DEEPEST);
        stack.insert(0, root.to_owned());
        let sum = self.weights.entry(stack).or_default();
        *sum = sum.saturating_add(weight);
    }

    /// Returns true if there is no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weights.values().all(|weight| *weight == 0)
    }
}

/// Perf's name for a function of which it knows only the address.
const UNKNOWN: &str = "[unknown]";

/// The function of a frame, without the hash that older compilers put behind it.
fn name((_, function): (&str, &str)) -> String {
    let function = function.trim();
    let hashed = function
        .rsplit_once("::h")
        .filter(|(_, hash)| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hashed.map_or(function, |(function, _)| function).to_owned()
}

/// Returns true if in this function the host hands a document to a plugin, or the plugin takes it. The first may be
/// inlined into its caller.
fn calls_plugin(function: &str) -> bool {
    let of = |owner: &str| function.trim_start_matches('<').starts_with(owner) && function.contains("annotate");
    of("copydesk_loader::") || of("copydesk_sdk::export::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_of_perf() {
        // As perf 6.1 writes it, shortened.
        let script = "\
copydesk    5025125 
\t         23cf42c copydesk_model::table::sums::avx2
\t         2593a2b <copydesk_plugin_quotes::plugin::Quotes as copydesk_sdk::annotator::Annotator>::annotate
\t         2590d8c copydesk_sdk::export::annotate
\t         23714eb copydesk_loader::plugin::Instance::annotate::h0123456789abcdef
\t         2371000 copydesk_pipeline::runner::Stage::annotate
\tffffffffffffffff [unknown]

analyse-0 1    5025126: 
\t         2590d8c copydesk_sdk::export::annotate
\t         23714eb copydesk_loader::plugin::Instance::annotate

copydesk    5025125 
\t         25b7042 copydesk_plugin_stance::model::Model::read::{{closure}}
\t        54209380 [unknown]

copydesk    7 
\t         2590d8c copydesk_sdk::export::annotate
\t         23714eb copydesk_loader::plugin::Instance::annotate

copydesk    9 
\t         25b7042 [unknown]
";
        let stacks = Stacks::of_perf_script(script);
        let shown: Vec<String> =
            stacks.weights.iter().map(|(stack, weight)| format!("{} {weight}", stack.join(" > "))).collect();
        assert_eq!(
            shown,
            [
                "outside of stages > [unknown] 9",
                "outside of stages > copydesk_plugin_stance::model::Model::read::{{closure}} 5025125",
                "stages > copydesk_loader::plugin::Instance::annotate > copydesk_sdk::export::annotate 5025133",
                "stages > copydesk_loader::plugin::Instance::annotate > copydesk_sdk::export::annotate > \
                 <copydesk_plugin_quotes::plugin::Quotes as copydesk_sdk::annotator::Annotator>::annotate > \
                 copydesk_model::table::sums::avx2 5025125",
            ]
        );
        for nothing in ["", "\n\n", "no period here\n\tframes\n"] {
            assert!(Stacks::of_perf_script(nothing).is_empty(), "{nothing:?}");
        }
    }
}
