tinyconv::network! {
    Net: 1 x 5 x 7 {
        MaxPool2d { size: 2, groups: 1 },
    }
}
