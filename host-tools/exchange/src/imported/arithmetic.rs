//! Arithmetic with constants: what is done with the input, biases, scales, bounds, norms.

use tinyconv::plan::{BatchNormOptions, ClipOptions, Dims, LayerKind};

use super::assembler::{Assembler, Refusal, State, tensor};
use super::layout::Axis;
use crate::Role;
use crate::graph::{Arithmetic, Array, Node, Operation};

impl Assembler<'_> {
    pub(super) fn arithmetic(
        &mut self,
        node: &Node,
        arithmetic: Arithmetic,
        constant: &Array,
        constant_first: bool,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let orders = matches!(arithmetic, Arithmetic::Subtract | Arithmetic::Divide);
        let is_input = self.layers.is_empty() && !state.layout.is_padded();
        if constant_first && orders {
            if arithmetic == Arithmetic::Divide {
                return Err(Refusal::new(
                    "it divides by a computed value",
                    "only constants are divided by",
                ));
            }
        } else if is_input && self.prepare(arithmetic, constant, state)? {
            return Ok(());
        }
        if !state.named {
            self.name_by_constant(constant, state)?;
        }
        match arithmetic {
            Arithmetic::Minimum | Arithmetic::Maximum => {
                self.bound(node, arithmetic, constant, state)
            }
            Arithmetic::Add | Arithmetic::Subtract => {
                let mut values = self.channel_numbers(node, constant, state)?;
                let subtracts = arithmetic == Arithmetic::Subtract;
                if subtracts && !constant_first {
                    values.iter_mut().for_each(|value| *value = -*value);
                }
                if let (Some(layer), false) = (state.wants_bias, subtracts && constant_first) {
                    self.bias_of(layer, values.len()).copy_from_slice(&values);
                    state.wants_bias = None;
                    self.same(node, state);
                    return Ok(());
                }
                let factor = if subtracts && constant_first { -1.0 } else { 1.0 };
                self.scale(node, vec![factor; values.len()], values, state)
            }
            Arithmetic::Multiply | Arithmetic::Divide => {
                let mut values = self.channel_numbers(node, constant, state)?;
                if arithmetic == Arithmetic::Divide {
                    values.iter_mut().for_each(|value| *value = 1.0 / *value);
                    check_divisors(&values)?;
                }
                let zeros = vec![0.0; values.len()];
                self.scale(node, values, zeros, state)?;
                // The last layer may be none of this node's: a scale has a bias in any case.
                state.wants_bias = Some(self.layers.len() - 1);
                Ok(())
            }
        }
    }

    fn scale(
        &mut self,
        node: &Node,
        weight: Vec<f32>,
        bias: Vec<f32>,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let channels = weight.len();
        let tensors =
            [tensor(Role::Weight, &[channels], weight), tensor(Role::Bias, &[channels], bias)];
        self.with_tensors(node, LayerKind::Scale, &tensors, state)
    }

    /// What is done with the input before the first layer; whether the constant is one for that.
    fn prepare(
        &mut self,
        arithmetic: Arithmetic,
        constant: &Array,
        state: &mut State,
    ) -> Result<bool, Refusal> {
        let rank = state.layout.0.len();
        let mut numbers = constant.values.clone();
        if numbers.len() > 1 {
            // The features of a vector are the positions of a single channel.
            let long: Vec<usize> = constant_axes(constant, rank);
            let &[at] = &long[..] else { return Ok(false) };
            match state.layout.0[at].axes[..] {
                [Axis::Atom(atom)] if rank > 2 => {
                    if self.prepared_along.is_some_and(|other| other != atom) {
                        return Err(Refusal::new(
                            "it lies along another dimension than the constant before it",
                            "it takes one number, or one for each channel",
                        ));
                    }
                    self.prepared_along = Some(atom);
                }
                [Axis::Channel] => {}
                _ => {
                    return Err(Refusal::new(
                        format!(
                            "its constant has the shape {}",
                            crate::shape_text(&constant.shape)
                        ),
                        "it takes one number, or one for each channel",
                    ));
                }
            }
        }
        match arithmetic {
            Arithmetic::Add => numbers.iter_mut().for_each(|number| *number = -*number),
            Arithmetic::Multiply => numbers.iter_mut().for_each(|number| *number = 1.0 / *number),
            _ => {}
        }
        match arithmetic {
            Arithmetic::Add | Arithmetic::Subtract => self.preparation.subtract(&numbers),
            Arithmetic::Multiply | Arithmetic::Divide => self.preparation.divide(&numbers),
            Arithmetic::Minimum | Arithmetic::Maximum => return Ok(false),
        }
        if !self.preparation.is_sound() {
            return Err(Refusal::new(
                format!("its constant is {:?}", &constant.values[..constant.values.len().min(8)]),
                "inputs are (x - mean) / deviation: finite numbers, the deviation above 0",
            ));
        }
        Ok(true)
    }

    /// A constant for each channel says where the channels are.
    fn name_by_constant(&mut self, constant: &Array, state: &mut State) -> Result<(), Refusal> {
        let rank = state.layout.0.len();
        match constant_axes(constant, rank)[..] {
            [at] if matches!(rank, 3 | 4) && at > 0 => self.name_by_channels(at, state),
            _ => self.name_as_usual(state),
        }
    }

    /// A bound on one side; [`patterns`](super::patterns) makes one of two that follow each other.
    fn bound(
        &mut self,
        node: &Node,
        arithmetic: Arithmetic,
        constant: &Array,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let &[bound] = &constant.values[..] else {
            return Err(Refusal::new("it has several bounds", "give it one number"));
        };
        let kind = match arithmetic {
            Arithmetic::Maximum if bound == 0.0 => LayerKind::Relu,
            Arithmetic::Maximum => LayerKind::Clip(ClipOptions { low: bound, high: f32::MAX }),
            _ => LayerKind::Clip(ClipOptions { low: f32::MIN, high: bound }),
        };
        self.plain(node, kind, state)
    }

    pub(super) fn prelu(
        &mut self,
        node: &Node,
        slopes: &Array,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let values = self.channel_numbers(node, slopes, state)?;
        let weight = tensor(Role::Weight, &[values.len()], values);
        self.with_tensors(node, LayerKind::PRelu, &[weight], state)
    }

    pub(super) fn normalisation(&mut self, node: &Node, state: &mut State) -> Result<(), Refusal> {
        let Operation::Normalisation { weight, bias, mean, variance, epsilon, momentum, axis } =
            &node.operation
        else {
            return Err(Refusal::new("it is no normalisation", "the file is damaged"));
        };
        if !state.named {
            if matches!(state.layout.0.len(), 3 | 4) && *axis > 0 {
                self.name_by_channels(*axis, state)?;
            } else {
                self.name_as_usual(state)?;
            }
        }
        self.along(node, *axis, weight.len(), state)?;
        if let Some(index) = variance.iter().position(|&variance| variance < 0.0) {
            return Err(Refusal::new(
                format!("the variance of channel {index} is {}", variance[index]),
                "the file is damaged: export it again",
            ));
        }
        let kind = LayerKind::BatchNorm(BatchNormOptions {
            epsilon: *epsilon,
            // There, the share that the old average keeps.
            momentum: complement(*momentum),
        });
        let one = |role, values: &[f32]| tensor(role, &[values.len()], values.to_vec());
        let tensors = [
            one(Role::Weight, weight),
            one(Role::Bias, bias),
            one(Role::RunningMean, mean),
            one(Role::RunningVariance, variance),
        ];
        self.with_tensors(node, kind, &tensors, state)
    }

    /// Whether dimension `axis` has the `count` channels; a flattened map becomes the vector that it is.
    fn along(
        &mut self,
        node: &Node,
        axis: usize,
        count: usize,
        state: &mut State,
    ) -> Result<(), Refusal> {
        let axes = &state.layout.0[axis].axes;
        let all = axes.len() == state.layout.axes().len();
        if matches!(state.dims, Dims::Map(_)) && all && axes.len() > 1 {
            self.flattened(node, state)?;
        }
        // A dimension of one element can be any that has one.
        let is_channel = state.layout.0[axis].axes.iter().all(|&it| it == Axis::Channel);
        if is_channel && count == state.dims.channels() {
            return Ok(());
        }
        Err(Refusal::new(
            format!("it has {count} numbers along dimension {axis} of {}", state.dims),
            "a constant is one number, or one for each channel",
        ))
    }

    /// A number for each channel.
    fn channel_numbers(
        &mut self,
        node: &Node,
        constant: &Array,
        state: &mut State,
    ) -> Result<Vec<f32>, Refusal> {
        if let &[value] = &constant.values[..] {
            return Ok(vec![value; state.dims.channels()]);
        }
        let long = constant_axes(constant, state.layout.0.len());
        let &[at] = &long[..] else {
            return Err(Refusal::new(
                format!("its constant has the shape {}", crate::shape_text(&constant.shape)),
                "a constant is one number, or one for each channel",
            ));
        };
        self.along(node, at, constant.values.len(), state)?;
        Ok(constant.values.clone())
    }
}

/// The dimensions of a value of `rank` along which a constant varies.
fn constant_axes(constant: &Array, rank: usize) -> Vec<usize> {
    let before = rank.saturating_sub(constant.shape.len());
    let long = constant.shape.iter().enumerate().filter(|(_, size)| **size > 1);
    long.map(|(at, _)| at + before).collect()
}

fn check_divisors(reciprocals: &[f32]) -> Result<(), Refusal> {
    match reciprocals.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => Err(Refusal::new(
            format!("number {index} of its constant has no reciprocal"),
            "divide by numbers that are not 0",
        )),
    }
}

/// `1 - share`, of the number that the share is written as: of 0.9, the `f32` 0.1.
pub(crate) fn complement(share: f32) -> f32 {
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
