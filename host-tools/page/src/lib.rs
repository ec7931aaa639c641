//! Networks of tinyconv in a page of a browser: what `tinyconv serve` shows is computed by the same core, compiled to
//! WebAssembly.
//!
//! # A page for a network of your own
//!
//! The tool's page knows the tool's networks: `examples/page.rs` is all of its program. That of a network of yours is a
//! crate with `crate-type = ["cdylib"]` under `[lib]`, with `tinyconv` and `tinyconv-page` as its dependencies, and with
//! this as its `src/lib.rs`:
//!
//! ```text
//! #![no_std]
//!
//! use tinyconv::tuning::Last;
//!
//! tinyconv::network! {
//!     pub Roses: 1 x 28 x 28 { Conv2d { out: 4, kernel: 5 }, Relu, MaxPool2d { size: 2 }, Dense { out: 3 } }
//! }
//!
//! tinyconv_page::page! { Roses { trains: Last<1> } }
//! ```
//!
//! [`page!`] says what it exports. Then
//!
//! ```text
//! cargo build --release --target wasm32-unknown-unknown
//! tinyconv serve roses.tinyconv --page target/wasm32-unknown-unknown/release/roses_page.wasm
//! ```
//!
//! Drawings are grey: an input of several channels gets the same picture in each of them.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(test)]
extern crate std;

mod description;
pub mod drawing;
mod entry;
mod error;
mod macros;
mod page;

pub use entry::Entry;
pub use error::PageError;
pub use page::Page;
/// What keeps the page's state; for [`page!`].
#[doc(hidden)]
pub use spin::Mutex;
