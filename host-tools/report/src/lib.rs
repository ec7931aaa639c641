//! What there is to look at: reports, plots, and which boards a network fits.
#![deny(missing_docs)]

pub mod boards;
pub mod plot;
pub mod report;
