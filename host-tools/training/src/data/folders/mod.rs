//! Pictures sorted into folders, a folder for each class.
//!
//! `train/CLASS/*.png` and `test/CLASS/*.png`; or `CLASS/*.png`, from which [`kept_for_testing`]
//! chooses. Folders are not searched further down, so links that lead back to where they are cost
//! nothing.

mod convert;
mod listing;
mod split;
mod targets;

pub use split::kept_for_testing;
pub(super) use targets::Targets;

use crate::text::shown;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{DataError, DataKind, Dataset, Inputs, Opened, Split, Wanted};
use crate::picture;
use convert::{Changes, convert};
use listing::{Class, Layout};

/// Bytes of all images of a split; more is not read.
const BYTES_LIMIT: u64 = 4 << 30;

/// Pictures in folders.
pub(super) struct Folders;

impl DataKind for Folders {
    fn describe(&self) -> &'static str {
        "PNG and JPEG files (CLASS/*.png, or train/CLASS/*.png and test/CLASS/*.png or val/), \
         resized to fit"
    }

    fn is_in(&self, directory: &Path) -> bool {
        listing::folders(directory).is_ok_and(|folders| !folders.is_empty())
    }

    fn open(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Dataset>, DataError> {
        let Wanted { shape, classes } = wanted;
        let Listed { train, test, mut notes } = list(directory, classes)?;
        let names: Vec<String> = train.iter().map(|class| class.name.clone()).collect();
        let (train, changes) = read(directory, &train, shape)?;
        let (test, of_test) = read(directory, &test, shape)?;
        notes.extend(changes.and(of_test).notes(shape));
        if names.len() < classes {
            notes.push(format!(
                "note: {} folders for the network's {classes} outputs; the other outputs have no \
                 pictures",
                names.len()
            ));
        }
        Ok(Opened { data: Dataset { train, test, classes }, labels: Some(names), notes })
    }

    fn open_test(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Split>, DataError> {
        let Wanted { shape, classes } = wanted;
        let Listed { test, mut notes, .. } = list(directory, classes)?;
        let names = test.iter().map(|class| class.name.clone()).collect();
        let (data, changes) = read(directory, &test, shape)?;
        notes.extend(changes.notes(shape));
        Ok(Opened { data, labels: Some(names), notes })
    }

    fn open_whole(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Split>, DataError> {
        let all = match listing::layout(directory)? {
            Layout::Together(all) => listing::classes(&all)?,
            Layout::Apart { train, test, .. } => {
                let [mut train, test] = [listing::classes(&train)?, listing::classes(&test)?];
                differences(directory, &train, &test)?;
                for (class, more) in train.iter_mut().zip(test) {
                    class.pictures.extend(more.pictures);
                    class.left_out += more.left_out;
                }
                train
            }
        };
        check(directory, &all, wanted.classes)?;
        let names = all.iter().map(|class| class.name.clone()).collect();
        let (data, changes) = read(directory, &all, wanted.shape)?;
        Ok(Opened { data, labels: Some(names), notes: changes.notes(wanted.shape) })
    }
}

/// What there is, before any picture is opened.
struct Listed {
    train: Vec<Class>,
    test: Vec<Class>,
    notes: Vec<String>,
}

/// The classes to train with and those to test with: the same ones in the same order.
fn list(directory: &Path, classes: usize) -> Result<Listed, DataError> {
    let mut notes = Vec::new();
    let (train, test) = match listing::layout(directory)? {
        Layout::Apart { train, test, unused } => {
            let shown = |path: &Path| shown(path).escape_debug().to_string();
            if let Some(unused) = unused {
                let (unused, test) = (shown(&unused), shown(&test));
                notes.push(format!("note: {unused} is not used; tests are those in {test}"));
            }
            let [train, test] = [listing::classes(&train)?, listing::classes(&test)?];
            differences(directory, &train, &test)?;
            (train, test)
        }
        Layout::Together(all) => listing::classes(&all)?.into_iter().map(Class::divided).unzip(),
    };
    if train.len() == 1 {
        let class = train[0].folder.clone();
        return Err(DataError::OneClass { directory: directory.into(), class });
    }
    check(directory, &train, classes)?;
    for class in &test {
        if class.pictures.is_empty() {
            return Err(DataError::OnePicture { folder: class.folder.clone() });
        }
    }
    Ok(Listed { train, test, notes })
}

/// Refuses more classes than a network tells apart, two of one name, and those without pictures.
fn check(directory: &Path, found: &[Class], classes: usize) -> Result<(), DataError> {
    // No network tells more apart than a label has values.
    let classes = classes.min(1 << u16::BITS);
    if found.len() > classes {
        let (directory, found) = (directory.into(), found.len());
        return Err(DataError::MoreClassesThanOutputs { directory, found, classes });
    }
    // Names that are no UTF-8 can differ and still be written as the same text.
    if let Some(same) = found.windows(2).find(|pair| pair[0].name == pair[1].name) {
        let [first, second] = [&same[0], &same[1]].map(|class| class.folder.clone());
        return Err(DataError::SameName { name: same[0].name.clone(), first, second });
    }
    match found.iter().find(|class| class.pictures.is_empty()) {
        Some(class) => Err(DataError::EmptyClass { folder: class.folder.clone() }),
        None => Ok(()),
    }
}

/// Refuses classes that are in one of the two only.
fn differences(directory: &Path, train: &[Class], test: &[Class]) -> Result<(), DataError> {
    let only = |these: &[Class], those: &[Class]| -> Vec<String> {
        let is_new = |class: &&Class| those.iter().all(|other| other.name != class.name);
        these.iter().filter(is_new).map(|class| class.name.clone()).collect()
    };
    let (only_train, only_test) = (only(train, test), only(test, train));
    if only_train.is_empty() && only_test.is_empty() {
        return Ok(());
    }
    Err(DataError::ClassesDiffer { directory: directory.into(), only_train, only_test })
}

fn read(
    directory: &Path,
    classes: &[Class],
    shape: [usize; 3],
) -> Result<(Split, Changes), DataError> {
    let (labels, files): (Vec<u16>, Vec<&PathBuf>) = (0..=u16::MAX)
        .zip(classes)
        .flat_map(|(label, class)| class.pictures.iter().map(move |path| (label, path)))
        .unzip();
    let (inputs, changes) = read_files(directory, &files, shape)?;
    let left_out = classes.iter().map(|class| class.left_out).sum();
    Ok((Split::new(inputs, labels), changes.with_left_out(left_out)))
}

/// Pictures without classes: files, and what is in directories and in their folders. Each is converted to
/// `shape` (channels, rows, columns), one channel being grey; notes say what was changed.
///
/// # Errors
/// If a file is no picture, or there is none.
///
/// ```
/// use image::{GrayImage, Luma};
/// use tinyconv_training::data::read_pictures;
///
/// let directory = tempfile::tempdir()?;
/// GrayImage::from_pixel(2, 2, Luma([9])).save(directory.path().join("a.png"))?;
/// let (files, inputs, notes) = read_pictures(&[directory.path().into()], [1, 2, 2])?;
/// assert_eq!((files, notes.len()), (vec![directory.path().join("a.png")], 0));
/// assert_eq!(inputs.images().unwrap().image(0), [9; 4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_pictures(
    paths: &[PathBuf],
    shape: [usize; 3],
) -> Result<(Vec<PathBuf>, Inputs, Vec<String>), DataError> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = listing::pictures(path)?;
            if found.is_empty() {
                return Err(DataError::NoPictures { directory: path.clone() });
            }
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    let directory = paths.first().map_or(Path::new("."), PathBuf::as_path);
    let (inputs, changes) = read_files(directory, &files.iter().collect::<Vec<_>>(), shape)?;
    Ok((files, inputs, changes.notes(shape)))
}

fn read_files(
    directory: &Path,
    files: &[&PathBuf],
    shape: [usize; 3],
) -> Result<(Inputs, Changes), DataError> {
    let [channels, rows, columns] = shape;
    let size = shape.iter().product::<usize>();
    if (files.len() as u64).saturating_mul(size as u64) > BYTES_LIMIT {
        let sizes = format!("{} x {channels} x {rows} x {columns}", files.len());
        return Err(DataError::TooManyPictures {
            directory: directory.into(),
            sizes,
            limit: BYTES_LIMIT,
        });
    }
    let mut pixels = vec![0; files.len() * size];
    let changes = pixels
        .par_chunks_mut(size.max(1))
        .zip(files)
        .map(|(pixels, path)| Ok(convert(picture::read(path)?, shape, pixels)))
        .try_reduce(Changes::default, |a, b| Ok(a.and(b)))
        .map_err(DataError::Picture)?;
    Ok((Inputs::bytes(shape, pixels), changes))
}
