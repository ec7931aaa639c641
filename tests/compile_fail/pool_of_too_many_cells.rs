//! error: layer `all` (MaxPool2d): a max-pooling window of 16 x 16 (the input is 1 x 20 x 20) has more than 254 cells: pool in two steps
tinyconv::network! {
    Net: 1 x 20 x 20 {
        all: MaxPool2d { size: 16 },
    }
}
