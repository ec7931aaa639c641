//! Where `train` and `eval` put what is to be looked at.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use tinyconv_report::report::Metrics;
use tinyconv_training::files::{self, FileError};

/// The options about the report.
#[derive(Args)]
pub struct ReportArguments {
    /// Where to write the HTML report [default: beside the model file]; its figures go beside it,
    /// in NAME.metrics.jsonl.
    #[arg(long, value_name = "PATH", conflicts_with = "no_report")]
    report: Option<PathBuf>,
    /// Do not write a report or its figures.
    #[arg(long)]
    no_report: bool,
}

/// Where a report and its figures go.
#[derive(Clone)]
pub struct Places {
    /// The page.
    pub report: PathBuf,
    /// The figures.
    pub metrics: PathBuf,
    /// The user named the place.
    pub chosen: bool,
}

impl ReportArguments {
    /// The places, if there is to be a report: those that were asked for, or names ending in `ending`
    /// beside `model_file`.
    ///
    /// # Errors
    /// If one of them is the model file.
    pub fn places(&self, model_file: &Path, ending: &str) -> Result<Option<Places>, FileError> {
        if self.no_report {
            return Ok(None);
        }
        let chosen = self.report.is_some();
        let beside = || model_file.with_extension(ending);
        let report = self.report.clone().unwrap_or_else(beside);
        let metrics = Metrics::beside(&report);
        for path in [&report, &metrics] {
            if same(path, model_file) {
                let source = io::Error::other("that is the model file itself");
                return Err(FileError::Unwritable { path: path.clone(), source });
            }
        }
        Ok(Some(Places { report, metrics, chosen }))
    }
}

impl Places {
    /// Checks both places before the work begins.
    ///
    /// # Errors
    /// If nothing can be written there.
    pub fn check(&self) -> Result<(), FileError> {
        files::check_writable(&self.report)?;
        files::check_writable(&self.metrics)
    }

    /// The names for another model file of the same run.
    pub fn beside(model_file: &Path, ending: &str) -> Self {
        let report = model_file.with_extension(ending);
        Self { metrics: Metrics::beside(&report), report, chosen: false }
    }
}

/// The same file under two paths, as far as directories that exist tell.
fn same(a: &Path, b: &Path) -> bool {
    let full = |path: &Path| {
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(directory.join(path.file_name()?))
    };
    a == b || full(a).is_some_and(|full_a| full(b).is_some_and(|full_b| full_a == full_b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(report: &str) -> ReportArguments {
        ReportArguments { report: Some(report.into()), no_report: false }
    }

    #[test]
    fn beside_the_model_file_or_where_the_user_wants() {
        let usual = ReportArguments { report: None, no_report: false };
        let places = usual.places(Path::new("a/digits.tinyconv"), "report.html").unwrap().unwrap();
        assert_eq!(places.report, Path::new("a/digits.report.html"));
        assert_eq!(places.metrics, Path::new("a/digits.metrics.jsonl"));
        assert!(!places.chosen);
        let places = arguments("b.html").places(Path::new("a"), "report.html").unwrap().unwrap();
        assert_eq!((places.report, places.metrics), ("b.html".into(), "b.metrics.jsonl".into()));
        let none = ReportArguments { report: None, no_report: true };
        assert!(none.places(Path::new("a"), "report.html").unwrap().is_none());
    }

    #[test]
    fn never_over_the_model_file() {
        for (report, model_file) in [
            ("src/lib.rs", "src/lib.rs"),
            ("src/../src/lib.rs", "src/lib.rs"),
            ("a.html", "a.metrics.jsonl"),
        ] {
            let refused = arguments(report).places(Path::new(model_file), "report.html");
            assert!(refused.is_err(), "{report} {model_file}");
        }
    }
}
