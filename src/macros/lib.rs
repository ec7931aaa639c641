//! The macro [`network!`] of `tinyconv`.
//!
//! It reads a list of layers (`header`, `parse`, `options`) and writes a type (`emit`, `blocks`). It knows no kind of
//! layer by itself: names, options and grouping are those of `tinyconv-plan`. And it computes no shapes: sizes may be
//! the user's constants, so shapes are constants too, and what does not fit is an error of their evaluation.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod blocks;
mod chain;
mod emit;
mod faults;
mod header;
mod item;
mod nearest;
mod options;
mod parse;
mod shortcuts;
mod value;

/// A list of layers becomes a type.
///
/// After the name comes the input (channels x rows x columns, or channels x length for signals; numbers, constants, or
/// expressions in parentheses), then the layers, each as `[name:] Kind [{ option: value, .. }]`. Attributes and a
/// visibility may come first.
///
/// Shapes are computed and checked by the compiler: a list whose layers do not fit is an error in `cargo check` that
/// names the layer and both shapes.
///
/// | kind | options (default) |
/// |---|---|
/// | `Conv2d` | `out`, `kernel`, `stride` (1), `padding` (0; a number, `same` or `full`) |
/// | `DepthwiseConv2d` | `kernel`, `stride` (1), `padding` (0) |
/// | `PointwiseConv2d` | `out`, `stride` (1): a `Conv2d` with a kernel of 1 |
/// | `MaxPool2d`, `AvgPool2d` | `size`, `stride` (`size`) |
/// | `GlobalAvgPool2d`, `Flatten` | |
/// | `Conv1d`, `MaxPool1d`, `AvgPool1d` | as their kinds in 2d, for maps of one row |
/// | `Dense` | `out` |
/// | `BatchNorm` | `epsilon` (1e-5), `momentum` (0.1); directly after a convolution or `Dense` |
/// | `Dropout` | `keep` |
/// | `Residual` | in place of options the layers of the block: its input is added to its output |
/// | `Relu`, `Tanh`, `Sigmoid`, `Identity`, `Softmax` | |
/// | `LeakyRelu` | `slope` (0.01) |
///
/// A value is any expression that a constant can have: `10`, `LABELS.len()`, `2 * WIDTH`. For kernel, size, stride or
/// padding it stands for rows and columns; a pair `(3, 1)` gives them apart. Sizes that do not divide are rounded down.
///
/// The type gets the trait `Network`, and as its own constants and functions: `PARAMS`, `INFER_SCRATCH`,
/// `TRAIN_SCRATCH`, `TRAIN_CHOICES`, and `infer` and `infer_from`, which take arrays of just these lengths.
///
/// A `Conv2d`, an activation and a `MaxPool2d` whose windows lie side by side become one block that never holds the map
/// between them. `BatchNorm`, an activation and such a `MaxPool2d` do, too.
///
/// `BatchNorm` and `Dropout` are for training on the host; `Deployed` is the network without them.
#[proc_macro]
pub fn network(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let mut faults = faults::Faults::default();
    let network = syn::parse::Parser::parse(
        |input: syn::parse::ParseStream<'_>| Ok(header::network(input, &mut faults)),
        tokens,
    );
    let network = network.unwrap_or_else(|error| {
        faults.add(error.span(), error.to_string());
        None
    });
    let emitted = network.map(|network| emit::network(&network));
    let errors = faults.into_tokens();
    quote::quote! { #emitted #errors }.into()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_has_all_kinds_and_their_options() {
        let text = include_str!("lib.rs");
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("/// | `")).collect();
        for written in tinyconv_plan::written() {
            let name = format!("`{}`", written.name);
            let row = rows.iter().find(|row| row.split('|').nth(1).unwrap().contains(&name));
            let row = row.unwrap_or_else(|| panic!("{name} has no row"));
            // Kinds for signals have the options of those for maps.
            for option in written.options.iter().filter(|_| !written.name.ends_with("1d")) {
                assert!(row.contains(&format!("`{}`", option.name)), "{name}: {}", option.name);
            }
        }
    }
}
