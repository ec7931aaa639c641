//! Convolutions and pools.

use super::OnnxError;
use super::lowering::Lowering;
use super::node::Node;
use super::operators::AGAIN;
use crate::graph::{ChannelAxis, Operation, Window};

impl<'a> Lowering<'a> {
    pub(super) fn convolution(&mut self, node: Node<'a>) -> Result<(), OnnxError> {
        node.only(&["kernel_shape", "strides", "pads", "dilations", "auto_pad", "group"])?;
        let rank = self.rank(node)?;
        self.value(node, 0)?;
        let mut weight = self.floats(node, 1)?;
        if weight.shape.len() != rank {
            let (rank, shape) = (rank - 2, crate::shape_text(&weight.shape));
            let found = format!("its input has {rank} dimensions, its weight is {shape}");
            return Err(
                node.refused(found, "it takes maps of one or two dimensions, as its weight")
            );
        }
        if rank == 3 {
            weight.shape.insert(2, 1);
        }
        let size = [weight.shape[2], weight.shape[3]];
        if node.pair("kernel_shape", Some(size), rank)? != size {
            let shape = crate::shape_text(&weight.shape);
            let found = format!("kernel_shape differs from the weight's shape {shape}");
            return Err(node.refused(found, AGAIN));
        }
        let window = self.window(node, size, rank)?;
        let bias = match node.input(2) {
            Some(_) => Some(self.floats(node, 2)?.values),
            None => None,
        };
        let groups = node.int("group").unwrap_or(1);
        let groups = usize::try_from(groups).ok().filter(|&groups| groups > 0);
        let groups = groups.ok_or_else(|| node.refused("group is none", AGAIN))?;
        let channels = ChannelAxis::First;
        self.then(node, Operation::Convolution { weight, bias, window, groups, channels })
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
        let rank = self.rank(node)?;
        let size = node.pair("kernel_shape", None, rank)?;
        let mut window = self.window(node, size, rank)?;
        if window.dilation != [1, 1] {
            let found = format!("the dilations {:?}", window.dilation);
            return Err(node.refused(found, "a pool's window has no gaps here: use dilation 1"));
        }
        let counts_padding = node.int("count_include_pad").unwrap_or(0) != 0;
        if node.int("ceil_mode").unwrap_or(0) != 0 {
            self.round_up(node, counts_padding, &mut window, rank)?;
        }
        let channels = ChannelAxis::First;
        self.then(
            node,
            match node.operator() {
                "MaxPool" => Operation::MaxPool { window, channels },
                _ => Operation::AveragePool { window, counts_padding, channels },
            },
        )
    }

    /// A last window that is only in part on the map: there is padding for the rest, which is passed over.
    fn round_up(
        &mut self,
        node: Node<'a>,
        counts_padding: bool,
        window: &mut Window,
        rank: usize,
    ) -> Result<(), OnnxError> {
        let sides = self.sides(node, rank)?;
        for (axis, &side) in sides.iter().enumerate() {
            let [before, after] = window.padding[axis];
            let (stride, size) = (window.stride[axis], window.size[axis]);
            let padded = side.saturating_add(before).saturating_add(after);
            let Some(rest) = padded.checked_sub(size).and_then(|span| span.checked_rem(stride))
            else {
                continue;
            };
            let begins = padded - size - rest + stride;
            // One that would begin behind the map is left out.
            if rest == 0 || begins >= side + before {
                continue;
            }
            if node.operator() == "AveragePool" && counts_padding {
                let advice = "sizes are rounded down where padding counts: use ceil_mode=False";
                return Err(node.refused("it rounds the size of its output up", advice));
            }
            window.padding[axis][1] += stride - rest;
        }
        Ok(())
    }

    fn rank(&self, node: Node<'a>) -> Result<usize, OnnxError> {
        let rank = self.shape(node)?.len();
        if matches!(rank, 3 | 4) {
            return Ok(rank);
        }
        let found = format!("its input has {rank} dimensions");
        Err(node.refused(found, "it takes maps of one or two dimensions: batch and channels first"))
    }

    /// Rows and columns of the first input, with what a `Pad` before has put around.
    fn sides(&self, node: Node<'a>, rank: usize) -> Result<[usize; 2], OnnxError> {
        let shape = self.shape(node)?;
        Ok(if rank == 3 { [1, shape[2]] } else { [shape[2], shape[3]] })
    }

    fn window(&self, node: Node<'a>, size: [usize; 2], rank: usize) -> Result<Window, OnnxError> {
        let stride = node.pair("strides", Some([1, 1]), rank)?;
        let dilation = node.pair("dilations", Some([1, 1]), rank)?;
        if stride.contains(&0) || dilation.contains(&0) || size.contains(&0) {
            return Err(node.refused("a size, stride or dilation is 0", "give it 1 or more"));
        }
        let sides = self.sides(node, rank)?;
        let same = Window::same(size, stride, dilation, sides);
        let padding = match node.text("auto_pad") {
            None | Some(b"NOTSET") => match node.ints("pads") {
                Some(list) => node.pads(list, rank)?,
                None => [[0; 2]; 2],
            },
            Some(b"VALID") => [[0; 2]; 2],
            Some(b"SAME_UPPER") => same,
            // The odd one goes before the map.
            Some(b"SAME_LOWER") => same.map(|[before, after]| [after, before]),
            Some(other) => {
                let found = format!("auto_pad is {:?}", String::from_utf8_lossy(other));
                return Err(node.refused(found, AGAIN));
            }
        };
        let says_same = node.text("auto_pad") == Some(b"SAME_UPPER");
        Ok(Window { size, stride, dilation, padding, says_same })
    }
}
