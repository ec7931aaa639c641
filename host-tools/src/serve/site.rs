//! What can be fetched: a fixed set of things, each known before the first request comes.

use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Bytes;
use tinyconv::model_file::ModelFile;

use super::ServeError;
use crate::model::{MODELS, Model};
use tinyconv_training::files;

/// How a program of WebAssembly begins.
const MAGIC: &[u8] = b"\0asm";

/// More is not read of a page's program.
const PROGRAM_LIMIT: u64 = 16 << 20;

/// The page's program for the networks that the tool comes with; made by
/// `TINYCONV_BLESS=1 cargo test -p host-tools --test page built`.
const PROGRAM: &[u8] = include_bytes!("assets/core.wasm");

/// Something that can be fetched.
#[derive(Debug)]
pub(super) struct Resource {
    pub path: &'static str,
    pub kind: &'static str,
    pub plain: Bytes,
    pub compressed: Bytes,
}

impl Resource {
    fn new(path: &'static str, kind: &'static str, plain: Vec<u8>) -> Self {
        let compressed = compress(&plain).expect("a vector takes all bytes");
        Self { path, kind, plain: plain.into(), compressed: compressed.into() }
    }
}

fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// The page with a model file and a program that knows its network.
///
/// ```
/// use host_tools::serve::{ServeError, Site};
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// // A network that the tool's page does not know.
/// let layers = [LayerSpec { name: "d", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// let file = ModelFile::new(
///     "roses",
///     Dims::Map([1, 1, 2]),
///     &layers,
///     Normalisation { mean: 0.0, deviation: 1.0 },
///     &["rose"],
///     Training { epochs: 1, batch: 1, seed: 1, learning_rate: 0.5, test_accuracy: 0.5 },
///     &[0; 12],
/// )?;
/// let refused = Site::new(&file, &[]).unwrap_err();
/// assert!(matches!(refused, ServeError::OtherNetwork { name, .. } if name == "roses"));
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
#[derive(Debug)]
pub struct Site {
    resources: Vec<Resource>,
}

impl Site {
    /// The page for `file`, whose bytes are `model`, with the program that the tool comes with.
    ///
    /// # Errors
    /// If that program does not know the network.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use host_tools::files;
    /// use host_tools::serve::Site;
    ///
    /// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
    /// let bytes = files::read(path)?;
    /// assert!(Site::new(&files::parse(path, &bytes)?, &bytes).is_ok());
    /// # Ok::<(), files::FileError>(())
    /// ```
    pub fn new(file: &ModelFile<'_>, model: &[u8]) -> Result<Self, ServeError> {
        let is_known = |known: &&dyn Model| known.fingerprint() == file.fingerprint;
        if !MODELS.iter().any(is_known) {
            return Err(ServeError::OtherNetwork {
                name: file.name.into(),
                known: MODELS.map(|model| model.name()).join(", "),
            });
        }
        Ok(Self::with_program(PROGRAM.to_vec(), model))
    }

    /// The page for the model file `model` with a program of the user's.
    ///
    /// # Errors
    /// If it cannot be read or is no WebAssembly.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use host_tools::serve::{ServeError, Site};
    ///
    /// let program = concat!(env!("CARGO_MANIFEST_DIR"), "/src/serve/assets/core.wasm");
    /// assert!(Site::with_program_of(Path::new(program), b"any model").is_ok());
    /// let missing = Site::with_program_of(Path::new("no/such.wasm"), b"any model");
    /// assert!(matches!(missing, Err(ServeError::Unreadable { .. })));
    /// ```
    pub fn with_program_of(path: &Path, model: &[u8]) -> Result<Self, ServeError> {
        let unreadable = |source| ServeError::Unreadable { path: path.into(), source };
        let program = files::read_at_most(path, PROGRAM_LIMIT).map_err(unreadable)?;
        let program = program
            .ok_or_else(|| ServeError::TooLarge { path: path.into(), limit: PROGRAM_LIMIT })?;
        if !program.starts_with(MAGIC) {
            return Err(ServeError::NotAProgram { path: path.into() });
        }
        Ok(Self::with_program(program, model))
    }

    fn with_program(program: Vec<u8>, model: &[u8]) -> Self {
        const HTML: &str = "text/html; charset=utf-8";
        const SCRIPT: &str = "text/javascript; charset=utf-8";
        let text = |text: &str| text.as_bytes().to_vec();
        Self {
            resources: vec![
                Resource::new("/", HTML, text(include_str!("assets/page.html"))),
                Resource::new(
                    "/page.css",
                    "text/css; charset=utf-8",
                    text(include_str!("assets/page.css")),
                ),
                Resource::new("/page.js", SCRIPT, text(include_str!("assets/page.js"))),
                Resource::new("/core.js", SCRIPT, text(include_str!("assets/core.js"))),
                Resource::new("/canvas.js", SCRIPT, text(include_str!("assets/canvas.js"))),
                Resource::new("/lessons.js", SCRIPT, text(include_str!("assets/lessons.js"))),
                Resource::new("/maps.js", SCRIPT, text(include_str!("assets/maps.js"))),
                Resource::new("/icon.svg", "image/svg+xml", text(include_str!("assets/icon.svg"))),
                Resource::new("/core.wasm", "application/wasm", program),
                Resource::new("/model.tinyconv", "application/octet-stream", model.to_vec()),
            ],
        }
    }

    pub(super) fn at(&self, path: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.path == path)
    }
}
