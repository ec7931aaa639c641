//! From a network as a value and a number of layers to their types: each depth is a type of its own.

use tinyconv::model_file::Normalisations;

use super::{FinetuneError, FinetuneOptions, SessionOutcome, SessionSamples, Trains};
use crate::model::Model;

/// [`run`](super::run) for one part of one network.
///
/// ```
/// use tinyconv_training::finetune::{Parts, Run, Trains};
///
/// tinyconv::network! { Net: 1 x 2 x 2 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
///
/// let parts: Parts = tinyconv_training::parts!(Net: 1);
/// let run: Run = parts[0].1; // trains the last layer of `Net`
/// assert_eq!(parts[0].0, Trains::Last(1));
/// assert!(!std::ptr::fn_addr_eq(run, parts[1].1));
/// ```
pub type Run = fn(
    &[f32],
    Normalisations,
    &SessionSamples,
    &FinetuneOptions,
) -> Result<SessionOutcome, FinetuneError>;

/// The parts of a network that can be fine-tuned; [`parts!`](crate::parts) makes them.
///
/// ```
/// use tinyconv_training::model::MODELS;
///
/// let parts = MODELS[2].parts();
/// assert_eq!(parts.len(), 4); // the last one, two or three layers, and all
/// ```
pub type Parts = &'static [(Trains, Run)];

/// The parts of a network that can be fine-tuned: the last layers, as many as each number says, and
/// all.
///
/// A network with three layers that have parameters has the parts `1 2`; a number that is too large
/// is an error of the compiler.
///
/// ```
/// use tinyconv_training::finetune::{Parts, Trains};
///
/// tinyconv::network! {
///     pub Net: 1 x 4 x 4 { Dense { out: 8 }, Relu, Dense { out: 2 } }
/// }
///
/// let parts: Parts = tinyconv_training::parts!(Net: 1);
/// assert!(parts.iter().map(|part| part.0).eq([Trains::Last(1), Trains::All]));
/// ```
#[macro_export]
macro_rules! parts {
    ($network:ty: $($layers:literal)*) => {
        &[
            $((
                $crate::finetune::Trains::Last($layers),
                $crate::finetune::run::<$network, $crate::finetune::Last<$layers>>
                    as $crate::finetune::Run,
            ),)*
            (
                $crate::finetune::Trains::All,
                $crate::finetune::run::<$network, $crate::finetune::All>,
            ),
        ]
    };
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
/// use tinyconv_training::data::{Dataset, bundled_mnist_dir};
/// use tinyconv_training::files;
/// use tinyconv_training::finetune::{FinetuneOptions, SessionSamples, Trains, finetune};
/// use tinyconv_training::model::{MODELS, Networks};
///
/// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
/// let bytes = files::read(path)?;
/// let file = files::parse(path, &bytes)?;
/// let factory: Vec<f32> = file.parameters().collect();
/// let test = Dataset::open_test(&bundled_mnist_dir(), 10)?;
/// let options = FinetuneOptions { epochs: 1, held: 10, ..FinetuneOptions::new(Trains::Last(1)) };
/// let samples = SessionSamples::choose(&test, 10, &options)?;
/// let model = files::model_of(Networks::new(&MODELS), path, &file)?;
/// let outcome = finetune(model, &factory, file.normalisation, &samples, &options)?;
/// assert_eq!((outcome.trained, outcome.memory.total()), (2570, 14_760));
/// assert_eq!(outcome.parameters[..2572], factory[..2572]); // the frozen ones
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn finetune(
    model: &dyn Model,
    factory: &[f32],
    normalisation: Normalisations,
    samples: &SessionSamples,
    options: &FinetuneOptions,
) -> Result<SessionOutcome, FinetuneError> {
    if !model.layers().iter().all(|layer| layer.kind.is_deployed()) {
        return Err(FinetuneError::NotDeployed(model.name().to_owned()));
    }
    let (network, trains) = (model.name().to_owned(), options.trains);
    if model.parts().is_empty() {
        return Err(FinetuneError::NoParts(network));
    }
    match model.parts().iter().find(|part| part.0 == trains) {
        Some((_, run)) => run(factory, normalisation, samples, options),
        None => {
            let words = model.parts().iter().map(|part| match part.0 {
                Trains::Last(layers) => layers.to_string(),
                Trains::All => "all".into(),
            });
            let possible = words.collect::<Vec<_>>().join(" or ");
            Err(FinetuneError::Trains { network, trains, possible })
        }
    }
}

#[cfg(test)]
mod tests {
    use tinyconv::plan::Plan;

    use super::*;
    use crate::model::MODELS;

    #[test]
    fn every_network_has_all_its_parts() {
        let deployed =
            |model: &&dyn Model| model.layers().iter().all(|layer| layer.kind.is_deployed());
        for model in MODELS.into_iter().filter(deployed) {
            let layers = model.layers();
            let plan = Plan::new(model.input(), &layers).expect("its layers are types");
            let last = 1..=plan.most_last() as u8;
            let expected = last.map(Trains::Last).chain([Trains::All]);
            let parts = model.parts().iter().map(|part| part.0);
            assert!(parts.eq(expected), "add the parts of {}", model.name());
        }
    }
}
