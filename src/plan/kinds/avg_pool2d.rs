//! The mean of each window.

use super::pool::written;
pub(crate) use super::pool::{facts, options};
use crate::{Class, Written};

pub(crate) const NAME: &str = "AvgPool2d";
pub(crate) const TAG: u32 = 2;
pub(crate) const CLASS: Class = Class::Plain;
pub(crate) const WRITTEN: [Written; 2] = written(NAME, "AvgPool1d", CLASS);
