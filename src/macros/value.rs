//! The value of an option.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Error, Expr, Result};
use tinyconv_plan::Takes;

/// Reads a value for an option; for one that is not known, any.
pub fn read(takes: Option<Takes>, input: ParseStream<'_>) -> Result<TokenStream> {
    let expression: Expr = input.parse()?;
    match takes {
        Some(takes) => value(takes, &expression),
        None => Ok(TokenStream::new()),
    }
}

fn value(takes: Takes, expression: &Expr) -> Result<TokenStream> {
    Ok(match takes {
        Takes::Number | Takes::Float | Takes::Flag => one(expression)?.to_token_stream(),
        Takes::Pair => pair(expression)?,
        Takes::Columns => columns(1, expression)?,
        Takes::SomePair => some(&pair(expression)?),
        Takes::SomeColumns => some(&columns(1, expression)?),
        Takes::Padding => padding(expression, |expression| match two(expression) {
            Some([rows, columns]) if two(rows).is_some() || two(columns).is_some() => {
                let (rows, columns) = (pair(rows)?, pair(columns)?);
                Ok(quote!(::tinyconv::plan::PaddingOption::Sides([#rows, #columns])))
            }
            _ => pair(expression).map(|zeros| zeros_of(&zeros)),
        })?,
        Takes::PaddingColumns => padding(expression, |expression| match two(expression) {
            Some(_) => {
                let columns = pair(expression)?;
                Ok(quote!(::tinyconv::plan::PaddingOption::Sides([[0, 0], #columns])))
            }
            None => columns(0, expression).map(|zeros| zeros_of(&zeros)),
        })?,
    })
}

/// What an option takes, in words.
pub fn wanted(takes: Takes) -> &'static str {
    match takes {
        Takes::Number => "a number",
        Takes::Pair | Takes::SomePair => "a number, or a pair `(rows, columns)`",
        Takes::Columns | Takes::SomeColumns => "a number of columns (there is one row)",
        Takes::Padding => {
            "`same`, `full`, `causal`, a number, a pair `(rows, columns)`, or `((above, below), (left, right))`"
        }
        Takes::PaddingColumns => {
            "`same`, `full`, `causal`, a number of columns (there is one row), or a pair `(left, right)`"
        }
        Takes::Float => "a number with a point, as `0.5`",
        Takes::Flag => "`true` or `false`",
    }
}

/// A value that is no fault by itself.
pub fn harmless(takes: Takes) -> TokenStream {
    match takes {
        Takes::Number => quote!(1),
        Takes::Pair | Takes::Columns => quote!([1, 1]),
        Takes::SomePair | Takes::SomeColumns => some(&quote!([1, 1])),
        Takes::Padding | Takes::PaddingColumns => quote!(::tinyconv::plan::PaddingOption::NONE),
        Takes::Float => quote!(1.0),
        Takes::Flag => quote!(false),
    }
}

/// A value that is not several ones.
fn one(expression: &Expr) -> Result<&Expr> {
    match expression {
        Expr::Tuple(_) | Expr::Array(_) => Err(Error::new_spanned(expression, "one value")),
        _ => Ok(expression),
    }
}

/// The two of a pair, if it is one.
fn two(expression: &Expr) -> Option<[&Expr; 2]> {
    match expression {
        Expr::Tuple(tuple) if tuple.elems.len() == 2 => Some([&tuple.elems[0], &tuple.elems[1]]),
        _ => None,
    }
}

fn pair(expression: &Expr) -> Result<TokenStream> {
    match two(expression) {
        Some([rows, columns]) => {
            let (rows, columns) = (one(rows)?, one(columns)?);
            Ok(quote!([#rows, #columns]))
        }
        // Written once, so that what is wrong in it is said once.
        None => one(expression).map(|both| quote!([#both; 2])),
    }
}

fn columns(rows: usize, expression: &Expr) -> Result<TokenStream> {
    one(expression).map(|columns| quote!([#rows, #columns]))
}

fn some(value: &TokenStream) -> TokenStream {
    quote!(::core::option::Option::Some(#value))
}

fn zeros_of(zeros: &TokenStream) -> TokenStream {
    quote!(::tinyconv::plan::PaddingOption::Zeros(#zeros))
}

fn padding(expression: &Expr, zeros: impl Fn(&Expr) -> Result<TokenStream>) -> Result<TokenStream> {
    let word = match expression {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    };
    match word.as_deref() {
        Some("same") => Ok(quote!(::tinyconv::plan::PaddingOption::Same)),
        Some("full") => Ok(quote!(::tinyconv::plan::PaddingOption::Full)),
        Some("causal") => Ok(quote!(::tinyconv::plan::PaddingOption::Causal)),
        _ => zeros(expression),
    }
}
