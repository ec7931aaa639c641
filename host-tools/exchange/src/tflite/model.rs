//! The tables of a file, as far as networks of layers have need of them. Numbers of fields and of types are those of the
//! public schema of TensorFlow Lite (Apache 2.0).

use super::TfliteError;
use super::flat::Table;
use super::names::operator_name;
use crate::ModelNotes;

/// Tensors and operators of a file: a network of 128 layers has some hundred.
const MOST: usize = 10_000;

/// `TensorType`.
pub(super) const FLOAT32: u8 = 0;
/// Half precision.
pub(super) const FLOAT16: u8 = 1;
pub(super) const INT32: u8 = 2;
/// Weights of eight bits, with a scale.
pub(super) const INT8: u8 = 9;
pub(super) const INT64: u8 = 4;

/// What the schema calls a type of numbers.
pub(super) fn type_name(code: u8) -> String {
    const NAMES: [&str; 19] = [
        "FLOAT32",
        "FLOAT16",
        "INT32",
        "UINT8",
        "INT64",
        "STRING",
        "BOOL",
        "INT16",
        "COMPLEX64",
        "INT8",
        "FLOAT64",
        "COMPLEX128",
        "UINT64",
        "RESOURCE",
        "VARIANT",
        "UINT32",
        "UINT16",
        "INT4",
        "BFLOAT16",
    ];
    NAMES.get(usize::from(code)).map_or_else(|| format!("number {code}"), |&name| name.into())
}

/// A tensor: constant if it has data.
pub(super) struct Tensor<'a> {
    pub(super) name: String,
    /// The batch, which is 1, first.
    pub(super) shape: Vec<usize>,
    pub(super) code: u8,
    pub(super) data: &'a [u8],
    /// A size that is only known when the network runs, besides the batch.
    pub(super) is_open: bool,
    /// Of weights of eight bits, not yet read.
    pub(super) quantisation: Option<Table<'a>>,
}

/// Of weights of eight bits: `real = scale * q`, a scale for each part along a dimension, or one for all.
#[derive(Default)]
pub(super) struct Quantisation {
    pub(super) scales: Vec<f32>,
    pub(super) zero_points: Vec<i64>,
    pub(super) dimension: usize,
}

impl Quantisation {
    /// That of a tensor, with at most as many scales as it has numbers.
    pub(super) fn read(tensor: &Tensor<'_>) -> Result<Self, TfliteError> {
        const WHAT: &str = "a quantisation";
        let Some(table) = tensor.quantisation else { return Ok(Self::default()) };
        let limit = tensor.data.len();
        let dimension = table.int(6, WHAT)?.unwrap_or(0);
        let dimension = usize::try_from(dimension).ok();
        Ok(Self {
            scales: table.floats(2, WHAT, limit)?,
            zero_points: table.longs(3, WHAT, limit)?,
            dimension: dimension.ok_or(TfliteError::Damaged { what: WHAT })?,
        })
    }
}

/// An operator with what it reads (-1: nothing) and makes.
pub(super) struct Operator<'a> {
    pub(super) name: String,
    pub(super) inputs: Vec<i32>,
    pub(super) outputs: Vec<i32>,
    pub(super) options: Option<Table<'a>>,
}

/// The network of a file.
pub(super) struct Model<'a> {
    pub(super) tensors: Vec<Tensor<'a>>,
    pub(super) operators: Vec<Operator<'a>>,
    pub(super) inputs: Vec<i32>,
    pub(super) outputs: Vec<i32>,
    /// What our own exporter wrote about the network.
    pub(super) notes: Option<&'a [u8]>,
}

impl<'a> Model<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, TfliteError> {
        let root = Table::root(bytes)?;
        let codes = root.tables(1, "operator codes", MOST)?;
        let graphs = root.tables(2, "graphs", MOST)?;
        let buffers = root.tables(4, "buffers", 2 * MOST)?;
        let [graph] = graphs[..] else {
            return Err(TfliteError::Graphs { count: graphs.len() });
        };
        let data = |buffer: usize| -> Result<&'a [u8], TfliteError> {
            let Some(buffer) = buffers.get(buffer) else {
                return Err(TfliteError::Damaged { what: "a buffer" });
            };
            // Behind the tables, in files beyond 2 GB, and in some others.
            let (first, len) = (buffer.long(1, "a buffer")?, buffer.long(2, "a buffer")?);
            if first > 1 {
                let range = || {
                    let first = usize::try_from(first).ok()?;
                    bytes.get(first..)?.get(..usize::try_from(len).ok()?)
                };
                return range().ok_or(TfliteError::Damaged { what: "a buffer" });
            }
            buffer.bytes(0, "a buffer")
        };
        let tensors = graph.tables(0, "tensors", MOST)?.into_iter().map(|tensor| {
            let shape = tensor.ints(0, "a shape")?;
            let signature = tensor.ints(7, "a shape")?;
            let sizes = shape.iter().map(|&size| usize::try_from(size).ok());
            let sizes: Option<Vec<usize>> = sizes.collect();
            Ok(Tensor {
                name: tensor.text(3, "a name")?,
                shape: sizes.ok_or(TfliteError::Damaged { what: "a shape" })?,
                code: tensor.byte(1, "a type")?,
                data: data(tensor.int(2, "a buffer")?.unwrap_or(0) as u32 as usize)?,
                quantisation: tensor.table(4, "a quantisation")?,
                is_open: signature.iter().skip(1).any(|&size| size < 0),
            })
        });
        let tensors = tensors.collect::<Result<Vec<_>, TfliteError>>()?;
        let operators = graph.tables(3, "operators", MOST)?.into_iter().map(|operator| {
            let index = operator.int(0, "an operator")?.unwrap_or(0);
            let code = usize::try_from(index).ok().and_then(|index| codes.get(index));
            let code = code.ok_or(TfliteError::Damaged { what: "an operator's code" })?;
            // The first files had only a byte for it.
            let old = u32::from(code.byte(0, "a code")?);
            let new = code.int(3, "a code")?.unwrap_or(0).max(0).unsigned_abs();
            let number = old.max(new);
            let custom = code.text(1, "a code")?;
            Ok(Operator {
                name: if custom.is_empty() { operator_name(number) } else { custom },
                inputs: operator.ints(1, "an operator's inputs")?,
                outputs: operator.ints(2, "an operator's outputs")?,
                options: operator.table(4, "an operator's options")?,
            })
        });
        let operators = operators.collect::<Result<Vec<_>, TfliteError>>()?;
        let (inputs, outputs) = (graph.ints(1, "the inputs")?, graph.ints(2, "the outputs")?);
        let mut notes = None;
        for entry in root.tables(6, "metadata", MOST)? {
            if entry.bytes(0, "metadata")? == ModelNotes::KEY.as_bytes() {
                let buffer = entry.int(1, "metadata")?.unwrap_or(0);
                notes = Some(data(buffer as u32 as usize)?);
            }
        }
        Ok(Self { tensors, operators, inputs, outputs, notes })
    }

    /// A tensor by its number.
    pub(super) fn tensor(&self, index: i32) -> Result<&Tensor<'a>, TfliteError> {
        let tensor = usize::try_from(index).ok().and_then(|index| self.tensors.get(index));
        tensor.ok_or(TfliteError::Damaged { what: "a tensor" })
    }
}
