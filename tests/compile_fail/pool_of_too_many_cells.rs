tinyconv::network! {
    Net: 1 x 20 x 20 {
        all: MaxPool2d { size: 16 },
    }
}
