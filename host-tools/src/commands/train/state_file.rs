//! The state of a run beside its model file, while the run is not done.

use std::fs;
use std::path::{Path, PathBuf};

use tinyconv_training::files::{self, FileError, STATE};
use tinyconv_training::text::shown;
use tinyconv_training::training::RunState;

use crate::commands::output;

/// The file with the state of a run.
pub struct StateFile {
    path: PathBuf,
    /// What is there is this run's.
    is_ours: bool,
    /// It cannot be written, and the user knows.
    failed: bool,
}

impl StateFile {
    /// The file for the run that ends with `model_file`, and what to go on from, if that is asked for.
    pub fn open(model_file: &Path, resume: bool) -> Result<(Self, Option<RunState>), FileError> {
        let path = model_file.with_extension(STATE);
        let state = if resume { Some(files::read_state(&path)?) } else { None };
        Ok((Self { path, is_ours: resume, failed: false }, state))
    }

    /// Writes the state. A run does not end because that fails: it can only not be resumed.
    pub fn save(&mut self, state: &RunState) {
        let written = self.keep_other().and_then(|()| files::write(&self.path, &state.encode()));
        match written {
            Ok(()) => (self.is_ours, self.failed) = (true, false),
            Err(_) if self.failed => {}
            Err(error) => {
                self.failed = true;
                output::note(&format!("note: the run cannot be resumed if it is stopped: {error}"));
            }
        }
    }

    /// The state of another run is somebody's work, too.
    fn keep_other(&self) -> Result<(), FileError> {
        if !self.is_ours && self.path.symlink_metadata().is_ok() {
            let kept = files::keep(&self.path)?;
            output::note(&format!(
                "note: the {} that was there, of a run that was stopped, is kept as {}",
                shown(&self.path),
                shown(&kept)
            ));
        }
        Ok(())
    }

    /// Where a stopped run can be taken up again, if it can.
    pub fn to_resume(&self) -> Option<&Path> {
        (self.is_ours && !self.failed).then_some(&self.path)
    }

    /// Removes the file of a run that is done.
    pub fn remove(self) {
        // What cannot be removed is refused by the next run that should go on from it, or kept by it.
        let _ = self.is_ours.then(|| fs::remove_file(&self.path));
    }
}

/// How far a run was.
pub fn resume_text(state: &RunState) -> String {
    let (epochs, batches) = (state.epochs(), state.batches());
    match batches {
        0 => format!("going on after epoch {epochs}"),
        batches => format!("going on after batch {batches} of epoch {}", epochs + 1),
    }
}
