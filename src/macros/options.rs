//! The options of a layer.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Token, token};
use tinyconv_plan::{Written, WrittenOption};

use crate::header::skip;
use crate::nearest::{listed, nearest};
use crate::parse::{Parser, braces};
use crate::value;

/// Reads the options that follow the kind at `span`: what stands behind the kind's
/// name where it is a value, and which are given where.
pub fn read(
    parser: &mut Parser<'_>,
    written: &'static Written,
    span: Span,
    input: ParseStream<'_>,
) -> (TokenStream, Vec<(&'static str, Span)>) {
    let mut options = Options { written, fields: Vec::new(), is_known: true };
    if let Some(content) = braces(input) {
        while !content.is_empty() {
            options.option(parser, &content);
            parser.comma(&content, "option", "`option: value`");
        }
    } else if input.peek(token::Paren) || input.peek(token::Bracket) {
        let name = written.name;
        parser.fault(input.span(), format!("options are in braces: `{name} {{ option: value }}`"));
        skip(input, |input| input.peek(Token![,]));
        options.is_known = false;
    }
    let given = options.fields.iter().map(|(option, span, _)| (option.name, *span)).collect();
    options.require(parser, span);
    (options.into_tokens(), given)
}

/// What was read of a layer's options.
struct Options {
    written: &'static Written,
    /// With where the name stands, and the value.
    fields: Vec<(&'static WrittenOption, Span, TokenStream)>,
    /// All that was given is known.
    is_known: bool,
}

impl Options {
    /// One option.
    fn option(&mut self, parser: &mut Parser<'_>, input: ParseStream<'_>) {
        let kind = self.written.name;
        let name = match input.call(Ident::parse_any) {
            Ok(name) if input.peek(Token![:]) && !input.peek(Token![::]) => name,
            other => {
                let at = other.map_or_else(|error| error.span(), |name| name.span());
                parser.fault(at, format!("this is no option of `{kind}`: each is `option: value`"));
                skip(input, |input| input.peek(Token![,]));
                self.is_known = false;
                return;
            }
        };
        let _ = input.parse::<Token![:]>();
        let known = self.known(parser, &name);
        let takes = known.map(|option| option.takes);
        let value = value::read(takes, input).unwrap_or_else(|error| {
            let text = match takes {
                Some(takes) => format!("this is no value: `{name}` takes {}", value::wanted(takes)),
                None => "this is no value".into(),
            };
            parser.fault(error.span(), text);
            skip(input, |input| input.peek(Token![,]));
            takes.map_or_else(TokenStream::new, value::harmless)
        });
        let Some(option) = known else {
            // It stands for one that is missing.
            self.is_known = false;
            return;
        };
        if self.fields.iter().any(|(given, ..)| given.name == option.name) {
            parser.fault(name.span(), format!("`{}` is given twice", option.name));
        } else {
            self.fields.push((option, name.span(), value));
        }
    }

    /// The option of that name, or the one that was meant.
    fn known(&self, parser: &mut Parser<'_>, name: &Ident) -> Option<&'static WrittenOption> {
        let (word, options) = (name.to_string(), self.written.options);
        let find = |name: &str| options.iter().find(|option| option.name == name);
        if let Some(option) = find(&word) {
            return Some(option);
        }
        let names = || options.iter().map(|option| option.name);
        let begin = format!("`{}` has no option `{word}`", self.written.name);
        match nearest(&word, names()) {
            Some(meant) => {
                parser.slip(name.span(), format!("{begin}: did you mean `{meant}`?"));
                find(meant)
            }
            None => {
                let has = if options.is_empty() { "none".into() } else { listed(names()) };
                parser.fault(name.span(), format!("{begin}: it has {has}"));
                None
            }
        }
    }

    /// Notes those that have to be given and were not; they are given something harmless.
    fn require(&mut self, parser: &mut Parser<'_>, span: Span) {
        let is_missing = |option: &&WrittenOption| {
            option.required && self.fields.iter().all(|(given, ..)| given.name != option.name)
        };
        let missing: Vec<_> = self.written.options.iter().filter(is_missing).collect();
        if missing.is_empty() {
            return;
        }
        if self.is_known {
            let needs = missing
                .iter()
                .map(|option| format!("`{}`: {}", option.name, value::wanted(option.takes)));
            let needs = needs.collect::<Vec<_>>().join("; ");
            parser.fault(span, format!("`{}` needs {needs}", self.written.name));
        }
        let given = missing.into_iter().map(|option| (option, span, value::harmless(option.takes)));
        self.fields.extend(given);
    }

    fn into_tokens(self) -> TokenStream {
        let Some(options_type) = self.written.options_type else { return TokenStream::new() };
        let options_type = format_ident!("{options_type}");
        let options_type = quote!(::tinyconv::plan::#options_type);
        let fields = self.fields.iter().map(|(option, span, value)| {
            let field = format_ident!("{}", option.name, span = *span);
            quote!(#field: #value,)
        });
        let fixed = self.written.fixed.iter().map(|(name, [rows, columns])| {
            let field = format_ident!("{name}");
            quote!(#field: [#rows, #columns],)
        });
        quote!((#options_type { #(#fields)* #(#fixed)* ..#options_type::NEW }))
    }
}
