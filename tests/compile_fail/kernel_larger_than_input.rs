tinyconv::network! {
    Net: 1 x 4 x 12 {
        edges: Conv2d { out: 2, kernel: (7, 3), padding: (1, 0) },
        Dense { out: 2 },
    }
}
