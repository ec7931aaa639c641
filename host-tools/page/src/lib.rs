//! Networks of tinyconv in a page of a browser: what `tinyconv serve` shows is computed by the same core, compiled to
//! WebAssembly.
//!
//! The tool's page knows the tool's networks. That of a network of yours is a crate with a file like
//! `examples/page.rs` here:
//!
//! ```ignore
//! #![no_std]
//!
//! use tinyconv::tuning::Last;
//! use my_networks::Flowers;
//!
//! tinyconv_page::page! { Flowers { trains: Last<1> } }
//! ```
//!
//! with `crate-type = ["cdylib"]`. Build it with `cargo build --release --target wasm32-unknown-unknown`, and give the
//! result to `tinyconv serve MODEL_FILE --page FILE.wasm`.
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
