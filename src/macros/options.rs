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
