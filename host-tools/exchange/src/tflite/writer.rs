//! The tables of a TensorFlow Lite file, written. Numbers of fields are those of the public schema (Apache 2.0).

use flatbuffers::{FlatBufferBuilder, TableFinishedWIPOffset, VOffsetT, WIPOffset};

use super::model::{FLOAT32, INT32};
use super::names::operator_code;

/// What stands at byte 4.
const IDENTIFIER: &str = "TFL3";

/// The version of the format.
const VERSION: i32 = 3;

/// An option of an operator: its number in the operator's table, and what it is.
#[derive(Clone, Copy)]
pub(super) enum Setting {
    Byte(u8),
    Int(i32),
    Float(f32),
}

/// The number of a table of options among all such tables, and what it holds.
pub(super) type Options = (u8, Vec<(usize, Setting)>);

struct TensorOut {
    name: String,
    shape: Vec<i32>,
    r#type: u8,
    buffer: u32,
}

struct OperatorOut {
    code: i32,
    inputs: Vec<i32>,
    output: i32,
    options: Options,
}

/// A file in the making.
#[derive(Default)]
pub(super) struct FileWriter {
    tensors: Vec<TensorOut>,
    /// Bytes of constants; buffer 0, that of values without any, is not among them.
    buffers: Vec<Vec<u8>>,
    operators: Vec<OperatorOut>,
}

type Offset = WIPOffset<TableFinishedWIPOffset>;

/// Where a field's place is written in a table.
fn slot(number: usize) -> VOffsetT {
    4 + 2 * number as VOffsetT
}

impl FileWriter {
    /// A value that is computed; its number.
    pub(super) fn value(&mut self, name: &str, shape: &[usize]) -> i32 {
        self.tensor(name, shape, FLOAT32, 0)
    }

    /// A constant of numbers; its number.
    pub(super) fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) -> i32 {
        self.buffers.push(values.iter().flat_map(|value| value.to_le_bytes()).collect());
        self.tensor(name, shape, FLOAT32, self.buffers.len() as u32)
    }

    /// A constant of integers; its number.
    pub(super) fn integers(&mut self, name: &str, shape: &[usize], values: &[usize]) -> i32 {
        let bytes = values.iter().flat_map(|&value| (value as i32).to_le_bytes());
        self.buffers.push(bytes.collect());
        self.tensor(name, shape, INT32, self.buffers.len() as u32)
    }

    fn tensor(&mut self, name: &str, shape: &[usize], r#type: u8, buffer: u32) -> i32 {
        let shape = shape.iter().map(|&size| size as i32).collect();
        self.tensors.push(TensorOut { name: name.into(), shape, r#type, buffer });
        self.tensors.len() as i32 - 1
    }

    pub(super) fn operator(&mut self, name: &str, inputs: Vec<i32>, output: i32, options: Options) {
        let code = operator_code(name);
        self.operators.push(OperatorOut { code, inputs, output, options });
    }

    /// The bytes of the file, with a text under a name of its own.
    pub(super) fn finish(&self, name: &str, [input, output]: [i32; 2], note: [&str; 2]) -> Vec<u8> {
        let mut builder = FlatBufferBuilder::new();
        let mut codes: Vec<i32> = self.operators.iter().map(|operator| operator.code).collect();
        codes.sort_unstable();
        codes.dedup();
        let code = |&code: &i32| {
            let table = builder.start_table();
            // Numbers above 127 have a field of their own.
            builder.push_slot_always(slot(0), code.min(127) as i8);
            builder.push_slot_always(slot(2), 1i32);
            builder.push_slot_always(slot(3), code);
            builder.end_table(table)
        };
        let code_tables: Vec<Offset> = codes.iter().map(code).collect();
        let code_tables = builder.create_vector(&code_tables);
        let tensors: Vec<Offset> =
            self.tensors.iter().map(|tensor| tensor.write(&mut builder)).collect();
        let tensors = builder.create_vector(&tensors);
        let place = |code: i32| codes.binary_search(&code).unwrap_or(0) as u32;
        let operators: Vec<Offset> = self
            .operators
            .iter()
            .map(|operator| operator.write(place(operator.code), &mut builder))
            .collect();
        let operators = builder.create_vector(&operators);
        let [inputs, outputs] = [input, output].map(|value| builder.create_vector(&[value]));
        let name = builder.create_string(name);
        let graph = builder.start_table();
        builder.push_slot_always(slot(0), tensors);
        builder.push_slot_always(slot(1), inputs);
        builder.push_slot_always(slot(2), outputs);
        builder.push_slot_always(slot(3), operators);
        builder.push_slot_always(slot(4), name);
        let graph = builder.end_table(graph);
        let graphs = builder.create_vector(&[graph]);

        let [key, text] = note;
        let contents = [&[][..]].into_iter().chain(self.buffers.iter().map(Vec::as_slice));
        let buffers: Vec<Offset> =
            contents.chain([text.as_bytes()]).map(|bytes| buffer(bytes, &mut builder)).collect();
        let last = buffers.len() as u32 - 1;
        let buffers = builder.create_vector(&buffers);
        let key = builder.create_string(key);
        let entry = builder.start_table();
        builder.push_slot_always(slot(0), key);
        builder.push_slot_always(slot(1), last);
        let entry = builder.end_table(entry);
        let metadata = builder.create_vector(&[entry]);
        let description = builder.create_string("tinyconv");
        let model = builder.start_table();
        builder.push_slot_always(slot(0), VERSION);
        builder.push_slot_always(slot(1), code_tables);
        builder.push_slot_always(slot(2), graphs);
        builder.push_slot_always(slot(3), description);
        builder.push_slot_always(slot(4), buffers);
        builder.push_slot_always(slot(6), metadata);
        let model = builder.end_table(model);
        builder.finish(model, Some(IDENTIFIER));
        builder.finished_data().to_vec()
    }
}

/// The first buffer has no bytes at all, not even an empty list of them.
fn buffer(bytes: &[u8], builder: &mut FlatBufferBuilder<'_>) -> Offset {
    let data = (!bytes.is_empty()).then(|| builder.create_vector(bytes));
    let table = builder.start_table();
    if let Some(data) = data {
        builder.push_slot_always(slot(0), data);
    }
    builder.end_table(table)
}

impl TensorOut {
    fn write(&self, builder: &mut FlatBufferBuilder<'_>) -> Offset {
        let shape = builder.create_vector(&self.shape);
        let name = builder.create_string(&self.name);
        let table = builder.start_table();
        builder.push_slot_always(slot(0), shape);
        builder.push_slot_always(slot(1), self.r#type as i8);
        builder.push_slot_always(slot(2), self.buffer);
        builder.push_slot_always(slot(3), name);
        builder.end_table(table)
    }
}

impl OperatorOut {
    fn write(&self, code: u32, builder: &mut FlatBufferBuilder<'_>) -> Offset {
        let inputs = builder.create_vector(&self.inputs);
        let outputs = builder.create_vector(&[self.output]);
        let (kind, settings) = &self.options;
        let options = builder.start_table();
        for &(number, setting) in settings {
            match setting {
                Setting::Byte(value) => builder.push_slot_always(slot(number), value),
                Setting::Int(value) => builder.push_slot_always(slot(number), value),
                Setting::Float(value) => builder.push_slot_always(slot(number), value),
            }
        }
        let options = builder.end_table(options);
        let table = builder.start_table();
        builder.push_slot_always(slot(0), code);
        builder.push_slot_always(slot(1), inputs);
        builder.push_slot_always(slot(2), outputs);
        if *kind > 0 {
            builder.push_slot_always(slot(3), *kind);
            builder.push_slot_always(slot(4), options);
        }
        builder.end_table(table)
    }
}
