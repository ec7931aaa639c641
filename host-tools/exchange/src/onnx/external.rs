//! Numbers that lie in files beside the network.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use super::NumbersError;
use super::proto::TensorProto;

/// The directory of a file, in which it may name others.
pub(super) struct External {
    /// Where there is none, nothing is read.
    directory: Option<PathBuf>,
    /// The files that were read.
    used: RefCell<BTreeMap<String, PathBuf>>,
}

impl External {
    pub(super) fn new(directory: Option<&Path>) -> Self {
        Self { directory: directory.map(Path::to_owned), used: RefCell::default() }
    }

    /// The files that were read: their names, and where they lie.
    pub(super) fn used(self) -> Vec<(String, PathBuf)> {
        self.used.into_inner().into_iter().collect()
    }

    /// The bytes of a tensor that lie in another file; at most `limit`.
    pub(super) fn bytes(
        &self,
        tensor: &TensorProto,
        limit: usize,
    ) -> Result<Vec<u8>, NumbersError> {
        let entry = |key: &str| {
            let entry = tensor.external_data.iter().find(|entry| entry.key == key);
            entry.map(|entry| &*entry.value)
        };
        let name = entry("location").unwrap_or("");
        let refused = |problem: &'static str| NumbersError::External { file: name.into(), problem };
        let number = |key: &str| match entry(key) {
            None => Ok(None),
            Some(text) => {
                text.parse::<u64>().map(Some).map_err(|_| refused("its place is no number"))
            }
        };
        let directory = self.directory.as_ref().ok_or(refused("it is not known where that is"))?;
        // Nothing leads out of the directory: no absolute path, no `..`, no link.
        let plain = Path::new(name).components().all(|it| matches!(it, Component::Normal(_)));
        if name.is_empty() || !plain || name.contains('\\') {
            return Err(refused("only files beside the network, or below it, are read"));
        }
        let missing = |_| refused("that cannot be read: put it beside the network");
        let inside = directory.canonicalize().map_err(missing)?;
        let path = inside.join(name).canonicalize().map_err(missing)?;
        if !path.starts_with(&inside) {
            return Err(refused("only files beside the network, or below it, are read"));
        }
        let facts = path.metadata().map_err(missing)?;
        if !facts.is_file() {
            return Err(refused("that is no file"));
        }
        let first = number("offset")?.unwrap_or(0);
        let rest = facts.len().checked_sub(first);
        let rest = rest.ok_or(refused("it ends before these numbers: it is not the right file"))?;
        let length = number("length")?.unwrap_or(rest);
        if length > rest {
            return Err(refused("it ends before these numbers: it is not the right file"));
        }
        let length = usize::try_from(length).ok().filter(|&length| length <= limit);
        let length = length.ok_or(NumbersError::TooOften { limit: limit / size_of::<f32>() })?;
        let mut bytes = vec![0; length];
        let mut file = File::open(&path).map_err(missing)?;
        file.seek(SeekFrom::Start(first)).map_err(missing)?;
        file.read_exact(&mut bytes).map_err(missing)?;
        self.used.borrow_mut().insert(name.into(), path);
        Ok(bytes)
    }
}
