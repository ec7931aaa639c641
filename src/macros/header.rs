//! What stands before the layers: attributes, visibility, name, input.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Error, ExprParen, Ident, Lit, Path, Result, Token, Visibility, token};

use crate::faults::Faults;
use crate::item::{Network, count, deployed};
use crate::parse::{Parser, braces, fallback};

const FORM: &str = "a network is written `Name: channels x rows x columns { layers }`, or \
                    `Name: channels x length { layers }`";

/// Reads a network. Where something is wrong, it is noted and something harmless is put in its place, so that the
/// type is there for the rest of the program; without a name there is none.
pub fn network(input: ParseStream<'_>, faults: &mut Faults) -> Option<Network> {
    let begin = begin(input);
    let (attributes, visibility, name) = match begin {
        Ok(begin) => begin,
        Err(error) => {
            faults.add(error.span(), format!("{FORM}: {error}"));
            skip(input, |_| false);
            return None;
        }
    };
    let mut parser = Parser::new(faults);
    let sizes = sizes(input).unwrap_or_else(|error| {
        parser.fault(error.span(), error.to_string());
        skip(input, |input| input.peek(token::Brace));
        [(); 3].map(|()| quote!(1))
    });
    let mut items = match braces(input) {
        Some(layers) => parser.layers(&layers),
        None => {
            // Where the input is missing, too, this has been said.
            if !parser.has_faults() {
                parser.fault(input.span(), FORM.into());
            }
            skip(input, |_| false);
            Vec::new()
        }
    };
    if !input.is_empty() {
        parser.fault(input.span(), "a network ends with the brace after its layers".into());
        skip(input, |_| false);
    }
    if !parser.has_faults() {
        if count(&items) == 0 {
            parser.fault(name.span(), format!("`{name}` has no layers: give it at least one"));
        } else if deployed(&items).is_empty() {
            let text = "has no layers on a device: give it one beside those for training";
            parser.fault(name.span(), format!("`{name}` {text}"));
        }
    }
    if deployed(&items).is_empty() {
        items.push(fallback(name.span()));
    }
    let sound = parser.sound();
    Some(Network { attributes, visibility, name, input: sizes, items, sound })
}

fn begin(input: ParseStream<'_>) -> Result<(Vec<Attribute>, Visibility, Ident)> {
    let attributes = input.call(Attribute::parse_outer)?;
    Ok((attributes, input.parse()?, input.call(Ident::parse_any)?))
}

/// `: channels x rows x columns`, or `: channels x length`.
fn sizes(input: ParseStream<'_>) -> Result<[TokenStream; 3]> {
    if !input.peek(Token![:]) {
        return Err(input.error(FORM));
    }
    input.parse::<Token![:]>()?;
    let channels = size(input)?;
    times(input)?;
    let rows = size(input)?;
    if input.peek(token::Brace) {
        return Ok([channels, quote!(1), rows]);
    }
    times(input)?;
    Ok([channels, rows, size(input)?])
}

fn times(input: ParseStream<'_>) -> Result<()> {
    match input.parse::<Ident>() {
        Ok(times) if times == "x" => Ok(()),
        Ok(other) => Err(Error::new(other.span(), FORM)),
        Err(error) => Err(Error::new(error.span(), FORM)),
    }
}

/// A number, a constant, or an expression in parentheses.
fn size(input: ParseStream<'_>) -> Result<TokenStream> {
    if input.peek(Lit) {
        let literal: Lit = input.parse()?;
        return match &literal {
            Lit::Int(number) if number.suffix().starts_with('x') => {
                Err(Error::new(number.span(), format!("{FORM}: put spaces around `x`")))
            }
            _ => Ok(literal.into_token_stream()),
        };
    }
    if input.peek(token::Paren) {
        return Ok(input.parse::<ExprParen>()?.expr.into_token_stream());
    }
    match input.call(Path::parse_mod_style) {
        Ok(path) => Ok(path.into_token_stream()),
        Err(error) => Err(Error::new(error.span(), FORM)),
    }
}

/// Leaves out tokens up to the end, or to where `is_end` says so.
pub fn skip(input: ParseStream<'_>, is_end: impl Fn(ParseStream<'_>) -> bool) {
    while !input.is_empty() && !is_end(input) && input.parse::<TokenTree>().is_ok() {}
}
