//! error: layer number 1 (LeakyRelu): the slope must be a finite number above 0: use Relu for 0
tinyconv::network! {
    Net: 1 x 5 x 7 {
        LeakyRelu { slope: 0.0 },
    }
}
