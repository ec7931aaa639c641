use tinyconv::optim::Descent;
use tinyconv::tuning::{All, PerSample};

tinyconv::network! {
    Net: 1 x 8 x 8 {
        conv: Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}
tinyconv::trainer! {
    Training: Net { trains: All, optimizer: Descent, mode: PerSample, budget: 2043 }
}
