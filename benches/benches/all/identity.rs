//! Who is who among 100,000 sightings of people. Throughput counts sightings.

use std::time::Duration;

use copydesk_benches::identity::{identities, sightings};
use criterion::{Criterion, Throughput};

/// Sightings of the corpus.
const SIGHTINGS: usize = 100_000;

/// The bench `identity/people`.
pub fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("identity");
    group.sample_size(10).measurement_time(Duration::from_secs(5)).warm_up_time(Duration::from_millis(300));
    let all = sightings(SIGHTINGS);
    let found = identities(&all);
    assert!((1_000..SIGHTINGS / 4).contains(&found), "{found} identities");
    group.throughput(Throughput::Elements(SIGHTINGS as u64));
    group.bench_function("people", |bencher| bencher.iter(|| identities(&all)));
    group.finish();
}
