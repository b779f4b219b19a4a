//! The keys of isolation, such as `isolate = true`, in the table that names a plugin.

use std::time::Duration;

use copydesk_loader::Limits;
use toml::Spanned;
use toml::de::DeValue;

use crate::fault::Finding;

/// The keys, all in the table of `plugin`.
pub(crate) const KEYS: [&str; 3] = ["isolate", "time_limit", "memory_limit"];

/// Seconds that a document may be given: a longer limit is none.
const LONGEST: f64 = 86_400.0;

/// The megabytes that a process may be given. With fewer, there is no room for a plugin beside this program and the
/// stacks of its threads.
const MEMORY: std::ops::RangeInclusive<u64> = 256..=(1 << 24);

/// The keys that were read so far.
#[derive(Debug, Default)]
pub(crate) struct Isolation {
    isolate: bool,
    /// True if the value of `isolate` was neither `true` nor `false`.
    is_unsure: bool,
    limits: Limits,
    /// Keys that have an effect only if `isolate` is true.
    limiting: Vec<(std::ops::Range<usize>, &'static str)>,
}

impl Isolation {
    /// Reads one of [`KEYS`], found at `key`.
    pub fn read(
        &mut self,
        name: &str,
        key: std::ops::Range<usize>,
        value: &Spanned<DeValue<'_>>,
        findings: &mut Vec<Finding>,
    ) {
        let wanted = match name {
            "isolate" => match value.get_ref() {
                DeValue::Boolean(isolate) => {
                    self.isolate = *isolate;
                    return;
                }
                _ => {
                    self.is_unsure = true;
                    "true or false".to_owned()
                }
            },
            "time_limit" => {
                self.limiting.push((key, "time_limit"));
                let seconds = number(value.get_ref()).filter(|seconds| *seconds > 0.0 && *seconds <= LONGEST);
                if let Some(limit) = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) {
                    self.limits.time = limit;
                    return;
                }
                format!("a number of seconds, more than 0 and at most {LONGEST}")
            }
            _ => {
                self.limiting.push((key, "memory_limit"));
                let megabytes = match value.get_ref() {
                    DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
                    _ => None,
                };
                if let Some(megabytes) = megabytes.filter(|megabytes| MEMORY.contains(megabytes)) {
                    self.limits.memory = megabytes << 20;
                    return;
                }
                format!("a whole number of megabytes, {} to {}", MEMORY.start(), MEMORY.end())
            }
        };
        findings.push(Finding::new(value.span(), format!("{name:?} must be {wanted}")));
    }

    /// Returns the limits of an isolated plugin.
    pub fn limits(self, findings: &mut Vec<Finding>) -> Option<Limits> {
        if self.isolate {
            return Some(self.limits);
        }
        for (key, name) in self.limiting {
            if !self.is_unsure {
                let finding = Finding::new(key, format!("{name:?} needs `isolate = true`"));
                findings.push(finding.help("only a process of its own can be held to it"));
            }
        }
        None
    }
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(number) => {
            u64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number as f64)
        }
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => None,
    }
}
