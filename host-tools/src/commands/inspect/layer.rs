//! A layer as `inspect` shows it: options as written in a network, and what it costs.

use serde::{Serialize, Serializer};
use tinyconv::spec::{Dims, LayerKind, LayerSpec, PaddingOption};

/// One layer of a network with everything that follows from its input's shape.
#[derive(Serialize)]
pub struct Layer<'a> {
    /// The name given to it, or the empty string.
    pub name: &'a str,
    /// What it computes, with the options that are not the usual ones.
    pub kind: String,
    /// The shape of its output.
    #[serde(serialize_with = "sizes")]
    pub output: Dims,
    /// Its parameters.
    pub parameters: usize,
    /// Multiply-adds of an inference; those with the zeros of a padding are never done.
    pub multiply_adds: usize,
}

impl<'a> Layer<'a> {
    /// `spec` for an input of shape `input`; the output is that of the same layer.
    pub fn new(spec: &LayerSpec<'a>, input: Dims, output: Dims) -> Self {
        Self {
            name: spec.name,
            kind: kind(&spec.kind),
            output,
            parameters: spec.kind.params(input),
            multiply_adds: multiply_adds(&spec.kind, input, output),
        }
    }
}

/// A shape as a list of sizes.
pub fn sizes<S: Serializer>(dims: &Dims, serializer: S) -> Result<S::Ok, S::Error> {
    match dims {
        Dims::Map(sizes) => sizes.serialize(serializer),
        Dims::Vector(length) => [length].serialize(serializer),
    }
}

/// As in `network!`.
fn kind(kind: &LayerKind) -> String {
    let mut options = Vec::new();
    match kind {
        LayerKind::Conv2d(conv) => {
            options.push(format!("out: {}", conv.out));
            options.push(format!("kernel: {}", pair(conv.kernel)));
            if conv.stride != [1, 1] {
                options.push(format!("stride: {}", pair(conv.stride)));
            }
            match conv.padding {
                PaddingOption::Zeros([0, 0]) => {}
                PaddingOption::Zeros(zeros) => options.push(format!("padding: {}", pair(zeros))),
                PaddingOption::Same => options.push("padding: same".into()),
                PaddingOption::Full => options.push("padding: full".into()),
            }
        }
        LayerKind::MaxPool2d(pool) | LayerKind::AvgPool2d(pool) => {
            options.push(format!("size: {}", pair(pool.size)));
            if pool.strides() != pool.size {
                options.push(format!("stride: {}", pair(pool.strides())));
            }
        }
        LayerKind::Dense(dense) => options.push(format!("out: {}", dense.out)),
        LayerKind::LeakyRelu(leaky) => options.push(format!("slope: {:?}", leaky.slope)),
        _ => {}
    }
    if options.is_empty() {
        kind.name().into()
    } else {
        format!("{} {{ {} }}", kind.name(), options.join(", "))
    }
}

fn pair([rows, columns]: [usize; 2]) -> String {
    if rows == columns { rows.to_string() } else { format!("({rows}, {columns})") }
}

fn multiply_adds(kind: &LayerKind, input: Dims, output: Dims) -> usize {
    match kind {
        LayerKind::Conv2d(conv) => {
            let sizes = [(input.height(), output.height()), (input.width(), output.width())];
            let zeros = kind.padding(input);
            let taps = |axis: usize| {
                let (input, output) = sizes[axis];
                taps(input, output, conv.kernel[axis], conv.stride[axis], zeros[axis])
            };
            let channels = input.channels().saturating_mul(output.channels());
            channels.saturating_mul(taps(0)).saturating_mul(taps(1))
        }
        LayerKind::Dense(dense) => input.len().saturating_mul(dense.out),
        _ => 0,
    }
}

/// Along one axis, the pairs of an output position and a kernel position that meet the input.
fn taps(input: usize, output: usize, kernel: usize, stride: usize, zeros: usize) -> usize {
    let meeting = |tap: usize| {
        // The output positions `o` with `zeros <= o * stride + tap < zeros + input`.
        let first = zeros.saturating_sub(tap).div_ceil(stride);
        let end = zeros.saturating_add(input).saturating_sub(tap).div_ceil(stride).min(output);
        end.saturating_sub(first)
    };
    (0..kernel).fold(0, |sum: usize, tap| sum.saturating_add(meeting(tap)))
}

#[cfg(test)]
mod tests {
    use tinyconv::spec::Conv2dOptions;

    use super::*;

    #[test]
    fn taps_are_those_that_a_loop_counts() {
        for (input, kernel, stride, zeros) in
            [(7, 3, 1, 0), (7, 3, 1, 1), (8, 5, 2, 4), (3, 5, 3, 2), (1, 1, 1, 3), (9, 2, 4, 5)]
        {
            let output = (input + 2 * zeros - kernel) / stride + 1;
            let positions = (0..output).flat_map(|o| (0..kernel).map(move |tap| o * stride + tap));
            let counted = positions.filter(|at| (zeros..zeros + input).contains(at)).count();
            assert_eq!(taps(input, output, kernel, stride, zeros), counted);
        }
    }

    #[test]
    fn layers_read_as_they_are_written() {
        let conv = Conv2dOptions { out: 6, kernel: [3, 1], ..Conv2dOptions::NEW };
        assert_eq!(kind(&LayerKind::Conv2d(conv)), "Conv2d { out: 6, kernel: (3, 1) }");
        let same = Conv2dOptions { padding: PaddingOption::Same, stride: [2, 2], ..conv };
        assert_eq!(
            kind(&LayerKind::Conv2d(same)),
            "Conv2d { out: 6, kernel: (3, 1), stride: 2, padding: same }"
        );
        assert_eq!(kind(&LayerKind::Relu), "Relu");
    }
}
