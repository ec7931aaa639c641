//! error: layer `conv` (Conv2d): a size of 0 (the input is 1 x 5 x 7): give `out`, `kernel` or `size` as 1 or more
tinyconv::network! {
    Net: 1 x 5 x 7 {
        conv: Conv2d { out: 3 },
    }
}
