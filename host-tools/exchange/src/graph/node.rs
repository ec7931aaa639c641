//! A node: an operation with what it reads and makes.

use super::{Operation, ValueId};

/// An operation of a file, by its name there.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What an error calls it: `"conv1"`, or `number 3` of the file.
    pub(crate) label: String,
    /// What the file calls the operation.
    pub(crate) operator: String,
    /// What its layer would be called: the name of the module, or of its weight.
    pub(crate) module: String,
    pub(crate) operation: Operation,
    /// The computed values that it reads; constants are part of the operation.
    pub(crate) inputs: Vec<ValueId>,
    pub(crate) output: ValueId,
}
