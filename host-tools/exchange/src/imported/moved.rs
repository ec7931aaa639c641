//! Convolutions, pools, and what is put around their input.

use tinyconv::plan::{
    AvgPoolOptions, ClipOptions, Conv2dOptions, DepthwiseConv2dOptions, Dims, LayerKind,
    PaddingOption, PoolOptions,
};

use super::assembler::{Assembler, Refusal, State, tensor};
use super::layout::{Axis, Layout, size_of};
use crate::Role;
use crate::graph::{Array, ChannelAxis, Node, Reduction, Window};

impl Assembler<'_> {
    pub(super) fn convolution(
        &mut self,
        node: &Node,
        (weight, bias): (&Array, Option<&[f32]>),
        window: Window,
        groups: usize,
        channels: ChannelAxis,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let places = self.map(channels, state)?;
        let mut window = places.window(window, state, 0.0)?;
        let mut weight = weight.clone();
        if places.swapped {
            weight = swapped(&weight);
            window = turned(window);
        }
        let out = weight.shape[0];
        let input = state.dims.channels();
        let Window { size: kernel, stride, dilation, .. } = window;
        let padding = padding_of(window, state.dims);
        let kind = if groups == input && groups > 1 {
            let multiplier = out / groups;
            LayerKind::DepthwiseConv2d(DepthwiseConv2dOptions {
                kernel,
                stride,
                padding,
                dilation,
                multiplier,
            })
        } else {
            LayerKind::Conv2d(Conv2dOptions { out, kernel, stride, padding, dilation, groups })
        };
        let wants_bias = bias.is_none();
        let bias = bias.map_or_else(|| vec![0.0; out], <[f32]>::to_vec);
        let tensors =
            [tensor(Role::Weight, &weight.shape, weight.values), tensor(Role::Bias, &[out], bias)];
        places.taken(state);
        self.with_laid_out(node, kind, &tensors, &places, state)?;
        state.wants_bias = wants_bias.then_some(self.layers.len() - 1);
        state.averaged = None;
        Ok(())
    }

    pub(super) fn max_pool(
        &mut self,
        node: &Node,
        window: Window,
        channels: ChannelAxis,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let places = self.map(channels, state)?;
        // Zeros beside numbers that are not below them never are the maximum alone.
        let ignored = if self.is_never_negative() { 0.0 } else { f32::NEG_INFINITY };
        let window = places.window(window, state, ignored)?;
        let window = if places.swapped { turned(window) } else { window };
        let options = PoolOptions {
            size: window.size,
            stride: (window.stride != window.size).then_some(window.stride),
            padding: padding_of(window, state.dims),
        };
        places.taken(state);
        self.with_laid_out(node, LayerKind::MaxPool2d(options), &[], &places, state)
    }

    /// Whether the last layer gives nothing below zero.
    fn is_never_negative(&self) -> bool {
        self.layers.last().is_some_and(|layer| match layer.kind {
            LayerKind::Relu | LayerKind::Sigmoid | LayerKind::Softmax => true,
            LayerKind::Clip(ClipOptions { low, .. }) => low >= 0.0,
            _ => false,
        })
    }

    pub(super) fn average_pool(
        &mut self,
        node: &Node,
        window: Window,
        counts_padding: bool,
        channels: ChannelAxis,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let places = self.map(channels, state)?;
        let is_padded = state.layout.is_padded();
        if is_padded && !counts_padding && window.padding != [[0; 2]; 2] {
            return Err(Refusal::new(
                "a Pad stands before it, whose zeros count, and its own padding does not",
                "use one of the two",
            ));
        }
        let window = places.window(window, state, 0.0)?;
        let window = if places.swapped { turned(window) } else { window };
        let options = AvgPoolOptions {
            size: window.size,
            stride: (window.stride != window.size).then_some(window.stride),
            padding: padding_of(window, state.dims),
            counts_padding: (counts_padding || is_padded) && window.padding != [[0; 2]; 2],
        };
        places.taken(state);
        if options.size == [1, 1] && options.strides() == [1, 1] {
            // It is the same, number by number.
            return Ok(());
        }
        self.with_laid_out(node, LayerKind::AvgPool2d(options), &[], &places, state)
    }

    /// The mean, or the maximum, over whole rows and columns.
    pub(super) fn reduce(
        &mut self,
        node: &Node,
        reduction: Reduction,
        axes: &[usize],
        keeps_dimensions: bool,
        state: &mut State,
    ) -> Result<(), Refusal> {
        if !state.named {
            // What is left besides the batch are the channels.
            let rank = state.layout.0.len();
            match (1..rank).filter(|at| !axes.contains(at)).collect::<Vec<_>>()[..] {
                [channels] if matches!(rank, 3 | 4) => self.name_by_channels(channels, state)?,
                _ => self.name_as_usual(state)?,
            }
        }
        self.as_map(state);
        let gone: Vec<Axis> =
            axes.iter().flat_map(|&at| state.layout.0[at].axes.iter().copied()).collect();
        let Dims::Map([_, rows, columns]) = state.dims else {
            return Err(over_positions());
        };
        if gone.contains(&Axis::Channel) {
            return Err(over_positions());
        }
        for &at in axes.iter().rev() {
            if keeps_dimensions {
                state.layout.0[at].axes.clear();
            } else {
                state.layout.0.remove(at);
            }
        }
        let over = |axis, size| if gone.contains(&axis) { size } else { 1 };
        let size = [over(Axis::Row, rows), over(Axis::Column, columns)];
        let pool = PoolOptions { size, ..PoolOptions::NEW };
        match reduction {
            Reduction::Mean if size == [rows, columns] => {
                self.plain(node, LayerKind::GlobalAvgPool2d, state)?;
                state.averaged = Some((self.layers.len() - 1, size));
                Ok(())
            }
            // Over nothing.
            _ if size == [1, 1] => Ok(()),
            Reduction::Mean => {
                let options = AvgPoolOptions { size, ..AvgPoolOptions::NEW };
                self.plain(node, LayerKind::AvgPool2d(options), state)
            }
            Reduction::Maximum => self.plain(node, LayerKind::MaxPool2d(pool), state),
        }
    }

    /// A map of channels that were averaged is one of one row and column: the average becomes a pool that keeps both.
    pub(super) fn as_map(&mut self, state: &mut State) {
        let (Some((index, size)), Dims::Vector(channels)) = (state.averaged, state.dims) else {
            return;
        };
        self.layers[index].kind =
            LayerKind::AvgPool2d(AvgPoolOptions { size, ..AvgPoolOptions::NEW });
        state.dims = Dims::Map([channels, 1, 1]);
        state.averaged = None;
    }

    /// Zeros, or another number, around rows and columns.
    pub(super) fn pad(
        &mut self,
        padding: &[[usize; 2]],
        value: f32,
        state: &mut State,
    ) -> Result<(), Refusal> {
        if padding.iter().all(|sides| *sides == [0, 0]) {
            return Ok(());
        }
        self.as_map(state);
        if state.layout.is_padded() && state.pad_value != value {
            return Err(Refusal::new(
                format!("it pads with {value}, the one before it with {}", state.pad_value),
                "pad with one number",
            ));
        }
        for (at, (dimension, sides)) in state.layout.0.iter_mut().zip(padding).enumerate() {
            if *sides != [0, 0] && (at == 0 || dimension.axes.contains(&Axis::Channel)) {
                return Err(Refusal::new(
                    format!("the padding {padding:?}"),
                    "rows and columns of a map are padded, nothing else",
                ));
            }
            for (pad, more) in dimension.pad.iter_mut().zip(sides) {
                *pad = pad.saturating_add(*more);
            }
        }
        state.pad_value = value;
        state.wants_bias = None;
        Ok(())
    }

    /// Where a map's rows and columns are; an input gets its names.
    fn map(&mut self, channels: ChannelAxis, state: &mut State) -> Result<Places, Refusal> {
        let rank = state.layout.0.len();
        let at = if channels == ChannelAxis::First { 1 } else { rank - 1 };
        if !state.named {
            self.name_by_channels(at, state)?;
        }
        self.as_map(state);
        let Dims::Map(_) = state.dims else {
            return Err(Refusal::new(
                format!("its input is a vector of {}", state.dims),
                "a vector does not become a map again: leave out the layer that made it one",
            ));
        };
        let positions: Vec<usize> = (1..rank).filter(|&it| it != at).collect();
        let [rows, columns] = match positions[..] {
            [rows, columns] => [Some(rows), Some(columns)],
            _ => [None, positions.first().copied()],
        };
        let axes = |at: Option<usize>| at.map_or(&[][..], |at| &state.layout.0[at].axes);
        let is = |at, axis| match axes(at) {
            [] => size_of(state.dims, axis) == 1,
            list => list == [axis],
        };
        let straight = is(rows, Axis::Row) && is(columns, Axis::Column);
        let swapped = is(rows, Axis::Column) && is(columns, Axis::Row);
        if !is(Some(at), Axis::Channel) || !(straight || swapped) {
            return Err(Refusal::new(
                format!("its channels are not those of the {} before it", state.dims),
                "rows and columns of a map stay rows and columns: put no Transpose or Reshape between that moves them",
            ));
        }
        Ok(Places { rank, channels: at, rows, columns, swapped: swapped && !straight })
    }

    /// Adds a layer whose output lies as its input does.
    fn with_laid_out(
        &mut self,
        node: &Node,
        kind: LayerKind,
        tensors: &[crate::Tensor],
        places: &Places,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let facts = kind.facts(state.dims);
        if let Ok(facts) = &facts {
            state.layout = places.layout(facts.output);
        }
        if tensors.is_empty() {
            self.plain(node, kind, state)
        } else {
            self.with_tensors(node, kind, tensors, state)
        }
    }
}

/// Where a map's axes are in a file.
pub(super) struct Places {
    rank: usize,
    channels: usize,
    /// None of a signal.
    rows: Option<usize>,
    columns: Option<usize>,
    /// What the file calls rows are our columns.
    swapped: bool,
}

impl Places {
    /// The window with what a `Pad` before it has put around; that must be `value`.
    fn window(&self, mut window: Window, state: &State, value: f32) -> Result<Window, Refusal> {
        if state.layout.is_padded() && state.pad_value != value {
            return Err(Refusal::new(
                format!("a Pad with {} stands before it", state.pad_value),
                "convolutions and average pools are padded with zeros; a max pool by its own padding, or with zeros \
                 right after a ReLU",
            ));
        }
        for (axis, place) in [self.rows, self.columns].into_iter().enumerate() {
            let pad = place.map_or([0, 0], |place| state.layout.0[place].pad);
            window.says_same &= pad == [0, 0];
            for (own, more) in window.padding[axis].iter_mut().zip(pad) {
                *own = own.saturating_add(more);
            }
        }
        Ok(window)
    }

    /// A layer has taken the padding over.
    fn taken(&self, state: &mut State) {
        for dimension in &mut state.layout.0 {
            dimension.pad = [0, 0];
        }
    }

    fn layout(&self, dims: Dims) -> Layout {
        let (rows, columns) =
            if self.swapped { (Axis::Column, Axis::Row) } else { (Axis::Row, Axis::Column) };
        let mut places = vec![(self.channels, Axis::Channel)];
        places.extend(self.rows.map(|at| (at, rows)));
        places.extend(self.columns.map(|at| (at, columns)));
        Layout::of(self.rank, dims, &places)
    }
}

/// Rows and columns of the window change places.
fn turned(window: Window) -> Window {
    let turn = |[a, b]: [usize; 2]| [b, a];
    let [rows, columns] = window.padding;
    Window {
        size: turn(window.size),
        stride: turn(window.stride),
        dilation: turn(window.dilation),
        padding: [columns, rows],
        says_same: window.says_same,
    }
}

/// Rows and columns of kernels change places.
fn swapped(weight: &Array) -> Array {
    let [out, input, rows, columns] = weight.shape[..] else { return weight.clone() };
    let kernel = rows * columns;
    let values = (0..weight.values.len()).map(|at| {
        let (kernel_at, place) = (at / kernel, at % kernel);
        weight.values[kernel_at * kernel + place % rows * columns + place / rows]
    });
    Array { shape: vec![out, input, columns, rows], values: values.collect() }
}

/// The option that names a window's padding.
fn padding_of(window: Window, input: Dims) -> PaddingOption {
    let [[above, below], [left, right]] = window.padding;
    let sides = [input.height(), input.width()];
    let same = Window::same(window.size, window.stride, window.dilation, sides);
    let causal = std::array::from_fn(|axis| {
        [window.size[axis].saturating_sub(1).saturating_mul(window.dilation[axis]), 0]
    });
    if window.says_same && window.padding == same {
        PaddingOption::Same
    } else if above == below && left == right {
        PaddingOption::Zeros([above, left])
    } else if window.padding == same {
        PaddingOption::Same
    } else if window.padding == causal {
        PaddingOption::Causal
    } else {
        PaddingOption::Sides(window.padding)
    }
}

fn over_positions() -> Refusal {
    Refusal::new(
        "it does not go over rows and columns only",
        "means and maxima over rows and columns are layers, others are none",
    )
}
