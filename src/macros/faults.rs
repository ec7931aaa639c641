//! The faults of a network: all of them are reported in one go.

use proc_macro2::{Span, TokenStream};

/// What is wrong in a network's text.
#[derive(Default)]
pub struct Faults(Option<syn::Error>);

impl Faults {
    /// One more, at `span`.
    pub fn add(&mut self, span: Span, text: String) {
        let fault = syn::Error::new(span, text);
        match &mut self.0 {
            Some(all) => all.combine(fault),
            None => self.0 = Some(fault),
        }
    }

    /// The errors that the compiler prints.
    pub fn into_tokens(self) -> Option<TokenStream> {
        self.0.map(syn::Error::into_compile_error)
    }
}
