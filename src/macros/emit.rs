//! The type that a network becomes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

use crate::blocks::{Block, Places, chain, cuts};
use crate::item::{Item, Network, deployed, gives_vector};
use crate::parse::RESIDUAL;

/// Everything that a network is.
///
/// The names of its constants are none that a program has, as the user's expressions are evaluated among them.
pub fn network(network: &Network) -> TokenStream {
    let Network { attributes, visibility, name, .. } = network;
    // Where the type is not there, nothing else is.
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let conditions = quote!(#(#conditions)*);
    let constants = constants(network);
    let checks = checks(&network.items, &mut 0, network.sound);
    let types = types(network);
    let shortcuts = shortcuts();
    quote! {
        #(#attributes)*
        #[derive(Clone, Copy, Debug)]
        #visibility struct #name;

        #conditions
        const _: () = {
            #constants
            #checks
            #types
        };

        #conditions
        #[allow(dead_code)]
        impl #name {
            #shortcuts
        }
    }
}

/// The list of layers, and what follows from it.
fn constants(network: &Network) -> TokenStream {
    let Network { input: [channels, rows, columns], items, .. } = network;
    let layers = entries(items);
    let deployed = if is_deployed(items) {
        quote!(__LAYERS)
    } else {
        quote! {
            &::tinyconv::plan::deployed::<{ ::tinyconv::plan::deployed_len(__LAYERS) }>(__LAYERS)
        }
    };
    let places = |at, places, layers| {
        let [at, places, layers] = [at, places, layers].map(|name| format_ident!("{name}"));
        quote! {
            const #places: [::tinyconv::plan::Placed<'static>; #layers.len()] =
                ::tinyconv::plan::places(__INPUT, #layers);

            #[derive(Clone, Copy, Debug)]
            pub struct #at<const LAYER: usize>;

            impl<const LAYER: usize> ::tinyconv::Fixed for #at<LAYER> {
                const NEW: Self = Self;
            }

            impl<const LAYER: usize> ::tinyconv::Place for #at<LAYER> {
                const PLACE: ::tinyconv::plan::Placed<'static> = #places[LAYER];
            }
        }
    };
    let all_places = places("At", "__PLACES", "__LAYERS");
    let deployed_places =
        (!is_deployed(items)).then(|| places("DeployedAt", "__DEPLOYED_PLACES", "__DEPLOYED"));
    quote! {
        const __INPUT: ::tinyconv::plan::Dims =
            ::tinyconv::plan::Dims::Map([#channels, #rows, #columns]);
        // Where all options are given, their defaults are not needed.
        #[allow(clippy::needless_update)]
        const __LAYERS: &[::tinyconv::plan::LayerSpec<'static>] = &[#layers];
        const __DEPLOYED: &[::tinyconv::plan::LayerSpec<'static>] = #deployed;
        #all_places
        #deployed_places
    }
}

/// The entries of the list of layers.
fn entries(items: &[Item]) -> TokenStream {
    let entry = |name: &str, kind: TokenStream| quote!(::tinyconv::plan::LayerSpec { name: #name, kind: #kind },);
    let entries = items.iter().map(|item| match item {
        Item::Layer(layer) => entry(&layer.name, layer.kind.clone()),
        Item::Residual(residual) => {
            let fork = entry(&residual.name, quote!(::tinyconv::plan::LayerKind::Skip));
            let join = entry("", quote!(::tinyconv::plan::LayerKind::Add));
            let body = entries(&residual.body);
            quote!(#fork #body #join)
        }
    });
    entries.collect()
}

/// One for each of the first `sound` layers, at the user's words: the compiler shows the place of a constant that
/// cannot be evaluated.
fn checks(items: &[Item], number: &mut usize, sound: usize) -> TokenStream {
    let mut checks = TokenStream::new();
    for item in items {
        let first = *number;
        *number += item.count();
        if *number > sound {
            // What comes after stands behind the fault, too; within a residual block some may not.
            if let Item::Residual(residual) = item {
                checks.extend(self::checks(&residual.body, &mut (first + 1), sound));
            }
            break;
        }
        match item {
            Item::Layer(layer) => {
                let written = layer.written.name;
                checks.extend(quote_spanned! { layer.span =>
                    const _: () = ::tinyconv::plan::check(&__PLACES[#first], #written);
                });
            }
            Item::Residual(residual) => {
                let (last, within) = (*number - 1, &mut (first + 1));
                checks.extend(self::checks(&residual.body, within, sound));
                checks.extend(quote_spanned! { residual.span =>
                    const _: () = ::tinyconv::plan::check_block(
                        &__PLACES[#first], &__PLACES[#last], #RESIDUAL,
                    );
                });
            }
        }
    }
    checks
}

/// The implementations of `Network` and, where something can stay frozen, of `Cut`.
fn types(network: &Network) -> TokenStream {
    let name = &network.name;
    let text = name.to_string();
    let (all, all_types, all_chain) = chained(&network.items, "At", "__PLACES", "Block");
    let (kept, kept_types, kept_chain) = if is_deployed(&network.items) {
        chained(&network.items, "At", "__PLACES", "Block")
    } else {
        chained(&deployed(&network.items), "DeployedAt", "__DEPLOYED_PLACES", "DeployedBlock")
    };
    let kept_types = (!is_deployed(&network.items)).then_some(kept_types);
    let output = if gives_vector(&network.items, false) {
        quote!(::tinyconv::Vector<{ __OUTPUT.len() }>)
    } else {
        quote!(::tinyconv::Chw<{ __OUTPUT.channels() }, { __OUTPUT.height() }, { __OUTPUT.width() }>)
    };
    let cuts = cuts(&all).zip(cuts(&kept)).enumerate();
    let cuts = cuts.map(|(index, (at, kept_at))| {
        let last = index + 1;
        let [frozen, trained] = halves(&all_chain, at);
        let [deployed_frozen, deployed_trained] = halves(&kept_chain, kept_at);
        quote! {
            impl ::tinyconv::tuning::Cut<#last> for #name {
                type Frozen = #frozen;
                type Trained = #trained;
                type DeployedFrozen = #deployed_frozen;
                type DeployedTrained = #deployed_trained;
            }
        }
    });
    let (layers, deployed) = (chain(&all_chain), chain(&kept_chain));
    quote! {
        #all_types
        #kept_types
        const __OUTPUT: ::tinyconv::plan::Dims = __PLACES[__LAYERS.len() - 1].facts.output;

        impl ::tinyconv::Network for #name {
            const NAME: &'static str = #text;
            const INPUT: ::tinyconv::plan::Dims = __INPUT;
            const OUTPUT: ::tinyconv::plan::Dims = __OUTPUT;
            const LAYERS: &'static [::tinyconv::plan::LayerSpec<'static>] = __LAYERS;
            const DEPLOYED: &'static [::tinyconv::plan::LayerSpec<'static>] = __DEPLOYED;
            type Input = ::tinyconv::Chw<
                { __INPUT.channels() }, { __INPUT.height() }, { __INPUT.width() }
            >;
            type Output = #output;
            type Layers = #layers;
            type Deployed = #deployed;
        }

        #(#cuts)*
    }
}

/// The blocks, a name for the type of each, and these names.
fn chained(
    items: &[Item],
    at: &str,
    places: &str,
    prefix: &str,
) -> (Vec<Block>, TokenStream, Vec<TokenStream>) {
    let (at, constant) = (format_ident!("{at}"), format_ident!("{places}"));
    let blocks = Places { constant: &constant, at: &at }.blocks(items, 0);
    let names: Vec<_> = (0..blocks.len()).map(|index| format_ident!("{prefix}{index}")).collect();
    let types = blocks.iter().map(|block| &block.computes);
    let types = quote!(#(type #names = #types;)*);
    (blocks, types, names.iter().map(|name| quote!(#name)).collect())
}

fn halves(chained: &[TokenStream], at: usize) -> [Option<TokenStream>; 2] {
    let (frozen, trained) = chained.split_at(at);
    [chain(frozen), chain(trained)]
}

/// All of them are there on a device, too.
fn is_deployed(items: &[Item]) -> bool {
    items.iter().all(|item| match item {
        Item::Layer(layer) => layer.written.class.is_deployed(),
        Item::Residual(residual) => is_deployed(&residual.body),
    })
}

/// What a program reaches without the trait.
fn shortcuts() -> TokenStream {
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
        pub fn infer<E: ::tinyconv::Element>(
            params: &[impl ::tinyconv::Weight; Self::PARAMS],
            input: &<::tinyconv::InputOf<Self> as ::tinyconv::Shape>::Map<E>,
            scratch: &mut [E; Self::INFER_SCRATCH],
            output: &mut <::tinyconv::OutputOf<Self> as ::tinyconv::Shape>::Map<E>,
        ) {
            <Self as ::tinyconv::Network>::infer(params, input, scratch, output);
        }

        /// Computes `output` from an input that `source` reads.
        #[inline(always)]
        pub fn infer_from<E: ::tinyconv::Element, S: ::tinyconv::Source<E>>(
            params: &[impl ::tinyconv::Weight; Self::PARAMS],
            source: S,
            input: &<::tinyconv::InputOf<Self> as ::tinyconv::Shape>::Map<S::Raw>,
            scratch: &mut [E; Self::INFER_SCRATCH],
            output: &mut <::tinyconv::OutputOf<Self> as ::tinyconv::Shape>::Map<E>,
        ) {
            <Self as ::tinyconv::Network>::infer_from(params, source, input, scratch, output);
        }
    }
}
