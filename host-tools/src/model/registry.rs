//! Which networks this program knows, and which of them a name or a model file means.

use std::sync::OnceLock;

use tinyconv::model_file::ModelFile;

use super::{MODELS, Model};

/// The networks of this program, if they are others than [`MODELS`].
static REGISTERED: OnceLock<&'static [&'static dyn Model]> = OnceLock::new();

/// Makes `models` the networks that [`all`], [`named`] and [`of_file`] know. The first call counts.
///
/// ```
/// use host_tools::model::{MODELS, Model, Of, named, register};
///
/// tinyconv::network! { Linear: 1 x 28 x 28 { Dense { out: 2 } } }
///
/// static PARITY: Of<Linear> = Of::new("parity", &["even", "odd"], || MODELS[0].recipe());
/// static NETWORKS: [&dyn Model; 1] = [&PARITY];
/// register(&NETWORKS);
/// assert!(named("parity").is_some() && named("digits").is_none());
/// ```
pub fn register(models: &'static [&'static dyn Model]) {
    REGISTERED.get_or_init(|| models);
}

/// The networks that this program knows: those that it [registered](register), or [`MODELS`].
///
/// ```
/// use host_tools::model::{MODELS, all};
///
/// assert_eq!(all().len(), MODELS.len()); // nothing was registered
/// ```
#[must_use]
pub fn all() -> &'static [&'static dyn Model] {
    REGISTERED.get().copied().unwrap_or(&MODELS)
}

/// The names of the networks that this program knows, for a message.
pub(crate) fn names() -> String {
    all().iter().map(|model| model.name()).collect::<Vec<_>>().join(", ")
}

/// The network called `name`.
///
/// ```
/// use host_tools::model::named;
///
/// assert_eq!(named("lenet").map(|model| model.border()), Some(2));
/// assert!(named("alexnet").is_none());
/// ```
#[must_use]
pub fn named(name: &str) -> Option<&'static dyn Model> {
    all().iter().copied().find(|model| model.name() == name)
}

/// The network that a model file's parameters belong to, under whatever name they were written.
///
/// ```
/// use std::path::Path;
///
/// use host_tools::{files, model};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// assert_eq!(model::of_file(&file).map(|model| model.name()), Some("digits"));
/// # Ok::<(), files::FileError>(())
/// ```
#[must_use]
pub fn of_file(file: &ModelFile<'_>) -> Option<&'static dyn Model> {
    // Equal fingerprints mean equal layers, unless somebody made them equal; the number of
    // parameters is what evaluation relies on.
    all().iter().copied().find(|model| {
        model.fingerprint() == file.fingerprint && model.parameters() == file.parameters().len()
    })
}
