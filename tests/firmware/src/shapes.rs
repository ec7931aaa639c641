//! Single convolutions of several shapes, for their costs; the driver on the host includes this file, too.

/// Names the networks and hands each to a macro.
#[macro_export]
macro_rules! shapes {
    ($each:ident) => {
        $each! {
            Unpadded8: 32 x 10 x 10 { Conv2d { out: 32, kernel: 3 } },
            Padded8: 32 x 8 x 8 { Conv2d { out: 32, kernel: 3, padding: same } },
            Point8: 32 x 8 x 8 { PointwiseConv2d { out: 32 } },
            Stride8: 32 x 16 x 16 { Conv2d { out: 32, kernel: 3, stride: 2, padding: same } },
            PointStride8: 32 x 16 x 16 { PointwiseConv2d { out: 32, stride: 2 } },
            Depthwise8: 32 x 8 x 8 { DepthwiseConv2d { kernel: 3, padding: same } },
            DepthwiseStride8: 32 x 16 x 16 { DepthwiseConv2d { kernel: 3, stride: 2, padding: same } },
            Unpadded16: 16 x 18 x 18 { Conv2d { out: 16, kernel: 3 } },
            Padded16: 16 x 16 x 16 { Conv2d { out: 16, kernel: 3, padding: same } },
            Point16: 16 x 16 x 16 { PointwiseConv2d { out: 16 } },
            Depthwise16: 16 x 16 x 16 { DepthwiseConv2d { kernel: 3, padding: same } },
            Unpadded32: 8 x 34 x 34 { Conv2d { out: 8, kernel: 3 } },
            Padded32: 8 x 32 x 32 { Conv2d { out: 8, kernel: 3, padding: same } },
            Point32: 8 x 32 x 32 { PointwiseConv2d { out: 8 } },
            Unpadded25x5: 64 x 27 x 7 { Conv2d { out: 64, kernel: 3 } },
            Padded25x5: 64 x 25 x 5 { Conv2d { out: 64, kernel: 3, padding: same } },
            Point25x5: 64 x 25 x 5 { PointwiseConv2d { out: 64 } },
            Depthwise25x5: 64 x 25 x 5 { DepthwiseConv2d { kernel: 3, padding: same } },
        }
    };
}

/// A network of each.
macro_rules! networks {
    ($($name:ident: $c:literal x $h:literal x $w:literal { $($layers:tt)* },)*) => {$(
        tinyconv::network! {
            /// A single convolution.
            pub $name: $c x $h x $w { $($layers)* }
        }
    )*};
}

shapes!(networks);
