//! What `network!` reads of a single layer: its name, its options, the types that follow from them.

#[doc(hidden)]
#[macro_export]
macro_rules! __layer_name {
    (_) => {
        ""
    };
    ($name:ident) => {
        stringify!($name)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __layer_kind {
    (Conv2d { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::Conv2d(
            $crate::__layer_options!(Conv2d Conv2dOptions $($key $value)*)
        )
    };
    (DepthwiseConv2d { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::DepthwiseConv2d(
            $crate::__layer_options!(DepthwiseConv2d DepthwiseConv2dOptions $($key $value)*)
        )
    };
    (PointwiseConv2d { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::Conv2d($crate::spec::Conv2dOptions {
            kernel: [1, 1],
            ..$crate::__layer_options!(PointwiseConv2d Conv2dOptions $($key $value)*)
        })
    };
    (Conv1d { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::Conv2d(
            $crate::__layer_options!(Conv1d Conv2dOptions $($key $value)*)
        )
    };
    (MaxPool1d { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::MaxPool2d(
            $crate::__layer_options!(MaxPool1d PoolOptions $($key $value)*)
        )
    };
    (AvgPool1d { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::AvgPool2d(
            $crate::__layer_options!(AvgPool1d PoolOptions $($key $value)*)
        )
    };
    (BatchNorm { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::BatchNorm(
            $crate::__layer_options!(BatchNorm BatchNormOptions $($key $value)*)
        )
    };
    (Dropout { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::Dropout(
            $crate::__layer_options!(Dropout DropoutOptions $($key $value)*)
        )
    };
    (MaxPool2d { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::MaxPool2d(
            $crate::__layer_options!(MaxPool2d PoolOptions $($key $value)*)
        )
    };
    (AvgPool2d { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::AvgPool2d(
            $crate::__layer_options!(AvgPool2d PoolOptions $($key $value)*)
        )
    };
    (Dense { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::Dense(
            $crate::__layer_options!(Dense DenseOptions $($key $value)*)
        )
    };
    (LeakyRelu { $($key:ident : $value:tt),* $(,)? }) => {
        $crate::spec::LayerKind::LeakyRelu(
            $crate::__layer_options!(LeakyRelu LeakyReluOptions $($key $value)*)
        )
    };
    ($kind:ident {}) => {
        $crate::spec::LayerKind::$kind
    };
    ($kind:ident $options:tt) => {
        compile_error!(concat!(
            "the options of `", stringify!($kind), "` cannot be read (or it has none): each is \
             `option: value`, the value a number, a name, a pair `(3, 1)` or `(an + expression)`"
        ))
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __layer_options {
    ($kind:ident $options:ident $($key:ident $value:tt)*) => {
        $crate::spec::$options {
            $($key: $crate::__layer_option!($kind $key $value),)* ..$crate::spec::$options::NEW
        }
    };
}

/// The value of an option; the last arms name the option that a kind does not have.
#[doc(hidden)]
#[macro_export]
macro_rules! __layer_option {
    (Conv2d out $value:tt) => {
        $value
    };
    (Dense out $value:tt) => {
        $value
    };
    (LeakyRelu slope $value:tt) => {
        $value
    };
    (Conv2d padding same) => {
        $crate::spec::PaddingOption::Same
    };
    (Conv2d padding full) => {
        $crate::spec::PaddingOption::Full
    };
    (Conv2d padding $value:tt) => {
        $crate::spec::PaddingOption::Zeros($crate::__pair!($value))
    };
    (Conv2d kernel $value:tt) => {
        $crate::__pair!($value)
    };
    (Conv2d stride $value:tt) => {
        $crate::__pair!($value)
    };
    (Conv2d $key:ident $value:tt) => {
        $crate::__no_option!(Conv2d $key "out, kernel, stride, padding")
    };
    (DepthwiseConv2d kernel $value:tt) => {
        $crate::__pair!($value)
    };
    (DepthwiseConv2d stride $value:tt) => {
        $crate::__pair!($value)
    };
    (DepthwiseConv2d padding $value:tt) => {
        $crate::__layer_option!(Conv2d padding $value)
    };
    (DepthwiseConv2d $key:ident $value:tt) => {
        $crate::__no_option!(DepthwiseConv2d $key "kernel, stride, padding")
    };
    (PointwiseConv2d out $value:tt) => {
        $value
    };
    (PointwiseConv2d stride $value:tt) => {
        $crate::__pair!($value)
    };
    (PointwiseConv2d $key:ident $value:tt) => {
        $crate::__no_option!(PointwiseConv2d $key "out, stride")
    };
    (Conv1d out $value:tt) => {
        $value
    };
    (Conv1d kernel $value:tt) => {
        [1, $value]
    };
    (Conv1d stride $value:tt) => {
        [1, $value]
    };
    (Conv1d padding same) => {
        $crate::spec::PaddingOption::Same
    };
    (Conv1d padding full) => {
        $crate::spec::PaddingOption::Full
    };
    (Conv1d padding $value:tt) => {
        $crate::spec::PaddingOption::Zeros([0, $value])
    };
    (Conv1d $key:ident $value:tt) => {
        $crate::__no_option!(Conv1d $key "out, kernel, stride, padding")
    };
    (MaxPool1d size $value:tt) => {
        [1, $value]
    };
    (AvgPool1d size $value:tt) => {
        [1, $value]
    };
    (MaxPool1d stride $value:tt) => {
        Some([1, $value])
    };
    (AvgPool1d stride $value:tt) => {
        Some([1, $value])
    };
    (MaxPool1d $key:ident $value:tt) => {
        $crate::__no_option!(MaxPool1d $key "size, stride")
    };
    (AvgPool1d $key:ident $value:tt) => {
        $crate::__no_option!(AvgPool1d $key "size, stride")
    };
    (BatchNorm epsilon $value:tt) => {
        $value
    };
    (BatchNorm momentum $value:tt) => {
        $value
    };
    (BatchNorm $key:ident $value:tt) => {
        $crate::__no_option!(BatchNorm $key "epsilon, momentum")
    };
    (Dropout keep $value:tt) => {
        $value
    };
    (Dropout $key:ident $value:tt) => {
        $crate::__no_option!(Dropout $key "keep")
    };
    (Dense $key:ident $value:tt) => {
        $crate::__no_option!(Dense $key "out")
    };
    (LeakyRelu $key:ident $value:tt) => {
        $crate::__no_option!(LeakyRelu $key "slope")
    };
    (MaxPool2d size $value:tt) => {
        $crate::__pair!($value)
    };
    (AvgPool2d size $value:tt) => {
        $crate::__pair!($value)
    };
    (MaxPool2d stride $value:tt) => {
        Some($crate::__pair!($value))
    };
    (AvgPool2d stride $value:tt) => {
        Some($crate::__pair!($value))
    };
    (MaxPool2d $key:ident $value:tt) => {
        $crate::__no_option!(MaxPool2d $key "size, stride")
    };
    (AvgPool2d $key:ident $value:tt) => {
        $crate::__no_option!(AvgPool2d $key "size, stride")
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __no_option {
    ($kind:ident $key:ident $known:literal) => {
        compile_error!(concat!(
            "`",
            stringify!($kind),
            "` has no option `",
            stringify!($key),
            "`: it has ",
            $known
        ))
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __pair {
    (($rows:expr, $columns:expr)) => {
        [$rows, $columns]
    };
    ($value:tt) => {
        [$value, $value]
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __shape_type {
    (map $s:ident [$($k:tt)+]) => {
        $crate::Chw<{ $s[$($k)+].channels() }, { $s[$($k)+].height() }, { $s[$($k)+].width() }>
    };
    (vector $s:ident [$($k:tt)+]) => {
        $crate::Vector<{ $s[$($k)+].channels() }>
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __activation_type {
    (LeakyRelu $l:ident [$($k:tt)+]) => {
        $crate::LeakyRelu<{ $l[$($k)+].kind.slope_bits() }>
    };
    ($kind:ident $l:ident [$($k:tt)+]) => {
        $crate::$kind
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __layer_type {
    (Conv2d $rank:ident $l:ident $s:ident [$($k:tt)+]) => {
        $crate::layers::Conv2d<
            $crate::__shape_type!(map $s [$($k)+]),
            $crate::__shape_type!(map $s [$($k)+ + 1]),
            $crate::__window_type!(Kernel window $l $s [$($k)+]),
            $crate::Stride<{ $l[$($k)+].kind.stride()[0] }, { $l[$($k)+].kind.stride()[1] }>,
            $crate::__window_type!(Padding padding $l $s [$($k)+])
        >
    };
    (DepthwiseConv2d $rank:ident $l:ident $s:ident [$($k:tt)+]) => {
        $crate::layers::DepthwiseConv2d<
            $crate::__shape_type!(map $s [$($k)+]),
            $crate::__shape_type!(map $s [$($k)+ + 1]),
            $crate::__window_type!(Kernel window $l $s [$($k)+]),
            $crate::Stride<{ $l[$($k)+].kind.stride()[0] }, { $l[$($k)+].kind.stride()[1] }>,
            $crate::__window_type!(Padding padding $l $s [$($k)+])
        >
    };
    (BatchNorm $rank:ident $l:ident $s:ident [$($k:tt)+]) => {
        $crate::layers::BatchNorm<
            $crate::__shape_type!($rank $s [$($k)+]),
            { $l[$($k)+].kind.batch_norm_bits()[0] },
            { $l[$($k)+].kind.batch_norm_bits()[1] }
        >
    };
    (Dropout $rank:ident $l:ident $s:ident [$($k:tt)+]) => {
        $crate::layers::Dropout<
            $crate::__shape_type!($rank $s [$($k)+]), { $l[$($k)+].kind.keep_bits() }
        >
    };
    (Softmax $rank:ident $l:ident $s:ident [$($k:tt)+]) => {
        $crate::layers::Softmax<$crate::__shape_type!($rank $s [$($k)+])>
    };
    ($kind:ident $rank:ident $l:ident $s:ident [$($k:tt)+]) => {
        $crate::layers::$kind<
            $crate::__shape_type!(map $s [$($k)+]),
            $crate::__shape_type!(map $s [$($k)+ + 1]),
            $crate::__window_type!(Kernel window $l $s [$($k)+]),
            $crate::Stride<{ $l[$($k)+].kind.stride()[0] }, { $l[$($k)+].kind.stride()[1] }>
        >
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __window_type {
    ($type:ident $get:ident $l:ident $s:ident [$($k:tt)+]) => {
        $crate::$type<
            { $l[$($k)+].kind.$get($s[$($k)+])[0] },
            { $l[$($k)+].kind.$get($s[$($k)+])[1] }
        >
    };
}

/// The links of a chain but for the last one, and that one.
#[doc(hidden)]
#[macro_export]
macro_rules! __chain_type {
    ([] [$($link:tt)+]) => {
        $($link)+
    };
    ([$($links:tt)+] [$($link:tt)+]) => {
        $crate::layers::Chain<$($links)+, $($link)+>
    };
    ([] []) => {
        compile_error!("a residual block has at least one layer")
    };
}
