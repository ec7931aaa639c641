//! What was read of a network.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Visibility};
use tinyconv_plan::{Class, Written};

/// A network.
pub struct Network {
    pub attributes: Vec<Attribute>,
    pub visibility: Visibility,
    pub name: Ident,
    /// Channels, rows, columns.
    pub input: [TokenStream; 3],
    pub items: Vec<Item>,
    /// So many layers from the first on stand there as they are meant. Those after them may be wrong only because of a
    /// fault before, so that nothing is said of them.
    pub sound: usize,
}

/// An entry of a list of layers.
#[derive(Clone)]
pub enum Item {
    Layer(Layer),
    Residual(Residual),
}

/// A layer.
#[derive(Clone)]
pub struct Layer {
    /// The name given to it, or the empty string.
    pub name: String,
    /// Its kind and how that was written.
    pub written: &'static Written,
    /// Where the kind stands.
    pub span: Span,
    /// Its `LayerKind`.
    pub kind: TokenStream,
    /// The options that are given, and where each of them stands.
    pub given: Vec<(&'static str, Span)>,
}

/// A residual block.
#[derive(Clone)]
pub struct Residual {
    /// The name given to it, or the empty string.
    pub name: String,
    /// Where the word stands.
    pub span: Span,
    /// The layers of the block.
    pub body: Vec<Item>,
}

impl Item {
    /// How many entries it has in the network's list, where a residual block begins with one and ends with one.
    pub fn count(&self) -> usize {
        match self {
            Self::Layer(_) => 1,
            Self::Residual(residual) => count(&residual.body) + 2,
        }
    }

    /// How it joins its neighbours.
    pub fn class(&self) -> Class {
        match self {
            Self::Layer(layer) => layer.written.class,
            Self::Residual(_) => Class::Fork,
        }
    }
}

/// How many entries they have in the network's list.
pub fn count(items: &[Item]) -> usize {
    items.iter().map(Item::count).sum()
}

/// Those that are there on a device too.
pub fn deployed(items: &[Item]) -> Vec<Item> {
    let kept = items.iter().filter(|item| item.class().is_deployed());
    kept.map(|item| match item {
        Item::Layer(_) => item.clone(),
        Item::Residual(residual) => {
            Item::Residual(Residual { body: deployed(&residual.body), ..residual.clone() })
        }
    })
    .collect()
}

/// Whether the output of the last is a vector, for an input that is one or not.
pub fn gives_vector(items: &[Item], input: bool) -> bool {
    items.iter().fold(input, |is_vector, item| match item {
        Item::Layer(layer) => is_vector || layer.written.gives_vector,
        // What comes out of a residual block is what came in.
        Item::Residual(_) => is_vector,
    })
}
