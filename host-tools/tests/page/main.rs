//! The page of `tinyconv serve`: what its program computes has the bits of the host, no file makes it stop, and in a
//! browser it does what hands do with it.

mod bits;
mod browser;
mod built;
mod chromium;
mod hostile;
mod preparation;
mod program;
mod said;
mod sample;
