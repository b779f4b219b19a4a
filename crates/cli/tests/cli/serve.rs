//! The server, by requests that are written byte for byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Folder, HANGS, TOKENIZER, command, copydesk, pipe, wait};

/// A server that runs.
struct Running {
    child: Child,
    address: String,
    log: Option<thread::JoinHandle<String>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    /// The value of a header.
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The type of a problem document.
    fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"));
        assert!(problem["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()));
        problem["type"].as_str().expect("a type").trim_start_matches("/problems#").to_owned()
    }
}

const JSON: &str = "Content-Type: application/json\r\n";
const TEXT: &str = "Content-Type: text/plain\r\n";
const LINES: &str = "Content-Type: application/x-ndjson\r\n";

impl Running {
    /// Starts the program with these arguments, on a free port.
    fn start(arguments: &[&str]) -> Self {
        let mut command = command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        Running::of(&mut command, true)
    }

    /// Waits until it listens. If nobody reads its log from then on, the pipe is closed.
    fn of(command: &mut Command, is_read: bool) -> Self {
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut running = Running { child, address: String::new(), log: None };
        let mut log = BufReader::new(running.child.stderr.take().expect("piped"));
        let mut line = String::new();
        while !line.starts_with("listening on ") {
            line.clear();
            assert_ne!(log.read_line(&mut line).expect("read"), 0, "it ends before it listens");
        }
        line.trim().trim_start_matches("listening on http://").clone_into(&mut running.address);
        if !is_read {
            return running;
        }
        running.log = Some(thread::spawn(move || {
            let mut rest = String::new();
            log.read_to_string(&mut rest).expect("UTF-8");
            rest
        }));
        running
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("a connection");
        stream.set_read_timeout(Some(HANGS)).expect("a time limit");
        stream
    }

    /// Sends bytes, and reads answers until the server closes.
    fn send(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        stream.write_all(bytes).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        answer
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}{length}\r\n");
        answer(&self.send(&[head.as_bytes(), body].concat()))
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", b"")
    }

    fn post(&self, path: &str, headers: &str, body: impl AsRef<[u8]>) -> Answer {
        self.ask("POST", path, headers, body.as_ref())
    }

    /// The value of a metric.
    fn metric(&self, name: &str) -> f64 {
        let metrics = self.get("/metrics");
        let line = metrics.text().lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.and_then(|value| value.parse().ok()).unwrap_or(0.0)
    }

    /// Waits until a metric has reached a value.
    fn reaches(&self, name: &str, value: f64) {
        let start = Instant::now();
        while self.metric(name) < value {
            assert!(start.elapsed() < HANGS, "{name} never reaches {value}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().expect("kill runs").success());
    }

    /// Waits for the end, which must be a good one, and returns the log.
    fn ended(mut self) -> String {
        assert_eq!(wait(&mut self.child), 0);
        self.log.take().expect("a log").join().expect("its log")
    }

    /// Ends the server in good order, and returns its log.
    #[cfg(unix)]
    fn end(self) -> String {
        self.signal("-TERM");
        self.ended()
    }
}

/// Reads an answer, with its body in parts or whole.
fn answer(bytes: &[u8]) -> Answer {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(bytes[..at].to_vec()).expect("a head in ASCII");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let mut answer = Answer { status, head, body: Vec::new() };
    let mut rest = &bytes[at + 4..];
    if answer.header("transfer-encoding").is_none() {
        answer.body = rest.to_vec();
        return answer;
    }
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").expect("the length of a part");
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).expect("ASCII"), 16).expect("a length");
        if length == 0 {
            return answer;
        }
        answer.body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
}

const ARTICLES: &str = concat!(
    r#"{"id": "a", "title": "Pier", "text": "“We will vote on Monday,” said Ana Ruiz, the mayor. Tom Reed called it a disgrace. 🗳️"}"#,
    "\n\n",
    r#"{"id": 7, "text": "Ana Ruiz left.", "entities": [{"start": 0, "end": 8, "label": "PERSON"}]}"#,
    "\r\n",
    r#"{"id": "no text"}"#,
    "\n",
    r#"{"text": "", "meta": {"a": [1, null]}}"#,
    "\n{\"text\": \"\u{202e}abc\\u0000 “No,” said Tom Reed.\", \"published\": \"soon\"}\n",
    r#"{"id": "page", "html": "<article><h1>Pier</h1><p>“No,” said <b>Tom Reed</b>.</p></article>"}"#,
);

#[test]
fn results_are_those_of_the_command_line() {
    let server = Running::start(&["-p", "fast", "-p", "news"]);
    for (query, arguments) in [
        ("", &["-p", "fast"][..]),
        (
            "?pipeline=news&layers=quotes,actors&offsets=utf16",
            &["-p", "news", "--layers", "quotes,actors", "--offsets", "utf16"],
        ),
    ] {
        let expected = pipe(&[&["analyze", "--format", "json"], arguments].concat(), ARTICLES);
        let found = server.post(&format!("/v1/analyze/batch{query}"), LINES, ARTICLES);
        assert_eq!((found.status, found.header("content-type")), (200, Some("application/x-ndjson")));
        assert_eq!(found.text(), expected.out);

        for line in ARTICLES.lines().filter(|line| !line.is_empty()) {
            let expected = pipe(&[&["analyze", "--format", "json"], arguments].concat(), line);
            let found = server.post(&format!("/v1/analyze{query}"), JSON, line);
            match expected.status {
                0 => assert_eq!(found.text(), expected.out),
                _ => assert_eq!((found.status, found.problem()), (422, "invalid".to_owned()), "{line}"),
            }
        }
    }
    let text = "“No,” said Ana Ruiz.";
    let expected =
        pipe(&["analyze", "-p", "fast", "--format", "json"], format!("{{\"id\": \"x\", \"text\": {text:?}}}"));
    let in_body = json!({"id": "x", "text": text, "pipeline": "fast", "offsets": "char"}).to_string();
    assert_eq!(server.post("/v1/analyze?pipeline=news", JSON, in_body).text(), expected.out, "the body counts first");
    let found = server.post("/v1/analyze?id=x&layers=quotes", TEXT, text).json();
    assert_eq!((&found["id"], &found["quotes"][0]["speaker_name"]), (&json!("x"), &json!("Ana Ruiz")));
    let page = "<html><head><title>T</title></head><body><article><h1>Pier</h1><p>“No,” said Ana Ruiz.</p></article>";
    let found = server.post("/v1/analyze", "Content-Type: text/html; charset=utf-8\r\n", page).json();
    assert_eq!(
        (&found["text"], &found["blocks"][0]["kind"]),
        (&json!("Pier\n\n“No,” said Ana Ruiz."), &json!("headline"))
    );
}

#[test]
fn wrong_requests_say_what_is_wrong() {
    let server = Running::start(&["-p", TOKENIZER, "--largest", "1"]);
    let large = json!({"text": "a".repeat(1 << 20)}).to_string();
    let deep = format!("{{\"meta\": {}1{}, \"text\": \"\"}}", "[".repeat(100_000), "]".repeat(100_000));
    let long = "a".repeat(3000);
    let many = (0..500).map(|n| format!("{n}={n}&")).collect::<String>();
    type Case<'a> = (&'a str, &'a str, &'a str, &'a [u8], u16, &'a str, Option<&'a str>);
    let cases: &[Case<'_>] = &[
        ("GET", "/v2", "", b"", 404, "not-found", None),
        ("GET", "/v1/pipelines/other", "", b"", 404, "not-found", None),
        ("GET", "/v1/pipelines/%ff", "", b"", 404, "not-found", None),
        ("GET", "/v1/pipelines/..%2f..%2fetc%2fpasswd", "", b"", 404, "not-found", None),
        ("GET", "/../etc/passwd", "", b"", 404, "not-found", None),
        ("GET", "//v1//analyze", "", b"", 404, "not-found", None),
        ("GET", "/v1/analyze", "", b"", 405, "method-not-allowed", None),
        ("DELETE", "/v1/analyze/batch", "", b"", 405, "method-not-allowed", None),
        ("TRACE", "/", "", b"", 405, "method-not-allowed", None),
        ("POST", "/livez", TEXT, b"x", 405, "method-not-allowed", None),
        ("POST", "/v1/analyze", "", b"{}", 415, "unsupported-media-type", None),
        (
            "POST",
            "/v1/analyze",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            b"a=b",
            415,
            "unsupported-media-type",
            None,
        ),
        (
            "POST",
            "/v1/analyze",
            "Content-Type: text/plain; charset=utf-16\r\n",
            b"a",
            415,
            "unsupported-media-type",
            None,
        ),
        (
            "POST",
            "/v1/analyze",
            "Content-Type: application/json\r\nContent-Encoding: br\r\n",
            b"{}",
            415,
            "unsupported-media-type",
            None,
        ),
        ("POST", "/v1/analyze", LINES, b"{}", 415, "unsupported-media-type", None),
        ("POST", "/v1/analyze/batch", JSON, b"{}", 415, "unsupported-media-type", None),
        (
            "POST",
            "/v1/analyze",
            "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
            b"{}",
            400,
            "bad-request",
            None,
        ),
        (
            "POST",
            "/v1/analyze",
            "Content-Type: application/json\r\nContent-Encoding: zstd\r\n",
            b"{}",
            400,
            "bad-request",
            None,
        ),
        ("POST", "/v1/analyze", JSON, b"", 400, "bad-request", None),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"a\"", 400, "bad-request", None),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"\xff\"}", 400, "bad-request", None),
        ("POST", "/v1/analyze", TEXT, b"a\xff", 400, "bad-request", None),
        ("POST", "/v1/analyze", JSON, b"[1]", 422, "invalid", None),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"a\", \"text\": \"b\"}", 422, "invalid", None),
        ("POST", "/v1/analyze", JSON, b"{}", 422, "invalid", Some("text")),
        ("POST", "/v1/analyze", JSON, b"{\"txt\": \"a\"}", 422, "invalid", Some("txt")),
        ("POST", "/v1/analyze", JSON, b"{\"text\": 1}", 422, "invalid", Some("text")),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"\\ud800\"}", 422, "invalid", Some("text")),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"a\", \"html\": \"b\"}", 422, "invalid", Some("html")),
        ("POST", "/v1/analyze", JSON, b"{\"html\": \"a\", \"tokens\": []}", 422, "invalid", Some("tokens")),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"a\", \"id\": []}", 422, "invalid", Some("id")),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"a\", \"meta\": 1}", 422, "invalid", Some("meta")),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"a\", \"published\": \"soon\"}", 422, "invalid", Some("published")),
        (
            "POST",
            "/v1/analyze",
            JSON,
            b"{\"text\": \"a\", \"pipeline\": \"../desk.toml\"}",
            422,
            "invalid",
            Some("pipeline"),
        ),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"a\", \"layers\": [\"words\"]}", 422, "invalid", Some("layers")),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"a\", \"layers\": {}}", 422, "invalid", Some("layers")),
        ("POST", "/v1/analyze", JSON, b"{\"text\": \"a\", \"offsets\": \"word\"}", 422, "invalid", Some("offsets")),
        (
            "POST",
            "/v1/analyze",
            JSON,
            b"{\"text\": \"a\", \"entities\": [{\"start\": 0, \"end\": 9, \"label\": \"ORG\"}]}",
            422,
            "invalid",
            Some("entities[0]"),
        ),
        ("POST", "/v1/analyze?pipline=x", JSON, b"{\"text\": \"a\"}", 422, "invalid", Some("pipline")),
        ("POST", "/v1/analyze?id=x", JSON, b"{\"text\": \"a\"}", 422, "invalid", Some("id")),
        ("POST", "/v1/analyze?offsets=x", TEXT, b"a", 422, "invalid", Some("offsets")),
        ("POST", "/v1/analyze?id=1&id=2", TEXT, b"a", 422, "invalid", Some("id")),
        ("POST", "/v1/analyze/batch?layers=nix", LINES, b"{}", 422, "invalid", Some("layers")),
        ("POST", "/v1/analyze", JSON, large.as_bytes(), 413, "too-large", None),
        ("POST", "/v1/analyze", JSON, deep.as_bytes(), 422, "invalid", Some("meta")),
        ("POST", &format!("/v1/analyze?pipeline={long}"), TEXT, b"a", 422, "invalid", Some("pipeline")),
        ("POST", &format!("/v1/analyze?{many}"), TEXT, b"a", 422, "invalid", Some("0")),
    ];
    for &(method, path, headers, body, status, problem, field) in cases {
        let found = server.ask(method, path, headers, body);
        let start = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        let about = format!("{method} {:.80} {headers}{start}", path);
        assert_eq!((found.status, found.problem().as_str()), (status, problem), "{about}: {}", found.text());
        assert_eq!(found.json()["field"].as_str(), field, "{about}: {}", found.text());
        assert!(found.body.len() < 1000, "{about}: a long answer");
    }
    assert_eq!(server.ask("DELETE", "/v1/analyze", "", b"").header("allow"), Some("POST"));
    let found = server.post("/v1/analyze?pipeline=tokenizr", TEXT, "a").json();
    let detail = "no pipeline has the name \"tokenizr\"; did you mean \"tokenizer\"? There are tokenizer";
    assert_eq!(found["detail"], detail);
    for (host, status) in [("Host: evil.example\r\n", 421), ("", 400), ("Host: localhost\r\nHost: localhost\r\n", 400)]
    {
        let found = answer(&server.send(format!("GET /livez HTTP/1.1\r\nConnection: close\r\n{host}\r\n").as_bytes()));
        assert_eq!(found.status, status, "{host}");
    }
    let found = server.post("/v1/analyze", &format!("{TEXT}X-Request-Id: desk-1\r\n"), "a");
    assert_eq!((found.status, found.header("x-request-id")), (200, Some("desk-1")));
    let found = server.post("/v1/analyze", &format!("{TEXT}X-Request-Id: a b\r\n"), "a");
    assert_ne!(found.header("x-request-id"), Some("a b"));
}

#[test]
fn bodies_may_be_packed() {
    let server = Running::start(&["-p", TOKENIZER, "--largest", "1"]);
    let text = "Ana Ruiz left. ".repeat(1000);
    let plain = server.post("/v1/analyze", TEXT, &text);
    let gzip = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(bytes).and_then(|()| packer.finish()).expect("memory")
    };
    let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 3).expect("memory");
    for (name, body) in [("gzip", gzip(text.as_bytes())), ("zstd", zstd(text.as_bytes()))] {
        let found = server.post("/v1/analyze", &format!("{TEXT}Content-Encoding: {name}\r\n"), &body);
        assert_eq!((found.status, &found.body), (200, &plain.body), "{name}");
        let found = server.post("/v1/analyze", &format!("{TEXT}Accept-Encoding: {name}\r\n"), &text);
        assert_eq!(found.header("content-encoding"), Some(name));
        let mut unpacked = Vec::new();
        let read = match name {
            "gzip" => flate2::read::GzDecoder::new(&found.body[..]).read_to_end(&mut unpacked),
            _ => zstd::stream::read::Decoder::new(&found.body[..]).expect("zstd").read_to_end(&mut unpacked),
        };
        read.expect("whole");
        assert!(unpacked == plain.body, "{name}");
        let cut = server.post("/v1/analyze", &format!("{TEXT}Content-Encoding: {name}\r\n"), &body[..body.len() - 4]);
        assert_eq!((cut.status, cut.problem().as_str()), (400, "bad-request"), "{name}");
    }
    let bomb = vec![0_u8; 200 << 20];
    for (name, body) in [("gzip", gzip(&bomb)), ("zstd", zstd(&bomb))] {
        let found = server.post("/v1/analyze", &format!("{TEXT}Content-Encoding: {name}\r\n"), &body);
        assert_eq!((found.status, found.problem().as_str()), (413, "too-large"), "{name}");
        let found = server.post("/v1/analyze/batch", &format!("{LINES}Content-Encoding: {name}\r\n"), &body);
        let found = found.json();
        assert_eq!((&found["id"], &found["error"]["line"]), (&json!("1"), &json!(1)), "{name}: {found}");
    }
}

#[test]
fn text_that_has_no_room_is_refused_at_once() {
    let server = Running::start(&["-p", TOKENIZER, "--largest", "1", "--waiting", "1"]);
    let mut holder = server.connect();
    let part = vec![b'a'; 1000 << 10];
    let head = format!("POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\n{TEXT}Content-Length: {}\r\n\r\n", 1010 << 10);
    holder.write_all(&[head.as_bytes(), &part].concat()).expect("sent");
    server.reaches("copydesk_waiting_bytes", (1000 << 10) as f64);
    let body = "b".repeat(200 << 10);
    let line = json!({ "text": body }).to_string();
    for found in [
        server.post("/v1/analyze", TEXT, &body),
        server.post("/v1/analyze", &format!("{TEXT}Expect: 100-continue\r\n"), &body),
        server.post("/v1/analyze/batch", LINES, format!("{line}\n").repeat(10)),
    ] {
        assert_eq!((found.status, found.problem().as_str()), (429, "busy"));
        let seconds: u64 = found.header("retry-after").and_then(|value| value.parse().ok()).expect("Retry-After");
        assert!((1..=60).contains(&seconds));
    }
    assert_eq!(server.get("/readyz").status, 200, "a busy server is ready");
    holder.write_all(&vec![b'a'; 10 << 10]).expect("sent");
    let mut status = [0; 12];
    holder.read_exact(&mut status).expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 200");
    drop(holder);
    while server.metric("copydesk_waiting_bytes") > 0.0 {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(server.post("/v1/analyze", TEXT, &body).status, 200);
}

#[test]
fn a_long_line_of_a_batch_needs_room_as_it_comes() {
    let server = Running::start(&["-p", TOKENIZER, "--largest", "1", "--waiting", "1", "--client-timeout", "5"]);
    let head = |length: &str| format!("POST /v1/analyze/batch HTTP/1.1\r\nHost: localhost\r\n{LINES}{length}\r\n");
    let mut holder = server.connect();
    let part = [head("Content-Length: 1000000\r\n").as_bytes(), &vec![b'a'; 900 << 10]].concat();
    holder.write_all(&part).expect("sent");
    server.reaches("copydesk_waiting_bytes", (900 << 10) as f64);
    let lines = ["a".to_owned(), "b".repeat(200 << 10), "c".to_owned()].map(|text| json!({ "text": text }).to_string());
    let found = server.post("/v1/analyze/batch", LINES, lines.join("\n"));
    let found: Vec<Value> = found.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((found.len(), &found[0]["text"], &found[2]["text"]), (3, &json!("a"), &json!("c")));
    let message = found[1]["error"]["message"].as_str().expect("an error");
    assert!(message.contains("no room"), "{message}");
    drop(holder);
    while server.metric("copydesk_waiting_bytes") > 0.0 {
        thread::sleep(Duration::from_millis(10));
    }
    let found = server.post("/v1/analyze/batch", LINES, lines.join("\n"));
    assert!(found.text().lines().count() == 3 && !found.text().contains("\"error\""));
}

#[test]
fn slow_clients_are_cut_off() {
    let server = Running::start(&["-p", TOKENIZER, "--client-timeout", "0.3"]);
    let half_head = server.send(b"POST /v1/analyze HTTP/1.1\r\nHost: loc");
    assert!(half_head.is_empty() || answer(&half_head).status == 408, "closed");
    let half_body = format!("POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\n{TEXT}Content-Length: 9\r\n\r\nabc");
    let found = answer(&server.send(half_body.as_bytes()));
    assert_eq!((found.status, found.problem().as_str()), (408, "timeout"));
    let half_batch = format!(
        "POST /v1/analyze/batch HTTP/1.1\r\nHost: localhost\r\n{LINES}Transfer-Encoding: chunked\r\n\r\n10\r\n{{\"text\": \"Yes.\"}}\r\n"
    );
    let found = answer(&server.send(half_batch.as_bytes()));
    let lines: Vec<&str> = found.text().lines().collect();
    assert_eq!(found.status, 200);
    assert!(lines.last().is_some_and(|line| line.contains("\"error\"")), "{lines:?}");
}

#[test]
fn a_document_that_takes_too_long_is_given_up() {
    let server = Running::start(&["-p", "fast", "--time-limit", "0.02"]);
    let long = "“We will vote on Monday,” said Ana Ruiz, the mayor of Port Vell. ".repeat(50_000);
    let found = server.post("/v1/analyze", TEXT, &long);
    assert_eq!((found.status, found.problem().as_str()), (422, "time-limit"));
    assert_eq!(found.json()["limit"], 0.02);
    let lines = [json!({"id": "long", "text": long}), json!({"id": "short", "text": ""})].map(|line| line.to_string());
    let found = server.post("/v1/analyze/batch", LINES, lines.join("\n\n\r\n \n"));
    let lines: Vec<Value> = found.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(
        lines[0]["error"]["message"].as_str().is_some_and(|message| message.contains("time limit")),
        "{}",
        lines[0]
    );
    assert_eq!((&lines[1]["id"], &lines[1]["text"]), (&json!("short"), &json!("")));
}

#[test]
fn a_token_is_asked_for() {
    let folder = Folder::new(&[("token", b"s3cret-Token\n"), ("empty", b"\n")]);
    let server = Running::start(&["-p", TOKENIZER, "--token-file", &folder.arg("token")]);
    let with = |token: &str| format!("Authorization: {token}\r\n");
    for path in ["/v1/pipelines", "/v1/schema", "/metrics", "/v1/nothing"] {
        for token in
            ["", &with("Bearer s3cret"), &with("Bearer s3cret-TokenX"), &with("Basic s3cret-Token"), &with("Bearer")]
        {
            let found = server.ask("GET", path, token, b"");
            assert_eq!((found.status, found.problem().as_str()), (401, "unauthorized"), "{path} {token}");
            assert!(found.header("www-authenticate").is_some());
        }
        assert_ne!(server.ask("GET", path, &with("bearer s3cret-Token"), b"").status, 401, "{path}");
    }
    for path in ["/", "/livez", "/readyz", "/openapi.json", "/problems"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    #[cfg(unix)]
    assert!(!server.end().contains("s3cret"));
    let run = copydesk(&["serve", "--token-file", &folder.arg("empty")]).expect(2);
    assert!(run.err.contains("its first line must be the token"), "{}", run.err);
}

#[test]
fn pages_of_named_origins_alone_may_ask() {
    let server = Running::start(&["-p", TOKENIZER, "--cors-origin", "https://desk.example.org"]);
    let origin = |origin: &str| server.ask("GET", "/v1/pipelines", &format!("Origin: {origin}\r\n"), b"");
    assert_eq!(
        origin("https://desk.example.org").header("access-control-allow-origin"),
        Some("https://desk.example.org")
    );
    assert_eq!(origin("https://other.example.org").header("access-control-allow-origin"), None);
    let preflight = "Origin: https://desk.example.org\r\nAccess-Control-Request-Method: POST\r\n";
    let found = server.ask("OPTIONS", "/v1/analyze", preflight, b"");
    assert!(found.status == 200 && found.header("access-control-allow-methods").is_some_and(|m| m.contains("POST")));
    let server = Running::start(&["-p", TOKENIZER]);
    let found = server.ask("GET", "/v1/pipelines", "Origin: https://desk.example.org\r\n", b"");
    assert_eq!(found.header("access-control-allow-origin"), None);
}

#[test]
fn what_is_no_secret_can_be_read() {
    let server = Running::start(&["-p", "fast", "-p", TOKENIZER]);
    let all = server.get("/v1/pipelines").json();
    assert_eq!((&all["default"], all["pipelines"].as_array().map(Vec::len)), (&json!("fast"), Some(2)));
    let fast = server.get("/v1/pipelines/fast").json();
    assert_eq!(fast["stages"][1]["model"], "builtin:news-fast");
    let folder = Folder::new(&[]);
    let lock = folder.arg("fast.lock");
    copydesk(&["pipeline", "lock", "fast", "-o", &lock]).expect(0);
    let line = json!({"text": ""}).to_string();
    let locked =
        pipe(&["analyze", "-p", "fast", &format!("--locked={lock}"), "--layers", "provenance"], line).expect(0);
    assert_eq!(fast["lock"], locked.json()[0]["provenance"]["lock"]);
    assert_eq!(server.get("/v1/schema").json()["title"], "copydesk/1");
    assert_eq!(server.get("/openapi.json").json()["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    assert!(server.get("/problems").text().contains("#too-large"));
    let page = server.get("/");
    assert!(page.text().starts_with("<!doctype html>"));
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("frame-ancestors 'none'")));
    let head = server.ask("HEAD", "/livez", "", b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[cfg(unix)]
#[test]
fn a_pipeline_is_loaded_again_when_its_file_changes_or_at_a_signal() {
    let version = |name: &str| format!("name = {name:?}\n[[stage]]\nplugin = \"tokenizer\"\n");
    let folder = Folder::new(&[("desk.toml", version("one").as_bytes())]);
    let desk = folder.arg("desk.toml");
    let server = Running::start(&["-p", &desk]);
    let name = || server.post("/v1/analyze", TEXT, "Yes.").json()["provenance"]["pipeline"].clone();
    assert_eq!(name(), "one");
    std::fs::write(&desk, version("three")).expect("written");
    server.reaches("copydesk_reloads_total{outcome=\"done\"}", 1.0);
    assert_eq!(name(), "three");
    std::fs::write(&desk, "name = ").expect("written");
    server.reaches("copydesk_reloads_total{outcome=\"failed\"}", 1.0);
    assert_eq!(name(), "three", "it goes on as it was");
    let log = server.end();
    assert!(log.contains("desk.toml") && log.contains("not reloaded"), "{log}");

    std::fs::write(&desk, version("one")).expect("written");
    let server = Running::start(&["-p", &desk, "--no-watch"]);
    std::fs::write(&desk, version("two")).expect("written");
    server.signal("-HUP");
    server.reaches("copydesk_reloads_total{outcome=\"done\"}", 1.0);
    assert_eq!(server.post("/v1/analyze", TEXT, "Yes.").json()["provenance"]["pipeline"], "two");
}

#[cfg(unix)]
#[test]
fn it_ends_in_good_order() {
    let server = Running::start(&["-p", TOKENIZER]);
    let mut stream = server.connect();
    let body = "Ana Ruiz left. ".repeat(20_000);
    let request =
        format!("POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\n{TEXT}Content-Length: {}\r\n\r\n{body}", body.len());
    let (first, rest) = request.as_bytes().split_at(request.len() - 10);
    stream.write_all(first).expect("sent");
    server.reaches("copydesk_waiting_bytes", 1.0);
    server.signal("-TERM");
    thread::sleep(Duration::from_millis(50));
    stream.write_all(rest).expect("sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("an answer");
    let found = answer(&bytes);
    assert_eq!((found.status, found.json()["sentences"].as_array().map(Vec::len)), (200, Some(20_000)));
    let log = server.ended();
    assert!(!log.contains("Ana Ruiz"), "no text is in the log");
    let entries: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(entries.iter().any(|entry| entry["route"] == "/v1/analyze" && entry["status"] == 200), "{log}");

    // A client that does not go on is given up.
    let server = Running::start(&["-p", TOKENIZER, "--grace", "0.2"]);
    let mut stuck = server.connect();
    stuck.write_all(first).expect("sent");
    server.reaches("copydesk_waiting_bytes", 1.0);
    server.end();
}

#[cfg(unix)]
#[test]
fn it_goes_on_if_nobody_reads_its_log() {
    let mut server = Running::of(&mut command(&["serve", "-p", TOKENIZER, "--listen", "127.0.0.1:0"]), false);
    for _ in 0..3 {
        assert_eq!(server.get("/livez").status, 200);
    }
    server.signal("-TERM");
    assert_eq!(wait(&mut server.child), 0);
}

#[cfg(unix)]
#[test]
fn a_unix_socket_is_an_address_too() {
    use std::os::unix::net::UnixStream;

    let folder = Folder::new(&[]);
    let socket = folder.arg("socket");
    let start = || Running::of(&mut command(&["serve", "-p", TOKENIZER, "--socket", &socket]), true);
    let ask = || {
        let mut stream = UnixStream::connect(&socket).expect("a connection");
        stream.write_all(b"GET /livez HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n").expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        answer(&bytes).status
    };
    let mut server = start();
    assert_eq!((server.address.as_str(), ask()), (format!("listening on unix:{socket}").as_str(), 200));
    let run = copydesk(&["serve", "-p", TOKENIZER, "--socket", &socket]).expect(2);
    assert!(run.err.contains("is in use by another program"), "{}", run.err);
    server.child.kill().expect("killed");
    wait(&mut server.child);
    assert!(folder.path("socket").exists(), "left over");
    let server = start();
    assert_eq!(ask(), 200);
    server.end();
    assert!(!folder.path("socket").exists());
}

#[test]
fn it_does_not_start_wrongly() {
    let server = Running::start(&["-p", TOKENIZER]);
    let cases: &[(&[&str], i32, &str)] = &[
        (&["--listen", "0.0.0.0:0"], 2, "--allow-remote"),
        (&["--listen", "[::]:0"], 2, "--allow-remote"),
        (&["--listen", "desk"], 2, "127.0.0.1:8017"),
        (&["--listen", &server.address], 2, "is in use"),
        (&["-p", TOKENIZER, "-p", TOKENIZER, "--listen", "127.0.0.1:0"], 2, "two pipelines have the name"),
        (&["-p", "nix"], 2, "nix"),
        (&["--token-file", "/no/such/file"], 2, "/no/such/file"),
        (&["--cors-origin", "a\nb", "--listen", "127.0.0.1:0"], 2, "origin"),
        (&["--time-limit", "0"], 2, "is no time"),
    ];
    for (arguments, status, message) in cases {
        let run = copydesk(&[&["serve"], *arguments].concat()).expect(*status);
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
    }
}
