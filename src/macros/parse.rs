//! Lists of layers.

use proc_macro2::{Ident, Span};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseBuffer, ParseStream};
use syn::{Token, token};
use tinyconv_plan::{Class, Written, written};

use crate::faults::Faults;
use crate::header::skip;
use crate::item::{Branches, Item, Join, Layer, count};
use crate::nearest::{listed, nearest};
use crate::options;

/// The word before the second branch of a block, in whose braces there are layers, too.
pub const BRANCH: &str = "Branch";

/// Reads lists of layers, on past everything that is wrong.
pub struct Parser<'a> {
    faults: &'a mut Faults,
    has_faults: bool,
    /// Entries of the network's list so far.
    count: usize,
    /// How many of them came before the first that is not what is meant.
    sound: Option<usize>,
}

impl<'a> Parser<'a> {
    pub fn new(faults: &'a mut Faults) -> Self {
        Self { faults, has_faults: false, count: 0, sound: None }
    }

    /// Notes a fault after which what was read is still what is meant.
    pub fn slip(&mut self, span: Span, text: String) {
        self.faults.add(span, text);
        self.has_faults = true;
    }

    /// Notes a fault after which the layer that comes next, or those after it, may not be what is meant.
    pub fn fault(&mut self, span: Span, text: String) {
        self.slip(span, text);
        self.sound.get_or_insert(self.count);
    }

    pub fn has_faults(&self) -> bool {
        self.has_faults
    }

    /// See [`Network::sound`](crate::item::Network::sound).
    pub fn sound(&self) -> usize {
        self.sound.unwrap_or(self.count)
    }

    /// All layers that there are.
    pub fn layers(&mut self, input: ParseStream<'_>) -> Vec<Item> {
        self.layers_to(input, |_| false)
    }

    /// All layers up to the end, or to where `is_end` says so.
    fn layers_to(
        &mut self,
        input: ParseStream<'_>,
        is_end: impl Fn(ParseStream<'_>) -> bool,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        while !input.is_empty() && !is_end(input) {
            if input.peek(Token![,]) {
                self.slip(input.span(), "there is no layer before this comma".into());
            }
            items.extend(self.layer(input));
            self.comma(input, "layer", "`[name:] Kind [{ option: value, .. }]`");
        }
        items
    }

    /// The comma after an entry of a list, if it goes on.
    pub fn comma(&mut self, input: ParseStream<'_>, entry: &str, form: &str) {
        if input.peek(Ident::peek_any) {
            self.slip(input.span(), format!("a comma is missing before this {entry}"));
            return;
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            let text = format!("this is no {entry}: each is {form}, with a comma after it");
            self.fault(input.span(), text);
            skip(input, |input| input.peek(Token![,]));
        }
        // At the end of the list there may be none.
        let _ = input.parse::<Token![,]>();
    }

    /// A layer, if it is one.
    fn layer(&mut self, input: ParseStream<'_>) -> Option<Item> {
        // What is no word at all is for `comma` to say.
        let mut kind = input.call(Ident::parse_any).ok()?;
        let mut name = String::new();
        if input.peek(Token![:]) {
            let colon = input.parse::<Token![:]>().ok()?;
            name = kind.unraw().to_string();
            kind = match input.call(Ident::parse_any) {
                Ok(kind) => kind,
                Err(_) => {
                    let at = if input.is_empty() { colon.span } else { input.span() };
                    self.fault(at, format!("`{name}:` is followed by a kind of layer"));
                    skip(input, |input| input.peek(Token![,]));
                    return None;
                }
            };
        }
        if let Some(join) = Join::of(&kind.to_string()) {
            return self.branches(name, join, kind.span(), input).map(Item::Branches);
        }
        if kind == BRANCH {
            let text = format!("`{BRANCH} {{ .. }}` is the last one in the braces of a block");
            self.fault(kind.span(), text);
            if let Some(layers) = braces(input) {
                skip(&layers, |_| false);
            }
            return None;
        }
        let Some(written) = self.kind(&kind) else {
            // Of a layer that is not known, the options are not either.
            let _ = input.step(|cursor| match cursor.group(proc_macro2::Delimiter::Brace) {
                Some((_, _, rest)) => Ok(((), rest)),
                None => Ok(((), *cursor)),
            });
            return None;
        };
        let (options, given) = options::read(self, written, kind.span(), input);
        let variant = format_ident!("{}", written.kind, span = kind.span());
        let kind_tokens = quote!(::tinyconv::plan::LayerKind::#variant #options);
        self.count += 1;
        Some(Item::Layer(Layer { name, written, span: kind.span(), kind: kind_tokens, given }))
    }

    fn branches(
        &mut self,
        name: String,
        join: Join,
        span: Span,
        input: ParseStream<'_>,
    ) -> Option<Branches> {
        self.count += 1;
        let has_faults = std::mem::replace(&mut self.has_faults, false);
        let (first, second) = match braces(input) {
            Some(content) => {
                let first = self.layers_to(&content, |input| peeks_word(input, BRANCH));
                (first, self.second(&content))
            }
            None => (Vec::new(), None),
        };
        // What is put beside the input may be the second branch alone.
        let is_empty = first.is_empty() && (join == Join::Add || second.is_none());
        if is_empty && !self.has_faults {
            self.count -= 1 + second.as_ref().map_or(0, |(items, _)| 1 + count(items));
            let word = join.word();
            self.fault(span, format!("`{word} {{ .. }}` has at least one layer in its braces"));
        }
        self.has_faults |= has_faults;
        if is_empty {
            return None;
        }
        self.count += 1;
        Some(Branches { name, join, span, first, second })
    }

    /// The second branch of a block, if there is one.
    fn second(&mut self, input: ParseStream<'_>) -> Option<(Vec<Item>, Span)> {
        if input.is_empty() {
            return None;
        }
        let span = input.call(Ident::parse_any).ok()?.span();
        self.count += 1;
        let items = match braces(input) {
            Some(layers) => self.layers(&layers),
            None => Vec::new(),
        };
        if items.is_empty() && !self.has_faults {
            self.count -= 1;
            self.fault(span, format!("`{BRANCH} {{ .. }}` has at least one layer in its braces"));
        }
        self.comma(input, "branch", &format!("`{BRANCH} {{ .. }}`"));
        if !input.is_empty() {
            let text = format!("`{BRANCH} {{ .. }}` is the last one in the braces of a block");
            self.fault(input.span(), text);
            skip(input, |_| false);
        }
        (!items.is_empty()).then_some((items, span))
    }

    /// The kind of that name, or the one that was meant.
    fn kind(&mut self, kind: &Ident) -> Option<&'static Written> {
        let word = kind.to_string();
        let known = |name: &str| written().iter().find(|written| written.name == name);
        if let Some(written) = known(&word) {
            return Some(written);
        }
        let blocks = [Join::Add.word(), Join::Concat.word()];
        let names = || written().iter().map(|written| written.name).chain(blocks);
        let begin = format!("there is no layer `{word}`");
        match nearest(&word, names()) {
            Some(name) => {
                self.slip(kind.span(), format!("{begin}: did you mean `{name}`?"));
                known(name)
            }
            None => {
                let names = listed(names());
                self.fault(kind.span(), format!("{begin}: the kinds are {names}"));
                None
            }
        }
    }
}

/// That word comes next.
fn peeks_word(input: ParseStream<'_>, word: &str) -> bool {
    input.fork().call(Ident::parse_any).is_ok_and(|ident| ident == word)
}

/// What is in the braces that come next, if any do.
pub fn braces(input: ParseStream<'_>) -> Option<ParseBuffer<'_>> {
    fn read(input: ParseStream<'_>) -> syn::Result<ParseBuffer<'_>> {
        let content;
        syn::braced!(content in input);
        Ok(content)
    }
    if input.peek(token::Brace) { read(input).ok() } else { None }
}

/// A layer that changes nothing, for a network that has none.
pub fn fallback(span: Span) -> Item {
    let written = written()
        .iter()
        .find(|written| written.class == Class::Activation && written.options_type.is_none())
        .expect("there are activations without options");
    let variant = format_ident!("{}", written.kind);
    let kind = quote!(::tinyconv::plan::LayerKind::#variant);
    Item::Layer(Layer { name: String::new(), written, span, kind, given: Vec::new() })
}
