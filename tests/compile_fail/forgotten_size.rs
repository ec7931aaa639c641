tinyconv::network! {
    Net: 1 x 5 x 7 {
        AvgPool2d,
    }
}
