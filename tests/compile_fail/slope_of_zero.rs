tinyconv::network! {
    Net: 1 x 5 x 7 {
        LeakyRelu { slope: 0.0 },
    }
}
