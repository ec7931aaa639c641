tinyconv::network! {
    Net: 1 x 5 x 7 {
        Dense { out: 10 },
        late: Conv2d { out: 2, kernel: 3 },
    }
}
