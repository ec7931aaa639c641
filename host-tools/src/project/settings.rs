//! What a project's own file says: `tinyconv.toml`, at the project's root.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml_edit::{DocumentMut, value};

use super::SettingsError;
use tinyconv_training::files;

/// The version of the file that this program writes.
const VERSION: u32 = 1;

/// The settings of a project.
///
/// ```
/// use std::path::Path;
///
/// use host_tools::project::Settings;
///
/// let project = tempfile::tempdir()?;
/// assert_eq!(Settings::read(project.path())?, Settings::default()); // no file, nothing set
/// Settings::remember_data(project.path(), Path::new("pictures"))?;
/// let settings = Settings::read(project.path())?;
/// // A path in the file begins where the file is.
/// assert_eq!(settings.data, Some(project.path().join("pictures")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The version of the file.
    #[serde(default)]
    version: u32,
    /// The board of the firmware, as the table of boards calls it.
    pub board: Option<String>,
    /// The directory of the data set.
    pub data: Option<PathBuf>,
}

impl Settings {
    /// The file's name.
    ///
    /// ```
    /// assert_eq!(host_tools::project::Settings::FILE, "tinyconv.toml");
    /// ```
    pub const FILE: &str = "tinyconv.toml";

    /// Reads those of the project at `root`; without a file, nothing is set.
    ///
    /// # Errors
    /// If the file cannot be read, is of a newer version, or says something unknown.
    ///
    /// ```
    /// use host_tools::project::Settings;
    ///
    /// let project = tempfile::tempdir()?;
    /// std::fs::write(project.path().join(Settings::FILE), "version = 1\nbaord = \"pico-2\"\n")?;
    /// let error = Settings::read(project.path()).unwrap_err().to_string();
    /// assert!(error.contains("unknown field `baord`"), "{error}");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn read(root: &Path) -> Result<Self, SettingsError> {
        let path = root.join(Self::FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(SettingsError::Unreadable { path, source }),
        };
        // A newer version may have fields that this one does not know.
        let document: DocumentMut = text
            .parse()
            .map_err(|source: toml_edit::TomlError| SettingsError::new(&path, &source))?;
        let version = document.get("version").and_then(toml_edit::Item::as_integer);
        if let Some(version) = version.filter(|&version| version > i64::from(VERSION)) {
            return Err(SettingsError::Newer { path, version });
        }
        let mut settings: Self =
            toml_edit::de::from_str(&text).map_err(|source| SettingsError::new(&path, &source))?;
        settings.data = settings.data.map(|data| root.join(data));
        Ok(settings)
    }

    /// Writes into the file of the project at `root` that `data` is its data set; all else that is in the
    /// file stays as it is.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use host_tools::project::Settings;
    ///
    /// let project = tempfile::tempdir()?;
    /// let file = project.path().join(Settings::FILE);
    /// std::fs::write(&file, "# Mine.\nversion = 1\n")?;
    /// Settings::remember_data(project.path(), Path::new("/data/pets"))?;
    /// assert_eq!(std::fs::read_to_string(&file)?, "# Mine.\nversion = 1\ndata = \"/data/pets\"\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn remember_data(root: &Path, data: &Path) -> Result<(), SettingsError> {
        let known = Self::read(root)?;
        if known.data.as_deref() == Some(&*root.join(data)) {
            return Ok(());
        }
        let path = root.join(Self::FILE);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => {
                read.map_err(|source| SettingsError::Unreadable { path: path.clone(), source })?
            }
        };
        let mut document: DocumentMut = text.parse().expect("it was read a moment ago");
        if document.get("version").is_none() {
            document["version"] = value(i64::from(VERSION));
        }
        document["data"] = value(text_of(data)?);
        files::write(&path, document.to_string().as_bytes())?;
        Ok(())
    }

    /// The file of a new project.
    pub(super) fn first(board: &str, data: Option<&Path>) -> Result<String, SettingsError> {
        let mut document = DocumentMut::new();
        document["version"] = value(i64::from(VERSION));
        document["board"] = value(board);
        if let Some(data) = data {
            document["data"] = value(text_of(data)?);
        }
        Ok(format!(
            "# What the commands of this project know of it. `data` is the data set of every command that\n\
             # needs one: `train --data DIR` writes it.\n{document}"
        ))
    }
}

fn text_of(path: &Path) -> Result<&str, SettingsError> {
    path.to_str().ok_or_else(|| SettingsError::NoText(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let project = tempfile::tempdir().unwrap();
        let path = project.path().join(Settings::FILE);
        fs::write(&path, text).unwrap();
        let error = Settings::read(project.path()).unwrap_err().to_string();
        assert!(Settings::remember_data(project.path(), Path::new("d")).is_err());
        assert_eq!(fs::read_to_string(path).unwrap(), text, "what is not understood stays");
        error
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(refused("version = 2\nnew = 1\n").contains("version 2"));
        assert!(refused("version = 1\ndata = 3\n").contains("line 2"));
        assert!(refused("version = 1\nboard\n").contains("line 2"));
        assert!(refused("version = 1\ndate = \"x\"\n").contains("unknown field `date`"));
    }

    #[test]
    fn a_new_file_is_read() {
        let project = tempfile::tempdir().unwrap();
        fs::write(project.path().join(Settings::FILE), Settings::first("pico-2", None).unwrap())
            .unwrap();
        let settings = Settings::read(project.path()).unwrap();
        assert_eq!((settings.version, settings.board.as_deref()), (VERSION, Some("pico-2")));
    }
}
