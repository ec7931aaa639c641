//! The macro that writes the memory of a trainer as a type.

/// Writes the memory of a [`Trainer`](crate::tuning::Trainer) as a type, to be placed in a static.
///
/// After the name come the network and, in this order: `trains` ([`All`](crate::tuning::All) or
/// [`Last<n>`](crate::tuning::Last)), `optimizer`, `mode`
/// ([`PerSample`](crate::tuning::PerSample) or [`MiniBatch<n>`](crate::tuning::MiniBatch)) and, if
/// there is one, `budget`: the bytes of RAM that it may take, or it does not compile.
///
/// The type gets `MEMORY` (bytes, block by block), `NEW` (all zero, so that it costs no flash) and
/// `trainer`, which starts from the factory's parameters.
///
/// ```
/// use tinyconv::optim::Sgd;
/// use tinyconv::tuning::{All, MiniBatch};
///
/// tinyconv::network! {
///     Net: 1 x 4 x 4 { Dense { out: 3 } }
/// }
/// tinyconv::trainer! {
///     /// Trains everything, sixteen samples at a time.
///     pub Training: Net { trains: All, optimizer: Sgd, mode: MiniBatch<16>, budget: 1024 }
/// }
///
/// assert_eq!(Training::MEMORY.total(), 3 * 4 * 51 + 4 * 6);
/// assert_eq!(size_of::<Training>(), Training::MEMORY.total());
/// ```
#[macro_export]
macro_rules! trainer {
    (
        $(#[$meta:meta])*
        $visibility:vis $name:ident : $network:ty {
            trains: $part:ty, optimizer: $optimizer:ty, mode: $mode:ty
            $(, budget: $budget:expr)? $(,)?
        }
    ) => {
        $(#[$meta])*
        $visibility struct $name {
            parameters: [f32; <$part as $crate::tuning::Part<$network>>::PARAMS],
            gradients: [f32; Self::MEMORY.gradients / size_of::<f32>()],
            states: [f32; Self::MEMORY.states / size_of::<f32>()],
            elements: [f32; <$part as $crate::tuning::Part<$network>>::SCRATCH],
            choices: [u8; <$part as $crate::tuning::Part<$network>>::CHOICES],
        }

        // Seen by `cargo check`, whether or not the memory is used.
        const _: () = assert!($name::MEMORY.total() > 0);
        $(const _: () = assert!(
            size_of::<$name>() <= $budget,
            "the blocks fit the budget, but not with up to 3 bytes for their alignment: enlarge it"
        );)?

        #[allow(dead_code, reason = "a program uses the ones it needs")]
        impl $name {
            /// Bytes of RAM, block by block.
            pub const MEMORY: $crate::tuning::Memory =
                $crate::tuning::Memory::of_part::<$network>(
                    <$part as $crate::tuning::Part<$network>>::NEEDS,
                    <$optimizer as $crate::optim::Optimizer>::STATES,
                    <$mode as $crate::tuning::Mode>::COLLECTS,
                )
                $(.within($budget))?;

            /// The memory before training.
            pub const NEW: Self = Self {
                parameters: [0.0; _],
                gradients: [0.0; _],
                states: [0.0; _],
                elements: [0.0; _],
                choices: [0; _],
            };

            /// Starts from the factory's parameters: the frozen ones are read where they are, the
            /// others copied.
            pub fn trainer<'a>(
                &'a mut self,
                factory: &'a [f32; <$network as $crate::Network>::PARAMS],
                optimizer: $optimizer,
                learning_rate: f32,
            ) -> $crate::tuning::Trainer<'a, $network, $part, $optimizer, $mode> {
                <$part as $crate::tuning::Part<$network>>::trainer(
                    factory,
                    $crate::tuning::Blocks {
                        parameters: &mut self.parameters,
                        gradients: &mut self.gradients,
                        states: &mut self.states,
                        elements: &mut self.elements,
                        choices: &mut self.choices,
                    },
                    optimizer,
                    learning_rate,
                )
            }
        }
    };
    ($($other:tt)*) => {
        compile_error!(
            "a trainer is written `Name: Network { trains: All, optimizer: Descent, \
             mode: PerSample, budget: 16 * 1024 }`, in this order; the budget may be left out"
        );
    };
}
