tinyconv::network! {
    Net: 3 x 6 x 6 {
        Conv2d { out: 4, kernel: 3, padding: ((0, 1), (1, 2, 3)) },
        Conv1d { out: 4, kernel: 3, padding: ((0, 1), 2) },
    }
}
