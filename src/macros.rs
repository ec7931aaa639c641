//! The macro that turns a list of layers into a type.

mod options;

/// Writes a network as a type.
///
/// After the name comes the input (channels x rows x columns, or channels x length for signals),
/// then the layers, each as `[name:] Kind [{ option: value, .. }]`. Shapes are computed and checked
/// by the compiler: a list whose layers do not fit is an error in `cargo check` that names the layer
/// and both shapes.
///
/// | kind | options (default) |
/// |---|---|
/// | `Conv2d` | `out`, `kernel`, `stride` (1), `padding` (0; a number, `same` or `full`) |
/// | `DepthwiseConv2d` | `kernel`, `stride` (1), `padding` (0) |
/// | `PointwiseConv2d` | `out`, `stride` (1): a `Conv2d` with a kernel of 1 |
/// | `MaxPool2d`, `AvgPool2d` | `size`, `stride` (`size`) |
/// | `GlobalAvgPool2d`, `Flatten` | |
/// | `Conv1d`, `MaxPool1d`, `AvgPool1d` | as their kinds in 2d, for maps of one row |
/// | `Dense` | `out` |
/// | `BatchNorm` | `epsilon` (1e-5), `momentum` (0.1); directly after a convolution or `Dense` |
/// | `Dropout` | `keep` |
/// | `Residual` | in place of options the layers of the block: its input is added to its output |
/// | `Relu`, `Tanh`, `Sigmoid`, `Identity`, `Softmax` | |
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
/// `BatchNorm`, an activation and such a `MaxPool2d` do, too.
///
/// `BatchNorm` and `Dropout` are for training on the host; [`Deployed`](crate::Deployed) is the
/// network without them.
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
            $crate::__network!(@sort $name {[] []} $($layers)*);
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
    (
        $(#[$meta:meta])*
        $visibility:vis $name:ident : $channels:tt x $length:tt { $($layers:tt)* }
    ) => {
        $crate::network! {
            $(#[$meta])*
            $visibility $name: $channels x 1 x $length { $($layers)* }
        }
    };
    ($($other:tt)*) => {
        compile_error!("a network is written `Name: channels x rows x columns { layers }`");
    };
}

/// The inside of [`network!`]: sorts the layers into
/// `[layer|activation name Kind WrittenKind {options}]`, then builds the list of values and the chain
/// of types from them.
///
/// The state of the sorting is `{[all of them] [[class Kind] of those that are deployed]}`.
#[doc(hidden)]
#[macro_export]
macro_rules! __network {
    // The end of a residual block; its list of layers may or may not have ended with a comma.
    (@sort $n:ident {[$($all:tt)*] [$($kept:tt)*]} __add, $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [add _ Add Add {}]] [$($kept)* [add Add]]} $($rest)*
        );
    };
    (@sort $n:ident $done:tt , __add, $($rest:tt)*) => {
        $crate::__network!(@sort $n $done __add, $($rest)*);
    };
    // Each entry is given a name (`_` where it has none) and options.
    (@sort $n:ident $done:tt $name:ident : $kind:ident { $($options:tt)* }, $($rest:tt)*) => {
        $crate::__network!(@class $n $done [$name $kind { $($options)* }] $($rest)*);
    };
    (@sort $n:ident $done:tt $name:ident : $kind:ident { $($options:tt)* }) => {
        $crate::__network!(@class $n $done [$name $kind { $($options)* }]);
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
    (@sort $n:ident {[] []}) => {
        compile_error!(concat!("`", stringify!($n), "` has no layers: give it at least one"));
    };
    (@sort $n:ident {
        [$([$class:ident $name:tt $kind:ident $written:ident $options:tt])*] [$($kept:tt)*]
    }) => {
        // Where all options are given, their defaults are not needed.
        #[allow(clippy::needless_update)]
        const LAYERS: &[$crate::spec::LayerSpec<'static>] = &[
            $($crate::spec::LayerSpec {
                name: $crate::__layer_name!($name),
                kind: $crate::__layer_kind!($written $options),
            }),*
        ];
        const SHAPES: [$crate::spec::Dims; LAYERS.len() + 1] =
            $crate::spec::shapes(INPUT, LAYERS);
        const DEPLOYED: &[$crate::spec::LayerSpec<'static>] =
            &$crate::spec::deployed::<{ $crate::spec::deployed_len(LAYERS) }>(LAYERS);
        const DEPLOYED_SHAPES: [$crate::spec::Dims; DEPLOYED.len() + 1] =
            $crate::spec::shapes(INPUT, DEPLOYED);

        impl $crate::Network for $n {
            const NAME: &'static str = stringify!($n);
            const INPUT: $crate::spec::Dims = SHAPES[0];
            const OUTPUT: $crate::spec::Dims = SHAPES[LAYERS.len()];
            const LAYERS: &'static [$crate::spec::LayerSpec<'static>] = LAYERS;
            const DEPLOYED: &'static [$crate::spec::LayerSpec<'static>] = DEPLOYED;
            type Layers =
                $crate::__network!(@chain [[] [] ()] map LAYERS SHAPES [0] $([$class $kind])*);
            type Deployed =
                $crate::__network!(@chain [[] [] ()] map DEPLOYED DEPLOYED_SHAPES [0] $($kept)*);
        }
    };
    (@sort $n:ident $done:tt $first:tt $($rest:tt)*) => {
        compile_error!(concat!(
            "this is not a list of layers from `", stringify!($first), "` on: each is \
             `[name:] Kind [{ option: value, .. }]`, with a comma after it"
        ));
    };

    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Relu $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [activation $name Relu Relu $o]] [$($kept)* [activation Relu]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt LeakyRelu $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [activation $name LeakyRelu LeakyRelu $o]] [$($kept)* [activation LeakyRelu]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Tanh $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [activation $name Tanh Tanh $o]] [$($kept)* [activation Tanh]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Sigmoid $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [activation $name Sigmoid Sigmoid $o]] [$($kept)* [activation Sigmoid]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Identity $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [activation $name Identity Identity $o]] [$($kept)* [activation Identity]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Conv2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name Conv2d Conv2d $o]] [$($kept)* [layer Conv2d]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt DepthwiseConv2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name DepthwiseConv2d DepthwiseConv2d $o]] [$($kept)* [layer DepthwiseConv2d]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Conv1d $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name Conv2d Conv1d $o]] [$($kept)* [layer Conv2d]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt PointwiseConv2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name Conv2d PointwiseConv2d $o]] [$($kept)* [layer Conv2d]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt MaxPool2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name MaxPool2d MaxPool2d $o]] [$($kept)* [layer MaxPool2d]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt MaxPool1d $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name MaxPool2d MaxPool1d $o]] [$($kept)* [layer MaxPool2d]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt AvgPool2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name AvgPool2d AvgPool2d $o]] [$($kept)* [layer AvgPool2d]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt AvgPool1d $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name AvgPool2d AvgPool1d $o]] [$($kept)* [layer AvgPool2d]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt GlobalAvgPool2d $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name GlobalAvgPool2d GlobalAvgPool2d $o]] [$($kept)* [layer GlobalAvgPool2d]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Flatten $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name Flatten Flatten $o]] [$($kept)* [layer Flatten]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Dense $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name Dense Dense $o]] [$($kept)* [layer Dense]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Softmax $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name Softmax Softmax $o]] [$($kept)* [layer Softmax]]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt BatchNorm $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name BatchNorm BatchNorm $o]] [$($kept)*]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Dropout $o:tt] $($rest:tt)*) => {
        $crate::__network!(
            @sort $n {[$($all)* [layer $name Dropout Dropout $o]] [$($kept)*]} $($rest)*
        );
    };
    (@class $n:ident {[$($all:tt)*] [$($kept:tt)*]} [$name:tt Residual { $($body:tt)* }]
        $($rest:tt)*
    ) => {
        $crate::__network!(
            @sort $n {[$($all)* [skip $name Skip Skip {}]] [$($kept)* [skip Skip]]}
            $($body)* , __add, $($rest)*
        );
    };
    (@class $n:ident $done:tt [$name:tt $kind:ident $o:tt] $($rest:tt)*) => {
        compile_error!(concat!(
            "there is no layer `", stringify!($kind), "`: the kinds are Conv2d, DepthwiseConv2d, \
             PointwiseConv2d, MaxPool2d, AvgPool2d, GlobalAvgPool2d, Conv1d, MaxPool1d, AvgPool1d, \
             Flatten, Dense, BatchNorm, Dropout, Residual, Softmax, Relu, LeakyRelu, Tanh, Sigmoid, \
             Identity"
        ));
    };

    // The chain of types, nested to the left, of one link for each layer with parameters; layers
    // without any join the link before them, so that `Last<2>` means two layers with parameters.
    // State: the links so far but for the last one, that one, and the same of the chain around a
    // residual block; whether the output is a map or a vector; the names of the two constants; the
    // index of the next layer as an expression.
    (@chain [$links:tt $link:tt ()] $rank:ident $l:ident $s:ident [$($k:tt)+]) => {
        $crate::__chain_type!($links $link)
    };
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+] [skip Skip] $($rest:tt)*) => {
        $crate::__network!(@chain [[] [] $chain] $rank $l $s [$($k)+ + 1] $($rest)*)
    };
    (@chain [$links:tt $link:tt $outer:tt] $rank:ident $l:ident $s:ident [$($k:tt)+]
        [add Add] [activation $a:ident] $($rest:tt)*
    ) => {
        $crate::__network!(@push Residual $outer [
            $crate::layers::Activated<
                $crate::layers::Residual<$crate::__chain_type!($links $link)>,
                $crate::__activation_type!($a $l [$($k)+ + 1])
            >
        ] $rank $l $s [$($k)+ + 2] $($rest)*)
    };
    (@chain [$links:tt $link:tt $outer:tt] $rank:ident $l:ident $s:ident [$($k:tt)+]
        [add Add] $($rest:tt)*
    ) => {
        $crate::__network!(@push Residual $outer [
            $crate::layers::Residual<$crate::__chain_type!($links $link)>
        ] $rank $l $s [$($k)+ + 1] $($rest)*)
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
    (@chain $chain:tt $rank:ident $l:ident $s:ident [$($k:tt)+]
        [layer BatchNorm] [activation $a:ident] [layer MaxPool2d] $($rest:tt)*
    ) => {
        $crate::__network!(@push BatchNorm $chain [
            <$crate::layers::Fuse<{ $l[$($k)+ + 2].kind.windows_tile($s[$($k)+ + 2]) }>
                as $crate::layers::Choose>::Of<
                $crate::layers::BatchNormMaxPool2d<
                    $crate::__layer_type!(BatchNorm map $l $s [$($k)+]),
                    $crate::__activation_type!($a $l [$($k)+ + 1]),
                    $crate::__layer_type!(MaxPool2d map $l $s [$($k)+ + 2])
                >,
                $crate::layers::Chain<
                    $crate::layers::Activated<
                        $crate::__layer_type!(BatchNorm map $l $s [$($k)+]),
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
        [layer Softmax] $($rest:tt)*
    ) => {
        $crate::__network!(@push Softmax $chain [
            $crate::__layer_type!(Softmax $rank $l $s [$($k)+])
        ] $rank $l $s [$($k)+ + 1] $($rest)*)
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
    (@push DepthwiseConv2d $chain:tt $new:tt $($state:tt)*) => {
        $crate::__network!(@begin $chain $new $($state)*)
    };
    (@push Dense $chain:tt $new:tt $($state:tt)*) => {
        $crate::__network!(@begin $chain $new $($state)*)
    };
    (@push Residual $chain:tt $new:tt $($state:tt)*) => {
        $crate::__network!(@begin $chain $new $($state)*)
    };
    (@push $kind:ident [$links:tt [] $outer:tt] $new:tt $($state:tt)*) => {
        $crate::__network!(@chain [$links $new $outer] $($state)*)
    };
    (@push $kind:ident [$links:tt [$($link:tt)+] $outer:tt] [$($new:tt)+] $($state:tt)*) => {
        $crate::__network!(
            @chain [$links [$crate::layers::Chain<$($link)+, $($new)+>] $outer] $($state)*
        )
    };

    // A new link begins.
    (@begin [[] [] $outer:tt] $new:tt $($state:tt)*) => {
        $crate::__network!(@chain [[] $new $outer] $($state)*)
    };
    (@begin [$links:tt [$($link:tt)+] $outer:tt] $new:tt $($state:tt)*) => {
        $crate::__network!(
            @chain [[$crate::__chain_type!($links [$($link)+])] $new $outer] $($state)*
        )
    };
}
