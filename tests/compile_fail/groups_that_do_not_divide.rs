tinyconv::network! {
    Net: 3 x 6 x 6 { Conv2d { out: 4, kernel: 3, groups: 2, dilation: 2 } }
}
