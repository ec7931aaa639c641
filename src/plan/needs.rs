//! The memory of a layer, of a chain of layers, of a network: one algebra.

use crate::{Working, working::larger};

/// What a layer takes, in elements; of several layers, what they take together.
///
/// The author of a layer states one constant; chains, activations and residual blocks follow from it.
/// Numbers that a `usize` cannot hold are `usize::MAX`.
///
/// ```
/// use tinyconv_plan::Needs;
///
/// // From 100 elements to 40 and on to 10, with 500 and 60 parameters.
/// let net = Needs::layer(100, 40, 500).then(Needs::layer(40, 10, 60));
/// assert_eq!((net.params, net.infer.apart), (560, 40));
/// assert_eq!(net.tape, 40); // the map between the two, for the backward pass
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Needs {
    /// Elements of the input.
    pub input: usize,
    /// Elements of the output.
    pub output: usize,
    /// Parameters.
    pub params: usize,
    /// Maps that are computed, the output among them: their gradients change ends.
    pub maps: usize,
    /// Maps that an inference writes elsewhere than where it reads: these change ends.
    pub moves: usize,
    /// The last layer can add its output to what lies where it belongs.
    pub adds: bool,
    /// The last layer of an inference leaves its output where its input was, if both lie in the scratch.
    pub ends_in_place: bool,
    /// Scratch of an inference.
    pub infer: Working,
    /// Elements that a forward pass keeps for the backward pass.
    pub tape: usize,
    /// Choices that it keeps.
    pub choices: usize,
    /// Scratch of a backward pass of one sample, from the output's gradient to the input's.
    pub backward: Working,
    /// Scratch of a backward pass of several samples in lanes.
    pub backward_lanes: Working,
    /// The backward pass reads the layer's own output: nothing may change it in place.
    pub keeps_output: bool,
    /// Random numbers that training draws for a sample.
    pub draws: usize,
    /// Stages of a forward pass over a batch: more than one if samples depend on each other.
    pub stages: usize,
    /// Stages of a backward pass over a batch.
    pub backward_stages: usize,
    /// The most elements that a stage shares between the samples of a batch.
    pub shared: usize,
}

impl Needs {
    /// A layer that goes from its input to its output and keeps nothing.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// let dropout = Needs { tape: 10, draws: 16, ..Needs::layer(10, 10, 0) };
    /// assert_eq!((dropout.infer.apart, dropout.infer.within), (0, 20));
    /// ```
    #[must_use]
    pub const fn layer(input: usize, output: usize, params: usize) -> Self {
        let backward = Working::layer(0, output, input);
        Self {
            input,
            output,
            params,
            maps: 1,
            moves: 1,
            adds: false,
            ends_in_place: false,
            infer: Working::layer(0, input, output),
            tape: 0,
            choices: 0,
            backward,
            backward_lanes: backward,
            keeps_output: false,
            draws: 0,
            stages: 1,
            backward_stages: 1,
            shared: 0,
        }
    }

    /// The same with `scratch` elements in the backward pass of several samples.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// let needs = Needs::layer(10, 5, 0).with_lanes_scratch(99);
    /// assert_eq!((needs.backward.apart, needs.backward_lanes.apart), (0, 99));
    /// ```
    #[must_use]
    pub const fn with_lanes_scratch(self, scratch: usize) -> Self {
        Self { backward_lanes: Working::layer(scratch, self.output, self.input), ..self }
    }

    /// The same for a layer whose inference leaves the output where the input was, if both lie in the
    /// scratch, and then works in `scratch` elements besides.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// let softmax = Needs::layer(10, 10, 0).in_place(0);
    /// let [first, last] = [(3, 10), (10, 2)].map(|(input, output)| Needs::layer(input, output, 0));
    /// assert_eq!(first.then(softmax).then(last).infer.apart, 10); // one map, not two
    /// ```
    #[must_use]
    pub const fn in_place(self, scratch: usize) -> Self {
        let infer = Working::in_place(scratch, self.output);
        Self { moves: 0, ends_in_place: true, infer, ..self }
    }

    /// These layers, and after them `next`.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// let [a, b, c] = [(9, 50), (50, 7), (7, 3)].map(|(input, output)| Needs::layer(input, output, 0));
    /// let net = a.then(b).then(c);
    /// assert_eq!(net, a.then(b.then(c)));
    /// assert_eq!((net.infer.apart, net.tape), (57, 57));
    /// ```
    #[must_use]
    pub const fn then(self, next: Self) -> Self {
        Self {
            input: self.input,
            output: next.output,
            params: self.params.saturating_add(next.params),
            maps: self.maps + next.maps,
            moves: self.moves + next.moves,
            adds: next.adds,
            ends_in_place: next.ends_in_place,
            infer: self.infer.then(next.infer),
            tape: self.tape.saturating_add(self.output).saturating_add(next.tape),
            choices: self.choices.saturating_add(next.choices),
            backward: next.backward.then(self.backward),
            backward_lanes: next.backward_lanes.then(self.backward_lanes),
            keeps_output: next.keeps_output,
            draws: self.draws.saturating_add(next.draws),
            stages: self.stages + next.stages - 1,
            backward_stages: self.backward_stages + next.backward_stages - 1,
            shared: larger(self.shared, next.shared),
        }
    }

    /// An activation that works on this output in place, and goes backward from it.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// let dense = Needs::layer(10, 5, 55);
    /// assert_eq!(dense.activated(), Needs { keeps_output: true, ..dense });
    /// ```
    #[must_use]
    pub const fn activated(self) -> Self {
        Self { keeps_output: true, adds: false, ..self }
    }

    /// The same of a layer that can add its output to what lies where it belongs.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// // In a residual block of two of these, the input's map becomes the output's.
    /// let conv = Needs::layer(10, 10, 90).adding();
    /// assert_eq!(conv.then(conv).residual().infer.within, 10 + 10);
    /// ```
    #[must_use]
    pub const fn adding(self) -> Self {
        Self { adds: true, ..self }
    }

    /// The input is added to this output. Where the backward pass reads the output that was there before,
    /// training keeps it.
    ///
    /// In an inference the last layer adds to the input where it lies, if it can and has another input of
    /// its own.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// let body = Needs::layer(10, 10, 110).activated();
    /// assert_eq!((body.residual().tape, body.residual().keeps_output), (10, false));
    /// ```
    #[must_use]
    pub const fn residual(self) -> Self {
        let kept = if self.keeps_output { self.output } else { 0 };
        let (input, output, scratch) = (self.input, self.output, self.infer.apart);
        let is_in_place = self.adds && self.maps > 1;
        let infer = if is_in_place {
            let within = scratch.saturating_add(output);
            Working { apart: scratch, into: within, out_of: within, within }
        } else {
            Working::layer(scratch, input, output)
        };
        Self {
            maps: 1,
            moves: !is_in_place as usize,
            adds: false,
            ends_in_place: is_in_place,
            infer,
            tape: self.tape.saturating_add(kept),
            backward: Working::layer(self.backward.apart, output, input),
            backward_lanes: Working::layer(self.backward_lanes.apart, output, input),
            keeps_output: false,
            ..self
        }
    }

    /// These layers and `other`, of one input; the outputs are added.
    ///
    /// Training keeps the output of `other`, and a copy of the output's gradient for its backward pass.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// let (conv, projection) = (Needs::layer(40, 20, 90), Needs::layer(40, 20, 30).adding());
    /// let body = conv.then(Needs::layer(20, 20, 90));
    /// // Input, output, and the map within the body; the projection adds to the output at once.
    /// assert_eq!(body.added(projection).infer.within, 40 + 20 + 20);
    /// ```
    #[must_use]
    pub const fn added(self, other: Self) -> Self {
        let (input, output) = (self.input, self.output);
        let kept = if self.keeps_output { output } else { 0 };
        let second = if other.adds { other.infer.apart } else { other.infer.into };
        let of_one = larger(self.backward.apart, other.backward.apart).saturating_add(output);
        let of_lanes =
            larger(self.backward_lanes.apart, other.backward_lanes.apart).saturating_add(output);
        Self {
            infer: Working::layer(larger(self.infer.apart, second), input, output),
            tape: self.tape.saturating_add(kept).saturating_add(other.tape).saturating_add(output),
            backward: Working::layer(of_one, output, input),
            backward_lanes: Working::layer(of_lanes, output, input),
            keeps_output: false,
            ..self.both(other, output)
        }
    }

    /// These layers and `other`, of one input; the outputs lie one behind the other.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// let both = Needs::layer(10, 4, 44).beside(Needs::layer(10, 6, 66));
    /// assert_eq!((both.output, both.params, both.infer.within), (4 + 6, 44 + 66, 10 + 4 + 6));
    /// ```
    #[must_use]
    pub const fn beside(self, other: Self) -> Self {
        let (input, output) = (self.input, self.output.saturating_add(other.output));
        let scratch = larger(self.infer.apart, other.infer.apart);
        let backward = larger(self.backward.apart, other.backward.apart);
        let backward_lanes = larger(self.backward_lanes.apart, other.backward_lanes.apart);
        Self {
            infer: Working::layer(scratch, input, output),
            tape: self.tape.saturating_add(other.tape),
            backward: Working::layer(backward, output, input),
            backward_lanes: Working::layer(backward_lanes, output, input),
            keeps_output: self.keeps_output || other.keeps_output,
            ..self.both(other, output)
        }
    }

    /// What two branches have in common, however they are joined.
    const fn both(self, other: Self, output: usize) -> Self {
        Self {
            output,
            params: self.params.saturating_add(other.params),
            maps: 1,
            moves: 1,
            adds: false,
            ends_in_place: false,
            choices: self.choices.saturating_add(other.choices),
            draws: self.draws.saturating_add(other.draws),
            stages: (self.stages + other.stages).saturating_sub(1),
            backward_stages: (self.backward_stages + other.backward_stages).saturating_sub(1),
            shared: larger(self.shared, other.shared),
            ..self
        }
    }

    /// How many maps of an inference change ends before an output that lies elsewhere than in the scratch.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// let dense = Needs::layer(10, 10, 110);
    /// assert_eq!(dense.moves_within(), 0); // it writes the output at once
    /// assert_eq!(dense.then(dense.in_place(0)).moves_within(), 1);
    /// ```
    #[must_use]
    pub const fn moves_within(&self) -> usize {
        if self.ends_in_place { self.moves } else { self.moves - 1 }
    }

    /// Elements of a training step for one sample: the tape, the output, its gradient, and what the
    /// backward pass works in; the input comes on top.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// assert_eq!(Needs::layer(10, 5, 55).step(), 2 * 5);
    /// ```
    #[must_use]
    pub const fn step(&self) -> usize {
        self.around().saturating_add(self.backward.apart)
    }

    /// The same for several samples in lanes.
    ///
    /// ```
    /// use tinyconv_plan::Needs;
    ///
    /// assert_eq!(Needs::layer(10, 5, 55).with_lanes_scratch(7).step_lanes(), 2 * 5 + 7);
    /// ```
    #[must_use]
    pub const fn step_lanes(&self) -> usize {
        self.around().saturating_add(self.backward_lanes.apart)
    }

    const fn around(&self) -> usize {
        self.tape.saturating_add(self.output.saturating_mul(2))
    }
}
