//! Data sets from files: the bundled one is the published one, and every kind of damage is refused
//! with an error that names the file.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use host_tools::data::{DataError, Dataset, Inputs, bundled_mnist_dir, read_images, read_labels};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

fn idx(magic: u32, sizes: &[u32], payload: &[u8]) -> Vec<u8> {
    let words = [&[magic], sizes].concat();
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.extend_from_slice(payload);
    bytes
}

fn image_file(count: u32, rows: u32, columns: u32) -> Vec<u8> {
    let pixels: Vec<u8> = (0..count * rows * columns).map(|i| i as u8).collect();
    idx(0x0803, &[count, rows, columns], &pixels)
}

fn label_file(labels: &[u16]) -> Vec<u8> {
    let bytes: Vec<u8> = labels.iter().map(|&label| u8::try_from(label).unwrap()).collect();
    idx(0x0801, &[labels.len() as u32], &bytes)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn write(directory: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = directory.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// What reading `bytes` as images is refused with; the message must name the file.
fn refusal(bytes: &[u8]) -> DataError {
    let directory = TempDir::new().unwrap();
    let path = write(&directory, "damaged-file", bytes);
    let error = read_images(&path).unwrap_err();
    assert!(error.to_string().contains("damaged-file"), "{error}");
    error
}

/// A data set of 3 training images and 2 test images of 2 x 3 pixels.
fn small_dataset() -> TempDir {
    let directory = TempDir::new().unwrap();
    write(&directory, "train-images-idx3-ubyte", &image_file(3, 2, 3));
    write(&directory, "train-labels-idx1-ubyte.gz", &gzip(&label_file(&[0, 1, 3])));
    write(&directory, "t10k-images.idx3-ubyte.gz", &gzip(&image_file(2, 2, 3)));
    write(&directory, "t10k-labels.idx1-ubyte", &label_file(&[3, 2]));
    directory
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_bundled_data_is_the_published_mnist() {
    let directory = bundled_mnist_dir();
    let dataset = Dataset::open(&directory, 10).unwrap();
    let size = |inputs: &Inputs| (inputs.len(), inputs.shape());
    assert_eq!(size(&dataset.train.inputs), (60_000, [1, 28, 28]));
    assert_eq!(size(&dataset.test.inputs), (10_000, [1, 28, 28]));
    assert_eq!(dataset.test, Dataset::open_test(&directory, 10).unwrap());

    let sums = fs::read_to_string(directory.join("SHA256SUMS.uncompressed")).unwrap();
    let images = |inputs: &Inputs| {
        idx(0x0803, &[inputs.len() as u32, 28, 28], inputs.images().unwrap().pixels)
    };
    for (name, bytes) in [
        ("train-images-idx3-ubyte", images(&dataset.train.inputs)),
        ("train-labels-idx1-ubyte", label_file(&dataset.train.labels)),
        ("t10k-images-idx3-ubyte", images(&dataset.test.inputs)),
        ("t10k-labels-idx1-ubyte", label_file(&dataset.test.labels)),
    ] {
        let line = format!("{}  {name}", checksum(&bytes));
        assert!(sums.lines().any(|sum| sum == line), "{line}");
    }
}

#[test]
fn plain_and_gzipped_files_read_alike_whatever_their_names() {
    let directory = TempDir::new().unwrap();
    let bytes = image_file(3, 2, 3);
    let plain = read_images(write(&directory, "plain.gz", &bytes)).unwrap();
    let zipped = read_images(write(&directory, "zipped", &gzip(&bytes))).unwrap();
    assert_eq!(plain, zipped);
    assert_eq!((plain.shape(), plain.len()), ([1, 2, 3], 3));
    assert_eq!(plain.images().unwrap().image(2), [12, 13, 14, 15, 16, 17]);
    let labels = read_labels(write(&directory, "labels", &label_file(&[4, 2]))).unwrap();
    assert_eq!(labels, [4, 2]);
}

#[test]
fn missing_files_and_directories_in_their_place_are_refused() {
    let directory = TempDir::new().unwrap();
    let missing = read_labels(directory.path().join("nothing")).unwrap_err();
    assert!(matches!(missing, DataError::MissingFile { .. }), "{missing}");
    let unreadable = read_labels(directory.path()).unwrap_err();
    assert!(matches!(unreadable, DataError::Unreadable { .. }), "{unreadable}");
}

#[test]
fn every_truncation_is_refused_with_both_lengths() {
    let bytes = image_file(2, 2, 3);
    for length in 0..bytes.len() {
        for cut in [bytes[..length].to_vec(), gzip(&bytes[..length])] {
            match refusal(&cut) {
                DataError::Truncated { expected, found, .. } => {
                    assert_eq!(expected, if length < 16 { 16 } else { 28 });
                    assert_eq!(found, length as u64);
                }
                other => panic!("{other}"),
            }
        }
    }
}

#[test]
fn damaged_gzip_files_are_refused() {
    let noise: Vec<u8> =
        (0..5000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let zipped = gzip(&idx(0x0803, &[50, 10, 10], &noise));
    for length in 2..zipped.len() {
        let error = refusal(&zipped[..length]);
        let expected = matches!(error, DataError::Truncated { .. } | DataError::CorruptGzip { .. });
        assert!(expected, "{length}: {error}");
    }
    let mut wrong_checksum = zipped.clone();
    let checksum_at = zipped.len() - 8;
    wrong_checksum[checksum_at] ^= 1;
    let with_rubbish = [&zipped[..], b"rubbish"].concat();
    let no_deflate = [&zipped[..10], &[0xff; 100][..]].concat();
    for bytes in [wrong_checksum, with_rubbish, no_deflate] {
        let error = refusal(&bytes);
        assert!(matches!(error, DataError::CorruptGzip { .. }), "{error}");
    }
}

#[test]
fn other_formats_are_refused() {
    for (bytes, magic) in [
        (label_file(&[0; 40]), 0x0801),
        (b"\x89PNG\r\n\x1a\n".to_vec(), 0x8950_4e47),
        (gzip(b"four score and seven"), 0x666f_7572),
    ] {
        match refusal(&bytes) {
            DataError::WrongMagic { expected, found, .. } => {
                assert_eq!((expected, found), (0x0803, magic));
            }
            other => panic!("{other}"),
        }
    }
    let directory = TempDir::new().unwrap();
    let images = write(&directory, "images", &image_file(1, 2, 2));
    let message = read_labels(images).unwrap_err().to_string();
    assert!(message.contains("0x00000803") && message.contains("0x00000801"), "{message}");
}

#[test]
fn trailing_bytes_are_refused() {
    let bytes = [image_file(2, 2, 3), vec![0]].concat();
    for bytes in [bytes.clone(), gzip(&bytes)] {
        let error = refusal(&bytes);
        assert!(matches!(error, DataError::TrailingBytes { expected: 28, .. }), "{error}");
    }
}

#[test]
fn headers_without_data_or_with_absurd_amounts_are_refused() {
    for sizes in [[0, 28, 28], [10, 0, 28], [10, 28, 0], [0, u32::MAX, u32::MAX]] {
        let error = refusal(&idx(0x0803, &sizes, &[]));
        assert!(matches!(error, DataError::Empty { .. }), "{error}");
    }
    for sizes in [[u32::MAX; 3], [1 << 22, 1 << 21, 1 << 21], [5, 1 << 15, 1 << 15]] {
        let error = refusal(&idx(0x0803, &sizes, &[0; 64]));
        assert!(matches!(error, DataError::TooLarge { .. }), "{error}");
    }
    // Just below the limit: nothing that large may be allocated for 64 bytes.
    let error = refusal(&idx(0x0803, &[3, 1 << 15, 1 << 15], &[0; 64]));
    assert!(matches!(error, DataError::Truncated { found: 80, .. }), "{error}");
}

#[test]
fn files_are_found_under_all_their_names() {
    let directory = small_dataset();
    let dataset = Dataset::open(directory.path(), 4).unwrap();
    assert_eq!(dataset.classes, 4);
    assert_eq!((dataset.train.labels.len(), dataset.test.labels.len()), (3, 2));
    assert_eq!(dataset.train.labels, [0, 1, 3]);
    assert_eq!(Dataset::open_test(directory.path(), 4).unwrap(), dataset.test);
}

#[test]
fn incomplete_datasets_are_refused() {
    let missing = Dataset::open(Path::new("no/such/directory"), 10).unwrap_err();
    assert!(matches!(missing, DataError::MissingDirectory { .. }), "{missing}");
    let directory = small_dataset();
    fs::remove_file(directory.path().join("train-images-idx3-ubyte")).unwrap();
    let message = Dataset::open(directory.path(), 4).unwrap_err().to_string();
    assert!(message.contains("train-images-idx3-ubyte"), "{message}");
    assert!(Dataset::open_test(directory.path(), 4).is_ok());
}

#[test]
fn labels_beyond_the_classes_are_refused() {
    match Dataset::open(small_dataset().path(), 3).unwrap_err() {
        DataError::LabelOutOfRange { index, label, classes, .. } => {
            assert_eq!((index, label, classes), (2, 3, 3));
        }
        other => panic!("{other}"),
    }
    assert!(Dataset::open(small_dataset().path(), 0).is_err());
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let directory = small_dataset();
    write(&directory, "t10k-labels.idx1-ubyte", &label_file(&[3, 2, 1]));
    let error = Dataset::open(directory.path(), 4).unwrap_err();
    assert!(matches!(error, DataError::CountMismatch { images: 2, labels: 3, .. }), "{error}");

    let directory = small_dataset();
    write(&directory, "t10k-images.idx3-ubyte.gz", &image_file(2, 3, 2));
    let error = Dataset::open(directory.path(), 4).unwrap_err();
    assert!(
        matches!(error, DataError::SizeMismatch { train: (2, 3), test: (3, 2), .. }),
        "{error}"
    );
}
