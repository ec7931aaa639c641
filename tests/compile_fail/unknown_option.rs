//! error: `Conv2d` has no option `kernal`: it has out, kernel, stride, padding
tinyconv::network! {
    Net: 1 x 5 x 7 {
        Conv2d { out: 2, kernal: 3 },
    }
}
