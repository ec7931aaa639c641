//! Which layers stay as they are.

use thiserror::Error;
use tinyconv::plan::{Class, Walk};

use super::AnyNetwork;

/// Layers that cannot stay as they are.
///
/// ```
/// use tinyconv_training::training::InvalidFreeze;
///
/// let error = InvalidFreeze::TooMany { layers: 5, most: 2 };
/// assert_eq!(error.to_string(), "--freeze 5 leaves no layer to train: use --freeze 2 at most");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidFreeze {
    /// Nothing would be trained.
    #[error(
        "--freeze {layers} leaves no layer to train: {}",
        match .most {
            0 => "the network has only one layer with parameters, leave out --freeze".to_owned(),
            most => format!("use --freeze {most} at most"),
        }
    )]
    TooMany {
        /// How many layers were to stay.
        layers: usize,
        /// The largest number.
        most: usize,
    },
    /// A layer that takes the statistics of each batch.
    #[error(
        "--freeze {layers} includes {norm}, which takes the statistics of each batch in training and \
         cannot stay as it is: use --freeze {most} at most, or the command finetune, which trains the last \
         layers of the network's deployed form, without such layers"
    )]
    Norm {
        /// How many layers were to stay.
        layers: usize,
        /// The first such layer.
        norm: String,
        /// The largest number.
        most: usize,
    },
    /// Layers that have learnt nothing.
    #[error("layers that stay as they are need parameters that were learnt: add --from MODEL")]
    NothingLearnt,
}

/// The parameters of the first `layers` layers with parameters of `network`.
pub(super) fn frozen_parameters(
    network: &dyn AnyNetwork,
    layers: usize,
) -> Result<usize, InvalidFreeze> {
    let specs = network.layers();
    let places: Vec<_> =
        Walk::new(network.input(), &specs).filter(|place| place.facts.needs.params > 0).collect();
    let frozen = &places[..layers.min(places.len())];
    let norm = frozen.iter().position(|place| place.spec.kind.class() == Class::Normalisation);
    if let Some(most) = norm {
        let place = &frozen[most];
        let norm = format!("layer {}, {}", place.index + 1, place.spec.kind.name());
        return Err(InvalidFreeze::Norm { layers, norm, most });
    }
    if layers > 0 && layers >= places.len() {
        return Err(InvalidFreeze::TooMany { layers, most: places.len().saturating_sub(1) });
    }
    Ok(frozen.last().map_or(0, |place| place.params().end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::Typed;

    #[test]
    fn layers_without_parameters_do_not_count_and_norms_are_refused() {
        tinyconv::network! {
            Net: 1 x 4 x 4 {
                Conv2d { out: 2, kernel: 3 }, Relu, // 20
                Residual { PointwiseConv2d { out: 2 }, Relu }, // 6
                Flatten, Dense { out: 3 }, // 27
            }
        }
        let frozen = |layers| frozen_parameters(&Typed::<Net>::NEW, layers);
        assert_eq!([0, 1, 2].map(frozen), [Ok(0), Ok(20), Ok(26)]);
        assert_eq!(frozen(3), Err(InvalidFreeze::TooMany { layers: 3, most: 2 }));
        assert_eq!(frozen(9), Err(InvalidFreeze::TooMany { layers: 9, most: 2 }));

        tinyconv::network! {
            Normalised: 1 x 4 x 4 { Conv2d { out: 2, kernel: 3 }, BatchNorm, Relu, Dense { out: 3 } }
        }
        let frozen = |layers| frozen_parameters(&Typed::<Normalised>::NEW, layers);
        let norm = || "layer 2, BatchNorm".to_owned();
        assert_eq!(frozen(1), Ok(20));
        assert_eq!(frozen(2), Err(InvalidFreeze::Norm { layers: 2, norm: norm(), most: 1 }));
        assert_eq!(frozen(3), Err(InvalidFreeze::Norm { layers: 3, norm: norm(), most: 1 }));
    }
}
