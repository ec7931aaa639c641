//! Pictures with numbers to be told from them, in a table.
//!
//! `targets.csv` has a line for each picture: its file, and a number for each output. A first line whose
//! first field is `file` is a heading. `train/targets.csv` and `test/targets.csv`; or one `targets.csv`, of
//! which [`kept_for_testing`](super::kept_for_testing) chooses.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord, Trim};

use super::convert::Changes;
use super::{kept_for_testing, read_files};
use crate::data::{Augmentation, DataError, DataKind, Dataset, Opened, Split, Wanted};
use crate::files;

/// The name of the table.
const TABLE: &str = "targets.csv";
/// The first field of a heading.
const HEADING: &str = "file";
/// Bytes of text that are read at most.
const TEXT_LIMIT: u64 = 256 << 20;
/// The folders, if what to train with and what to test with are apart.
const APART: [&str; 2] = ["train", "test"];

/// Pictures and their targets.
pub(in crate::data) struct Targets;

impl DataKind for Targets {
    fn describe(&self) -> &'static str {
        "PNG and JPEG files with targets.csv (a line for each: file,number,...), or train/targets.csv and \
         test/targets.csv, to tell numbers from them"
    }

    fn is_in(&self, directory: &Path) -> bool {
        directory.join(TABLE).is_file()
            || APART.iter().any(|folder| directory.join(folder).join(TABLE).is_file())
    }

    fn open(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Dataset>, DataError> {
        let [train, test] = tables(directory, wanted.classes)?;
        let (train, changes) = train.read(wanted.shape)?;
        let (test, of_test) = test.read(wanted.shape)?;
        let data = Dataset { train, test, classes: wanted.classes };
        Ok(Opened { data, labels: None, notes: changes.and(of_test).notes(wanted.shape) })
    }

    fn open_test(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Split>, DataError> {
        let [_, test] = tables(directory, wanted.classes)?;
        let (data, changes) = test.read(wanted.shape)?;
        Ok(Opened { data, labels: None, notes: changes.notes(wanted.shape) })
    }

    /// A picture that is turned or moved may stand for another number.
    fn augmentation(&self, _shape: [usize; 3], _usual: Augmentation) -> Augmentation {
        Augmentation::NONE
    }
}

/// What a table has, before any picture is opened.
struct Table {
    directory: PathBuf,
    pictures: Vec<PathBuf>,
    targets: Vec<f32>,
}

/// What to train with and what to test with.
fn tables(directory: &Path, outputs: usize) -> Result<[Table; 2], DataError> {
    let together = directory.join(TABLE);
    if together.is_file() {
        return Table::read_table(&together, outputs)?.divided(&together, outputs);
    }
    let [train, test] = APART.map(|folder| directory.join(folder).join(TABLE));
    Ok([Table::read_table(&train, outputs)?, Table::read_table(&test, outputs)?])
}

impl Table {
    fn read_table(path: &Path, outputs: usize) -> Result<Self, DataError> {
        let unreadable = |source| DataError::Unreadable { path: path.into(), source };
        let text = match files::read_at_most(path, TEXT_LIMIT) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(DataError::MissingFile { path: path.into() });
            }
            text => text.map_err(unreadable)?,
        };
        let too_long = || unreadable(io::Error::other(format!("more than {TEXT_LIMIT} bytes")));
        let text = text.ok_or_else(too_long)?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            // Lines that are too short or too long have an error of their own.
            .flexible(true)
            .trim(Trim::All)
            .from_reader(&*text);
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut table = Self { directory, pictures: Vec::new(), targets: Vec::new() };
        for (number, record) in reader.records().enumerate() {
            let record = record.map_err(|source| DataError::Table { path: path.into(), source })?;
            if record.len() != 1 + outputs {
                let (path, line, found) = (path.into(), line(&text, &record), record.len());
                return Err(DataError::TargetFields { path, line, found, outputs });
            }
            if number > 0 || &record[0] != HEADING {
                table.add(path, &text, &record)?;
            }
        }
        if table.pictures.is_empty() {
            return Err(DataError::NoTargets { path: path.into() });
        }
        Ok(table)
    }

    fn add(&mut self, path: &Path, text: &[u8], record: &StringRecord) -> Result<(), DataError> {
        self.pictures.push(self.directory.join(&record[0]));
        for field in record.iter().skip(1) {
            let target = field.parse().ok().filter(|target: &f32| target.is_finite());
            self.targets.push(target.ok_or_else(|| DataError::Target {
                path: path.into(),
                line: line(text, record),
                field: field.to_owned(),
            })?);
        }
        Ok(())
    }

    /// What to train with and what to test with, of a table that has both.
    fn divided(self, path: &Path, outputs: usize) -> Result<[Self; 2], DataError> {
        let names: Vec<&OsStr> = self.pictures.iter().map(|path| self.name(path)).collect();
        let kept = kept_for_testing("", &names);
        let choose = |wanted: bool| {
            let chosen = (0..kept.len()).filter(|&index| kept[index] == wanted);
            let targets = |index: usize| &self.targets[index * outputs..][..outputs];
            Self {
                directory: self.directory.clone(),
                pictures: chosen.clone().map(|index| self.pictures[index].clone()).collect(),
                targets: chosen.flat_map(targets).copied().collect(),
            }
        };
        let [train, test] = [choose(false), choose(true)];
        if test.pictures.is_empty() {
            return Err(DataError::OneTarget { path: path.into() });
        }
        Ok([train, test])
    }

    /// As the table has it, wherever the directory is.
    fn name<'a>(&self, picture: &'a Path) -> &'a OsStr {
        picture.strip_prefix(&self.directory).unwrap_or(picture).as_os_str()
    }

    /// Opens the pictures.
    fn read(self, shape: [usize; 3]) -> Result<(Split, Changes), DataError> {
        let files: Vec<&PathBuf> = self.pictures.iter().collect();
        let (inputs, changes) = read_files(&self.directory, &files, shape)?;
        Ok((Split::with_targets(inputs, self.targets), changes))
    }
}

/// The line of `text` in which `record` begins, from 1.
fn line(text: &[u8], record: &StringRecord) -> usize {
    let begin = record.position().map_or(0, |position| position.byte() as usize);
    // Empty lines before a record are taken for its own.
    let empty = text[begin..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    1 + text[..begin + empty].iter().filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use image::{GrayImage, Luma};
    use tempfile::TempDir;

    use super::*;

    /// Pictures of one pixel, and tables.
    fn directory(tables: &[(&str, &str)]) -> TempDir {
        let directory = TempDir::new().unwrap();
        for (table, text) in tables {
            let path = directory.path().join(table);
            let folder = path.parent().unwrap().to_owned();
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, text).unwrap();
            for grey in 0..10 {
                let name = format!("{grey}.png");
                GrayImage::from_pixel(1, 1, Luma([grey])).save(folder.join(name)).unwrap();
            }
        }
        directory
    }

    fn open(directory: &TempDir, classes: usize) -> Result<Dataset, DataError> {
        let opened = Opened::<Dataset>::open(directory.path(), [1, 1, 1], classes)?;
        assert_eq!((opened.labels, opened.notes.len()), (None, 0));
        Ok(opened.data)
    }

    #[test]
    fn pictures_have_the_numbers_of_their_lines() {
        let train = "file,x,y\n3.png, 0.5,-1e3\n\"7.png\",7,0\n";
        let directory =
            directory(&[("train/targets.csv", train), ("test/targets.csv", "1.png,2,3")]);
        let dataset = open(&directory, 2).unwrap();
        assert_eq!(dataset.train.targets, [0.5, -1000.0, 7.0, 0.0]);
        assert_eq!(dataset.train.images().unwrap().pixels, [3, 7]);
        assert_eq!(dataset.test.targets, [2.0, 3.0]);
        let test = Opened::<Split>::open_test(directory.path(), [1, 1, 1], 2).unwrap();
        assert_eq!(test.data, dataset.test);
    }

    #[test]
    fn one_table_is_divided_by_names() {
        let text: String = (0..10).map(|grey| format!("{grey}.png,{}\n", 2 * grey)).collect();
        let dataset = open(&directory(&[("targets.csv", &text)]), 1).unwrap();
        let pixels = |split: &Split| split.images().unwrap().pixels.to_vec();
        let mut all = [pixels(&dataset.train), pixels(&dataset.test)].concat();
        for split in [&dataset.train, &dataset.test] {
            let doubled = pixels(split).into_iter().map(|pixel| 2.0 * f32::from(pixel));
            assert!(!split.targets.is_empty() && doubled.eq(split.targets.iter().copied()));
        }
        all.sort_unstable();
        assert!(all.into_iter().eq(0..10));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, words) in [
            ("", &["targets.csv has no line", "file,number"][..]),
            ("file,x\n", &["has no line"]),
            ("1.png,1\n2.png\n", &["line 2", "1 field", "file and 1 number"]),
            ("1.png,1,2\n", &["line 1", "3 field"]),
            ("file,x,y\n1.png,1\n", &["line 1", "3 field"]),
            ("1.png,1\n\n2.png,warm\n", &["line 3", "`warm` is no finite number"]),
            ("1.png,NaN\n", &["line 1", "`NaN`"]),
            ("1.png,1e99\n", &["line 1", "`1e99`"]),
            ("1.png,\n", &["line 1", "``"]),
            ("1.png,1\n", &["only one picture", "at least two"]),
            ("1.png,1\nnone.png,2\n", &["cannot read the picture", "none.png"]),
            ("1.png,1\ntargets.csv,2\n", &["targets.csv is not a PNG"]),
        ] {
            let error = open(&directory(&[("targets.csv", text)]), 1).unwrap_err().to_string();
            for word in words {
                assert!(error.contains(word), "no {word:?} in {error:?}, of {text:?}");
            }
        }
        let apart = directory(&[("train/targets.csv", "1.png,1")]);
        let error = open(&apart, 1).unwrap_err().to_string();
        assert!(
            error.contains("there is no file") && error.contains("test/targets.csv"),
            "{error}"
        );
        let latin = directory(&[("targets.csv", "")]);
        fs::write(latin.path().join("targets.csv"), b"\xe4.png,1\n").unwrap();
        assert!(open(&latin, 1).unwrap_err().to_string().contains("targets.csv as a table"));
    }
}
