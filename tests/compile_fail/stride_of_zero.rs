tinyconv::network! {
    Net: 1 x 5 x 7 {
        conv1: Conv2d { out: 2, kernel: 3, stride: 0 },
    }
}
