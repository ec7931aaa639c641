//! What the result of a run depends on, as words to be compared.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use tinyconv::Element;

use super::{AnyNetwork, InvalidState, RunOptions, Sets, TrainOptions};
use crate::data::{Augmentation, Split, Values};
use crate::lanes::Lanes;

const NETWORK: &str = "network";
const DATA: &str = "data";
/// The value of what was not given.
const NONE: &str = "none";

/// Names, most of them those of options, and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings(pub(super) Vec<(String, String)>);

impl Settings {
    /// Those of a run; the number of threads is none.
    pub(super) fn of(
        network: &dyn AnyNetwork,
        sets: &Sets<'_>,
        options: &TrainOptions,
        run: &RunOptions,
    ) -> Self {
        let TrainOptions {
            epochs,
            batch,
            learning_rate,
            schedule,
            optimizer,
            loss,
            init,
            seed,
            threads: _,
            validate_every,
            augmentation: Augmentation { shift_pixels, rotation_degrees, scale, noise },
            normalisation,
        } = options;
        let pairs = [
            (NETWORK, layers(network)),
            ("arithmetic", arithmetic()),
            ("--epochs", epochs.to_string()),
            ("--batch", batch.to_string()),
            ("--learning-rate", format!("{learning_rate:?}")),
            ("--schedule", schedule.to_string()),
            ("--optimizer", optimizer.to_string()),
            ("--loss", loss.to_string()),
            ("initialisation", format!("{init:?}")),
            ("--seed", seed.to_string()),
            (
                "batches between evaluations",
                validate_every.map_or_else(|| NONE.into(), |every| every.to_string()),
            ),
            ("--augment", format!("{shift_pixels:?},{rotation_degrees:?},{scale:?},{noise:?}")),
            ("normalisation", normalisation.to_string()),
            (DATA, fingerprint(sets)),
        ];
        let all = pairs.into_iter().chain(run.given());
        Self(all.map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Refuses to go on from a state with `self` as a run with `wanted`.
    pub(super) fn check(&self, wanted: &Self) -> Result<(), InvalidState> {
        let names: BTreeSet<&String> =
            self.0.iter().chain(&wanted.0).map(|(name, _)| name).collect();
        let differences: Vec<String> = names
            .into_iter()
            .filter(|name| self.value(name) != wanted.value(name))
            .map(|name| match &**name {
                NETWORK => "with another network".to_owned(),
                DATA => "with other data".to_owned(),
                _ => format!("with {name} {}, not {}", self.value(name), wanted.value(name)),
            })
            .collect();
        if differences.is_empty() {
            Ok(())
        } else {
            Err(InvalidState::OtherRun(differences.join(", ")))
        }
    }

    fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or(NONE, |(_, value)| value)
    }
}

/// Input and layers in words.
fn layers(network: &dyn AnyNetwork) -> String {
    let layers: Vec<String> = network.layers().iter().map(|layer| layer.kind.to_string()).collect();
    format!("{}: {}", network.input(), layers.join(", "))
}

/// Two results that tell the program's features apart: whether a product is rounded before it is added, and
/// whose exponential function it is.
fn arithmetic() -> String {
    let epsilon = 1.0 + f32::EPSILON;
    let product = Lanes::splat(-1.0).multiply_add(Lanes::splat(epsilon), Lanes::splat(epsilon));
    let values = [product, Lanes::splat(0.7).exp()].map(|lanes| lanes.to_array()[0].to_bits());
    format!("{values:08x?}")
}

/// The SHA-256 of all samples.
fn fingerprint(sets: &Sets<'_>) -> String {
    let mut hash = Sha256::new();
    let splits = [Some(&*sets.train), sets.validation.as_ref(), Some(sets.test)];
    for Split { inputs, labels, targets } in splits.into_iter().flatten() {
        for size in inputs.shape().into_iter().chain([inputs.len(), targets.len()]) {
            hash.update((size as u64).to_le_bytes());
        }
        match inputs.values() {
            Values::Bytes(bytes) => hash.update(bytes),
            Values::Floats(values) => {
                values.iter().for_each(|value| hash.update(value.to_le_bytes()))
            }
        }
        labels.iter().for_each(|label| hash.update(label.to_le_bytes()));
        targets.iter().for_each(|target| hash.update(target.to_le_bytes()));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
