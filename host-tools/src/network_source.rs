//! A network that is a value as the source of one that is a type.

use std::fmt::Write;

use tinyconv::spec::{Dims, LayerKind, LayerSpec};

use crate::model::Layer;

/// A Rust source file with [`network!`](tinyconv::network), for `mod` and for `include!` alike; `about`
/// is the first line of its documentation.
///
/// `name` and the names of layers have to be identifiers, or empty.
///
/// ```
/// use host_tools::network_source::network_source;
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
    let mut depth = 2usize;
    for (spec, layer) in layers.iter().zip(Layer::all(input, layers)) {
        let name = if spec.name.is_empty() { String::new() } else { format!("{}: ", spec.name) };
        let text = match spec.kind {
            LayerKind::Add => {
                depth -= 1;
                "},".into()
            }
            LayerKind::Skip => format!("{name}Residual {{"),
            _ => format!("{name}{},", layer.kind),
        };
        writeln!(source, "{}{text}", "    ".repeat(depth)).expect("a String takes everything");
        depth += usize::from(spec.kind == LayerKind::Skip);
    }
    source + "    }\n}\n"
}
