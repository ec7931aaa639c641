tinyconv::network! {
    Net: 1 x 9 x 9 {
        conv: Conv2d { out: 3, kernel: 2 }, AvgPool2d { size: 2 },
        classify: Dense { out: 2 },
    }
}
tinyconv::trainer! {
    Training: Net {
        trains: tinyconv::tuning::Last<2>,
        optimizer: tinyconv::optim::Descent,
        mode: tinyconv::tuning::PerSample
    }
}
