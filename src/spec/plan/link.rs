//! The links of a network's chain, cut and counted in the way in which
//! [`network!`](crate::network) makes their types.

use crate::layer::larger;
use crate::spec::place::end_of_block;
use crate::spec::{Dims, LayerKind, LayerSpec, MapSpec};

/// The constants of a [`Layer`](crate::Layer), which may be a chain of layers.
#[derive(Clone, Copy)]
pub(super) struct Demand {
    /// Whether there is no layer yet: what a chain starts from.
    empty: bool,
    /// Whether it begins a link.
    begins: bool,
    needs_output: bool,
    pub(super) output: usize,
    pub(super) params: usize,
    pub(super) infer_scratch: usize,
    pub(super) infer_within: usize,
    pub(super) tape: usize,
    pub(super) choices: usize,
    pub(super) backward_scratch: usize,
    backward_within: usize,
}

impl Demand {
    pub(super) const NONE: Self = Self {
        empty: true,
        begins: false,
        needs_output: false,
        output: 0,
        params: 0,
        infer_scratch: 0,
        infer_within: 0,
        tape: 0,
        choices: 0,
        backward_scratch: 0,
        backward_within: 0,
    };

    /// A layer that works from its input to its output; an activation in place changes nothing.
    const fn layer(params: usize, output: Dims) -> Self {
        let output = output.len();
        Self {
            empty: false,
            params,
            output,
            infer_within: output,
            backward_within: output,
            ..Self::NONE
        }
    }

    /// [`Chain`](crate::layers::Chain) of the two.
    pub(super) const fn then(self, next: Self) -> Self {
        if self.empty {
            return next;
        }
        let maps = self.output.saturating_add(next.output);
        let infer = self.output.saturating_add(next.infer_scratch);
        let infer_within = maps.saturating_add(next.infer_scratch);
        let backward = self.output.saturating_add(next.backward_scratch);
        let backward_within = maps.saturating_add(next.backward_scratch);
        Self {
            empty: false,
            begins: self.begins,
            needs_output: next.needs_output,
            output: next.output,
            params: self.params.saturating_add(next.params),
            infer_scratch: larger(self.infer_within, infer),
            infer_within: larger(self.infer_within, infer_within),
            tape: self.tape.saturating_add(self.output).saturating_add(next.tape),
            choices: self.choices.saturating_add(next.choices),
            backward_scratch: larger(self.backward_within, backward),
            backward_within: larger(self.backward_within, backward_within),
        }
    }

    /// [`Activated`](crate::layers::Activated) of this.
    const fn activated(self) -> Self {
        Self { needs_output: true, ..self }
    }

    /// [`Residual`](crate::layers::Residual) of this.
    const fn residual(self) -> Self {
        let kept = if self.needs_output { self.output } else { 0 };
        Self {
            begins: true,
            needs_output: false,
            tape: self.tape.saturating_add(kept),
            infer_within: self.output.saturating_add(self.infer_scratch),
            backward_within: self.output.saturating_add(self.backward_scratch),
            ..self
        }
    }
}

/// The layers from some link on, which [`Plan::new`](super::Plan::new) has found to fit.
#[derive(Clone, Copy, Debug)]
pub(in crate::spec) struct Links<'a> {
    input: Dims,
    layers: &'a [LayerSpec<'a>],
}

impl<'a> Links<'a> {
    pub(in crate::spec) const fn new(input: Dims, layers: &'a [LayerSpec<'a>]) -> Self {
        Self { input, layers }
    }

    /// The first link, a layer that begins one and all that follow it and begin none, and the others.
    pub(super) const fn next(self) -> Option<(Demand, Self)> {
        if self.layers.is_empty() {
            return None;
        }
        let (mut link, mut rest) = self.block();
        while !rest.layers.is_empty() {
            let (block, after) = rest.block();
            if block.begins {
                break;
            }
            link = link.then(block);
            rest = after;
        }
        Some((link, rest))
    }

    /// The next map, a second one that belongs to the same block, and the links after it.
    pub(in crate::spec) const fn next_maps(
        self,
    ) -> Option<(MapSpec<'a>, Option<MapSpec<'a>>, Self)> {
        if self.layers.is_empty() {
            return None;
        }
        let (_, rest) = self.block();
        let (layers, _) = self.layers.split_at(self.layers.len() - rest.layers.len());
        if let [conv, _, pool] = layers
            && matches!(conv.kind, LayerKind::Conv2d(_))
            && matches!(pool.kind, LayerKind::MaxPool2d(_))
            && let map = output(conv, self.input)
            && !pool.kind.windows_tile(map)
        {
            let (conv, pool) = layers.split_at(2);
            let first = MapSpec { layers: conv, shape: map };
            return Some((first, Some(MapSpec { layers: pool, shape: rest.input }), rest));
        }
        Some((MapSpec { layers, shape: rest.input }, None, rest))
    }

    /// The layers that the macro takes at once, and the others.
    const fn block(self) -> (Demand, Self) {
        match self.layers {
            [conv, middle, pool, ..]
                if matches!(conv.kind, LayerKind::Conv2d(_))
                    && is_activation(middle)
                    && matches!(pool.kind, LayerKind::MaxPool2d(_)) =>
            {
                let map = output(conv, self.input);
                let pooled = output(pool, map);
                let params = conv.kind.params(self.input);
                let block = if pool.kind.windows_tile(map) {
                    Demand { choices: pooled.len(), ..Demand::layer(params, pooled) }.activated()
                } else {
                    Demand::layer(params, map).then(Demand::layer(0, pooled))
                };
                (Demand { begins: true, ..block }, self.after(3, pooled))
            }
            [norm, middle, pool, ..]
                if matches!(norm.kind, LayerKind::BatchNorm(_))
                    && is_activation(middle)
                    && matches!(pool.kind, LayerKind::MaxPool2d(_))
                    && pool.kind.windows_tile(self.input) =>
            {
                let pooled = output(pool, self.input);
                let demand = Demand {
                    needs_output: true,
                    tape: self.input.channels().saturating_mul(2),
                    choices: pooled.len(),
                    ..Demand::layer(norm.kind.params(self.input), pooled)
                };
                (demand, self.after(3, pooled))
            }
            // A dense layer reads a map as it is.
            [flatten, dense, ..]
                if matches!(flatten.kind, LayerKind::Flatten)
                    && matches!(dense.kind, LayerKind::Dense(_)) =>
            {
                self.after(1, self.input).block()
            }
            [skip, ..] if matches!(skip.kind, LayerKind::Skip) => self.residual(),
            // Of these three, the macro lets no activation work in place.
            [layer, next, ..]
                if is_activation(next)
                    && !is_activation(layer)
                    && !matches!(
                        layer.kind,
                        LayerKind::Flatten | LayerKind::GlobalAvgPool2d | LayerKind::Softmax
                    ) =>
            {
                let (demand, rest) = self.layer(layer, 2);
                (demand.activated(), rest)
            }
            [layer, ..] => self.layer(layer, 1),
            [] => (Demand::NONE, self),
        }
    }

    /// The first layer as a block of `count` layers, and the others.
    const fn layer(self, layer: &LayerSpec<'_>, count: usize) -> (Demand, Self) {
        let output = output(layer, self.input);
        let demand = Demand {
            begins: layer.kind.can_be_normalised(),
            needs_output: is_activation(layer) || matches!(layer.kind, LayerKind::Softmax),
            tape: match layer.kind {
                LayerKind::BatchNorm(_) => self.input.channels().saturating_mul(2),
                LayerKind::Dropout(_) => output.len(),
                _ => 0,
            },
            ..Demand::layer(layer.kind.params(self.input), output)
        };
        (demand, self.after(count, output))
    }

    /// The block from the `Skip` here to its `Add`, with the activation after it.
    const fn residual(self) -> (Demand, Self) {
        let Some(end) = end_of_block(self.layers, 0) else {
            panic!("`Plan::new` lets only whole blocks through");
        };
        let inner = self.layers.split_at(end).0.split_at(1).1;
        let mut body = Demand::NONE;
        let mut rest = Links::new(self.input, inner);
        while let Some((link, after)) = rest.next() {
            body = body.then(link);
            rest = after;
        }
        let block = body.residual();
        match self.layers.split_at(end + 1).1 {
            [next, ..] if is_activation(next) => {
                (block.activated(), self.after(end + 2, self.input))
            }
            _ => (block, self.after(end + 1, self.input)),
        }
    }

    const fn after(self, count: usize, output: Dims) -> Self {
        Self { input: output, layers: self.layers.split_at(count).1 }
    }
}

const fn is_activation(layer: &LayerSpec<'_>) -> bool {
    matches!(
        layer.kind,
        LayerKind::Identity
            | LayerKind::Relu
            | LayerKind::LeakyRelu(_)
            | LayerKind::Tanh
            | LayerKind::Sigmoid
    )
}

const fn output(layer: &LayerSpec<'_>, input: Dims) -> Dims {
    match layer.output(input) {
        Ok(output) => output,
        Err(_) => panic!("`Plan::new` lets only layers through that fit"),
    }
}
