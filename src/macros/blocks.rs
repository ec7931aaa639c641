//! The types of a network's blocks: layers that are computed together.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tinyconv_plan::{BlockKind, Class};

use crate::chain::chain;
use crate::item::{Branches, Item, Join, Layer};

/// The names that stand for a network's layers in their places.
pub struct Places<'a> {
    /// The constant: an array of `Placed`.
    pub constant: &'a Ident,
    /// The type that stands for one of them by its number.
    pub at: &'a Ident,
}

/// A block.
pub struct Block {
    /// Its type.
    pub computes: TokenStream,
    /// Training can begin with it. Blocks that cannot begin it join those before.
    pub begins: bool,
}

impl Places<'_> {
    /// The blocks of `items`, the first of which has the number `first` in the network's list.
    pub fn blocks(&self, items: &[Item], mut first: usize) -> Vec<Block> {
        let (mut blocks, mut rest) = (Vec::new(), items);
        while let Some((block, count)) = self.block(rest, first) {
            let (taken, left) = rest.split_at(count);
            first += crate::item::count(taken);
            blocks.push(block);
            rest = left;
        }
        blocks
    }

    /// The first block of `items`, and how many of them it takes.
    fn block(&self, items: &[Item], first: usize) -> Option<(Block, usize)> {
        let class = |index| items.get(index).map(Item::class);
        // A block of several layers has no block of branches within, so that its layers are numbered one by one.
        let layer = |index: usize| match &items[index] {
            Item::Layer(layer) => (layer, first + index),
            Item::Branches(_) => unreachable!("its class is a fork's"),
        };
        let (computes, begins, count) = match BlockKind::first([class(0), class(1), class(2)])? {
            BlockKind::Alone { spared } => (self.alone(layer(spared)), spared, spared + 1),
            BlockKind::Activated { spared } => {
                let activated = self.activated(&self.alone(layer(spared)), layer(spared + 1));
                (activated, spared, spared + 2)
            }
            BlockKind::Activation => {
                let pass = self.type_at("Pass", first);
                (self.activated(&pass, layer(0)), 0, 1)
            }
            BlockKind::ConvolutionPool | BlockKind::NormalisationPool => {
                (self.with_pool(layer(0), layer(1), layer(2)), 0, 3)
            }
            BlockKind::Branches => {
                let Item::Branches(branches) = &items[0] else { unreachable!("only it is a fork") };
                let computes = self.branches(branches, first);
                match (branches.join, items.get(1)) {
                    (Join::Add, Some(Item::Layer(next)))
                        if next.written.class == Class::Activation =>
                    {
                        let number = first + items[0].count();
                        (self.activated(&computes, (next, number)), 0, 2)
                    }
                    _ => (computes, 0, 1),
                }
            }
        };
        let begins = items[begins].begins();
        Some((Block { computes, begins }, count))
    }

    /// The type of that name for the layer of that number.
    fn type_at(&self, name: &str, number: usize) -> TokenStream {
        let (name, at) = (format_ident!("{name}"), self.at);
        quote!(::tinyconv::layers::#name<#at<#number>>)
    }

    /// Branches and what joins them; `first` is the fork's number.
    fn branches(&self, branches: &Branches, first: usize) -> TokenStream {
        let layers = quote!(::tinyconv::layers);
        let of = |items: &[Item], number: usize| {
            let blocks: Vec<_> =
                self.blocks(items, number).into_iter().map(|block| block.computes).collect();
            // A branch without layers hands on what comes in, as the fork does.
            chain(&blocks).unwrap_or_else(|| self.type_at("Pass", first))
        };
        let one = of(&branches.first, first + 1);
        let second = branches.second.as_ref();
        let second = second.map(|(items, _)| of(items, first + branches.before_second() + 1));
        match (branches.join, second) {
            (Join::Add, None) => quote!(#layers::Residual<#one>),
            (Join::Add, Some(other)) => quote!(#layers::Projected<#one, #other>),
            (Join::Concat, other) => {
                let other = other.unwrap_or_else(|| self.type_at("Pass", first));
                quote!(#layers::Concat<#one, #other>)
            }
        }
    }

    fn alone(&self, (layer, number): (&Layer, usize)) -> TokenStream {
        self.type_at(layer.written.kind, number)
    }

    fn activated(&self, before: &TokenStream, activation: (&Layer, usize)) -> TokenStream {
        let activation = self.activation(activation);
        quote!(::tinyconv::layers::Activated<#before, #activation>)
    }

    fn activation(&self, (layer, number): (&Layer, usize)) -> TokenStream {
        let (name, at) = (format_ident!("{}", layer.written.kind), self.at);
        match layer.written.options_type {
            Some(_) => quote!(::tinyconv::layers::#name<#at<#number>>),
            None => quote!(::tinyconv::layers::#name),
        }
    }

    /// A layer, an activation and a pooling in one if the pool's windows lie side by side, which the compiler finds
    /// out when it knows the sizes.
    fn with_pool(
        &self,
        first: (&Layer, usize),
        activation: (&Layer, usize),
        pool: (&Layer, usize),
    ) -> TokenStream {
        let (places, at) = (self.constant, self.at);
        let (begin, end) = (first.1, pool.1);
        let fused = format_ident!("{}{}", first.0.written.kind, pool.0.written.kind);
        let computes = self.activation(activation);
        let activated = self.activated(&self.alone(first), activation);
        let pool = self.alone(pool);
        quote! {
            <::tinyconv::layers::Fuse<{ ::tinyconv::plan::fuses(&#places[#begin], &#places[#end]) }>
                as ::tinyconv::layers::Choose>::Of<
                ::tinyconv::layers::#fused<#at<#begin>, #computes, #at<#end>>,
                ::tinyconv::layers::Chain<#activated, #pool>
            >
        }
    }
}
