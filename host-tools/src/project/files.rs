//! Which files a project has, and what is in them.

use std::fs;
use std::path::{Path, PathBuf};

use super::firmware;
use super::template::{fill, template};
use super::{ProjectBoard, ProjectError, Settings, Start};
use crate::boards::Family;

/// The checkout of tinyconv that a project depends on.
///
/// ```
/// use std::path::Path;
///
/// use host_tools::project::{Checkout, ProjectBoard, Start, files};
///
/// let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
/// let beside = root.join("../my-net");
/// let checkout = Checkout::new(Some(root), &beside)?;
/// let project = files("my-net", ProjectBoard::emulator(), &checkout, &Start::classes(10))?;
/// let manifest = &project.iter().find(|file| file.0 == "Cargo.toml").unwrap().1;
/// let name = root.canonicalize()?.file_name().unwrap().to_str().unwrap().to_owned();
/// assert!(manifest.contains(&format!("tinyconv = {{ path = \"../{name}\" }}")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Checkout {
    path: PathBuf,
    /// The same, seen from the project's directory: both can be moved together.
    from_project: PathBuf,
}

impl Checkout {
    /// The checkout in `path`, or, if there is none given, the one that this program was built from.
    ///
    /// # Errors
    /// If it is none.
    ///
    /// ```
    /// use host_tools::project::{Checkout, ProjectError};
    ///
    /// assert!(Checkout::new(None, "my-net".as_ref()).is_ok());
    /// let empty = tempfile::tempdir()?;
    /// let refused = Checkout::new(Some(empty.path()), "my-net".as_ref()).unwrap_err();
    /// assert!(matches!(refused, ProjectError::Checkout { missing, .. } if missing == "Cargo.toml"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn new(path: Option<&Path>, project: &Path) -> Result<Self, ProjectError> {
        let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let path = path.map_or_else(own, Path::to_owned);
        for missing in ["Cargo.toml", "src/lib.rs", "host-tools/Cargo.toml"] {
            if !path.join(missing).is_file() {
                return Err(ProjectError::Checkout { path, missing: missing.into() });
            }
        }
        let path = path.canonicalize().unwrap_or(path);
        let from_project = seen_from(project, &path);
        if [&path, &from_project].iter().any(|path| path.to_str().is_none()) {
            return Err(ProjectError::PathIsNoText(path));
        }
        Ok(Self { path, from_project })
    }

    /// A file of it.
    pub(super) fn read(&self, part: &str) -> Result<String, ProjectError> {
        fs::read_to_string(self.path.join(part))
            .map_err(|_| ProjectError::Checkout { path: self.path.clone(), missing: part.into() })
    }

    /// The path of a part of it, as a Cargo.toml has it that is so many directories below the project's.
    pub(super) fn toml(&self, part: &str, below: usize) -> String {
        let path = match self.from_project.is_absolute() {
            true => self.from_project.join(part),
            false => {
                let up: PathBuf = std::iter::repeat_n("..", below).collect();
                up.join(&self.from_project).join(part)
            }
        };
        let path = path.to_str().expect("checked when it was made").trim_end_matches('/');
        // The escapes of JSON are among those of TOML.
        serde_json::to_string(path).expect("a text is JSON")
    }

    /// The versions of dependencies that the tests ran with. Cargo leaves out what a project has not, and without
    /// the file it takes the newest.
    pub(super) fn lock(&self, directory: &str) -> Option<String> {
        fs::read_to_string(self.path.join(directory).join("Cargo.lock")).ok()
    }
}

/// `path` as it is seen from the directory of a project, which need not be there yet; both can then be moved
/// together. The whole path where they have no root in common.
///
/// ```
/// let place = tempfile::tempdir()?;
/// let pictures = place.path().join("pictures");
/// std::fs::create_dir(&pictures)?;
/// let seen = host_tools::project::seen_from(&place.path().join("my-net"), &pictures);
/// assert_eq!(seen, std::path::Path::new("..").join("pictures"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn seen_from(project: &Path, path: &Path) -> PathBuf {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let project = std::path::absolute(project).unwrap_or_else(|_| project.to_owned());
    let name = project.file_name().unwrap_or_default();
    let parent = project.parent().and_then(|parent| parent.canonicalize().ok());
    let project = parent.map_or_else(|| project.clone(), |parent| parent.join(name));
    pathdiff::diff_paths(&path, project).unwrap_or(path)
}

/// The files of the project `name` for `board`: each its path and its content; without those of a model
/// that is trained already.
///
/// # Errors
/// If the checkout lacks the board's example.
///
/// ```
/// use host_tools::project::{Checkout, ProjectBoard, Start, files};
///
/// let board = ProjectBoard::named("pico-2").unwrap();
/// let checkout = Checkout::new(None, "my-net".as_ref())?;
/// let project = files("my-net", board, &checkout, &Start::classes(10))?;
/// let content = |path: &str| &project.iter().find(|file| file.0 == path).unwrap().1;
/// assert!(content("network/src/lib.rs").contains("pub Net: 1 x 28 x 28"));
/// assert!(content("firmware/.cargo/config.toml").contains("--chip RP235x"));
/// assert!(content("emulated/.cargo/config.toml").contains("mps2-an386"));
/// # Ok::<(), host_tools::project::ProjectError>(())
/// ```
pub fn files(
    name: &str,
    board: ProjectBoard,
    checkout: &Checkout,
    start: &Start,
) -> Result<Vec<(String, String)>, ProjectError> {
    let (tinyconv, host_tools) = (checkout.toml("", 0), checkout.toml("host-tools", 0));
    let emulated = board.emulated();
    let excluded = if board.is_emulated() { "" } else { ", \"emulated\"" };
    let manifest = [
        ("@NAME@", name),
        ("@TINYCONV@", &*tinyconv),
        ("@HOST_TOOLS@", &*host_tools),
        ("@EXCLUDED@", excluded),
        ("@PROFILES@", profiles()),
    ];
    let test = [("@NAME@", name), ("@EMULATED@", emulated)];
    let (import, recipe) = match start.recipe_lines() {
        none if none.is_empty() => ("", none),
        lines => ("\nuse tinyconv::model_file::{Normalisation, Normalisations};", lines),
    };
    let program = [("@NAME@", name), ("@NORMALISATION@", &*recipe), ("@IMPORT@", import)];
    let network = [("@NAME@", name), ("@NETWORK@", start.network.trim_end())];
    let mut files = vec![
        ("Cargo.toml", fill("Cargo.toml", template!("Cargo.toml"), &manifest)),
        ("README.md", readme(name, board)),
        (".cargo/config.toml", configuration()),
        // The examples' style.
        (
            ".rustfmt.toml",
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../.rustfmt.toml")).into(),
        ),
        (Settings::FILE, Settings::first(board.name(), start.data.as_deref())?),
        (".gitignore", fill(".gitignore", template!("gitignore"), &[])),
        ("src/main.rs", fill("main.rs", template!("main.rs"), &program)),
        ("tests/firmware.rs", fill("test.rs", template!("test.rs"), &test)),
        ("network/Cargo.toml", fill("network.toml", template!("network.toml"), &[])),
        ("network/build.rs", fill("build.rs", template!("build.rs"), &[])),
        ("network/src/lib.rs", fill("network.rs", template!("network.rs"), &network)),
        ("network/src/trained.rs", fill("trained.rs", template!("trained.rs"), &[])),
    ];
    files.extend(checkout.lock("").map(|lock| ("Cargo.lock", lock)));
    let mut files: Vec<_> =
        files.into_iter().map(|(path, content)| (path.to_owned(), content)).collect();

    let mut add_firmware = |directory: &str, board| {
        let contents = firmware::files(name, board, checkout)?.into_iter();
        files.extend(contents.map(|(path, content)| (format!("{directory}/{path}"), content)));
        Ok::<(), ProjectError>(())
    };
    add_firmware("firmware", board)?;
    if !board.is_emulated() {
        add_firmware(emulated, ProjectBoard::emulator())?;
    }
    if let Some(shared) = firmware::shared(board) {
        files.push((shared.into(), checkout.read(&format!("examples/{shared}"))?));
    }
    Ok(files)
}

/// The checkout's own, so that what both compile is the same.
fn profiles() -> &'static str {
    let manifest = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
    let begin = manifest.find("# The user's command is").expect("the manifest has the profile");
    let profiles = &manifest[begin..];
    let end = profiles.find("\n# Programs for a browser").expect("and the page's after it");
    profiles[..end].trim_end()
}

/// Training uses whatever SIMD the machine has, and what the tool itself was built of.
fn configuration() -> String {
    let simd = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../.cargo/config.toml"));
    // What follows is for a checkout: a project is a program of its own.
    let simd = simd.split_once("\n# `cargo tinyconv").map_or(simd, |(simd, _)| simd);
    let shared = fill("config.toml", template!("config.toml"), &[]);
    format!("{simd}\n{shared}")
}

fn readme(name: &str, board: ProjectBoard) -> String {
    let words = [("@NAME@", name), ("@EMULATED@", board.emulated())];
    let common = fill("README.md", template!("README.md"), &words);
    let flash = match board.firmware().family {
        Family::Emulated => return common,
        Family::Esp32 => template!("flash-espflash.md"),
        Family::CortexM => template!("flash-probe-rs.md"),
    };
    let words = [("@BOARD@", board.name()), ("@TARGET@", board.firmware().target)];
    common + &fill("README.md", flash, &words)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    fn project(name: &str, board: ProjectBoard) -> Vec<(String, String)> {
        files(
            name,
            board,
            &Checkout::new(None, &std::env::temp_dir().join(name)).unwrap(),
            &Start::classes(10),
        )
        .unwrap()
    }

    #[test]
    fn every_board_has_a_project_without_words_of_the_examples() {
        for board in ProjectBoard::value_variants() {
            let files = project("my-net", *board);
            let mut paths: Vec<&str> = files.iter().map(|file| &*file.0).collect();
            paths.sort_unstable();
            paths.dedup();
            assert_eq!(paths.len(), files.len(), "{board:?}: no file twice");
            for (path, content) in &files {
                // Cargo.lock names crates that cargo then leaves out.
                if path.ends_with("Cargo.lock") {
                    continue;
                }
                for word in ["Digits", "THREE", "[alias]", "finetune.rs", "../..\"", "digits.bin"] {
                    assert!(!content.contains(word), "{board:?}, {path}: {word}");
                }
                assert!(content.ends_with('\n'), "{board:?}, {path}");
            }
        }
    }

    /// The tests train and run two projects: on the host, the others are the same.
    #[test]
    fn projects_differ_in_their_firmware_only() {
        let on_the_host = |board| -> Vec<(String, String)> {
            let is_host = |path: &str| {
                ["src/", "tests/", "network/"].iter().any(|part| path.starts_with(part))
            };
            project("n", board).into_iter().filter(|file| is_host(&file.0)).collect()
        };
        let first = on_the_host(ProjectBoard::named("microbit-v2").unwrap());
        for board in ProjectBoard::value_variants().iter().filter(|board| !board.is_emulated()) {
            assert_eq!(on_the_host(*board), first, "{board:?}");
        }
    }

    #[test]
    fn another_checkout_is_looked_at_before_it_is_used() {
        let nothing = tempfile::tempdir().unwrap();
        let refused = Checkout::new(Some(nothing.path()), Path::new("n")).unwrap_err();
        assert!(refused.to_string().contains("it has no Cargo.toml); give"), "{refused}");
    }
}
