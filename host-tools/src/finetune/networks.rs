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
