//! A network that is a value as the source of one that is a type.

use std::fmt::Write;

use tinyconv::plan::{
    Class, Dims, LayerKind, LayerSpec, OptionValue, PaddingOption, Placed, Takes, Value, Walk,
    Written, written,
};

/// A Rust source file with [`network!`](macro@tinyconv::network), for `mod` and for `include!` alike; `about`
/// is the first line of its documentation.
///
/// `name` and the names of layers have to be identifiers, or empty.
///
/// ```
/// use tinyconv_training::network_source::network_source;
/// use tinyconv::Network;
///
/// tinyconv::network! {
///     Small: 1 x 6 x 6 {
///         Conv2d { out: 2, kernel: 3, padding: same }, Relu,
///         Residual { inner: DepthwiseConv2d { kernel: (3, 1), padding: (1, 0) } },
///         classify: Dense { out: 3 },
///     }
/// }
///
/// let source = network_source("Small", "An example.", Small::INPUT, Small::LAYERS);
/// assert_eq!(source, "\
/// tinyconv::network! {
///     /// An example.
///     pub Small: 1 x 6 x 6 {
///         Conv2d { out: 2, kernel: 3, padding: same },
///         Relu,
///         Residual {
///             inner: DepthwiseConv2d { kernel: (3, 1), padding: (1, 0) },
///         },
///         classify: Dense { out: 3 },
///     }
/// }
/// ");
/// ```
///
/// A network for signals is written as one:
///
/// ```
/// use tinyconv_training::network_source::network_source;
/// use tinyconv::Network;
///
/// tinyconv::network! {
///     Signal: 3 x 128 { Conv1d { out: 8, kernel: 5, stride: 2 }, Relu, MaxPool1d { size: 2 }, Dense { out: 2 } }
/// }
///
/// assert_eq!(Signal::INPUT.to_string(), "3 x 1 x 128");
/// let source = network_source("Signal", "Three axes.", Signal::INPUT, Signal::LAYERS);
/// assert!(source.contains("pub Signal: 3 x 128 {"));
/// assert!(source.contains("Conv1d { out: 8, kernel: 5, stride: 2 },"));
/// ```
#[must_use]
pub fn network_source(name: &str, about: &str, input: Dims, layers: &[LayerSpec<'_>]) -> String {
    let about = about.escape_debug();
    let (channels, rows, columns) = (input.channels(), input.height(), input.width());
    let sizes = if is_signal(input) {
        format!("{channels} x {columns}")
    } else {
        format!("{channels} x {rows} x {columns}")
    };
    let mut source =
        format!("tinyconv::network! {{\n    /// {about}\n    pub {name}: {sizes} {{\n");
    for (index, depth, text) in lines(input, layers) {
        let spec = &layers[index];
        let name = match spec.kind.class() {
            Class::Branch | Class::Join | Class::Concat => "",
            _ => spec.name,
        };
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        let comma = if text.ends_with('{') { "" } else { "," };
        let indent = "    ".repeat(depth + 2);
        writeln!(source, "{indent}{name}{text}{comma}").expect("a String takes everything");
    }
    source + "    }\n}\n"
}

/// Layers as they are written, each with its number, and in how many blocks they are: what begins and what ends a block
/// or a branch are lines of their own.
#[doc(hidden)]
pub fn lines<'a>(
    input: Dims,
    layers: &'a [LayerSpec<'a>],
) -> impl Iterator<Item = (usize, usize, String)> + 'a {
    let mut depth = 0usize;
    // Of the blocks that are open, whether they are in their second branch.
    let mut branched = Vec::new();
    Walk::new(input, layers).flat_map(move |placed| {
        let index = placed.index;
        match placed.spec.kind.class() {
            Class::Fork => {
                depth += 1;
                branched.push(false);
                vec![(index, depth - 1, format!("{} {{", word(layers, index)))]
            }
            Class::Branch => {
                depth += 1;
                if let Some(branched) = branched.last_mut() {
                    *branched = true;
                }
                vec![(index, depth - 1, "Branch {".into())]
            }
            Class::Join | Class::Concat => {
                let mut ends = Vec::new();
                if branched.pop() == Some(true) {
                    depth = depth.saturating_sub(1);
                    ends.push((index, depth, "}".into()));
                }
                depth = depth.saturating_sub(1);
                ends.push((index, depth, "}".into()));
                ends
            }
            _ => vec![(index, depth, layer_text(placed.spec.kind, placed.input))],
        }
    })
}

/// The word before the braces of the block whose fork has that number: its join says it.
fn word(layers: &[LayerSpec<'_>], fork: usize) -> &'static str {
    let mut depth = 0usize;
    for layer in &layers[fork..] {
        match layer.kind.class() {
            Class::Fork => depth += 1,
            Class::Join | Class::Concat => depth = depth.saturating_sub(1),
            _ => {}
        }
        match layer.kind.class() {
            Class::Concat if depth == 0 => return "Concat",
            Class::Join if depth == 0 => break,
            _ => {}
        }
    }
    "Residual"
}

/// A layer as it is written where its input has that shape: on one row, in the form for signals if the kind
/// has one that says the same.
pub(crate) fn layer_text(kind: LayerKind, input: Dims) -> String {
    let form = written().iter().find(|form| form.kind == kind.name() && is_for_signals(form));
    let form = form.filter(|_| is_signal(input));
    form.and_then(|form| signal_text(form, kind)).unwrap_or_else(|| kind.to_string())
}

/// The kind of a layer as it is written in its place.
#[doc(hidden)]
pub fn kind_name(placed: &Placed<'_>) -> String {
    let mut text = layer_text(placed.spec.kind, placed.input);
    text.truncate(text.find(' ').unwrap_or(text.len()));
    text
}

/// Maps of one row.
const fn is_signal(input: Dims) -> bool {
    matches!(input, Dims::Map([_, 1, _]))
}

/// It takes columns, and so has one row.
fn is_for_signals(form: &Written) -> bool {
    form.options.iter().any(|option| columns_of(option.takes).is_some())
}

/// The rows that an option which takes columns has besides them.
const fn columns_of(takes: Takes) -> Option<usize> {
    match takes {
        Takes::Columns | Takes::SomeColumns => Some(1),
        Takes::PaddingColumns => Some(0),
        Takes::Number
        | Takes::Pair
        | Takes::SomePair
        | Takes::Padding
        | Takes::Float
        | Takes::Flag => None,
    }
}

/// The layer in `form`; nothing if it has options that this form cannot say.
fn signal_text(form: &Written, kind: LayerKind) -> Option<String> {
    let mut options = Vec::new();
    for &OptionValue { name, value, is_default, .. } in kind.options().as_slice() {
        if is_default {
            continue;
        }
        let option = form.options.iter().find(|option| option.name == name)?;
        let value = match (value, columns_of(option.takes)) {
            (
                Value::Pair([rows, columns])
                | Value::Padding(PaddingOption::Zeros([rows, columns])),
                Some(usual),
            ) => (rows == usual).then(|| columns.to_string())?,
            (Value::Padding(PaddingOption::Sides([rows, [left, right]])), Some(usual)) => {
                (rows == [usual; 2]).then(|| format!("({left}, {right})"))?
            }
            (value, _) => value.to_string(),
        };
        options.push(format!("{name}: {value}"));
    }
    Some(format!("{} {{ {} }}", form.name, options.join(", ")))
}

#[cfg(test)]
mod tests {
    use tinyconv::Network;

    use super::*;

    /// The macro's argument as text and as a network, of one and the same tokens.
    macro_rules! both {
        ($name:ident: $($source:tt)*) => {{
            tinyconv::network! { $name: $($source)* }
            let source = network_source(stringify!($name), "", $name::INPUT, $name::LAYERS);
            let lines: Vec<String> = source.lines().map(|line| line.trim().to_owned()).collect();
            let joined = lines[2..lines.len() - 1].concat();
            let without_spaces = |text: &str| text.replace([' ', '\n'], "");
            let expected = format!("pub{}:{}", stringify!($name), stringify!($($source)*));
            assert_eq!(without_spaces(&joined), without_spaces(&expected));
            $name::FINGERPRINT
        }};
    }

    /// What is written comes back as it was written, so it compiles to the same network.
    #[test]
    fn a_network_for_signals_is_written_as_one() {
        let signals = both!(Net: 3 x 128 {
            Conv1d { out: 8, kernel: 5, stride: 2, padding: 2 },
            Relu,
            MaxPool1d { size: 2 },
            Residual {
                inner: Conv1d { out: 8, kernel: 3, padding: same },
                BatchNorm,
            },
            Conv1d { out: 4, kernel: 3, padding: full },
            Conv1d { out: 4, kernel: 1 },
            AvgPool1d { size: 3, stride: 2 },
            MaxPool1d { size: 1, stride: 2 },
            Dense { out: 2 },
        });
        // The same by the names for maps.
        tinyconv::network! {
            Maps: 3 x 1 x 128 {
                Conv2d { out: 8, kernel: (1, 5), stride: (1, 2), padding: (0, 2) },
                Relu,
                MaxPool2d { size: (1, 2) },
                Residual {
                    inner: Conv2d { out: 8, kernel: (1, 3), padding: same },
                    BatchNorm,
                },
                Conv2d { out: 4, kernel: (1, 3), padding: full },
                Conv2d { out: 4, kernel: 1 },
                AvgPool2d { size: (1, 3), stride: (1, 2) },
                MaxPool2d { size: (1, 1), stride: (1, 2) },
                Dense { out: 2 },
            }
        }
        assert_eq!(signals, Maps::FINGERPRINT);
    }

    #[test]
    fn what_the_form_for_signals_cannot_say_is_written_for_maps() {
        both!(Rows: 2 x 9 {
            Conv2d { out: 2, kernel: 3, padding: 1 },
            Conv2d { out: 2, kernel: (1, 3), stride: 2 },
            DepthwiseConv2d { kernel: (1, 3) },
            Conv1d { out: 2, kernel: 2 },
        });
        both!(Maps: 2 x 9 x 9 {
            Conv2d { out: 2, kernel: (1, 3) },
            MaxPool2d { size: (1, 2) },
            Conv2d { out: 2, kernel: (9, 1) },
            AvgPool1d { size: 3 },
        });
    }
}
