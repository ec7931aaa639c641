//! Blocks one after the other: a network, and the parts of it that stay frozen and that are trained.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use tinyconv_plan::MOST_LAST;

use crate::blocks::{Block, Places};
use crate::item::Item;

/// One after the other, as a balanced tree: its depth stays far below the compiler's limit of recursion.
pub fn chain(blocks: &[TokenStream]) -> Option<TokenStream> {
    match blocks {
        [] => None,
        [block] => Some(block.clone()),
        _ => {
            let (front, back) = blocks.split_at(blocks.len() / 2);
            let (front, back) = (chain(front)?, chain(back)?);
            Some(quote!(::tinyconv::layers::Chain<#front, #back>))
        }
    }
}

/// A network's blocks, one after the other.
pub struct Chained {
    blocks: Vec<Block>,
    /// A name for the type of each.
    pub types: TokenStream,
    /// These names.
    pub names: Vec<TokenStream>,
}

impl Chained {
    /// The blocks of `items`; see [`Places`] for the first two names.
    pub fn new(items: &[Item], at: &str, places: &str, prefix: &str) -> Self {
        let (at, constant) = (format_ident!("{at}"), format_ident!("{places}"));
        let blocks = Places { constant: &constant, at: &at }.blocks(items, 0);
        let names = (0..blocks.len()).map(|index| format_ident!("{prefix}{index}"));
        let names: Vec<_> = names.map(Ident::into_token_stream).collect();
        let types = blocks.iter().map(|block| &block.computes);
        let types = quote!(#(type #names = #types;)*);
        Self { blocks, types, names }
    }

    /// For 1, 2, .. last blocks with which training can begin: the chain that stays frozen, and the one that is
    /// trained. Where nothing is frozen, all is trained, which is no cut.
    pub fn cuts(&self) -> impl Iterator<Item = [Option<TokenStream>; 2]> {
        let begins = (0..self.blocks.len()).rev().filter(|&index| self.blocks[index].begins);
        let begins = begins.take_while(|&frozen| frozen > 0).take(MOST_LAST);
        begins.map(|frozen| {
            let (frozen, trained) = self.names.split_at(frozen);
            [chain(frozen), chain(trained)]
        })
    }
}
