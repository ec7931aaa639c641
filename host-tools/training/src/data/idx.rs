//! The IDX files of MNIST and its relatives, plain or gzipped.
//!
//! A header is a claim. Memory grows with the bytes that really arrive, so a damaged or hostile
//! file costs no more than its own contents.

use std::{
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use super::{DataError, DataKind, Dataset, Inputs, Opened, Split, Wanted};
use crate::files;

/// More is not read from one file; a header that announces more is damaged.
const PAYLOAD_LIMIT: u64 = 4 << 30;

/// Nor out of a compressed one, of which a thousandth may be on the disk.
const GZIP_LIMIT: u64 = 1 << 30;

/// The first two bytes of every gzip file; no IDX file starts with them.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The four files of a data set.
pub(super) struct Idx;

impl DataKind for Idx {
    fn describe(&self) -> &'static str {
        "IDX files like MNIST's, plain or .gz"
    }

    fn is_in(&self, directory: &Path) -> bool {
        Dataset::is_in(directory)
    }

    fn open(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Dataset>, DataError> {
        let data = Dataset::open(directory, wanted.classes)?;
        Ok(Opened { data, labels: None, notes: Vec::new() })
    }

    fn open_test(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Split>, DataError> {
        let data = Dataset::open_test(directory, wanted.classes)?;
        Ok(Opened { data, labels: None, notes: Vec::new() })
    }
}

/// Reads a file of images (`0x00000803`).
///
/// # Errors
///
/// If the file cannot be read or is not exactly what its header says.
///
/// ```
/// use tinyconv_training::data::{bundled_mnist_dir, read_images};
///
/// let images = read_images(bundled_mnist_dir().join("t10k-images-idx3-ubyte.gz"))?;
/// assert_eq!((images.len(), images.shape()), (10_000, [1, 28, 28]));
/// # Ok::<(), tinyconv_training::data::DataError>(())
/// ```
pub fn read_images(path: impl AsRef<Path>) -> Result<Inputs, DataError> {
    read_images_if(path.as_ref(), |_| Ok(()))
}

/// As [`read_images`], of so many images as `check` lets pass; the images of other files are not read.
pub(super) fn read_images_if(
    path: &Path,
    check: impl Fn(usize) -> Result<(), DataError>,
) -> Result<Inputs, DataError> {
    let ([_, rows, columns], pixels) = read(path, "images", check)?;
    Ok(Inputs::bytes([1, rows, columns], pixels))
}

/// Reads a file of labels (`0x00000801`).
///
/// # Errors
///
/// If the file cannot be read or is not exactly what its header says.
///
/// ```
/// use tinyconv_training::data::{DataError, bundled_mnist_dir, read_labels};
///
/// let labels = read_labels(bundled_mnist_dir().join("t10k-labels-idx1-ubyte.gz"))?;
/// assert_eq!((labels.len(), labels[0]), (10_000, 7));
///
/// let images = bundled_mnist_dir().join("t10k-images-idx3-ubyte.gz");
/// assert!(matches!(read_labels(images), Err(DataError::WrongMagic { .. })));
/// # Ok::<(), tinyconv_training::data::DataError>(())
/// ```
pub fn read_labels(path: impl AsRef<Path>) -> Result<Vec<u16>, DataError> {
    let ([_], labels) = read(path.as_ref(), "labels", |_| Ok(()))?;
    Ok(labels.into_iter().map(u16::from).collect())
}

/// Reads an array of bytes with `DIMENSIONS` dimensions, of which `check` lets the first pass: its sizes and
/// its elements.
fn read<const DIMENSIONS: usize>(
    path: &Path,
    content: &'static str,
    check: impl Fn(usize) -> Result<(), DataError>,
) -> Result<([usize; DIMENSIONS], Vec<u8>), DataError> {
    let Stream { mut bytes, is_gzip } = open(path)?;
    let stream = &mut *bytes;
    let header_length = 4 + 4 * DIMENSIONS as u64;
    let header = read_up_to(stream, path, 0, header_length, header_length)?;
    let mut words =
        header.chunks_exact(4).map(|word| u32::from_be_bytes([word[0], word[1], word[2], word[3]]));

    // The magic number is 0x08 for "unsigned bytes", then the number of dimensions.
    let expected = 0x0800 | DIMENSIONS as u32;
    if let Some(found) = words.next().filter(|&found| found != expected) {
        return Err(DataError::WrongMagic { path: path.into(), content, expected, found });
    }
    if (header.len() as u64) < header_length {
        return Err(truncated(path, header_length, header.len()));
    }

    let sizes = [(); DIMENSIONS].map(|()| words.next().unwrap_or(0));
    let length = payload_length(path, &sizes, is_gzip)?;
    check(sizes[0] as usize)?;
    // One byte too many is asked for: to notice it, and to reach the checksum of a gzip file.
    let total = header_length + length;
    let payload = read_up_to(stream, path, header_length, length + 1, total)?;
    if (payload.len() as u64) < length {
        return Err(truncated(path, total, header.len() + payload.len()));
    }
    if payload.len() as u64 > length {
        return Err(DataError::TrailingBytes { path: path.into(), expected: total });
    }
    Ok((sizes.map(|size| size as usize), payload))
}

/// Opens a file and, if it is a gzip file, whatever its name, decompresses it.
pub(super) fn open(path: &Path) -> Result<Stream, DataError> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => DataError::MissingFile { path: path.into() },
        _ => DataError::Unreadable { path: path.into(), source },
    };
    let mut file = BufReader::with_capacity(1 << 16, files::open(path).map_err(unreadable)?);
    let is_gzip = file.fill_buf().map_err(unreadable)?.starts_with(&GZIP_MAGIC);
    let bytes: Box<dyn Read> =
        if is_gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(Stream { bytes, is_gzip })
}

/// The bytes of a file, as they were before they were compressed.
pub(super) struct Stream {
    pub(super) bytes: Box<dyn Read>,
    is_gzip: bool,
}

/// Reads `limit` bytes, or fewer if the stream ends; `before` bytes of `total` have been read.
fn read_up_to(
    stream: &mut dyn Read,
    path: &Path,
    before: u64,
    limit: u64,
    total: u64,
) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    let outcome = stream.take(limit).read_to_end(&mut bytes);
    let found = before + bytes.len() as u64;
    match outcome {
        Ok(_) => Ok(bytes),
        // A gzip file without its end: the user knows more from the missing bytes than from "corrupt".
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && found < total => Ok(bytes),
        Err(source) => Err(match source.kind() {
            io::ErrorKind::InvalidInput
            | io::ErrorKind::InvalidData
            | io::ErrorKind::UnexpectedEof => DataError::CorruptGzip { path: path.into(), source },
            _ => DataError::Unreadable { path: path.into(), source },
        }),
    }
}

/// The number of bytes that a header announces, if that is something and not absurd.
fn payload_length(path: &Path, sizes: &[u32], is_gzip: bool) -> Result<u64, DataError> {
    let in_words = || sizes.iter().map(u32::to_string).collect::<Vec<_>>().join(" x ");
    if sizes.contains(&0) {
        return Err(DataError::Empty { path: path.into(), sizes: in_words() });
    }
    sizes
        .iter()
        .try_fold(1u64, |product, &size| product.checked_mul(u64::from(size)))
        .filter(|&length| length <= PAYLOAD_LIMIT && usize::try_from(length).is_ok())
        .filter(|&length| !is_gzip || length <= GZIP_LIMIT)
        .ok_or_else(|| match is_gzip {
            true => {
                DataError::TooLargeGzip { path: path.into(), sizes: in_words(), limit: GZIP_LIMIT }
            }
            false => {
                DataError::TooLarge { path: path.into(), sizes: in_words(), limit: PAYLOAD_LIMIT }
            }
        })
}

fn truncated(path: &Path, expected: u64, found: usize) -> DataError {
    DataError::Truncated { path: path.into(), expected, found: found as u64 }
}
