use tinyconv::layers::{Chain, Conv2d, MaxPool2d};
use tinyconv::{Chw, Kernel, Layer, Stride};

type Net = Chain<
    Conv2d<Chw<1, 5, 7>, Chw<2, 3, 5>, Kernel<3, 3>>,
    MaxPool2d<Chw<2, 4, 4>, Chw<2, 2, 2>, Kernel<2, 2>, Stride<2, 2>>,
>;

static PARAMS: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
