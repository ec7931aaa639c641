tinyconv::network! {
    Net: 1 x 5 x 7 {
        conv: Conv2d { out: 3 },
    }
}
