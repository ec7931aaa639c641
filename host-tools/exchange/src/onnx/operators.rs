//! Operators with options and tensors, read.

use tinyconv::plan::{
    AvgPoolOptions, BatchNormOptions, Class, DenseOptions, Dims, DropoutOptions, LayerKind,
    PoolOptions,
};

use super::OnnxError;
use super::node::Node;
use super::reader::Reader;
use crate::{Role, Tensor};

impl<'a> Reader<'a> {
    pub(super) fn activation(&mut self, node: Node<'a>, kind: LayerKind) -> Result<(), OnnxError> {
        node.only(&[])?;
        self.plain(node, kind)
    }

    pub(super) fn batch_norm(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["epsilon", "momentum", "training_mode", "spatial"])?;
        node.must_be(
            "training_mode",
            0,
            "export the network in its evaluation mode: model.eval()",
        )?;
        node.must_be("spatial", 1, "export with opset_version=17")?;
        let follows = |layer: &super::ImportedLayer| layer.kind.class().is_weighted();
        if !self.layers.last().is_some_and(follows) {
            return Err(node.refused(
                "it does not directly follow a Conv or Gemm",
                "it can only be folded into the layer before it: put it there, before the \
                 activation",
            ));
        }
        let mut tensors = Vec::new();
        let roles = [Role::Weight, Role::Bias, Role::RunningMean, Role::RunningVariance];
        for (index, role) in roles.into_iter().enumerate() {
            tensors.push(self.tensor(node, index + 1, role)?);
        }
        if let Some(index) = tensors[3].values.iter().position(|&variance| variance < 0.0) {
            let found = format!("the variance of channel {index} is {}", tensors[3].values[index]);
            return Err(node.refused(found, "the file is damaged: export it again"));
        }
        let options = BatchNormOptions {
            epsilon: node.float("epsilon").unwrap_or(1e-5),
            // There, the share that the old average keeps.
            momentum: complement(node.float("momentum").unwrap_or(0.9)),
        };
        let name = node.input(1).unwrap_or("");
        self.with_tensors(node, LayerKind::BatchNorm(options), name, &tensors)
    }

    pub(super) fn softmax(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["axis"])?;
        // Before version 13, all dimensions from `axis` on were taken together.
        let whole = self.operators < 13;
        let axis = node.int("axis").unwrap_or(if whole { 1 } else { -1 });
        let axis = if axis < 0 { axis.saturating_add_unsigned(self.rank as u64) } else { axis };
        let last = axis == 1 && (whole || self.dims.height() * self.dims.width() == 1);
        if !last {
            let advice = "it must cover all outputs together: put it after Flatten or Gemm";
            return Err(node.refused(format!("the axis {axis} of {}", self.dims), advice));
        }
        self.plain(node, LayerKind::Softmax)
    }

    pub(super) fn pool(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&[
            "kernel_shape",
            "strides",
            "pads",
            "dilations",
            "auto_pad",
            "ceil_mode",
            "count_include_pad",
            "storage_order",
        ])?;
        self.as_map();
        let rank = self.rank;
        let size = node.pair("kernel_shape", None, rank)?;
        let stride = node.pair("strides", Some([1, 1]), rank)?;
        self.no_dilation(node)?;
        let sides = [self.dims.height(), self.dims.width()];
        let fills = |axis: usize| {
            stride[axis] > 0
                && sides[axis].checked_sub(size[axis]).is_some_and(|it| it % stride[axis] == 0)
        };
        let pads = match node.ints("pads") {
            Some(list) => node.pads(list, rank)?,
            None => [0; 4],
        };
        let pads_none = match node.text("auto_pad") {
            None | Some(b"NOTSET") => pads == [0; 4],
            Some(b"VALID") => true,
            // Nothing is added where windows fill the map without gaps.
            Some(_) => stride == size && fills(0) && fills(1),
        };
        if !pads_none {
            let advice = "pools here have no padding: give the convolution before it more, or take a \
                          window that fits";
            return Err(node.refused("it pads the map", advice));
        }
        if node.int("ceil_mode").unwrap_or(0) != 0 && !(fills(0) && fills(1)) {
            let advice = "sizes are rounded down here: use ceil_mode=False";
            return Err(node.refused("it rounds the size of its output up", advice));
        }
        let options = AvgPoolOptions {
            size,
            stride: (stride != size).then_some(stride),
            ..AvgPoolOptions::NEW
        };
        let max = node.operator() == "MaxPool";
        let kind = if max {
            let AvgPoolOptions { size, stride, padding, .. } = options;
            LayerKind::MaxPool2d(PoolOptions { size, stride, padding })
        } else {
            LayerKind::AvgPool2d(options)
        };
        self.plain(node, kind)
    }

    /// Refuses windows with gaps.
    pub(super) fn no_dilation(&self, node: Node<'a>) -> Result<(), OnnxError> {
        match node.ints("dilations") {
            Some(list) if list.iter().any(|&dilation| dilation != 1) => Err(node.refused(
                format!("the dilations {list:?}"),
                "there are no gaps in kernels here: use dilation 1, and train the network again",
            )),
            _ => Ok(()),
        }
    }

    pub(super) fn average(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        self.as_map();
        let size = [self.dims.height(), self.dims.width()];
        self.plain(node, LayerKind::GlobalAvgPool2d)?;
        self.averaged = Some((self.layers.len() - 1, size));
        Ok(())
    }

    /// The mean over rows and columns is that of whole channels.
    pub(super) fn reduce_mean(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["axes", "keepdims", "noop_with_empty_axes"])?;
        let rank = self.rank;
        let mut axes = self.axes(node)?;
        axes.sort_unstable();
        let spatial: Vec<usize> = (2..rank).collect();
        if axes != spatial || spatial.is_empty() {
            let advice =
                "only the mean over all rows and columns is a layer (global average pooling)";
            return Err(node.refused(format!("it takes the mean over the axes {axes:?}"), advice));
        }
        self.average(node)?;
        if node.int("keepdims").unwrap_or(1) == 0 {
            self.as_vector();
        }
        Ok(())
    }

    /// The axes of a node, counted from the first: an attribute once, an input in later versions.
    pub(super) fn axes(&self, node: Node<'a>) -> Result<Vec<usize>, OnnxError> {
        let list = match (node.ints("axes"), node.input(1)) {
            (Some(list), _) => list.to_vec(),
            (None, Some(name)) => self.graph.integers(name, &self.shapes)?,
            (None, None) => {
                return Err(node.refused("it names no axes", "name them (dim=...)"));
            }
        };
        let rank = self.rank as i64;
        let axis = |&axis: &i64| {
            let axis = if axis < 0 { axis.checked_add(rank)? } else { axis };
            usize::try_from(axis).ok().filter(|&axis| axis < self.rank)
        };
        list.iter().map(axis).collect::<Option<_>>().ok_or_else(|| {
            node.refused(
                format!("the axes {list:?}"),
                "the value has fewer dimensions: export it again",
            )
        })
    }

    pub(super) fn addition(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&[])?;
        let constant = |index| node.input(index).filter(|&name| self.graph.is_constant(name));
        match (node.proto.input.len(), constant(0).or(constant(1))) {
            (2, Some(bias)) => self.add_bias(node, bias),
            (2, None) => self.add(node),
            (count, _) => Err(node.refused(
                format!("it adds {count} values"),
                "only a block's input and its output are added",
            )),
        }
    }

    pub(super) fn dropout(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["ratio", "seed"])?;
        let ratio = match (node.float("ratio"), node.input(1)) {
            (Some(ratio), _) => ratio,
            (None, Some(name)) => self.graph.floats(name)?.1.first().copied().unwrap_or(0.5),
            (None, None) => 0.5,
        };
        if ratio == 0.0 {
            self.same(node);
            return Ok(());
        }
        self.plain(node, LayerKind::Dropout(DropoutOptions { keep: complement(ratio) }))
    }

    pub(super) fn gemm(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["alpha", "beta", "transA", "transB"])?;
        for name in ["alpha", "beta"] {
            if let Some(factor) = node.float(name).filter(|&factor| factor != 1.0) {
                return Err(node.refused(
                    format!("{name} is {factor}"),
                    "multiply the weights and the bias by it before you export",
                ));
            }
        }
        node.must_be("transA", 0, "the input is a vector here: leave transA out")?;
        let transposed = node.int("transB").unwrap_or(0) != 0;
        let weight = self.tensor(node, 1, Role::Weight)?;
        let bias = match node.input(2) {
            Some(_) => Some(self.tensor(node, 2, Role::Bias)?),
            None => None,
        };
        self.dense(node, weight, transposed, bias)
    }

    pub(super) fn product(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&[])?;
        let weight = self.tensor(node, 1, Role::Weight)?;
        self.dense(node, weight, false, None)
    }

    fn dense(
        &mut self,
        node: Node<'a>,
        weight: Tensor,
        transposed: bool,
        bias: Option<Tensor>,
    ) -> Result<(), OnnxError> {
        if self.rank != 2 {
            let advice = "a dense layer takes a vector: put a Flatten before it";
            return Err(node.refused(format!("its input is {}", self.dims), advice));
        }
        let &[rows, columns] = &weight.shape[..] else {
            let found = format!("the weight has the shape {:?}", weight.shape);
            return Err(node.refused(found, "a dense layer's has two dimensions"));
        };
        let (out, weight) = if transposed {
            (rows, weight)
        } else {
            let mut values = vec![0.0; weight.values.len()];
            transpose::transpose(&weight.values, &mut values, columns, rows);
            (columns, Tensor { shape: vec![columns, rows], values, ..weight })
        };
        // `Dense` reads a map as it is.
        if self.layers.last().is_some_and(|layer| layer.kind.class() == Class::Flatten) {
            self.layers.pop();
        }
        let wants_bias = bias.is_none();
        let values = match bias {
            None => vec![0.0; out],
            // One for all outputs, or one for each.
            Some(bias) if bias.values.len() == 1 => vec![bias.values[0]; out],
            Some(bias) => bias.values,
        };
        let bias = Tensor { role: Role::Bias, shape: vec![values.len()], values };
        let kind = LayerKind::Dense(DenseOptions { out });
        let name = node.input(1).unwrap_or("");
        self.with_tensors(node, kind, name, &[weight, bias])?;
        self.wants_bias = wants_bias;
        Ok(())
    }

    /// A map of channels that were averaged is one of one row and column: the average becomes a pool
    /// that keeps both.
    pub(super) fn as_map(&mut self) {
        let (Some((index, size)), Dims::Vector(channels)) = (self.averaged, self.dims) else {
            return;
        };
        self.layers[index].kind =
            LayerKind::AvgPool2d(AvgPoolOptions { size, ..AvgPoolOptions::NEW });
        self.dims = Dims::Map([channels, 1, 1]);
        self.averaged = None;
    }
}

/// `1 - share`, of the number that the share is written as: of 0.9, the `f32` 0.1.
pub(super) fn complement(share: f32) -> f32 {
    let written: f64 = share.to_string().parse().unwrap_or_else(|_| share.into());
    (1.0 - written) as f32
}

#[cfg(test)]
mod tests {
    #[test]
    fn shares_are_those_that_were_written() {
        assert_eq!([0.9, 0.75, 0.5, 0.99, 0.0].map(super::complement), [0.1, 0.25, 0.5, 0.01, 1.0]);
    }
}
