//! From a network's name and a number of layers to their types: each depth is a type of its own.

use tinyconv::Deployed;
use tinyconv::model_file::Normalisation;
use tinyconv::tuning::{All, Last};

use super::{FinetuneError, FinetuneOptions, Outcome, Samples, Trains, run};
use crate::model::Model;
use crate::networks::{Digits, DigitsDense, DigitsTiny, LeNet, Linear};

type Run = fn(&[f32], Normalisation, &Samples, &FinetuneOptions) -> Result<Outcome, FinetuneError>;

/// The parts of each network that can be trained: `Last<n>` for fewer layers than it has with
/// parameters, and all.
macro_rules! parts {
    ($($name:literal: $network:ty [$($layers:literal)*],)*) => {
        &[$(
            $((($name, Trains::Last($layers)), run::<$network, Last<$layers>> as Run),)*
            (($name, Trains::All), run::<$network, All>),
        )*]
    };
}

const PARTS: &[((&str, Trains), Run)] = parts! {
    "digits": Digits [1 2],
    "digits-tiny": DigitsTiny [1 2],
    "digits-dense": DigitsDense [1 2 3],
    "linear": Linear [],
    "lenet-deployed": Deployed<LeNet> [1 2 3 4],
};

/// The parts of `model` that can be trained.
///
/// ```
/// use host_tools::finetune::{Trains, parts};
/// use host_tools::model::MODELS;
///
/// let digits: Vec<Trains> = parts(MODELS[0]).collect();
/// assert_eq!(digits, [Trains::Last(1), Trains::Last(2), Trains::All]);
/// ```
pub fn parts(model: &dyn Model) -> impl Iterator<Item = Trains> {
    let name = model.name();
    PARTS.iter().filter_map(move |&((network, trains), _)| (network == name).then_some(trains))
}

/// Holds a session with `model`, starting from `factory`.
///
/// # Errors
/// If the options or the samples do not fit the network, or training diverges.
///
/// # Panics
/// If `factory` has another length than the network has parameters, or a label is no class of it.
///
/// ```
/// use std::path::Path;
///
/// use host_tools::data::{Dataset, bundled_mnist_dir};
/// use host_tools::files;
/// use host_tools::finetune::{FinetuneOptions, Samples, Trains, finetune};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// let factory: Vec<f32> = file.parameters().collect();
/// let test = Dataset::open_test(&bundled_mnist_dir(), 10)?;
/// let options = FinetuneOptions { epochs: 1, held: 10, ..FinetuneOptions::new(Trains::Last(1)) };
/// let samples = Samples::choose(&test, 10, &options)?;
/// let model = files::model_of(path, &file)?;
/// let outcome = finetune(model, &factory, file.normalisation, &samples, &options)?;
/// assert_eq!((outcome.trained, outcome.memory.total()), (2570, 14_760));
/// assert_eq!(outcome.parameters[..2572], factory[..2572]); // the frozen ones
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn finetune(
    model: &dyn Model,
    factory: &[f32],
    normalisation: Normalisation,
    samples: &Samples,
    options: &FinetuneOptions,
) -> Result<Outcome, FinetuneError> {
    if !model.layers().iter().all(|layer| layer.kind.is_deployed()) {
        return Err(FinetuneError::NotDeployed(model.name()));
    }
    let key = (model.name(), options.trains);
    match PARTS.iter().find(|(part, _)| *part == key) {
        Some((_, run)) => run(factory, normalisation, samples, options),
        None => {
            let words = parts(model).map(|trains| match trains {
                Trains::Last(layers) => layers.to_string(),
                Trains::All => "all".into(),
            });
            let possible = words.collect::<Vec<_>>().join(" or ");
            let (network, trains) = key;
            Err(FinetuneError::Trains { network, trains, possible })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MODELS;

    #[test]
    fn every_network_has_all_its_parts() {
        let deployed =
            |model: &&dyn Model| model.layers().iter().all(|layer| layer.kind.is_deployed());
        for model in MODELS.into_iter().filter(deployed) {
            let with_parameters = model.layers().iter().filter(|layer| has_parameters(layer));
            let layers = with_parameters.count() as u8;
            let expected = (1..layers).map(Trains::Last).chain([Trains::All]);
            assert!(parts(model).eq(expected), "add {} to the table above", model.name());
        }
    }

    fn has_parameters(layer: &tinyconv::spec::LayerSpec<'_>) -> bool {
        use tinyconv::spec::LayerKind::{Conv2d, Dense};
        matches!(layer.kind, Conv2d(_) | Dense(_))
    }
}
