//! The shape of an operation's output: the one rule for every format.

use super::{ChannelAxis, Operation, Problem, Window};
use crate::shape_text;

/// For shapes that contradict each other.
const DAMAGED: &str = "the file is damaged: export it again";

impl Operation {
    /// The output's shape for inputs of these shapes.
    pub(crate) fn output_shape(&self, inputs: &[&[usize]]) -> Result<Vec<usize>, Problem> {
        let two = matches!(self, Self::Add | Self::Multiply | Self::Concat { .. });
        if if two { inputs.len() < 2 } else { inputs.len() != 1 } {
            let found = format!("it reads {} computed values", inputs.len());
            return Err(Problem::new(found, "export a network whose weights are constants"));
        }
        let input = inputs[0];
        let axis_of = |axis: usize| {
            input.get(axis).copied().ok_or_else(|| {
                let found = format!("it names dimension {axis} of {}", shape_text(input));
                Problem::new(found, DAMAGED)
            })
        };
        match self {
            Self::Convolution { weight, bias, window, groups, channels } => {
                let [out, group, rows, columns] = weight.shape[..] else {
                    let found = format!("its weight has the shape {}", shape_text(&weight.shape));
                    return Err(Problem::new(found, DAMAGED));
                };
                let given = channels_of(input, *channels)?;
                let fits = [rows, columns] == window.size
                    && *groups > 0
                    && group.checked_mul(*groups) == Some(given)
                    && out % groups == 0
                    && bias.as_ref().is_none_or(|bias| bias.len() == out);
                if !fits {
                    let (input, weight) = (shape_text(input), shape_text(&weight.shape));
                    let found =
                        format!("its input is {input}, its weight {weight} in {groups} groups");
                    return Err(Problem::new(found, DAMAGED));
                }
                moved(input, window, *channels, Some(out))
            }
            Self::MaxPool { window, channels } | Self::AveragePool { window, channels, .. } => {
                moved(input, window, *channels, None)
            }
            Self::Dense { weight, bias } => {
                let (&[out, given], Some((last, front))) = (&weight.shape[..], input.split_last())
                else {
                    let found = format!("its weight has the shape {}", shape_text(&weight.shape));
                    return Err(Problem::new(found, "a dense layer's has two dimensions"));
                };
                if *last != given || bias.as_ref().is_some_and(|bias| bias.len() != out) {
                    let (input, weight) = (shape_text(input), shape_text(&weight.shape));
                    let found = format!("its input is {input}, its weight {weight}");
                    return Err(Problem::new(found, DAMAGED));
                }
                Ok([front, &[out]].concat())
            }
            Self::Reduce { axes, keeps_dimensions, .. } => {
                let mut shape = input.to_vec();
                for &axis in axes.iter().rev() {
                    axis_of(axis)?;
                    if *keeps_dimensions {
                        shape[axis] = 1;
                    } else {
                        shape.remove(axis);
                    }
                }
                Ok(shape)
            }
            Self::Normalisation { weight, bias, mean, variance, axis, .. } => {
                let channels = axis_of(*axis)?;
                if [weight, bias, mean, variance].iter().any(|list| list.len() != channels) {
                    let found = format!("it has not {channels} numbers, one for each channel");
                    return Err(Problem::new(found, DAMAGED));
                }
                Ok(input.to_vec())
            }
            Self::PRelu { slopes: constant } | Self::Arithmetic { constant, .. } => {
                let shape = spread(input, &constant.shape);
                if shape.as_deref() != Some(input) {
                    let (input, constant) = (shape_text(input), shape_text(&constant.shape));
                    let found = format!("its constant is {constant}, its input {input}");
                    return Err(Problem::new(
                        found,
                        "a constant is one number, or one for each channel where the channels are",
                    ));
                }
                Ok(input.to_vec())
            }
            Self::Add | Self::Multiply => match inputs.iter().find(|other| **other != input) {
                None => Ok(input.to_vec()),
                Some(other) => Err(Problem::new(
                    format!("its inputs are {} and {}", shape_text(input), shape_text(other)),
                    "give both the same shape: nothing is repeated along a dimension",
                )),
            },
            Self::Concat { axis } => {
                axis_of(*axis)?;
                let mut shape = input.to_vec();
                shape[*axis] = 0;
                for other in inputs {
                    let differs = other.len() != input.len()
                        || (0..input.len()).any(|at| at != *axis && other[at] != input[at]);
                    let all = (!differs).then(|| shape[*axis].checked_add(other[*axis])).flatten();
                    shape[*axis] = all.ok_or_else(|| {
                        let (input, other) = (shape_text(input), shape_text(other));
                        let found = format!("it joins {input} and {other} along dimension {axis}");
                        Problem::new(found, DAMAGED)
                    })?;
                }
                Ok(shape)
            }
            Self::Reshape { shape } => {
                let len = |shape: &[usize]| {
                    shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size))
                };
                if len(shape) != len(input) {
                    let found = format!("from {} to {}", shape_text(input), shape_text(shape));
                    return Err(Problem::new(found, DAMAGED));
                }
                Ok(shape.clone())
            }
            Self::Transpose { permutation } => {
                let mut sorted = permutation.clone();
                sorted.sort_unstable();
                if !sorted.into_iter().eq(0..input.len()) {
                    let found = format!("the order {permutation:?} of {}", shape_text(input));
                    return Err(Problem::new(found, DAMAGED));
                }
                Ok(permutation.iter().map(|&from| input[from]).collect())
            }
            Self::Pad { padding, .. } => {
                let sums = padding
                    .iter()
                    .zip(input)
                    .map(|(&[before, after], &size)| size.checked_add(before)?.checked_add(after));
                let shape = sums.collect::<Option<Vec<_>>>();
                shape
                    .filter(|shape| shape.len() == input.len() && padding.len() == input.len())
                    .ok_or_else(|| {
                        let found = format!("the padding {padding:?} of {}", shape_text(input));
                        Problem::new(found, DAMAGED)
                    })
            }
            Self::Softmax { axis } | Self::LogSoftmax { axis } => {
                axis_of(*axis)?;
                Ok(input.to_vec())
            }
            Self::Activation(_) | Self::Dropout { .. } | Self::Identity => Ok(input.to_vec()),
        }
    }
}

/// The shape of two that spread over each other: dimensions match from the last, a one matches all.
pub(crate) fn spread(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let size =
        |shape: &[usize], at: usize| (at + shape.len()).checked_sub(rank).map_or(1, |at| shape[at]);
    (0..rank)
        .map(|at| match (size(a, at), size(b, at)) {
            (a, b) if a == b || b == 1 => Some(a),
            (1, b) => Some(b),
            _ => None,
        })
        .collect()
}

/// The channels of a signal or of maps.
fn channels_of(input: &[usize], channels: ChannelAxis) -> Result<usize, Problem> {
    match (input, channels) {
        (&[_, first, _] | &[_, first, _, _], ChannelAxis::First) => Ok(first),
        (&[_, _, last] | &[_, _, _, last], ChannelAxis::Last) => Ok(last),
        _ => Err(Problem::new(
            format!("its input is {}", shape_text(input)),
            "it takes maps of one or two dimensions",
        )),
    }
}

/// The output of a window that moves over a signal or over maps.
fn moved(
    input: &[usize],
    window: &Window,
    channels: ChannelAxis,
    out: Option<usize>,
) -> Result<Vec<usize>, Problem> {
    let given = channels_of(input, channels)?;
    let places = match channels {
        ChannelAxis::First => &input[2..],
        ChannelAxis::Last => &input[1..input.len() - 1],
    };
    let sides = if let &[rows, columns] = places { [rows, columns] } else { [1, places[0]] };
    let outputs = window.outputs(sides).ok_or_else(|| {
        let [rows, columns] = window.size;
        let found = format!("a window of {rows} x {columns} on an input of {}", shape_text(input));
        Problem::new(found, "take a smaller window, or a larger input")
    })?;
    let outputs = &outputs[2 - places.len()..];
    let out = out.unwrap_or(given);
    Ok(match channels {
        ChannelAxis::First => [&[input[0], out], outputs].concat(),
        ChannelAxis::Last => [&input[..1], outputs, &[out]].concat(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Array;

    #[test]
    fn channels_are_first_or_last() {
        let window = Window {
            size: [3, 3],
            stride: [2, 2],
            dilation: [1, 1],
            padding: [[0, 1]; 2],
            says_same: false,
        };
        let weight = Array { shape: vec![4, 2, 3, 3], values: vec![0.0; 72] };
        let convolution = |channels| Operation::Convolution {
            weight: weight.clone(),
            bias: None,
            window,
            groups: 1,
            channels,
        };
        let first = convolution(ChannelAxis::First).output_shape(&[&[1, 2, 8, 6]]);
        assert_eq!(first, Ok(vec![1, 4, 4, 3]));
        let last = convolution(ChannelAxis::Last).output_shape(&[&[1, 8, 6, 2]]);
        assert_eq!(last, Ok(vec![1, 4, 3, 4]));
        assert!(convolution(ChannelAxis::First).output_shape(&[&[1, 8, 6, 2]]).is_err());
    }

    #[test]
    fn a_constant_never_makes_a_value_larger() {
        let add = |shape: &[usize]| Operation::Arithmetic {
            arithmetic: crate::graph::Arithmetic::Add,
            constant: Array { shape: shape.to_vec(), values: vec![0.0; shape.iter().product()] },
            constant_first: false,
        };
        assert_eq!(add(&[3, 1, 1]).output_shape(&[&[1, 3, 4, 4]]), Ok(vec![1, 3, 4, 4]));
        assert!(add(&[1, 3, 4]).output_shape(&[&[1, 3]]).is_err());
        assert!(add(&[3]).output_shape(&[&[1, 1]]).is_err());
    }

    #[test]
    fn two_values_of_different_shapes_are_not_added() {
        assert!(Operation::Add.output_shape(&[&[1, 3, 4, 4], &[1, 3, 1, 1]]).is_err());
        let concat = Operation::Concat { axis: 1 };
        assert_eq!(concat.output_shape(&[&[1, 3, 4], &[1, 2, 4]]), Ok(vec![1, 5, 4]));
        assert!(concat.output_shape(&[&[1, 3, 4], &[1, 2, 5]]).is_err());
    }
}
