//! `serve`: who gets what from the server, and when there is none.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use serde_json::Value;
use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};

use crate::tool::Tool;

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits-tiny.tinyconv");

/// A running server.
struct Served {
    child: Child,
    port: u16,
}

impl Served {
    fn start(tool: &Tool, arguments: &[&str]) -> Self {
        let arguments = [&["serve", "--port", "0", "--json"], arguments].concat();
        Self::run(&mut tool.command(&arguments))
    }

    fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let report: Value = serde_json::from_str(&line).unwrap();
        let address = report["address"].as_str().unwrap();
        let port =
            address.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.strip_suffix('/'));
        let port = port.and_then(|port| port.parse().ok()).expect(address);
        Self { child, port }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    /// The most memory that it has had, in MiB.
    #[cfg(target_os = "linux")]
    fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        line.trim().strip_suffix(" kB").and_then(|kib| kib.parse::<u64>().ok()).expect(line) >> 10
    }

    /// The head and the body of an answer.
    fn ask(&self, request: &str) -> (String, Vec<u8>) {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
        let body = answer.split_off(end);
        (String::from_utf8(answer).unwrap(), body)
    }

    fn get(&self, path: &str, more: &str) -> (String, Vec<u8>) {
        let port = self.port;
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{more}\r\n"
        ))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_page_and_its_parts() {
    let tool = Tool::new();
    let served = Served::start(&tool, &[MODEL]);
    let (head, page) = served.get("/", "");
    assert!(
        head.starts_with("HTTP/1.1 200 ") && head.contains("text/html; charset=utf-8"),
        "{head}"
    );
    assert!(head.contains("Content-Security-Policy: default-src 'none';"), "{head}");
    let page = String::from_utf8(page).unwrap();
    assert!(page.starts_with("<!doctype html>"));
    // Nothing comes from elsewhere.
    let mut texts = vec![page];
    for path in ["/page.css", "/page.js", "/core.js", "/canvas.js", "/lessons.js", "/maps.js"] {
        let (head, text) = served.get(path, "");
        assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
        texts.push(String::from_utf8(text).unwrap());
    }
    assert!(texts.iter().all(|text| !text.contains("http://") && !text.contains("https://")));

    let (head, plain) = served.get("/core.wasm", "");
    assert!(head.contains("Content-Type: application/wasm") && !head.contains("gzip"), "{head}");
    assert!(plain.starts_with(b"\0asm"));
    let (head, compressed) = served.get("/core.wasm", "Accept-Encoding: deflate, gzip\r\n");
    assert!(head.contains("Content-Encoding: gzip"), "{head}");
    let mut unpacked = Vec::new();
    GzDecoder::new(&compressed[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain);
    assert_eq!(served.get("/model.tinyconv?again", "").1, fs::read(MODEL).unwrap());
}

#[test]
fn requests_that_are_refused() {
    let tool = Tool::new();
    let served = Served::start(&tool, &[MODEL]);
    let port = served.port;
    for path in ["/nothing", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "//", "/page.js/", ""] {
        let (head, _) = served.get(path, "");
        assert!(head.starts_with("HTTP/1.1 4"), "{path}: {head}");
    }
    // A page of somebody else's whose name leads here.
    for host in ["example.com", "example.com:80", "127.0.0.1.example.com", "127.0.0.1", "localhost"]
    {
        let (head, body) =
            served.ask(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert!(head.starts_with("HTTP/1.1 403 "), "{host}: {head}");
        assert!(!String::from_utf8(body).unwrap().contains("<html"), "{host}");
    }
    let (head, _) = served.ask("GET / HTTP/1.0\r\n\r\n");
    assert!(head.contains(" 403 "), "{head}");
    let (head, _) = served
        .ask(&format!("GET / HTTP/1.1\r\nHost: LOCALHOST:{port}\r\nConnection: close\r\n\r\n"));
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    for method in ["POST", "PUT", "DELETE"] {
        let request = format!(
            "{method} / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        assert!(served.ask(&request).0.starts_with("HTTP/1.1 405 "), "{method}");
    }
    let (head, body) = served
        .ask(&format!("HEAD / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"));
    assert!(head.starts_with("HTTP/1.1 200 ") && body.is_empty(), "{head}");
}

#[test]
fn a_port_in_use_and_other_reasons_for_no_page() {
    let tool = Tool::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    tool.refuses(&["serve", MODEL, "--port", &port], &["port", &port, "is in use", "--port 0"]);
    tool.refuses(&["serve", "missing.tinyconv"], &["cannot read", "missing.tinyconv"]);
    fs::write(tool.path("cut.tinyconv"), &fs::read(MODEL).unwrap()[..99]).unwrap();
    tool.refuses(&["serve", "cut.tinyconv"], &["cut.tinyconv", "truncated or damaged"]);
    tool.refuses(&["serve", MODEL, "--page", "no.wasm"], &["cannot read", "no.wasm", "--page"]);
    tool.refuses(&["serve", MODEL, "--page", MODEL], &["is not WebAssembly"]);
    fs::File::create(tool.path("large.wasm")).unwrap().set_len((16 << 20) + 1).unwrap();
    tool.refuses(
        &["serve", MODEL, "--page", "large.wasm"],
        &["large.wasm", "too many for a page's program"],
    );
}

#[test]
fn a_network_of_the_users_needs_a_page_of_the_users() {
    let tool = Tool::new();
    let layers = [LayerSpec { name: "only", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
    let file = ModelFile::new(
        "roses",
        Dims::Map([1, 1, 2]),
        &layers,
        Normalisation { mean: 0.0, deviation: 255.0 },
        &["rose"],
        Training { epochs: 1, batch: 1, seed: 1, learning_rate: 0.1, test_accuracy: 0.5 },
        &[0; 12],
    );
    let mut buffer = [0; 256];
    fs::write(tool.path("roses.tinyconv"), file.unwrap().write(&mut buffer).unwrap()).unwrap();
    tool.refuses(
        &["serve", "roses.tinyconv"],
        &["roses", "digits, digits-tiny", "--page FILE.wasm"],
    );
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/serve/assets/core.wasm");
    let served = Served::start(&tool, &["roses.tinyconv", "--page", program.to_str().unwrap()]);
    assert_eq!(served.get("/core.wasm", "").1, fs::read(program).unwrap());
}

#[cfg(target_os = "linux")]
#[test]
fn a_header_without_end_is_cut() {
    let tool = Tool::new();
    let served = Served::start(&tool, &[MODEL]);
    let mut stream = served.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nX: ").unwrap();
    let piece = vec![b'a'; 1 << 20];
    let sent = (0..100).take_while(|_| stream.write_all(&piece).is_ok()).count();
    // What is sent before the server's word arrives lies in the operating system's buffers.
    assert!(sent < 32, "{sent} MiB of a header went through");
    assert!(served.get("/", "").0.starts_with("HTTP/1.1 200 "));
    assert!(served.peak() < 64, "{} MiB", served.peak());
}

#[cfg(target_os = "linux")]
#[test]
fn clients_that_do_nothing_keep_nobody_waiting_and_are_let_go() {
    let tool = Tool::new();
    let served = Served::start(&tool, &[MODEL]);
    let silent: Vec<TcpStream> = (0..200).map(|_| served.connect()).collect();
    // Each asks for more than the operating system keeps for it, and reads nothing.
    let asked = format!("GET /core.wasm HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", served.port);
    let deaf: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = served.connect();
            stream.write_all(asked.repeat(200).as_bytes()).unwrap();
            stream
        })
        .collect();
    let idle = served.connect();
    let start = Instant::now();
    assert!(served.get("/", "").0.starts_with("HTTP/1.1 200 "));
    // Sooner than anyone is let go for doing nothing.
    assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    for mut stream in silent.into_iter().chain([idle]) {
        stream.set_read_timeout(Some(Duration::from_secs(4))).unwrap();
        // A read with a time-out is interrupted where the whole machine is stopped and goes on.
        let read = loop {
            match stream.read(&mut [0; 1]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        match read {
            Ok(count) => assert_eq!(count, 0),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
    }
    drop(deaf);
    assert!(served.peak() < 64, "{} MiB", served.peak());
}

#[cfg(target_os = "linux")]
#[test]
fn more_clients_than_files_may_be_open() {
    let tool = Tool::new();
    let served = &tool.command(&["serve", "--port", "0", "--json", MODEL]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 40 && exec \"$0\" \"$@\""]);
    limited.arg(served.get_program()).args(served.get_args());
    limited.current_dir(served.get_current_dir().unwrap()).stderr(Stdio::piped());
    let mut served = Served::run(&mut limited);
    let clients: Vec<TcpStream> = (0..60).map(|_| served.connect()).collect();
    assert!(served.get("/", "").0.starts_with("HTTP/1.1 200 "));
    drop(clients);
    assert!(served.get("/", "").0.starts_with("HTTP/1.1 200 "));
    served.child.kill().unwrap();
    let mut said = String::new();
    served.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said.matches("warning: cannot accept a connection for now").count(), 1, "{said}");
    assert!(said.contains("caused by: ") && said.contains("ulimit -n"), "{said}");
}
