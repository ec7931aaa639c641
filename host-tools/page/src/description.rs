//! What the page's scripts know of a model: a JSON text, so that they need no format of their own.

use heapless::Vec;
use serde::{Serialize, Serializer};
use tinyconv::model_file::{MAX_LAYERS, ModelFile};
use tinyconv::plan::{Dims, LayerSpec};

use crate::{Entry, PageError};

/// A model as the page shows it.
#[derive(Serialize)]
struct Description<'a> {
    name: &'a str,
    labels: &'a [&'a str],
    outputs: usize,
    input: [usize; 3],
    border: usize,
    parameters: usize,
    taught: usize,
    maps: Vec<Map<'a>, MAX_LAYERS>,
}

/// A map of the network, of which the numbers begin at `at`.
#[derive(Serialize)]
struct Map<'a> {
    #[serde(serialize_with = "layers")]
    layers: &'a [LayerSpec<'a>],
    shape: [usize; 3],
    at: usize,
}

#[derive(Serialize)]
struct Layer<'a> {
    name: &'a str,
    kind: &'a str,
}

/// Channels, rows, columns.
fn sizes(dims: Dims) -> [usize; 3] {
    [dims.channels(), dims.height(), dims.width()]
}

fn layers<S: Serializer>(specs: &[LayerSpec<'_>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer
        .collect_seq(specs.iter().map(|spec| Layer { name: spec.name, kind: spec.kind.name() }))
}

/// Writes the description of `file` to `text` and returns its length.
///
/// # Errors
/// If the names are too long for `text`.
pub fn describe(entry: &Entry, file: &ModelFile<'_>, text: &mut [u8]) -> Result<usize, PageError> {
    let mut at = 0;
    let maps = entry.maps().map(|map| {
        let begin = at;
        at += map.shape.len();
        Map { layers: map.layers, shape: sizes(map.shape), at: begin }
    });
    let description = Description {
        name: file.name,
        labels: &file.labels,
        outputs: entry.sizes.outputs,
        input: sizes(entry.input),
        border: entry.border,
        parameters: entry.sizes.deployed,
        taught: entry.sizes.taught,
        maps: maps.collect(),
    };
    serde_json_core::to_slice(&description, text).map_err(|_| PageError::NamesTooLong)
}
