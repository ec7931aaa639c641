//! error: layer `edges` (Conv2d): the window of 7 x 3 is larger than its input of 6 x 12 (padding included; the map is 1 x 4 x 12): make the window smaller or the map larger
tinyconv::network! {
    Net: 1 x 4 x 12 {
        edges: Conv2d { out: 2, kernel: (7, 3), padding: (1, 0) },
        Dense { out: 2 },
    }
}
