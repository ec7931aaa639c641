//! Parameters in another format than `f32`: a type of one's own goes through every layer, without a change
//! to any of them.

use tinyconv::{Bytes, Init, InputOf, Network, OutputOf, Shape, Weight, network};

/// The upper half of an `f32`: sign, exponent and the first seven bits of the fraction.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bf16(u16);

impl Bf16 {
    /// The nearest one; of two, the even one.
    fn nearest(value: f32) -> Self {
        let bits = value.to_bits();
        let round = 0x7fff + ((bits >> 16) & 1);
        Self(((bits + round) >> 16) as u16)
    }
}

impl Weight for Bf16 {
    #[inline(always)]
    fn value(self) -> f32 {
        f32::from_bits(u32::from(self.0) << 16)
    }
}

network! {
    Net: 2 x 14 x 13 {
        Conv2d { out: 5, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        Residual {
            Conv2d { out: 5, kernel: (3, 2), padding: same }, Tanh,
            DepthwiseConv2d { kernel: 3, padding: 1 },
            PointwiseConv2d { out: 5 },
        },
        LeakyRelu { slope: 0.125 },
        MaxPool2d { size: 3, stride: 2 },
        Conv2d { out: 6, kernel: 2, stride: (1, 2) }, BatchNorm, Sigmoid, MaxPool2d { size: (2, 1) },
        AvgPool2d { size: 1 },
        Dense { out: 7 }, BatchNorm, Tanh,
        Dense { out: 4 }, Softmax,
    }
}

/// The parameters in sixteen bits, and the same numbers in 32.
fn parameters() -> (Vec<Bf16>, Vec<f32>) {
    let mut drawn = vec![0.0; Net::PARAMS];
    <Net as Network>::init(Init::HeNormal, 5, &mut drawn);
    // Biases that are not zero, variances that are not one.
    for (index, param) in drawn.iter_mut().enumerate() {
        *param += if *param == 0.0 || *param == 1.0 { (index % 7) as f32 / 16.0 } else { 0.0 };
    }
    let narrow: Vec<Bf16> = drawn.iter().map(|&param| Bf16::nearest(param)).collect();
    let wide: Vec<f32> = narrow.iter().map(|param| param.value()).collect();
    assert!(drawn.iter().zip(&wide).any(|(drawn, wide)| drawn != wide));
    assert!(
        drawn.iter().zip(&wide).all(|(drawn, wide)| (drawn - wide).abs() <= drawn.abs() / 256.0)
    );
    (narrow, wide)
}

fn infer<P: Weight>(params: &[P], pixels: &[u8]) -> Vec<u32> {
    let table = Bytes::table(128.0, 64.0);
    let (mut scratch, mut output) = ([f32::NAN; Net::INFER_SCRATCH], [f32::NAN; Net::OUTPUT_LEN]);
    <Net as Network>::infer_from(
        params,
        Bytes(&table),
        InputOf::<Net>::view(pixels),
        &mut scratch,
        OutputOf::<Net>::view_mut(&mut output),
    );
    assert!(output.iter().all(|y| y.is_finite()));
    output.map(f32::to_bits).to_vec()
}

#[test]
fn sixteen_bits_give_the_bits_of_the_same_numbers_in_32() {
    let (narrow, wide) = parameters();
    assert_eq!(size_of_val(&*narrow), size_of_val(&*wide) / 2);
    let images = (0..3).map(|image| {
        (0..Net::INPUT_LEN).map(|k| ((k * 37 + k / 13 * 11 + image * 101) % 256) as u8).collect()
    });
    let images: Vec<Vec<u8>> = images.collect();
    for pixels in &images {
        assert_eq!(infer(&narrow, pixels), infer(&wide, pixels));
    }
    assert_ne!(infer(&wide, &images[0]), infer(&wide, &images[1]));
}

/// The function that takes arrays, and elements of another kind.
#[test]
fn in_double_precision_too() {
    network! { Line: 1 x 1 x 3 { Dense { out: 2 } } }
    let params = [1.5, -0.25, 3.0, 0.5, 2.0, -1.0, 0.75, 8.0].map(Bf16::nearest);
    let input = [[[0.1f64, 0.2, 0.3]]];
    let (mut narrow, mut wide) = ([0.0; 2], [0.0; 2]);
    Line::infer(&params, &input, &mut [], &mut narrow);
    Line::infer(&params.map(Weight::value), &input, &mut [], &mut wide);
    assert_eq!(narrow, wide);
}
