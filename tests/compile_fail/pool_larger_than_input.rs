//! error: layer number 3 (MaxPool2d): the window of 4 x 4 is larger than its input of 3 x 5 (padding included; the map is 2 x 3 x 5): make the window smaller or the map larger
tinyconv::network! {
    Net: 1 x 5 x 7 {
        Conv2d { out: 2, kernel: 3 }, Relu, MaxPool2d { size: 4 },
    }
}
