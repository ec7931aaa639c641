//! What is answered to whom.

use http_body_util::Full;
use hyper::body::{Body, Bytes};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::Site;

/// What the browser may do with the page: run what came with it, and fetch from nowhere else. The last two let it
/// measure time finely.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // Another model may be served at the same address next.
    (header::CACHE_CONTROL, "no-store"),
    (header::VARY, "Accept-Encoding"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
];

/// The answers of a server on a port.
pub(super) struct Answers {
    site: Site,
    port: u16,
}

impl Answers {
    pub fn new(site: Site, port: u16) -> Self {
        Self { site, port }
    }

    /// The answer to a request, whose body is not read.
    pub fn to(&self, request: &Request<impl Body>) -> Response<Full<Bytes>> {
        // Pages of other servers could have their names lead here; a browser still says whom it asks.
        if !self.is_own(request) {
            refuse(StatusCode::FORBIDDEN, "this server answers to 127.0.0.1 and localhost only\n")
        } else if !matches!(*request.method(), Method::GET | Method::HEAD) {
            refuse(StatusCode::METHOD_NOT_ALLOWED, "this server only answers GET and HEAD\n")
        } else {
            self.give(request)
        }
    }

    fn is_own(&self, request: &Request<impl Body>) -> bool {
        let names = ["127.0.0.1", "localhost"].map(|name| format!("{name}:{}", self.port));
        text(request, &header::HOST).is_some_and(|host| {
            names.iter().any(|name| host.eq_ignore_ascii_case(name))
                // A port that a scheme has by itself is left out.
                || self.port == 80 && ["127.0.0.1", "localhost"].contains(&host)
        })
    }

    fn give(&self, request: &Request<impl Body>) -> Response<Full<Bytes>> {
        let Some(resource) = self.site.at(request.uri().path()) else {
            return refuse(StatusCode::NOT_FOUND, "not found: the page is at /\n");
        };
        let gzip = text(request, &header::ACCEPT_ENCODING)
            .is_some_and(|names| names.split([',', ';']).any(|name| name.trim() == "gzip"));
        let body = if gzip { &resource.compressed } else { &resource.plain };
        let mut response = response(StatusCode::OK, resource.kind, body.clone());
        if gzip {
            let gzip = HeaderValue::from_static("gzip");
            response.headers_mut().insert(header::CONTENT_ENCODING, gzip);
        }
        response
    }
}

fn refuse(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    response(status, "text/plain; charset=utf-8", Bytes::from_static(text.as_bytes()))
}

fn response(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn text<'a>(request: &'a Request<impl Body>, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}
