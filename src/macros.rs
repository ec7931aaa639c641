//! The macro that turns a list of layers into a type.

mod options;

/// Writes a network as a type.
///
/// After the name comes the input (channels x rows x columns), then the layers, each as
/// `[name:] Kind [{ option: value, .. }]`. Shapes are computed and checked by the compiler: a list
/// whose layers do not fit is an error in `cargo check` that names the layer and both shapes.
///
/// | kind | options (default) |
/// |---|---|
/// | `Conv2d` | `out`, `kernel`, `stride` (1), `padding` (0; a number, `same` or `full`) |
/// | `MaxPool2d`, `AvgPool2d` | `size`, `stride` (`size`) |
/// | `GlobalAvgPool2d`, `Flatten` | |
/// | `Dense` | `out` |
/// | `Relu`, `Tanh`, `Sigmoid`, `Identity` | |
/// | `LeakyRelu` | `slope` (0.01) |
///
/// A number for kernel, size, stride or padding stands for rows and columns; a pair `(3, 1)` gives
/// them apart. Sizes that do not divide are rounded down.
///
/// The type gets the trait [`Network`](crate::Network), and as its own constants and functions:
/// `PARAMS`, `INFER_SCRATCH`, `TRAIN_SCRATCH`, `TRAIN_CHOICES` and `infer`, which takes arrays of
/// just these lengths.
///
/// A `Conv2d`, an activation and a `MaxPool2d` whose windows lie side by side become one block that
/// never holds the map between them.
///
/// ```
/// tinyconv::network! {
///     /// 28x28 grey-scale digits.
///     pub Digits: 1 x 28 x 28 {
///         conv1: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
///         conv2: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
///         classify: Dense { out: 10 },
///     }
/// }
///
/// assert_eq!(Digits::PARAMS, 5142);
/// assert_eq!(Digits::INFER_SCRATCH, 6 * 12 * 12 + 16 * 4 * 4);
///
/// static PARAMS: [f32; Digits::PARAMS] = [0.0; Digits::PARAMS];
/// let mut scratch = [0.0; Digits::INFER_SCRATCH];
/// let mut logits = [1.0; 10];
/// Digits::infer(&PARAMS, &[[[0.5; 28]; 28]], &mut scratch, &mut logits);
/// assert_eq!(logits, [0.0; 10]);
/// ```
#[macro_export]
macro_rules! network {
    (
        $(#[$meta:meta])*
        $visibility:vis $name:ident : $channels:tt x $height:tt x $width:tt { $($layers:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        $visibility struct $name;

        const _: () = {
            const INPUT: $crate::spec::Dims = $crate::spec::Dims::Map([$channels, $height, $width]);
            $crate::__network!(@sort $name [] $($layers)*);
        };

        #[allow(dead_code)]
        impl $name {
            /// Parameters, in `f32`.
            pub const PARAMS: usize = <Self as $crate::Network>::PARAMS;
            /// Scratch of an inference, in elements; input and output come on top.
            pub const INFER_SCRATCH: usize = <Self as $crate::Network>::INFER_SCRATCH;
            /// Scratch of a training step for one sample, in elements; the input comes on top.
            pub const TRAIN_SCRATCH: usize = <Self as $crate::Network>::TRAIN_SCRATCH;
            /// Scratch of a training step, in choices (a byte each for one sample).
            pub const TRAIN_CHOICES: usize = <Self as $crate::Network>::TRAIN_CHOICES;

            /// Computes `output` from `input`.
            #[inline(always)]
            pub fn infer<E: $crate::Element>(
                params: &[f32; Self::PARAMS],
                input: &<$crate::InputOf<Self> as $crate::Shape>::Map<E>,
                scratch: &mut [E; Self::INFER_SCRATCH],
                output: &mut <$crate::OutputOf<Self> as $crate::Shape>::Map<E>,
            ) {
                <Self as $crate::Network>::infer(params, input, scratch, output);
            }

            /// Computes `output` from an input that `source` reads.
            #[inline(always)]
            pub fn infer_from<E: $crate::Element, S: $crate::Source<E>>(
                params: &[f32; Self::PARAMS],
                source: S,
                input: &<$crate::InputOf<Self> as $crate::Shape>::Map<S::Raw>,
                scratch: &mut [E; Self::INFER_SCRATCH],
                output: &mut <$crate::OutputOf<Self> as $crate::Shape>::Map<E>,
            ) {
                <Self as $crate::Network>::infer_from(params, source, input, scratch, output);
            }
        }
    };
    ($($other:tt)*) => {
        compile_error!("a network is written `Name: channels x rows x columns { layers }`");
    };
}

/// The inside of [`network!`]: sorts the layers into `[layer|activation name Kind {options}]`, then
/// builds the list of values and the chain of types from them.
#[doc(hidden)]
#[macro_export]
macro_rules! __network {
    // Each entry is given a name (`_` where it has none) and options.
    (@sort $n:ident $done:tt $name:ident : $kind:ident $options:tt, $($rest:tt)*) => {
        $crate::__network!(@class $n $done [$name $kind $options] $($rest)*);
    };
    (@sort $n:ident $done:tt $name:ident : $kind:ident $options:tt) => {
        $crate::__network!(@class $n $done [$name $kind $options]);
    };
    (@sort $n:ident $done:tt $name:ident : $kind:ident, $($rest:tt)*) => {
        $crate::__network!(@class $n $done [$name $kind {}] $($rest)*);
    };
    (@sort $n:ident $done:tt $name:ident : $kind:ident) => {
        $crate::__network!(@class $n $done [$name $kind {}]);
    };
    (@sort $n:ident $done:tt $kind:ident { $($options:tt)* }, $($rest:tt)*) => {
        $crate::__network!(@class $n $done [_ $kind { $($options)* }] $($rest)*);
    };
    (@sort $n:ident $done:tt $kind:ident { $($options:tt)* }) => {
        $crate::__network!(@class $n $done [_ $kind { $($options)* }]);
    };
    (@sort $n:ident $done:tt $kind:ident, $($rest:tt)*) => {
        $crate::__network!(@class $n $done [_ $kind {}] $($rest)*);
    };
    (@sort $n:ident $done:tt $kind:ident) => {
        $crate::__network!(@class $n $done [_ $kind {}]);
    };
    (@sort $n:ident []) => {
        compile_error!(concat!("`", stringify!($n), "` has no layers: give it at least one"));
    };
    (@sort $n:ident [$([$class:ident $name:tt $kind:ident $options:tt])*]) => {
        // Where all options are given, their defaults are not needed.
        #[allow(clippy::needless_update)]
        const LAYERS: &[$crate::spec::LayerSpec<'static>] = &[
            $($crate::spec::LayerSpec {
                name: $crate::__layer_name!($name),
                kind: $crate::__layer_kind!($kind $options),
            }),*
        ];
        const SHAPES: [$crate::spec::Dims; LAYERS.len() + 1] =
            $crate::spec::shapes(INPUT, LAYERS);

        impl $crate::Network for $n {
            const NAME: &'static str = stringify!($n);
            const INPUT: $crate::spec::Dims = SHAPES[0];
            const OUTPUT: $crate::spec::Dims = SHAPES[LAYERS.len()];
            const LAYERS: &'static [$crate::spec::LayerSpec<'static>] = LAYERS;
            type Layers =
                $crate::__network!(@chain [[] []] map LAYERS SHAPES [0] $([$class $kind])*);
        }
    };
    (@sort $n:ident $done:tt $first:tt $($rest:tt)*) => {
        compile_error!(concat!(
            "this is not a list of layers from `", stringify!($first), "` on: each is \
             `[name:] Kind [{ option: value, .. }]`, with a comma after it"
        ));
    };

    (@class $n:ident [$($done:tt)*] [$name:tt Relu $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [activation $name Relu $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt LeakyRelu $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [activation $name LeakyRelu $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt Tanh $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [activation $name Tanh $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt Sigmoid $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [activation $name Sigmoid $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt Identity $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [activation $name Identity $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt Conv2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [layer $name Conv2d $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt MaxPool2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [layer $name MaxPool2d $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt AvgPool2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [layer $name AvgPool2d $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt GlobalAvgPool2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [layer $name GlobalAvgPool2d $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt Flatten $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [layer $name Flatten $o]] $($rest)*);
    };
    (@class $n:ident [$($done:tt)*] [$name:tt Dense $o:tt] $($rest:tt)*) => {
        $crate::__network!(@sort $n [$($done)* [layer $name Dense $o]] $($rest)*);
    };
    (@class $n:ident $done:tt [$name:tt $kind:ident $o:tt] $($rest:tt)*) => {
        compile_error!(concat!(
            "there is no layer `", stringify!($kind), "`: the kinds are Conv2d, MaxPool2d, \
             AvgPool2d, GlobalAvgPool2d, Flatten, Dense, Relu, LeakyRelu, Tanh, Sigmoid, Identity"
        ));
    };

    // The chain of types, nested to the left, of one link for each layer with parameters; layers
    // without any join the link before them, so that `Last<2>` means two layers with parameters.
    // State: the links so far but for the last one, and that one; whether the output is a map or a
    // vector; the names of the two constants; the index of the next layer as an expression.
    (@chain [[] [$($link:tt)+]] $rank:ident $l:ident $s:ident [$($k:tt)+]) => { $($link)+ };
    (@chain [[$($links:tt)+] [$($link:tt)+]] $rank:ident $l:ident $s:ident [$($k:tt)+]) => {
        $crate::layers::Chain<$($links)+, $($link)+>
    };
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+]
        [layer Conv2d] [activation $a:ident] [layer MaxPool2d] $($rest:tt)*
    ) => {
        $crate::__network!(@push Conv2d $chain [
            <$crate::layers::Fuse<{ $l[$($k)+ + 2].kind.windows_tile($s[$($k)+ + 2]) }>
                as $crate::layers::Choose>::Of<
                $crate::layers::Conv2dMaxPool2d<
                    $crate::__layer_type!(Conv2d map $l $s [$($k)+]),
                    $crate::__activation_type!($a $l [$($k)+ + 1]),
                    $crate::__layer_type!(MaxPool2d map $l $s [$($k)+ + 2])
                >,
                $crate::layers::Chain<
                    $crate::layers::Activated<
                        $crate::__layer_type!(Conv2d map $l $s [$($k)+]),
                        $crate::__activation_type!($a $l [$($k)+ + 1])
                    >,
                    $crate::__layer_type!(MaxPool2d map $l $s [$($k)+ + 2])
                >
            >
        ] map $l $s [$($k)+ + 3] $($rest)*)
    };
    // A dense layer reads a map as it is.
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+]
        [layer Flatten] [layer Dense] $($rest:tt)*
    ) => {
        $crate::__network!(@chain_dense $chain $rank $l $s [$($k)+] [$($k)+ + 1] $($rest)*)
    };
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+]
        [layer Dense] $($rest:tt)*
    ) => {
        $crate::__network!(@chain_dense $chain $rank $l $s [$($k)+] [$($k)+] $($rest)*)
    };
    (@chain_dense $chain:tt $rank:ident $l:ident $s:ident [$($in:tt)+] [$($k:tt)+]
        [activation $a:ident] $($rest:tt)*
    ) => {
        $crate::__network!(@push Dense $chain [
            $crate::layers::Activated<
                $crate::layers::Dense<
                    $crate::__shape_type!($rank $s [$($in)+]),
                    { $s[$($k)+ + 1].channels() }
                >,
                $crate::__activation_type!($a $l [$($k)+ + 1])
            >
        ] vector $l $s [$($k)+ + 2] $($rest)*)
    };
    (@chain_dense $chain:tt $rank:ident $l:ident $s:ident [$($in:tt)+] [$($k:tt)+]
        $($rest:tt)*
    ) => {
        $crate::__network!(@push Dense $chain [
            $crate::layers::Dense<
                $crate::__shape_type!($rank $s [$($in)+]),
                { $s[$($k)+ + 1].channels() }
            >
        ] vector $l $s [$($k)+ + 1] $($rest)*)
    };
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+]
        [layer Flatten] $($rest:tt)*
    ) => {
        $crate::__network!(@push Flatten $chain [
            $crate::layers::Flatten<
                $crate::__shape_type!($rank $s [$($k)+]), { $s[$($k)+ + 1].channels() }
            >
        ] vector $l $s [$($k)+ + 1] $($rest)*)
    };
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+]
        [layer GlobalAvgPool2d] $($rest:tt)*
    ) => {
        $crate::__network!(@push GlobalAvgPool2d $chain [
            $crate::layers::GlobalAvgPool2d<$crate::__shape_type!(map $s [$($k)+])>
        ] vector $l $s [$($k)+ + 1] $($rest)*)
    };
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+]
        [layer $kind:ident] [activation $a:ident] $($rest:tt)*
    ) => {
        $crate::__network!(@push $kind $chain [
            $crate::layers::Activated<
                $crate::__layer_type!($kind $rank $l $s [$($k)+]),
                $crate::__activation_type!($a $l [$($k)+ + 1])
            >
        ] $rank $l $s [$($k)+ + 2] $($rest)*)
    };
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+]
        [layer $kind:ident] $($rest:tt)*
    ) => {
        $crate::__network!(@push $kind $chain [
            $crate::__layer_type!($kind $rank $l $s [$($k)+])
        ] $rank $l $s [$($k)+ + 1] $($rest)*)
    };
    // An activation with no layer before it to work on: first in the network, or a second one.
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+]
        [activation $a:ident] $($rest:tt)*
    ) => {
        $crate::__network!(@push Pass $chain [
            $crate::layers::Activated<
                $crate::layers::Pass<$crate::__shape_type!($rank $s [$($k)+])>,
                $crate::__activation_type!($a $l [$($k)+])
            >
        ] $rank $l $s [$($k)+ + 1] $($rest)*)
    };

    (@push Conv2d $chain:tt $new:tt $($state:tt)*) => {
        $crate::__network!(@begin $chain $new $($state)*)
    };
    (@push Dense $chain:tt $new:tt $($state:tt)*) => {
        $crate::__network!(@begin $chain $new $($state)*)
    };
    (@push $kind:ident [$links:tt []] $new:tt $($state:tt)*) => {
        $crate::__network!(@chain [$links $new] $($state)*)
    };
    (@push $kind:ident [$links:tt [$($link:tt)+]] [$($new:tt)+] $($state:tt)*) => {
        $crate::__network!(
            @chain [$links [$crate::layers::Chain<$($link)+, $($new)+>]] $($state)*
        )
    };

    // A new link begins.
    (@begin [[] $link:tt] $new:tt $($state:tt)*) => {
        $crate::__network!(@chain [$link $new] $($state)*)
    };
    (@begin [[$($links:tt)+] [$($link:tt)+]] [$($new:tt)+] $($state:tt)*) => {
        $crate::__network!(
            @chain [[$crate::layers::Chain<$($links)+, $($link)+>] [$($new)+]] $($state)*
        )
    };
}
