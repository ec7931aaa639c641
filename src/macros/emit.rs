//! The type that a network becomes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use tinyconv_plan::Class;

use crate::chain::{Chained, chain};
use crate::item::{Item, Join, Network, deployed, gives_vector};
use crate::parse::BRANCH;
use crate::shortcuts::shortcuts;

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
    let shortcuts = shortcuts(name.span());
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
        #[allow(dead_code, reason = "a program uses the ones it needs")]
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
            const #places: &[::tinyconv::plan::Placed<'static>; #layers.len()] =
                &::tinyconv::plan::places(__INPUT, #layers);

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
        #[allow(clippy::needless_update, reason = "a layer may give all of its options")]
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
        Item::Branches(branches) => {
            let fork = entry(&branches.name, quote!(::tinyconv::plan::LayerKind::Skip));
            let first = entries(&branches.first);
            let second = branches.second.as_ref().map(|(items, _)| {
                let branch = entry("", quote!(::tinyconv::plan::LayerKind::Branch));
                let items = entries(items);
                quote!(#branch #items)
            });
            let join = entry(
                "",
                match branches.join {
                    Join::Add => quote!(::tinyconv::plan::LayerKind::Add),
                    Join::Concat => quote!(::tinyconv::plan::LayerKind::Concat),
                },
            );
            quote!(#fork #first #second #join)
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
            // What comes after stands behind the fault, too; within a block of branches some may not.
            if let Item::Branches(branches) = item {
                checks.extend(self::checks(&branches.first, &mut (first + 1), sound));
                if let Some((second, _)) = &branches.second {
                    let mut number = first + branches.before_second() + 1;
                    checks.extend(self::checks(second, &mut number, sound));
                }
            }
            break;
        }
        match item {
            Item::Layer(layer) => {
                let written = layer.written.name;
                let given = layer.given.iter().map(|(option, _)| option);
                checks.extend(quote_spanned! { layer.span =>
                    const _: () =
                        ::tinyconv::plan::check(&__PLACES[#first], #written, &[#(#given),*]);
                });
                for (option, span) in &layer.given {
                    checks.extend(quote_spanned! { *span =>
                        const _: () =
                            ::tinyconv::plan::check_option(&__PLACES[#first], #written, #option);
                    });
                }
            }
            Item::Branches(branches) => {
                let (last, within) = (*number - 1, &mut (first + 1));
                checks.extend(self::checks(&branches.first, within, sound));
                if let Some((second, span)) = &branches.second {
                    let at = first + branches.before_second();
                    checks.extend(quote_spanned! { *span =>
                        const _: () = ::tinyconv::plan::check(&__PLACES[#at], #BRANCH, &[]);
                    });
                    checks.extend(self::checks(second, &mut (at + 1), sound));
                }
                let word = branches.join.word();
                checks.extend(quote_spanned! { branches.span =>
                    const _: () = ::tinyconv::plan::check_block(
                        &__PLACES[#first], &__PLACES[#last], #word,
                    );
                });
            }
        }
    }
    checks
}

/// The implementations of `Network`, of `Headed` and, where something can stay frozen, of `Cut`.
fn types(network: &Network) -> TokenStream {
    let name = &network.name;
    let text = name.to_string();
    let all = Chained::new(&network.items, "At", "__PLACES", "Block");
    let kept = (!is_deployed(&network.items)).then(|| {
        let kept = deployed(&network.items);
        Chained::new(&kept, "DeployedAt", "__DEPLOYED_PLACES", "DeployedBlock")
    });
    let kept_types = kept.as_ref().map(|kept| &kept.types);
    let kept = kept.as_ref().unwrap_or(&all);
    let output = if gives_vector(&network.items, false) {
        quote!(::tinyconv::Vector<{ __OUTPUT.len() }>)
    } else {
        quote!(::tinyconv::Chw<{ __OUTPUT.channels() }, { __OUTPUT.height() }, { __OUTPUT.width() }>)
    };
    let cuts = all.cuts().zip(kept.cuts()).enumerate();
    let cuts = cuts.map(|(index, (cut, deployed_cut))| {
        let last = index + 1;
        let ([frozen, trained], [deployed_frozen, deployed_trained]) = (cut, deployed_cut);
        // Where there is no such cut, the compiler shows one that there is: at the network's name.
        quote_spanned! { name.span() =>
            impl ::tinyconv::tuning::Cut<#last> for #name {
                type Frozen = #frozen;
                type Trained = #trained;
                type DeployedFrozen = #deployed_frozen;
                type DeployedTrained = #deployed_trained;
            }
        }
    });
    let has_cut = all.cuts().zip(kept.cuts()).next().is_some();
    let head =
        if has_cut { quote!(::tinyconv::tuning::Last<1>) } else { quote!(::tinyconv::tuning::All) };
    let (all_types, layers, deployed) = (&all.types, chain(&all.names), chain(&kept.names));
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

        impl ::tinyconv::tuning::Headed for #name {
            type Head = #head;
        }
    }
}

/// A device has all of them, as they are.
fn is_deployed(items: &[Item]) -> bool {
    items.iter().all(|item| match item {
        Item::Layer(layer) => !matches!(layer.written.class, Class::Normalisation | Class::Random),
        Item::Branches(branches) => {
            is_deployed(&branches.first)
                && branches.second.as_ref().is_none_or(|(items, _)| is_deployed(items))
        }
    })
}
