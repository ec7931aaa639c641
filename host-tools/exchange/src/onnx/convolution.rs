//! Convolutions and the padding before them.

use tinyconv::plan::{Conv2dOptions, DepthwiseConv2dOptions, Dims, LayerKind, PaddingOption};

use super::OnnxError;
use super::node::Node;
use super::reader::Reader;
use crate::{Role, Tensor};

impl<'a> Reader<'a> {
    pub(super) fn convolution(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["kernel_shape", "strides", "pads", "dilations", "auto_pad", "group"])?;
        self.no_dilation(node)?;
        self.as_map();
        let rank = self.rank;
        let mut weight = self.tensor(node, 1, Role::Weight)?;
        let (true, Dims::Map([channels, ..])) = (weight.shape.len() == rank, self.dims) else {
            let found = format!("its input is {}, its weight {:?}", self.dims, weight.shape);
            return Err(
                node.refused(found, "it takes maps of one or two dimensions, as its weight")
            );
        };
        if rank == 3 {
            weight.shape.insert(2, 1);
        }
        let (out, kernel) = (weight.shape[0], [weight.shape[2], weight.shape[3]]);
        if node.pair("kernel_shape", Some(kernel), rank)? != kernel {
            let found = format!("kernel_shape differs from the weight's shape {:?}", weight.shape);
            return Err(node.refused(found, "the file is damaged: export it again"));
        }
        let stride = node.pair("strides", Some([1, 1]), rank)?;
        let padding = self.padding(node, kernel, stride)?;
        let group = node.int("group").unwrap_or(1);
        let kind = if group == 1 {
            LayerKind::Conv2d(Conv2dOptions { out, kernel, stride, padding, ..Conv2dOptions::NEW })
        } else if usize::try_from(group) == Ok(channels) && out == channels {
            LayerKind::DepthwiseConv2d(DepthwiseConv2dOptions {
                kernel,
                stride,
                padding,
                ..DepthwiseConv2dOptions::NEW
            })
        } else {
            return Err(node.refused(
                format!("{group} groups for {channels} channels in and {out} out"),
                "groups are 1, or as many as there are channels in and out (a depthwise convolution)",
            ));
        };
        let bias = match node.input(2) {
            Some(_) => self.tensor(node, 2, Role::Bias)?,
            None => Tensor { role: Role::Bias, shape: vec![out], values: vec![0.0; out] },
        };
        let name = node.input(1).unwrap_or("");
        self.with_tensors(node, kind, name, &[weight, bias])?;
        self.wants_bias = node.input(2).is_none();
        Ok(())
    }

    /// The padding of a convolution, with what a `Pad` before it adds.
    fn padding(
        &mut self,
        node: Node<'a>,
        kernel: [usize; 2],
        stride: [usize; 2],
    ) -> Result<PaddingOption, OnnxError> {
        let before = self.pads.take();
        let own = match node.ints("pads") {
            Some(list) => node.pads(list, self.rank)?,
            None => [0; 4],
        };
        let same = self.same_padding(kernel, stride);
        let pads = match node.text("auto_pad") {
            None | Some(b"NOTSET") => own,
            Some(b"VALID") => [0; 4],
            // Of a signal, the one row stays one whatever the option.
            Some(b"SAME_UPPER") if before.is_none() => return Ok(PaddingOption::Same),
            Some(b"SAME_UPPER") => same,
            // The odd one goes before the map.
            Some(b"SAME_LOWER") => [same[2], same[3], same[0], same[1]],
            Some(other) => {
                let found = format!("auto_pad is {:?}", String::from_utf8_lossy(other));
                return Err(node.refused(found, "the file is damaged: export it again"));
            }
        };
        let more = before.unwrap_or([0; 4]);
        let all: [usize; 4] = std::array::from_fn(|side| pads[side].saturating_add(more[side]));
        let [above, left, below, right] = all;
        if above == below && left == right {
            Ok(PaddingOption::Zeros([above, left]))
        } else if all == same {
            Ok(PaddingOption::Same)
        } else {
            Err(node.refused(
                format!("{above} rows above, {below} below, {left} columns left, {right} right"),
                "give as many zeros before the map as after it, or those that keep its size",
            ))
        }
    }

    /// Zeros above, left, below and right with which the output is `input / stride`, rounded up.
    fn same_padding(&self, kernel: [usize; 2], stride: [usize; 2]) -> [usize; 4] {
        let padding = PaddingOption::Same;
        let kind = LayerKind::DepthwiseConv2d(DepthwiseConv2dOptions {
            kernel,
            stride,
            padding,
            ..DepthwiseConv2dOptions::NEW
        });
        // Where the layer is none, its own error is told.
        let window = kind.facts(self.dims).ok().and_then(|facts| facts.window);
        window.map_or([0; 4], |window| {
            let [[above, below], [left, right]] = window.padding;
            [above, left, below, right]
        })
    }

    /// Zeros that the next convolution takes over.
    pub(super) fn pad(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["mode", "pads", "value"])?;
        self.as_map();
        let mode = node.text("mode").unwrap_or(b"constant");
        if mode != b"constant" {
            let found = format!("the mode {:?}", String::from_utf8_lossy(mode));
            return Err(node.refused(found, "maps are padded with zeros: use that (\"constant\")"));
        }
        let value = match (node.float("value"), node.input(2)) {
            (Some(value), _) => value,
            (None, Some(name)) => self.graph.floats(name)?.1.first().copied().unwrap_or(0.0),
            (None, None) => 0.0,
        };
        if value != 0.0 {
            return Err(node.refused(format!("it pads with {value}"), "pad with zeros"));
        }
        if node.input(3).is_some() {
            return Err(node.refused("it names axes", "export with opset_version=17"));
        }
        let list = match (node.ints("pads"), node.input(1)) {
            (Some(list), _) => list.to_vec(),
            (None, Some(name)) => self.graph.integers(name, &self.shapes)?,
            (None, None) => Vec::new(),
        };
        // The begins of all axes, then their ends; batch and channels first.
        let half = self.rank;
        let (begins, ends) = list.split_at_checked(half).unwrap_or_default();
        if ends.len() != half || half < 3 || [begins, ends].iter().any(|it| it[..2] != [0, 0]) {
            let found = format!("the padding {list:?}");
            return Err(node.refused(found, "rows and columns of a map are padded, nothing else"));
        }
        self.pads = Some(node.pads(&[&begins[2..], &ends[2..]].concat(), half)?);
        Ok(())
    }
}
