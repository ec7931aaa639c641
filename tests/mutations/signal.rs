tinyconv::network! {
    pub Net: 3 x 128 {
        conv1: Conv1d { out: 8, kernel: 5, stride: 2 }, Relu,
        conv2: Conv1d { out: 8, kernel: 3 }, BatchNorm, Relu, MaxPool1d { size: 2 },
        classify: Dense { out: 4 },
    }
}
