tinyconv::network! {
    Net: 1 x 5 x 7 {
        Conv2d { kernel: 3 },
    }
}
