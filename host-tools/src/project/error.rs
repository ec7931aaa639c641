//! Why a project was not written, in words that say what to do.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use tinyconv_training::text::shown;

use super::SettingsError;

/// Why there is no new project. Nothing was written.
///
/// ```
/// use host_tools::project::check_name;
///
/// let error = check_name("fn").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#""fn" cannot be the name of a Rust package: it is a keyword of Rust; give a name such as my-net"#,
/// );
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// The name cannot be that of a Rust package.
    #[error("{name:?} cannot be the name of a Rust package: {why}; give a name such as my-net")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is something already.
    #[error("{} is there already; give another name, or remove it", shown(.0))]
    Exists(PathBuf),
    /// There is no directory for it.
    #[error("there is no directory {}; create it first, or give another place", shown(.0))]
    NoParent(PathBuf),
    /// The project depends on a checkout that is not there.
    #[error(
        "{} is no checkout of tinyconv (it has no {missing}); give its directory with --tinyconv",
        shown(.path)
    )]
    Checkout {
        /// Where it should be.
        path: PathBuf,
        /// A file that is not there.
        missing: String,
    },
    /// A path that Cargo.toml cannot hold.
    #[error("{} is no text; use a checkout of tinyconv in another directory", shown(.0))]
    PathIsNoText(PathBuf),
    /// The operating system refused it.
    #[error("cannot write {}; nothing was left behind, give another place", shown(.path))]
    Unwritable {
        /// The project's directory.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// Its settings cannot hold what they should.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}
