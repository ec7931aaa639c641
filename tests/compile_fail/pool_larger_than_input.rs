tinyconv::network! {
    Net: 1 x 5 x 7 {
        Conv2d { out: 2, kernel: 3 }, Relu, MaxPool2d { size: 4 },
    }
}
