//! The network of a model file, whether or not the program has a type for it.

use std::ops::Deref;

use super::{Interpreted, Model};

/// A network that a program knows, or one of which there is a file.
///
/// ```
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::AnyModel;
///
/// assert_eq!(AnyModel::Known(MODELS[0]).name(), "digits");
/// ```
pub enum AnyModel {
    /// One that the program knows.
    Known(&'static dyn Model),
    /// One that is computed layer by layer.
    Interpreted(Box<Interpreted>),
}

impl Deref for AnyModel {
    type Target = dyn Model;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Known(model) => *model,
            Self::Interpreted(model) => &**model,
        }
    }
}
