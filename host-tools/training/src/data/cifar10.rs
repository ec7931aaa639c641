//! The binary files of CIFAR-10: 32 x 32 pixels in colour, ten classes.
//!
//! Each record is a byte for the label and 3 072 for the image: red, green, blue, row by row.

use std::io::{self, Read};
use std::path::Path;

use super::{DataError, DataKind, Dataset, Inputs, Opened, Split, Wanted};
use crate::files;

const SHAPE: [usize; 3] = [3, 32, 32];
const RECORD: usize = 1 + 3 * 32 * 32;
const CLASSES: usize = 10;

const TRAIN: [&str; 5] = [
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
];
const TEST: &str = "test_batch.bin";

/// The names of the classes, a line each.
const NAMES: &str = "batches.meta.txt";

/// Bytes of the largest file that is read; the original ones have 10 000 records.
const LIMIT: u64 = (1 << 16) * RECORD as u64;

/// Bytes of the largest list of names.
const NAMES_LIMIT: u64 = 1 << 16;

pub(super) struct Cifar10;

impl DataKind for Cifar10 {
    fn describe(&self) -> &'static str {
        "CIFAR-10's binary files (data_batch_1.bin and on, test_batch.bin)"
    }

    fn is_in(&self, directory: &Path) -> bool {
        TRAIN.into_iter().chain([TEST]).any(|name| directory.join(name).is_file())
    }

    fn open(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Dataset>, DataError> {
        let Opened { data: test, labels, notes } = self.open_test(directory, wanted)?;
        let mut train = read(&directory.join(TRAIN[0]), wanted.classes)?;
        for name in &TRAIN[1..] {
            train.append(read(&directory.join(name), wanted.classes)?);
        }
        Ok(Opened { data: Dataset { train, test, classes: wanted.classes }, labels, notes })
    }

    fn open_test(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Split>, DataError> {
        let data = read(&directory.join(TEST), wanted.classes)?;
        // Without the names the data are as good.
        let names = files::read_at_most(&directory.join(NAMES), NAMES_LIMIT).ok().flatten();
        let names = String::from_utf8(names.unwrap_or_default()).unwrap_or_default();
        let names = names.lines().map(str::trim).filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_owned).collect();
        let labels = (names.len() == CLASSES).then_some(names);
        Ok(Opened { data, labels, notes: Vec::new() })
    }
}

fn read(path: &Path, classes: usize) -> Result<Split, DataError> {
    let mut bytes = Vec::new();
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => DataError::MissingFile { path: path.into() },
        _ => DataError::Unreadable { path: path.into(), source },
    };
    let file = files::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length > LIMIT {
        let (path, sizes) = (path.into(), length.to_string());
        return Err(DataError::TooLarge { path, sizes, limit: LIMIT });
    }
    file.take(LIMIT).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.is_empty() || bytes.len() % RECORD != 0 {
        let found = bytes.len();
        return Err(DataError::Records { path: path.into(), record: RECORD, found });
    }
    let (mut labels, mut pixels) = (Vec::new(), Vec::new());
    for (index, record) in bytes.chunks_exact(RECORD).enumerate() {
        let label = u16::from(record[0]);
        if usize::from(label) >= classes.min(CLASSES) {
            let (path, classes) = (path.into(), classes.min(CLASSES));
            return Err(DataError::LabelOutOfRange { path, index, label, classes });
        }
        labels.push(label);
        pixels.extend(&record[1..]);
    }
    Ok(Split::new(Inputs::bytes(SHAPE, pixels), labels))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const WANTED: Wanted = Wanted { shape: SHAPE, classes: CLASSES };

    /// `count` records with labels from `first` on.
    fn records(first: u8, count: u8) -> Vec<u8> {
        (first..first + count)
            .flat_map(|label| [&[label][..], &[label; RECORD - 1]].concat())
            .collect()
    }

    fn directory() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (index, name) in (0..).zip(TRAIN) {
            fs::write(directory.path().join(name), records(index, 2)).unwrap();
        }
        fs::write(directory.path().join(TEST), records(7, 3)).unwrap();
        directory
    }

    #[test]
    fn all_batches_in_their_order_and_names() {
        let directory = directory();
        assert!(Cifar10.is_in(directory.path()));
        let opened = Cifar10.open(directory.path(), WANTED).unwrap();
        assert_eq!(opened.data.train.labels, [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
        assert_eq!(opened.data.test.labels, [7, 8, 9]);
        assert_eq!(opened.data.test.images().unwrap().image(1), [8; RECORD - 1]);
        assert_eq!(opened.labels, None);
        let names = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";
        fs::write(directory.path().join(NAMES), names).unwrap();
        let labels = Opened::<Split>::open_test(directory.path(), SHAPE, CLASSES).unwrap().labels;
        assert_eq!(labels.unwrap()[9], "truck");
    }

    #[test]
    fn files_that_are_none_are_refused() {
        let directory = directory();
        let path = directory.path().join(TRAIN[4]);
        for bytes in [vec![], vec![0; RECORD - 1], vec![0; RECORD + 1]] {
            fs::write(&path, &bytes).unwrap();
            let error = Cifar10.open(directory.path(), WANTED).unwrap_err();
            assert!(matches!(error, DataError::Records { found, .. } if found == bytes.len()));
        }
        fs::write(&path, records(10, 1)).unwrap();
        let error = Cifar10.open(directory.path(), WANTED).unwrap_err();
        assert!(matches!(error, DataError::LabelOutOfRange { label: 10, classes: 10, .. }));
        fs::remove_file(&path).unwrap();
        let error = Cifar10.open(directory.path(), WANTED).unwrap_err();
        assert!(matches!(error, DataError::MissingFile { .. }));
        assert!(Cifar10.open_test(directory.path(), Wanted { classes: 9, ..WANTED }).is_err());
    }
}
