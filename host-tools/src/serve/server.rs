//! The server: to this machine only, a fixed set of answers, nothing that comes from a request but which one it is.

use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use tiny_http::{Header, Method, Request, Response, StatusCode};

use super::{ServeError, Site};

/// Requests that are answered at the same time: a browser that stops reading keeps one of them waiting.
const THREADS: usize = 4;

/// What the browser may do with the page: run what came with it, and fetch from nowhere else. The last two let it
/// measure time finely.
const HEADERS: [(&str, &str); 8] = [
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    // Another model may be served at the same address next.
    ("Cache-Control", "no-store"),
    ("Vary", "Accept-Encoding"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
];

/// Serves a [`Site`] on 127.0.0.1.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use std::path::Path;
/// use std::thread;
///
/// use host_tools::files;
/// use host_tools::serve::{Server, Site};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let server = Server::bind(0, Site::new(&files::parse(path, &bytes)?, &bytes)?)?;
/// let address = server.address(); // a browser shows http://{address}/
/// thread::spawn(move || server.run());
///
/// let mut stream = TcpStream::connect(address)?;
/// write!(stream, "GET /model.tinyconv HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
/// let mut answer = Vec::new();
/// stream.read_to_end(&mut answer)?;
/// assert!(answer.starts_with(b"HTTP/1.1 200 OK") && answer.ends_with(&bytes));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Server {
    server: tiny_http::Server,
    address: SocketAddr,
    site: Site,
}

impl Server {
    /// Takes the port, or any that is free if it is 0.
    ///
    /// # Errors
    /// If the port is in use or forbidden.
    ///
    /// ```
    /// # use std::path::Path;
    /// # use host_tools::files;
    /// # use host_tools::serve::{ServeError, Server, Site};
    /// # let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
    /// # let bytes = files::read(path)?;
    /// # let site = Site::new(&files::parse(path, &bytes)?, &bytes)?;
    /// let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let port = taken.local_addr()?.port();
    /// let refused = Server::bind(port, site).err();
    /// assert!(matches!(refused, Some(ServeError::PortInUse { port: found }) if found == port));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn bind(port: u16, site: Site) -> Result<Self, ServeError> {
        let refused = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => ServeError::PortInUse { port },
            _ => ServeError::Port { port, source },
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let server = tiny_http::Server::from_listener(listener, None)
            .map_err(|error| refused(io::Error::other(error)))?;
        Ok(Self { server, address, site })
    }

    /// Where it listens.
    ///
    /// ```
    /// # use std::path::Path;
    /// # use host_tools::files;
    /// # use host_tools::serve::{ServeError, Server, Site};
    /// # let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
    /// # let bytes = files::read(path)?;
    /// # let site = Site::new(&files::parse(path, &bytes)?, &bytes)?;
    /// let server = Server::bind(0, site)?; // any port that is free
    /// assert!(server.address().ip().is_loopback() && server.address().port() > 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until the program ends.
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use std::net::TcpStream;
    ///
    /// # use std::path::Path;
    /// # use host_tools::files;
    /// # use host_tools::serve::{ServeError, Server, Site};
    /// # let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
    /// # let bytes = files::read(path)?;
    /// # let site = Site::new(&files::parse(path, &bytes)?, &bytes)?;
    /// # let server = Server::bind(0, site)?;
    /// let address = server.address();
    /// std::thread::spawn(move || server.run());
    /// let mut stream = TcpStream::connect(address)?;
    /// write!(stream, "GET /else HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    /// let mut answer = String::new();
    /// stream.read_to_string(&mut answer)?;
    /// assert!(answer.starts_with("HTTP/1.1 404") && answer.ends_with("the page is at /\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(&self) {
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for request in self.server.incoming_requests() {
                        self.answer(request);
                    }
                });
            }
        });
    }

    fn answer(&self, request: Request) {
        // Pages of other servers could have their names lead here; a browser still says whom it asks.
        let outcome = if !self.is_own(&request) {
            refuse(request, 403, "this server answers to 127.0.0.1 and localhost only\n")
        } else if !matches!(request.method(), Method::Get | Method::Head) {
            refuse(request, 405, "this server only answers GET and HEAD\n")
        } else {
            self.give(request)
        };
        // Whoever asked has gone: there is nobody to tell.
        let _ = outcome;
    }

    fn is_own(&self, request: &Request) -> bool {
        let port = self.address.port();
        let names = ["127.0.0.1", "localhost"].map(|name| format!("{name}:{port}"));
        header(request, "Host").is_some_and(|host| {
            names.iter().any(|name| host.eq_ignore_ascii_case(name))
                // A port that a scheme has by itself is left out.
                || port == 80 && ["127.0.0.1", "localhost"].contains(&host)
        })
    }

    fn give(&self, request: Request) -> io::Result<()> {
        let path = request.url().split('?').next().unwrap_or_default();
        let Some(resource) = self.site.at(path) else {
            return refuse(request, 404, "not found: the page is at /\n");
        };
        let gzip = header(&request, "Accept-Encoding")
            .is_some_and(|names| names.split([',', ';']).any(|name| name.trim() == "gzip"));
        let body = if gzip { &resource.compressed } else { &resource.plain };
        let mut response = response(200, resource.kind, body);
        if gzip {
            response.add_header(field("Content-Encoding", "gzip"));
        }
        request.respond(response)
    }
}

fn refuse(request: Request, status: u16, text: &str) -> io::Result<()> {
    request.respond(response(status, "text/plain; charset=utf-8", text.as_bytes()))
}

fn response<'a>(status: u16, kind: &str, body: &'a [u8]) -> Response<impl Read + 'a> {
    let headers = HEADERS.iter().map(|&(name, value)| field(name, value));
    let headers = headers.chain([field("Content-Type", kind)]).collect();
    Response::new(StatusCode(status), headers, body, Some(body.len()), None)
        // Else long bodies come in pieces without their length.
        .with_chunked_threshold(usize::MAX)
}

fn field(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("names and values are ASCII")
}

fn header<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    let mut headers = request.headers().iter();
    headers.find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
}
