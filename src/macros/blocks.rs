//! The types of a network's blocks: layers that are computed together.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tinyconv_plan::{BlockKind, Class};

use crate::chain::chain;
use crate::item::{Item, Layer};

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
        // A block of several layers has no residual block within, so that its layers are numbered one by one.
        let layer = |index: usize| match &items[index] {
            Item::Layer(layer) => (layer, first + index),
            Item::Residual(_) => unreachable!("its class is a fork's"),
        };
        let layers = quote!(::tinyconv::layers);
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
            BlockKind::Residual => {
                let Item::Residual(residual) = &items[0] else { unreachable!("only it is a fork") };
                let body = self.blocks(&residual.body, first + 1);
                let body: Vec<_> = body.into_iter().map(|block| block.computes).collect();
                // Without layers on a device it is an error of evaluation, after this.
                let body = chain(&body).unwrap_or_else(|| self.type_at("Pass", first));
                let computes = quote!(#layers::Residual<#body>);
                match items.get(1) {
                    Some(Item::Layer(next)) if next.written.class == Class::Activation => {
                        let number = first + items[0].count();
                        (self.activated(&computes, (next, number)), 0, 2)
                    }
                    _ => (computes, 0, 1),
                }
            }
        };
        let begins = match items[begins].class() {
            Class::Fork => true,
            class => class.is_weighted(),
        };
        Some((Block { computes, begins }, count))
    }

    /// The type of that name for the layer of that number.
    fn type_at(&self, name: &str, number: usize) -> TokenStream {
        let (name, at) = (format_ident!("{name}"), self.at);
        quote!(::tinyconv::layers::#name<#at<#number>>)
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
