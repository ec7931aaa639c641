//! The networks that the tool knows by name, each written once.

tinyconv::network! {
    /// 28x28 grey-scale digits: two convolutions and a classifier, 5 142 parameters.
    ///
    /// ```
    /// assert_eq!(tinyconv_training::networks::Digits::PARAMS, 5142);
    /// ```
    pub Digits: 1 x 28 x 28 {
        conv1: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

tinyconv::network! {
    /// 28x28 grey-scale digits for a board with 16 KB of RAM, where all its layers can be trained:
    /// 1 130 parameters.
    ///
    /// ```
    /// assert_eq!(tinyconv_training::networks::DigitsTiny::PARAMS, 1130);
    /// ```
    pub DigitsTiny: 1 x 28 x 28 {
        conv1: Conv2d { out: 4, kernel: 5 }, Relu, MaxPool2d { size: 3 },
        conv2: Conv2d { out: 8, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

tinyconv::network! {
    /// 28x28 grey-scale digits with a hidden dense layer, 13 242 parameters: the network that AIfES
    /// measures itself with, to compare.
    ///
    /// ```
    /// assert_eq!(tinyconv_training::networks::DigitsDense::PARAMS, 13242);
    /// ```
    pub DigitsDense: 1 x 28 x 28 {
        conv1: Conv2d { out: 4, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 8, kernel: 3, padding: same }, Relu, MaxPool2d { size: 2 },
        hidden: Dense { out: 32 }, Relu,
        classify: Dense { out: 10 },
    }
}

tinyconv::network! {
    /// LeNet-5 as notebooks write it today, with batch normalisation, for digits with a border:
    /// 61 706 parameters where it is deployed.
    ///
    /// ```
    /// use tinyconv_training::networks::LeNet;
    /// use tinyconv::Deployed;
    ///
    /// assert_eq!(Deployed::<LeNet>::PARAMS, 61_706);
    /// assert_eq!(LeNet::PARAMS - Deployed::<LeNet>::PARAMS, 4 * (6 + 16 + 120)); // batch normalisation
    /// ```
    pub LeNet: 1 x 32 x 32 {
        conv1: Conv2d { out: 6, kernel: 5 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        conv3: Conv2d { out: 120, kernel: 5 }, BatchNorm, Relu,
        hidden: Dense { out: 84 }, Relu, Dropout { keep: 0.9 },
        classify: Dense { out: 10 },
    }
}

tinyconv::network! {
    /// One linear layer: what a network has to beat.
    ///
    /// ```
    /// assert_eq!(tinyconv_training::networks::Linear::PARAMS, 7850);
    /// ```
    pub Linear: 1 x 28 x 28 {
        classify: Dense { out: 10 },
    }
}
