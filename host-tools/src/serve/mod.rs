//! A page in the browser, served from the program itself to the machine that it runs on: nothing on it comes from
//! elsewhere, so it works without a network.
//!
//! The page's scripts draw; what they show is computed by the core, compiled to WebAssembly (`tinyconv-page`).

mod answers;
mod connections;
mod error;
mod server;
mod site;

pub use error::ServeError;
pub use server::Server;
pub use site::Site;
