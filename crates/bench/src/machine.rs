//! The machine and the day of a benchmark: figures of two machines cannot be compared.

use std::fs;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Facts about the system, as it reports them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's name, or `None` if the system does not tell it.
    pub processor: Option<String>,
    /// Processors that this program may use, or 0 if the system does not tell.
    pub cores: usize,
    /// Operating system and architecture, as `linux x86_64`.
    pub system: String,
}

impl Machine {
    /// This machine.
    #[must_use]
    pub fn this() -> Self {
        Machine {
            processor: fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| processor(&text)),
            cores: thread::available_parallelism().map_or(0, usize::from),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        }
    }

    /// `AMD EPYC 9B45, 2 cores, linux x86_64`.
    pub(crate) fn describe(&self) -> String {
        let processor = self.processor.as_deref().unwrap_or("unknown processor");
        let plural = if self.cores == 1 { "" } else { "s" };
        format!("{processor}, {} core{plural}, {}", self.cores, self.system)
    }
}

/// The first `model name` of Linux's `/proc/cpuinfo`.
fn processor(cpuinfo: &str) -> Option<String> {
    let name = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"))?;
    let name = name.trim_start().strip_prefix(':')?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Returns the most memory that this process ever held, in bytes, or `None` if the system does not tell. Linux counts
/// it for this program (`VmHWM`, which starts anew with `exec`). `ru_maxrss` of `getrusage` would start with the
/// parent's memory.
pub(crate) fn peak_memory() -> Option<u64> {
    high_water_mark(&fs::read_to_string("/proc/self/status").ok()?)
}

/// `VmHWM` of Linux's `/proc/PID/status`, in bytes.
fn high_water_mark(status: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// Now, as `2026-11-25T09:40:01Z` (RFC 3339).
pub(crate) fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    date(seconds)
}

/// Seconds since 1970 as date and time in UTC. The calendar repeats after 146,097 days, and a year that begins in March
/// has its odd day at the end.
fn date(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Days since 1 March of the year 0, which is 719,468 days before 1970.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March on have 31, 30, 31, 30, 31 days, and so again.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = era * 400 + year + carry;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        // As `date --utc --date=@SECONDS` writes them.
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_795_599_601, "2026-11-25T09:40:01Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(date(seconds), expected);
        }
    }

    #[test]
    fn what_linux_tells() {
        let cpuinfo = "processor\t: 0\nmodel\t\t: 17\nmodel name\t: AMD EPYC 9B45\nmodel name\t: other\n";
        assert_eq!(processor(cpuinfo).as_deref(), Some("AMD EPYC 9B45"));
        assert_eq!(processor("processor\t: 0\nmodel name\t: \n"), None);
        assert_eq!(high_water_mark("VmPeak:\t  900 kB\nVmHWM:\t   82104 kB\n"), Some(82_104 * 1024));
        for odd in ["", "VmHWM:\t 5 MB", "VmHWM:\t99999999999999999999 kB", "VmHWM:\t18446744073709551615 kB"] {
            assert_eq!(high_water_mark(odd), None, "{odd}");
        }
    }
}
