//! LeNet-5 as it is trained, with batch normalisation and dropout; what the images have is its deployed form. The driver
//! on the host compares it with its own.

tinyconv::network! {
    /// 32x32 grey-scale digits: 61 706 parameters where it is deployed.
    pub LeNet: 1 x 32 x 32 {
        conv1: Conv2d { out: 6, kernel: 5 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        conv3: Conv2d { out: 120, kernel: 5 }, BatchNorm, Relu,
        hidden: Dense { out: 84 }, Relu, Dropout { keep: 0.9 },
        classify: Dense { out: 10 },
    }
}
