//! The server: to this machine only, a fixed set of answers, nothing that comes from a request but which one it is.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time;

use super::answers::Answers;
use super::connections::Connections;
use super::{ServeError, Site};

/// Open at the same time; one more closes the one that is open longest. A browser has six.
const CONNECTIONS: usize = 64;

/// Bytes of a request's line and headers together.
const HEAD_LIMIT: usize = 16 << 10;

/// From the start of a connection, or from an answer, to the end of the next request's headers.
const HEAD_TIME: Duration = Duration::from_secs(2);

/// The whole life of a connection. A client that reads slowly or not at all is not waited for longer.
const LIFE: Duration = Duration::from_secs(60);

/// Between attempts where the operating system gives no connection.
const PAUSE: Duration = Duration::from_millis(100);

/// Troubles that follow each other closer than this are one, and said once.
const ONE_TROUBLE: Duration = Duration::from_secs(60);

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
/// thread::spawn(move || server.run(|trouble| eprintln!("{trouble}")));
///
/// let mut stream = TcpStream::connect(address)?;
/// write!(stream, "GET /model.tinyconv HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
/// let mut answer = Vec::new();
/// stream.read_to_end(&mut answer)?;
/// assert!(answer.starts_with(b"HTTP/1.1 200 OK") && answer.ends_with(&bytes));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Server {
    listener: tokio::net::TcpListener,
    address: SocketAddr,
    answers: Arc<Answers>,
    life: Duration,
    runtime: Runtime,
}

impl Server {
    /// Takes the port, or any that is free if it is 0.
    ///
    /// # Errors
    /// If the port is in use or forbidden, or the operating system has nothing to wait with.
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
        listener.set_nonblocking(true).map_err(refused)?;
        let wait = |source| ServeError::Wait { source };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(wait)?;
        let listener = {
            let _entered = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(wait)?
        };
        let answers = Arc::new(Answers::new(site, address.port()));
        Ok(Self { listener, address, answers, life: LIFE, runtime })
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

    /// Answers requests until the program ends. What keeps connections out meanwhile is told to `trouble`, once until
    /// there was none for a minute.
    ///
    /// No client takes more than its share: 64 connections are open at most (a new one closes the oldest), a request's
    /// headers have 16 KiB and 2 seconds, a connection ends after a minute.
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
    /// std::thread::spawn(move || server.run(|trouble| eprintln!("{trouble}")));
    /// let mut stream = TcpStream::connect(address)?;
    /// write!(stream, "GET /else HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    /// let mut answer = String::new();
    /// stream.read_to_string(&mut answer)?;
    /// assert!(answer.starts_with("HTTP/1.1 404") && answer.ends_with("the page is at /\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(&self, mut trouble: impl FnMut(&ServeError)) {
        self.runtime.block_on(async {
            let mut connections = Connections::default();
            let mut last: Option<Instant> = None;
            loop {
                match self.listener.accept().await {
                    Ok((stream, _)) => {
                        connections.keep_below(CONNECTIONS).await;
                        connections.add(tokio::spawn(serve(
                            stream,
                            self.answers.clone(),
                            self.life,
                        )));
                    }
                    // The client has gone already.
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    Err(source) => {
                        if last.is_none_or(|last| last.elapsed() > ONE_TROUBLE) {
                            trouble(&ServeError::Accept { source });
                        }
                        last = Some(Instant::now());
                        // Without files to open, one has to be closed for whoever waits.
                        if !connections.close_oldest().await {
                            time::sleep(PAUSE).await;
                        }
                    }
                }
            }
        })
    }
}

async fn serve(stream: TcpStream, answers: Arc<Answers>, life: Duration) {
    let service = service_fn(|request| {
        let answer = answers.to(&request);
        async { Ok::<_, Infallible>(answer) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_LIMIT)
        .title_case_headers(true)
        // Who sends a request and closes that direction still reads the answer.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    // Whoever asked has gone, or took too long: there is nobody to tell.
    let _ = time::timeout(life, connection).await;
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::path::Path;
    use std::{fs, thread};

    use super::*;

    #[test]
    fn who_does_not_read_is_not_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("page.wasm");
        // More than the operating system keeps of an answer.
        let program = [&b"\0asm"[..], &vec![0; 12 << 20]].concat();
        fs::write(&path, &program).unwrap();
        let site = Site::with_program_of(Path::new(&path), &[]).unwrap();
        let life = Duration::from_secs(1);
        let server = Server { life, ..Server::bind(0, site).unwrap() };
        let address = server.address();
        thread::spawn(move || server.run(|trouble| panic!("{trouble}")));
        let ask = || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            write!(
                stream,
                "GET /core.wasm HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
            stream
        };
        let read = |mut stream: std::net::TcpStream| {
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            answer.len()
        };
        assert!(read(ask()) > program.len());
        let waiting = ask();
        thread::sleep(life + life / 2);
        assert!(read(waiting) < program.len());
    }
}
