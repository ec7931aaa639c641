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
/// The kinds and their options are in tinyconv's book, `book::layers`.
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
