//! The constants and functions of a network's type itself.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// What a program reaches without the trait.
///
/// Errors in calls show where a function and its parameters are defined: that is best a single place, the network's
/// `name`.
pub fn shortcuts(name: Span) -> TokenStream {
    // Where a macro writes the network, its names are none of this one's.
    let name = Span::call_site().located_at(name);
    let infer = quote_spanned! { name => infer };
    let infer_from = quote_spanned! { name => infer_from };
    let params = quote_spanned! { name => params: &[impl ::tinyconv::Weight; Self::PARAMS] };
    let source = quote_spanned! { name => source: S };
    let input = |cell| {
        quote_spanned! { name =>
            input: &<::tinyconv::InputOf<Self> as ::tinyconv::Shape>::Map<#cell>
        }
    };
    let [input, raw_input] = [input(quote!(E)), input(quote!(S::Raw))];
    let scratch = quote_spanned! { name => scratch: &mut [E; Self::INFER_SCRATCH] };
    let output = quote_spanned! { name =>
        output: &mut <::tinyconv::OutputOf<Self> as ::tinyconv::Shape>::Map<E>
    };
    quote! {
        /// Parameters, in `f32`.
        pub const PARAMS: usize = <Self as ::tinyconv::Network>::PARAMS;
        /// Scratch of an inference, in elements; input and output come on top.
        pub const INFER_SCRATCH: usize = <Self as ::tinyconv::Network>::INFER_SCRATCH;
        /// Scratch of a training step for one sample, in elements; the input comes on top.
        pub const TRAIN_SCRATCH: usize = <Self as ::tinyconv::Network>::TRAIN_SCRATCH;
        /// Scratch of a training step, in choices (a byte each for one sample).
        pub const TRAIN_CHOICES: usize = <Self as ::tinyconv::Network>::TRAIN_CHOICES;

        /// Computes `output` from `input`.
        #[inline(always)]
        pub fn #infer<E: ::tinyconv::Element>(#params, #input, #scratch, #output) {
            <Self as ::tinyconv::Network>::infer(params, input, scratch, output);
        }

        /// Computes `output` from an input that `source` reads.
        #[inline(always)]
        pub fn #infer_from<E: ::tinyconv::Element, S: ::tinyconv::Source<E>>(
            #params, #source, #raw_input, #scratch, #output
        ) {
            <Self as ::tinyconv::Network>::infer_from(params, source, input, scratch, output);
        }
    }
}
