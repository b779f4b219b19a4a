//! The server with `fast`: a request of one article, and a batch of 32, over a socket of this machine. Throughput counts
//! tokens. What it costs above the analysis is the difference to `fast/pipeline`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use copydesk::Pipeline;
use copydesk_benches::{texts, throughput};
use copydesk_server::{Address, Options, Server};
use criterion::{Criterion, Throughput};
use serde_json::json;

/// Articles of a batch.
const BATCH: usize = 32;

/// A connection that is kept.
struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Sends a request, and returns the body of its answer.
    fn ask(&mut self, request: &[u8]) -> Vec<u8> {
        let failed = |error| panic!("the server: {error}");
        self.0.get_mut().write_all(request).unwrap_or_else(failed);
        let (mut length, mut chunked, mut body) = (0, false, Vec::new());
        loop {
            let line = self.line();
            let line = line.trim_end().to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap_or(0),
                Some(("transfer-encoding", _)) => chunked = true,
                _ => {}
            }
            if line.is_empty() {
                break;
            }
        }
        if !chunked {
            body.resize(length, 0);
            self.0.read_exact(&mut body).unwrap_or_else(failed);
            return body;
        }
        loop {
            let length = usize::from_str_radix(self.line().trim_end(), 16).unwrap_or(0);
            let start = body.len();
            body.resize(start + length + 2, 0);
            self.0.read_exact(&mut body[start..]).unwrap_or_else(failed);
            body.truncate(start + length);
            if length == 0 {
                return body;
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap_or_else(|error| panic!("the server: {error}"));
        line
    }
}

fn request(path: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// Benches of the group `server`.
pub fn bench(criterion: &mut Criterion) {
    let failed = |error| -> Server { panic!("{error}") };
    let pipeline = vec![Pipeline::builder().pipeline("fast")];
    let address = Address::Tcp(([127, 0, 0, 1], 0).into());
    let server = Server::bind(pipeline, &[address], Options::default()).unwrap_or_else(failed);
    let Some(Address::Tcp(address)) = server.addresses().first().cloned() else { panic!("no address") };
    let handle = server.handle();
    let running = thread::spawn(move || server.run());
    let stream = TcpStream::connect(address).unwrap_or_else(|error| panic!("{error}"));
    let _ = stream.set_nodelay(true);
    let mut connection = Connection(BufReader::new(stream));

    let fast = Pipeline::fast().unwrap_or_else(|error| panic!("{error}"));
    let mut group = criterion.benchmark_group("server");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    for text in texts().iter().filter(|text| text.name == "article") {
        let line = json!({ "text": text.text }).to_string();
        let article = fast.analyze(text.text.as_str()).unwrap_or_else(|error| panic!("{error}"));
        let quotes = |body: &[u8]| body.windows(12).filter(|part| part == b"speaker_name").count();
        let one = request("/v1/analyze", "application/json", &line);
        assert_eq!(quotes(&connection.ask(&one)), article.quotes().len());
        group.throughput(throughput(article.document()));
        group.bench_function("request", |bencher| bencher.iter(|| connection.ask(&one)));
        let many = request("/v1/analyze/batch", "application/x-ndjson", &format!("{line}\n").repeat(BATCH));
        assert_eq!(quotes(&connection.ask(&many)), BATCH * article.quotes().len());
        group.throughput(Throughput::Elements((BATCH * article.tokens().len()) as u64));
        group.bench_function("batch", |bencher| bencher.iter(|| connection.ask(&many)));
    }
    group.finish();
    handle.shut_down();
    drop(connection);
    if let Ok(Err(error)) = running.join() {
        panic!("{error}");
    }
}
