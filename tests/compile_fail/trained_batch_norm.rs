tinyconv::network! {
    Net: 1 x 8 x 8 { Conv2d { out: 4, kernel: 3 }, BatchNorm, Relu, Dense { out: 10 } }
}
tinyconv::trainer! {
    Training: Net {
        trains: tinyconv::tuning::All,
        optimizer: tinyconv::optim::Descent,
        mode: tinyconv::tuning::PerSample
    }
}
