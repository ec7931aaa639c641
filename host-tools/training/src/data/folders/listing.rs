//! What is in the folders, before any picture is opened.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::split::kept_for_testing;
use crate::data::DataError;
use crate::natural;

/// What files of pictures end in.
const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];

/// A class: a folder and the pictures in it.
#[derive(Clone, Debug)]
pub struct Class {
    pub name: String,
    pub folder: PathBuf,
    /// In their order.
    pub pictures: Vec<PathBuf>,
    /// Files and folders in it that are no pictures.
    pub left_out: usize,
}

impl Class {
    /// Its pictures to train with and those to test with. Of one picture alone, none is left to test
    /// with.
    pub fn divided(self) -> (Self, Self) {
        let names: Vec<&OsStr> =
            self.pictures.iter().map(|path| path.file_name().unwrap_or_default()).collect();
        let kept = kept_for_testing(&self.name, &names);
        let choose = |wanted: bool| {
            let chosen = self.pictures.iter().zip(&kept).filter(|&(_, &kept)| kept == wanted);
            chosen.map(|(path, _)| path.clone()).collect()
        };
        let train = Self { pictures: choose(false), ..self.clone() };
        let test = Self { pictures: choose(true), left_out: 0, ..self.clone() };
        (train, test)
    }
}

/// The folders in `directory`, sorted as people sort: 2 before 10.
pub fn folders(directory: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut folders = entries(directory)?;
    folders.retain(|path| path.is_dir());
    folders.sort_by(|a, b| natural::compare(&name(a), &name(b)));
    Ok(folders)
}

/// Where the classes are.
pub enum Layout {
    /// Those to train with, those to test with, and a folder of others, which are not used.
    Apart { train: PathBuf, test: PathBuf, unused: Option<PathBuf> },
    /// Together in one directory.
    Together(PathBuf),
}

/// Names of the folder of classes to train with.
const TRAIN: [&str; 2] = ["train", "training"];
/// Names of the folder of classes to test with: the first that is there.
const TEST: [&str; 5] = ["test", "testing", "val", "valid", "validation"];

/// Finds the classes, in `directory` or in the only folder that it has: archives often have one around all.
pub fn layout(directory: &Path) -> Result<Layout, DataError> {
    let inside = match &folders(directory)?[..] {
        [only] if !is_named(only, &TRAIN) && !is_named(only, &TEST) => folders(only)?,
        _ => Vec::new(),
    };
    layout_of(inside.first().and_then(|folder| folder.parent()).unwrap_or(directory))
}

fn layout_of(directory: &Path) -> Result<Layout, DataError> {
    let all = folders(directory)?;
    let named = |names: &[&str]| -> Vec<PathBuf> {
        let find = |name: &&str| all.iter().find(|path| is_named(path, &[*name]));
        names.iter().filter_map(find).cloned().collect()
    };
    let (train, mut tests) = (named(&TRAIN).into_iter().next(), named(&TEST).into_iter());
    Ok(match (train, tests.next()) {
        (Some(train), Some(test)) => Layout::Apart { train, test, unused: tests.next() },
        (Some(train), None) => Layout::Together(train),
        (None, _) => Layout::Together(directory.into()),
    })
}

fn is_named(path: &Path, names: &[&str]) -> bool {
    names.iter().any(|wanted| name(path).eq_ignore_ascii_case(wanted))
}

/// The classes in `directory`.
pub fn classes(directory: &Path) -> Result<Vec<Class>, DataError> {
    let classes: Vec<Class> =
        folders(directory)?.into_iter().map(class).collect::<Result<_, _>>()?;
    if classes.iter().all(|class| class.pictures.is_empty()) {
        return Err(DataError::NoPictures { directory: directory.into() });
    }
    Ok(classes)
}

/// The pictures in `directory`, then those in its folders.
pub fn pictures(directory: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut all = class(directory.into())?.pictures;
    for folder in folders(directory)? {
        all.extend(class(folder)?.pictures);
    }
    Ok(all)
}

fn class(folder: PathBuf) -> Result<Class, DataError> {
    let all = entries(&folder)?;
    let count = all.len();
    let is_picture = |path: &PathBuf| {
        let ending = path.extension().and_then(OsStr::to_str).map(str::to_lowercase);
        ending.is_some_and(|ending| ENDINGS.contains(&&*ending)) && !path.is_dir()
    };
    let mut pictures: Vec<PathBuf> = all.into_iter().filter(is_picture).collect();
    // Any order that does not depend on the file system.
    pictures.sort();
    let left_out = count - pictures.len();
    Ok(Class { name: name(&folder), folder, pictures, left_out })
}

/// What is in a folder, but for what hides.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let unreadable = |source| DataError::UnreadableFolder { path: folder.into(), source };
    let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(unreadable)?.collect();
    let paths = entries.map_err(unreadable)?.into_iter().map(|entry| entry.path());
    // What macOS puts into archives beside what somebody packed.
    Ok(paths.filter(|path| !name(path).starts_with('.') && name(path) != "__MACOSX").collect())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
