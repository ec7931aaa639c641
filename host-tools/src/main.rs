use host_tools::data::*;
use host_tools::networks::Digits;
use host_tools::training::*;
use std::ops::ControlFlow;
use tinyconv::model_file::Normalisation;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let n = |i: usize| a[i].parse::<f64>().unwrap();
    let d = Dataset::open(&bundled_mnist_dir(), 10).unwrap();
    let o = TrainOptions {
        epochs: n(1) as u32,
        batch: n(2) as usize,
        learning_rate: n(3) as f32,
        schedule: Schedule::OneCycle,
        optimizer: OptimizerKind::Adam,
        init: tinyconv::Init::HeUniform,
        seed: n(4) as u64,
        threads: n(5) as usize,
        augmentation: if n(6) > 0.0 { Augmentation::DIGITS } else { Augmentation::NONE },
        normalisation: Normalisation { mean: 0.0, deviation: 255.0 },
    };
    let t = train::<Digits>(&d, &o, &mut |e| {
        if let Event::Epoch { epoch, loss, accuracy, test, images_per_second } = e {
            println!(
                "{epoch} {loss:.4} {accuracy:.4} {:.4} {images_per_second:.0}",
                test.accuracy()
            );
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    println!("{:?} {:.0} {:.4}", t.ending, t.images_per_second, t.test.accuracy());
}
