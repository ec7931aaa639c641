//! A network as a file of another program has it, whatever the format: values with shapes, and the operations between
//! them. Readers of formats build one; `imported` makes layers of it.

mod array;
mod network;
mod node;
mod operation;
mod problem;
mod shape;
mod window;

pub(crate) use array::Array;
pub(crate) use network::{Graph, GraphBuilder, Value, ValueId};
pub(crate) use node::Node;
pub(crate) use operation::{Arithmetic, ChannelAxis, Operation, Reduction};
pub(crate) use problem::Problem;
pub(crate) use shape::spread;
pub(crate) use window::Window;
