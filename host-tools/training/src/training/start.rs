//! Where a run starts: at the parameters of another model.

use thiserror::Error;
use tinyconv::model_file::ModelFile;
use tinyconv::plan::{LayerKind, Placed, Walk};

use super::{AnyNetwork, TrainOptions};

/// The parameters that a run starts with, in place of such that are drawn.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files;
/// use tinyconv_training::training::TrainOptions;
/// use tinyconv_training::training::{AnyNetwork, Start, Typed};
///
/// tinyconv::network! {
///     /// The layers of `digits`, but for three classes.
///     Three: 1 x 28 x 28 {
///         Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
///         Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
///         classify: Dense { out: 3 },
///     }
/// }
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// let start = Start::new("digits.tinyconv", &file, &Typed::<Three>::NEW, &TrainOptions::digits())?;
/// assert_eq!(start.head(), Some("classify"));
/// let convolutions = 6 * (25 + 1) + 16 * (6 * 25 + 1);
/// assert!(file.parameters().take(convolutions).eq(start.parameters()[..convolutions].iter().copied()));
/// assert!(start.parameters().ends_with(&[0.0; 3])); // new biases
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    name: String,
    parameters: Vec<f32>,
    head: Option<String>,
}

/// A model whose parameters another network cannot start with.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::Model;
/// use tinyconv_training::training::{InvalidStart, Start};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let (file, linear) = (files::parse(path, &bytes)?, MODELS[3]);
/// let error = Start::new("digits.tinyconv", &file, linear.network(), &linear.recipe()).unwrap_err();
/// assert!(matches!(error, InvalidStart::Layer { number: 1, .. }));
/// # Ok::<(), files::FileError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum InvalidStart {
    /// Another input.
    #[error(
        "{name} takes {found}, but the network takes {expected}: start from a model of the same input \
         (--from), or train another network (--model)"
    )]
    Input {
        /// The model.
        name: String,
        /// Its input.
        found: String,
        /// The network's.
        expected: String,
    },
    /// Another layer, or none.
    #[error(
        "layer {number} of {name} is {found}, but that of the network is {expected}: all but the \
         outputs of the last layer with parameters must be alike; start from another model (--from), \
         or train another network (--model)"
    )]
    Layer {
        /// The model.
        name: String,
        /// The layer, from 1.
        number: usize,
        /// The model's layer with its shapes.
        found: String,
        /// The network's.
        expected: String,
    },
    /// A parameter that is no number.
    #[error("a parameter of {0} is not a finite number: start from another model (--from)")]
    NotFinite(String),
}

impl Start {
    /// The parameters of `file`, which is called `name` in messages, for `network`.
    ///
    /// If it has other outputs in its last layer with parameters, that layer begins as `options` have it.
    ///
    /// # Errors
    /// If anything else differs.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use tinyconv_training::files;
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::Model;
    /// use tinyconv_training::training::Start;
    ///
    /// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
    /// let bytes = files::read(path)?;
    /// let (file, digits) = (files::parse(path, &bytes)?, MODELS[0]);
    /// let start = Start::new("digits.tinyconv", &file, digits.network(), &digits.recipe())?;
    /// assert!(start.parameters().iter().copied().eq(file.parameters()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        name: &str,
        file: &ModelFile<'_>,
        network: &dyn AnyNetwork,
        options: &TrainOptions,
    ) -> Result<Self, InvalidStart> {
        let name = name.to_owned();
        let (found, expected) = (file.input, network.input());
        if found != expected {
            let (found, expected) = (found.to_string(), expected.to_string());
            return Err(InvalidStart::Input { name, found, expected });
        }
        let layers = network.layers();
        let theirs: Vec<_> = Walk::new(found, &file.layers).collect();
        let ours: Vec<_> = Walk::new(expected, &layers).collect();
        let head = ours.iter().rposition(|place| place.facts.needs.params > 0);
        for index in 0..theirs.len().max(ours.len()) {
            let (found, expected) = (theirs.get(index), ours.get(index));
            let alike = found.zip(expected).is_some_and(|(found, expected)| {
                are_alike(&found.spec.kind, &expected.spec.kind, Some(index) == head)
            });
            if !alike {
                let (found, expected) = (text(found), text(expected));
                return Err(InvalidStart::Layer { name, number: index + 1, found, expected });
            }
        }
        let mut parameters = vec![0.0; network.needs().params];
        network.init(options.init, options.seed, &mut parameters);
        let new = head
            .map(|head| &ours[head])
            .filter(|head| head.facts.needs.params != theirs[head.index].facts.needs.params);
        let taken = new.map_or(parameters.len(), |head| head.first_param);
        for (parameter, value) in parameters[..taken].iter_mut().zip(file.parameters()) {
            if !value.is_finite() {
                return Err(InvalidStart::NotFinite(name));
            }
            *parameter = value;
        }
        let head = new.map(|head| match head.spec.name {
            "" => format!("layer {}", head.index + 1),
            name => name.to_owned(),
        });
        Ok(Self { name, parameters, head })
    }

    /// What the model is called.
    ///
    /// ```
    /// # use tinyconv_training::files;
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Model;
    /// # use tinyconv_training::training::Start;
    /// # let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
    /// # let bytes = files::read(path)?;
    /// # let (file, digits) = (files::parse(path, &bytes)?, MODELS[0]);
    /// let start = Start::new("digits.tinyconv", &file, digits.network(), &digits.recipe())?;
    /// assert_eq!(start.name(), "digits.tinyconv");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameters.
    ///
    /// ```
    /// # use tinyconv_training::files;
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Model;
    /// # use tinyconv_training::training::Start;
    /// # let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
    /// # let bytes = files::read(path)?;
    /// # let (file, digits) = (files::parse(path, &bytes)?, MODELS[0]);
    /// let start = Start::new("digits.tinyconv", &file, digits.network(), &digits.recipe())?;
    /// assert_eq!(start.parameters().len(), 5142);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// The layer that begins anew, if one does.
    ///
    /// ```
    /// # use tinyconv_training::files;
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Model;
    /// # use tinyconv_training::training::Start;
    /// # let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
    /// # let bytes = files::read(path)?;
    /// # let (file, digits) = (files::parse(path, &bytes)?, MODELS[0]);
    /// let start = Start::new("digits.tinyconv", &file, digits.network(), &digits.recipe())?;
    /// assert_eq!(start.head(), None); // the same network
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn head(&self) -> Option<&str> {
        self.head.as_deref()
    }
}

/// Whether two layers compute the same from the same parameters; of a head, the number of outputs may
/// differ.
fn are_alike(a: &LayerKind, b: &LayerKind, is_head: bool) -> bool {
    let [options, others] = [a, b].map(LayerKind::options);
    let (options, others) = (options.as_slice(), others.as_slice());
    a.tag() == b.tag()
        && options.len() == others.len()
        && options
            .iter()
            .zip(others)
            .all(|(a, b)| !a.is_identity || a.value == b.value || (is_head && a.name == "out"))
}

/// A layer with its shapes.
fn text(place: Option<&Placed<'_>>) -> String {
    place.map_or_else(
        || "missing".to_owned(),
        |place| format!("{} from {} to {}", place.spec.kind, place.input, place.facts.output),
    )
}
