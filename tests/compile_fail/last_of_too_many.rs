tinyconv::network! {
    Net: 1 x 8 x 8 {
        conv: Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}
tinyconv::trainer! {
    Training: Net {
        trains: tinyconv::tuning::Last<2>,
        optimizer: tinyconv::optim::Descent,
        mode: tinyconv::tuning::PerSample
    }
}
