//! A corpus of 200 articles: who is who, the counts, and the passages. Throughput counts articles.

use std::time::Duration;

use copydesk_benches::corpus::{entries, sum_up};
use criterion::{Criterion, Throughput};

use super::formats::Analysed;

/// Articles of the corpus.
const ARTICLES: usize = 200;

/// The bench `corpus/article`.
pub fn bench(criterion: &mut Criterion, analysed: &Analysed) {
    let mut group = criterion.benchmark_group("corpus");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    for (text, article) in analysed.articles.iter().filter(|(name, _)| *name == "article") {
        let entries = entries(article, ARTICLES);
        assert_eq!(sum_up(&entries), (ARTICLES * article.quotes().len()) as u64);
        group.throughput(Throughput::Elements(ARTICLES as u64));
        group.bench_function(*text, |bencher| bencher.iter(|| sum_up(&entries)));
    }
    group.finish();
}
