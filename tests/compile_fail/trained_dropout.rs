tinyconv::network! {
    Net: 1 x 8 x 8 { Dense { out: 4 }, Dropout { keep: 0.5 }, Dense { out: 10 } }
}
tinyconv::trainer! {
    Training: Net {
        trains: tinyconv::tuning::Last<1>,
        optimizer: tinyconv::optim::Descent,
        mode: tinyconv::tuning::PerSample
    }
}
