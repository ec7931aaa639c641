//! A network with more than half of its parameters in one dense layer. The driver on the host compares it with its own.

tinyconv::network! {
    /// 28x28 grey-scale digits: 13 242 parameters, the network of the MNIST example of AIfES.
    pub DigitsDense: 1 x 28 x 28 {
        conv1: Conv2d { out: 4, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 8, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        hidden: Dense { out: 32 }, Relu,
        classify: Dense { out: 10 },
    }
}
