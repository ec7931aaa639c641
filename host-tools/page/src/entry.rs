//! A network as a value: the page chooses one by a model file, while the core wants its type.

use tinyconv::model_file::{ModelFile, Normalisations, NormalisedBytes};
use tinyconv::optim::Descent;
use tinyconv::plan::{Dims, LayerSpec, MapSpec, Needs, Plan};
use tinyconv::tuning::{Blocks, Part, PerSample, Trainer, TuneError};
use tinyconv::{Deployed, InputOf, Layer, Network, OutputOf, Scratch, Shape, fold};

/// More than anything but parameters takes in a model file with short names.
const FILE_HEAD: usize = 16 * 1024;

/// A network that the page knows, in the form that a device runs, and which part of it is taught.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub(crate) sizes: Sizes,
    pub(crate) input: Dims,
    pub(crate) border: usize,
    pub(crate) layers: &'static [LayerSpec<'static>],
    pub(crate) fold: fn(&[f32], &mut [f32]),
    pub(crate) infer: fn(&mut Work<'_>),
    pub(crate) teach: fn(&mut Work<'_>, u16, f32) -> Result<f32, TuneError>,
    fingerprint: u64,
}

/// How much of each block of memory a network takes, in elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// Parameters as in the model file.
    pub given: usize,
    /// Parameters without those that only training needs.
    pub deployed: usize,
    /// Those that are taught, the last ones of both.
    pub taught: usize,
    pub elements: usize,
    pub maps: usize,
    pub outputs: usize,
    pub pixels: usize,
    pub choices: usize,
}

/// What inference and teaching work in.
pub(crate) struct Work<'a> {
    /// What the grey values mean to the network.
    pub normalisation: &'a Normalisations,
    pub pixels: &'a [u8],
    pub parameters: &'a mut [f32],
    pub taught: &'a mut [f32],
    pub elements: &'a mut [f32],
    pub choices: &'a mut [u8],
    pub maps: &'a mut [f32],
    pub logits: &'a mut [f32],
}

impl Entry {
    /// Network `N`, of which the part `P` of its deployed form is taught. Its input has `border` blank rows and columns
    /// on every side.
    ///
    /// In a constant, an error of the compiler says if the part that is taught has batch normalisation: what is learnt
    /// in folded layers does not go back into a model file.
    #[must_use]
    pub const fn of<N: Network, P: Part<Deployed<N>>>(border: usize) -> Self {
        assert!(
            taught_is_not_folded(N::INPUT, [N::LAYERS, N::DEPLOYED], P::PARAMS),
            "the layers that are taught have batch normalisation: teach fewer layers, with `Last<1>`"
        );
        let Needs { tape, choices, .. } = <N::Deployed as Layer>::NEEDS;
        Self {
            sizes: Sizes {
                given: N::PARAMS,
                deployed: Deployed::<N>::PARAMS,
                taught: P::PARAMS,
                elements: if tape > P::SCRATCH { tape } else { P::SCRATCH },
                // Maps between layers are on the tape, the last one is the output.
                maps: tape + N::OUTPUT_LEN,
                outputs: N::OUTPUT_LEN,
                pixels: N::INPUT_LEN,
                choices,
            },
            input: N::INPUT,
            border,
            layers: N::DEPLOYED,
            fold: fold::<N>,
            infer: infer::<Deployed<N>>,
            teach: teach::<Deployed<N>, P>,
            fingerprint: N::FINGERPRINT,
        }
    }

    /// Bytes of a model file that are read; for [`page!`](crate::page).
    #[doc(hidden)]
    #[must_use]
    pub const fn file_bytes(entries: &[Self]) -> usize {
        let (mut most, mut index) = (0, 0);
        while index < entries.len() {
            let bytes = entries[index].sizes.given * size_of::<f32>() + FILE_HEAD;
            most = if bytes > most { bytes } else { most };
            index += 1;
        }
        most
    }

    /// Numbers that the page works with; for [`page!`](crate::page).
    #[doc(hidden)]
    #[must_use]
    pub const fn floats(entries: &[Self]) -> usize {
        let (mut most, mut index) = (0, 0);
        while index < entries.len() {
            let sizes = entries[index].sizes;
            let parameters = sizes.given + 2 * sizes.deployed + sizes.taught;
            let floats = parameters + sizes.elements + sizes.maps + 2 * sizes.outputs;
            most = if floats > most { floats } else { most };
            index += 1;
        }
        most
    }

    /// Bytes that the page works with; for [`page!`](crate::page).
    #[doc(hidden)]
    #[must_use]
    pub const fn bytes(entries: &[Self]) -> usize {
        let (mut most, mut index) = (0, 0);
        while index < entries.len() {
            let bytes = entries[index].sizes.pixels + entries[index].sizes.choices;
            most = if bytes > most { bytes } else { most };
            index += 1;
        }
        most
    }

    /// The network of a model file.
    pub(crate) fn of_file(entries: &'static [Self], file: &ModelFile<'_>) -> Option<&'static Self> {
        entries.iter().find(|entry| {
            entry.fingerprint == file.fingerprint && entry.sizes.given == file.parameters().len()
        })
    }

    /// The layers of each map, and its shape.
    pub(crate) fn maps(&self) -> impl Iterator<Item = MapSpec<'static>> {
        let plan =
            Plan::new(self.input, self.layers).expect("a network's layers fit: they are types");
        plan.maps()
    }
}

/// The part that is taught has as many parameters in the network as it is trained as in the form that a
/// device runs.
const fn taught_is_not_folded(
    input: Dims,
    [given, deployed]: [&'static [LayerSpec<'static>]; 2],
    taught: usize,
) -> bool {
    let (Ok(given), Ok(deployed)) = (Plan::new(input, given), Plan::new(input, deployed)) else {
        panic!("a network's layers fit");
    };
    let mut count = 1;
    while let (Some(part), Some(given)) = (deployed.last(count), given.last(count)) {
        if part.params == taught {
            return given.params == taught;
        }
        count += 1;
    }
    given.all().params == taught
}

fn infer<N: Network>(work: &mut Work<'_>) {
    let input = InputOf::<N>::view(work.pixels);
    let scratch = Scratch { elements: &mut *work.elements, choices: &mut *work.choices };
    let logits = OutputOf::<N>::view_mut(work.logits);
    let mut rest = &mut *work.maps;
    let source = NormalisedBytes::new(work.normalisation);
    N::infer_maps(work.parameters, source, input, scratch, logits, |map| {
        let (free, after) = core::mem::take(&mut rest).split_at_mut(map.len());
        free.copy_from_slice(map);
        rest = after;
    });
}

/// A step with one example, from the parameters as they are. The optimizer remembers nothing: a trainer that begins
/// with each step is the trainer of a device that goes on.
fn teach<N: Network, P: Part<N>>(
    work: &mut Work<'_>,
    class: u16,
    learning_rate: f32,
) -> Result<f32, TuneError> {
    let blocks = Blocks {
        parameters: &mut work.taught[..P::PARAMS],
        gradients: &mut [],
        states: &mut [],
        elements: &mut work.elements[..P::SCRATCH],
        choices: &mut work.choices[..P::CHOICES],
    };
    let mut trainer = Trainer::<N, P, Descent, PerSample>::new(
        work.parameters,
        blocks,
        Descent::default(),
        learning_rate,
    )?;
    let source = NormalisedBytes::new(work.normalisation);
    let outcome = trainer.step(source, InputOf::<N>::view(work.pixels), class)?;
    work.parameters[P::FROZEN_PARAMS..].copy_from_slice(&work.taught[..P::PARAMS]);
    Ok(outcome.loss)
}

#[cfg(test)]
mod tests {
    use super::*;

    tinyconv::network! {
        Normalised: 1 x 4 x 4 { Dense { out: 3 }, BatchNorm, Relu, Dense { out: 2 } }
    }

    #[test]
    fn what_is_taught_lies_behind_the_last_normalisation() {
        let layers = [Normalised::LAYERS, Normalised::DEPLOYED];
        let behind = |taught| taught_is_not_folded(Normalised::INPUT, layers, taught);
        // The last layer, and all.
        assert!(behind(4 * 2) && !behind(Deployed::<Normalised>::PARAMS));
    }
}
