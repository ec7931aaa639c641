//! The constants and functions of a network's type itself.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

/// What a program reaches without the trait.
///
/// Errors in calls show where a function and its parameters are defined: that is best a single place, the network's
/// `name`.
pub fn shortcuts(name: Span) -> TokenStream {
    let at_name = |word| Ident::new(word, name);
    let [infer, infer_from] = ["infer", "infer_from"].map(at_name);
    let [params, source, input, scratch, output] =
        ["params", "source", "input", "scratch", "output"].map(at_name);
    let weights = quote_spanned! { name => #params: &[P; Self::PARAMS] };
    let reads = quote_spanned! { name => #source: S };
    let given = |cell| {
        quote_spanned! { name =>
            #input: &<::tinyconv::InputOf<Self> as ::tinyconv::Shape>::Map<#cell>
        }
    };
    let [elements, raw] = [given(quote!(E)), given(quote!(S::Raw))];
    let between = quote_spanned! { name => #scratch: &mut [E; Self::INFER_SCRATCH] };
    let computed = quote_spanned! { name =>
        #output: &mut <::tinyconv::OutputOf<Self> as ::tinyconv::Shape>::Map<E>
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
        pub fn #infer<E: ::tinyconv::Element, P: ::tinyconv::Weight>(
            #weights, #elements, #between, #computed
        ) {
            <Self as ::tinyconv::Network>::infer(#params, #input, #scratch, #output);
        }

        /// Computes `output` from an input that `source` reads.
        #[inline(always)]
        pub fn #infer_from<E, S, P>(#weights, #reads, #raw, #between, #computed)
        where
            E: ::tinyconv::Element,
            S: ::tinyconv::Source<E>,
            P: ::tinyconv::Weight,
        {
            <Self as ::tinyconv::Network>::infer_from(#params, #source, #input, #scratch, #output);
        }
    }
}
