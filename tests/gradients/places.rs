//! A layer by itself, where no network could have it.

/// A type for the place of a layer that stands alone: `place!(Name: kind, dims of its input)`.
macro_rules! place {
    ($name:ident: $kind:expr, $input:expr) => {
        #[derive(Clone, Copy, Debug)]
        struct $name;

        impl tinyconv::Fixed for $name {
            const NEW: Self = Self;
        }

        impl tinyconv::Place for $name {
            const PLACE: tinyconv::plan::Placed<'static> = {
                let (kind, input): (LayerKind, Dims) = ($kind, $input);
                tinyconv::plan::Placed {
                    index: 0,
                    spec: tinyconv::plan::LayerSpec { name: "", kind },
                    input,
                    facts: match kind.facts(input) {
                        Ok(facts) => facts,
                        Err(_) => panic!("the layer takes its input"),
                    },
                    first_param: 0,
                    misfit: None,
                }
            };
        }
    };
}
pub(crate) use place;
