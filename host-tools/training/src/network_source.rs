//! A network that is a value as the source of one that is a type.

use std::fmt::Write;

use tinyconv::plan::{Class, Dims, LayerSpec};

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
#[must_use]
pub fn network_source(name: &str, about: &str, input: Dims, layers: &[LayerSpec<'_>]) -> String {
    let about = about.escape_debug();
    let (channels, rows, columns) = (input.channels(), input.height(), input.width());
    let mut source = format!(
        "tinyconv::network! {{\n    /// {about}\n    pub {name}: {channels} x {rows} x {columns} {{\n"
    );
    for (spec, (depth, text)) in layers.iter().zip(lines(layers)) {
        let name = match spec.kind.class() {
            Class::Join => "",
            _ => spec.name,
        };
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        let comma = if text.ends_with(BEGIN) { "" } else { "," };
        let indent = "    ".repeat(depth + 2);
        writeln!(source, "{indent}{name}{text}{comma}").expect("a String takes everything");
    }
    source + "    }\n}\n"
}

/// How a residual block begins.
const BEGIN: &str = "Residual {";

/// Layers as they are written, and in how many residual blocks: what begins and what ends a block are
/// lines of their own.
#[doc(hidden)]
pub fn lines(layers: &[LayerSpec<'_>]) -> impl Iterator<Item = (usize, String)> {
    let mut depth = 0usize;
    layers.iter().map(move |layer| match layer.kind.class() {
        Class::Fork => {
            depth += 1;
            (depth - 1, BEGIN.into())
        }
        Class::Join => {
            depth = depth.saturating_sub(1);
            (depth, "}".into())
        }
        _ => (depth, layer.kind.to_string()),
    })
}
