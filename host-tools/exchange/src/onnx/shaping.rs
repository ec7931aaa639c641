//! Operators that change a shape and no number.

use tinyconv::plan::{Dims, LayerKind};

use super::OnnxError;
use super::node::Node;
use super::reader::Reader;

const ADVICE: &str = "a value is flattened to batch x features, all else keeps its shape";

impl<'a> Reader<'a> {
    /// The value has no dimensions but batch and features any more.
    pub(super) fn as_vector(&mut self) {
        self.rank = 2;
        self.averaged = None;
    }

    pub(super) fn flatten(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["axis"])?;
        let axis = node.int("axis").unwrap_or(1);
        let axis = if axis < 0 { axis.saturating_add_unsigned(self.rank as u64) } else { axis };
        if axis != 1 {
            return Err(node.refused(format!("the axis is {axis}"), ADVICE));
        }
        self.flattened(node)
    }

    /// The value as a vector, by a layer if it is a map.
    fn flattened(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        if let Dims::Map(_) = self.dims {
            self.plain(node, LayerKind::Flatten)?;
        } else {
            self.same(node);
        }
        self.as_vector();
        Ok(())
    }

    pub(super) fn reshape(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["allowzero"])?;
        let Some(name) = node.input(1) else {
            return Err(
                node.refused("it names no shape", "the file is incomplete: export it again")
            );
        };
        let wanted = self.graph.integers(name, &self.shapes)?;
        let given = self.shapes.get(self.value).cloned().unwrap_or_default();
        let refused =
            || node.refused(format!("from {given:?} to {wanted:?} (a batch is 1)"), ADVICE);
        // 0 keeps a dimension, one -1 is what is left; the batch may be written as what the file says.
        let mut shape = wanted.clone();
        for (index, size) in shape.iter_mut().enumerate() {
            match *size {
                0 => *size = *given.get(index).ok_or_else(refused)?,
                batch if index == 0 && Some(batch) == self.batch => *size = 1,
                _ => {}
            }
        }
        let len = self.dims.len() as i64;
        if let Some(open) = shape.iter().position(|&size| size == -1) {
            shape[open] = 1;
            let rest = shape.iter().try_fold(1i64, |all, &size| all.checked_mul(size));
            shape[open] = rest.and_then(|rest| len.checked_div(rest)).unwrap_or(0);
        }
        if shape == given {
            self.same(node);
            Ok(())
        } else if shape == [1, len] {
            self.flattened(node)
        } else {
            Err(refused())
        }
    }

    pub(super) fn squeeze(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["axes"])?;
        let mut axes = self.axes(node)?;
        axes.sort_unstable();
        axes.dedup();
        let shape = self.shapes.get(self.value).cloned().unwrap_or_default();
        if axes.iter().any(|&axis| axis < 2 || shape.get(axis) != Some(&1)) {
            return Err(node.refused(format!("the axes {axes:?} of {shape:?}"), ADVICE));
        }
        let rank = self.rank - axes.len();
        if rank == 2 {
            return self.flattened(node);
        }
        // A signal is left, or what was averaged with one of its two dimensions.
        if let Dims::Map([channels, rows, columns]) = self.dims {
            self.dims = Dims::Map([channels, 1, rows * columns]);
            if rows != 1 {
                return Err(node.refused(format!("the axes {axes:?} of {shape:?}"), ADVICE));
            }
        }
        self.rank = rank;
        self.same(node);
        Ok(())
    }
}
