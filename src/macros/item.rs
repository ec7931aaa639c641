//! What was read of a network.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Attribute, Visibility};
use tinyconv_plan::{Class, Written, written};

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
    Branches(Branches),
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

/// How the branches of a block become one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// Their outputs are added.
    Add,
    /// Their channels lie one behind the other.
    Concat,
}

impl Join {
    /// The word in whose braces the branches are.
    pub fn word(self) -> &'static str {
        match self {
            Self::Add => "Residual",
            Self::Concat => "Concat",
        }
    }

    /// The join that is written so.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Add, Self::Concat].into_iter().find(|join| join.word() == word)
    }
}

/// A block of two branches.
#[derive(Clone)]
pub struct Branches {
    /// The name given to it, or the empty string.
    pub name: String,
    /// How they become one.
    pub join: Join,
    /// Where the word stands.
    pub span: Span,
    /// The layers of the first one.
    pub first: Vec<Item>,
    /// Those of the second one, and where its word stands; without it, the block's input is the other one.
    pub second: Option<(Vec<Item>, Span)>,
}

impl Branches {
    /// How many entries come before the second branch.
    pub fn before_second(&self) -> usize {
        1 + count(&self.first)
    }
}

impl Item {
    /// How many entries it has in the network's list, where a block begins with one and ends with one, as does each
    /// second branch.
    pub fn count(&self) -> usize {
        match self {
            Self::Layer(_) => 1,
            Self::Branches(branches) => {
                let second = branches.second.as_ref();
                branches.before_second() + second.map_or(0, |(items, _)| 1 + count(items)) + 1
            }
        }
    }

    /// How it joins its neighbours.
    pub fn class(&self) -> Class {
        match self {
            Self::Layer(layer) => layer.written.class,
            Self::Branches(_) => Class::Fork,
        }
    }

    /// Training can begin with it.
    pub fn begins(&self) -> bool {
        match self {
            Self::Layer(layer) => layer.written.class.is_weighted(),
            Self::Branches(branches) => {
                let second = branches.second.iter().flat_map(|(items, _)| items);
                branches.first.iter().chain(second).any(Self::begins)
            }
        }
    }
}

/// How many entries they have in the network's list.
pub fn count(items: &[Item]) -> usize {
    items.iter().map(Item::count).sum()
}

/// What a device has of them: see `tinyconv_plan::deployed_kind`.
pub fn deployed(items: &[Item]) -> Vec<Item> {
    let mut kept = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let is_folded = || index > 0 && items[index - 1].class().is_weighted();
        match item {
            Item::Branches(branches) => {
                let first = deployed(&branches.first);
                let second = branches.second.as_ref();
                let second = second.map(|(items, span)| (deployed(items), *span));
                kept.push(Item::Branches(Branches { first, second, ..branches.clone() }));
            }
            Item::Layer(layer) => match layer.written.class {
                Class::Random => {}
                Class::Normalisation if is_folded() => {}
                Class::Normalisation => {
                    let is_scale =
                        |written: &&Written| written.kind == tinyconv_plan::LayerKind::Scale.name();
                    let written = written().iter().find(is_scale).expect("a scale can be written");
                    let kind = quote!(::tinyconv::plan::LayerKind::Scale);
                    let given = Vec::new();
                    kept.push(Item::Layer(Layer { written, kind, given, ..layer.clone() }));
                }
                _ => kept.push(item.clone()),
            },
        }
    }
    kept
}

/// Whether the output of the last is a vector, for an input that is one or not.
pub fn gives_vector(items: &[Item], input: bool) -> bool {
    items.iter().fold(input, |is_vector, item| match item {
        Item::Layer(layer) => is_vector || layer.written.gives_vector,
        // The other branch gives the same.
        Item::Branches(branches) => gives_vector(&branches.first, is_vector),
    })
}
