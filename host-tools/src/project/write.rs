//! Puts a project onto the disk in one step: first beside its place, then renamed.

use std::fs;
use std::io;
use std::path::Path;

use tinyconv_training::files::TemporaryDirectory;

use super::ProjectError;

/// Writes `files`, each a path within the project and its content, to the new directory `project`.
///
/// # Errors
/// If `project` is there and not an empty directory, or cannot be written; then nothing is left
/// behind.
///
/// ```
/// use host_tools::project::{ProjectError, write};
///
/// let directory = tempfile::tempdir()?;
/// let project = directory.path().join("my-net");
/// let files = [("src/main.rs".to_owned(), "fn main() {}\n".to_owned())];
/// write(&project, &files)?;
/// assert_eq!(std::fs::read_to_string(project.join("src/main.rs"))?, "fn main() {}\n");
/// assert!(matches!(write(&project, &files), Err(ProjectError::Exists(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(project: &Path, files: &[(String, impl AsRef<[u8]>)]) -> Result<(), ProjectError> {
    let unwritable = |source| ProjectError::Unwritable { path: project.into(), source };
    check_free(project)?;
    let parent = match project.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !parent.is_dir() {
        return Err(ProjectError::NoParent(parent.into()));
    }
    let temporary = TemporaryDirectory::in_directory(parent).map_err(unwritable)?;
    for (name, content) in files {
        let path = temporary.path().join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(unwritable)?;
        fs::write(&path, content).map_err(unwritable)?;
    }
    // An empty directory may have its place; where it cannot be replaced, it stays.
    temporary.rename(project).map_err(unwritable)
}

fn check_free(project: &Path) -> Result<(), ProjectError> {
    let exists = || ProjectError::Exists(project.into());
    match project.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(ProjectError::Unwritable { path: project.into(), source }),
        Ok(metadata) if metadata.is_dir() => {
            let mut entries = fs::read_dir(project).map_err(|_| exists())?;
            entries.next().map_or(Ok(()), |_| Err(exists()))
        }
        Ok(_) => Err(exists()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<(String, String)> {
        vec![("a".into(), "1".into()), ("b/c".into(), "2".into())]
    }

    fn entries(directory: &Path) -> usize {
        fs::read_dir(directory).unwrap().count()
    }

    #[test]
    fn all_files_are_there_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let project = place.path().join("p");
        write(&project, &files()).unwrap();
        assert_eq!(fs::read_to_string(project.join("b/c")).unwrap(), "2");
        assert_eq!((entries(place.path()), entries(&project)), (1, 2));
    }

    #[test]
    fn an_empty_directory_is_filled() {
        let place = tempfile::tempdir().unwrap();
        write(place.path(), &files()).unwrap();
        assert_eq!(entries(place.path()), 2);
    }

    #[test]
    fn what_is_there_stays_as_it_is() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("mine"), "x").unwrap();
        let exists = |path: &Path| matches!(write(path, &files()), Err(ProjectError::Exists(_)));
        assert!(exists(place.path()) && exists(&place.path().join("mine")));
        let nowhere = write(&place.path().join("no/p"), &files());
        assert!(matches!(nowhere, Err(ProjectError::NoParent(_))));
        let within_a_file = write(&place.path().join("mine/p"), &files());
        assert!(within_a_file.is_err());
        assert_eq!(entries(place.path()), 1);
    }

    #[test]
    fn a_failure_on_the_way_leaves_nothing_behind() {
        let place = tempfile::tempdir().unwrap();
        // A file where a directory is needed.
        let files = [("a".into(), "1"), ("a/b".into(), "2")];
        let failed = write(&place.path().join("p"), &files);
        assert!(matches!(failed, Err(ProjectError::Unwritable { .. })), "{failed:?}");
        assert_eq!(entries(place.path()), 0);
    }
}
