//! Reports of networks that are not the tool's: with any names, numbers of classes and layers.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use host_tools::data::{Inputs, Split};
use host_tools::limits::Limits;
use host_tools::model::{Model, Of};
use host_tools::report::Report;
use host_tools::training::{EvaluateOptions, LossKind, TrainOptions};
use tinyconv::model_file::{Normalisation, Normalisations};

tinyconv::network! {
    Blocks: 1 x 6 x 6 {
        Conv2d { out: 2, kernel: 3 }, BatchNorm, Relu,
        Residual { DepthwiseConv2d { kernel: 3, padding: same }, BatchNorm, Relu },
        Dropout { keep: 0.5 },
        classify: Dense { out: 3 },
    }
}

tinyconv::network! { Many: 1 x 4 x 4 { Dense { out: 1000 } } }

tinyconv::network! {
    Wide: 1 x 150 x 150 {
        Conv2d { out: 64, kernel: 7, stride: 4 }, Relu, MaxPool2d { size: 4 },
        Conv2d { out: 192, kernel: 5 }, Relu, GlobalAvgPool2d,
        Dense { out: 40 },
    }
}

fn recipe() -> TrainOptions {
    host_tools::model::MODELS[0].recipe()
}

const OPTIONS: EvaluateOptions = EvaluateOptions {
    limits: Limits::USUAL,
    normalisation: Normalisations::same(Normalisation { mean: 0.0, deviation: 255.0 }),
    loss: LossKind::MeanSquaredError,
    threads: 2,
};

/// `count` images of noise, of classes in turn.
fn noise(count: usize, side: usize, classes: usize) -> Split {
    let mut state = 1u32;
    let mut pixel = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let pixels = (0..count * side * side).map(|_| pixel()).collect();
    let labels = (0..count).map(|index| (index % classes) as u16).collect();
    Split::new(Inputs::bytes([1, side, side], pixels), labels)
}

fn parameters(model: &dyn Model) -> Vec<f32> {
    let pixels = noise(model.parameters(), 1, 1);
    let pixels = pixels.images().unwrap().pixels;
    pixels.iter().map(|&pixel| f32::from(pixel) / 255.0 - 0.5).collect()
}

/// The pictures of a page, all of which can be decoded.
fn pictures(page: &str) -> Vec<image::DynamicImage> {
    let parts = page.split("src=\"data:image/png;base64,").skip(1);
    let bytes = parts.map(|part| BASE64_STANDARD.decode(part.split('"').next().unwrap()).unwrap());
    bytes.map(|bytes| image::load_from_memory(&bytes).unwrap()).collect()
}

#[test]
fn names_from_anywhere_are_only_text() {
    const LABELS: [&str; 3] = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(2)>", "&"];
    let model = Of::<Blocks>::new("</title><b>\u{0}", &LABELS, recipe);
    let split = noise(90, 6, 3);
    let report = Report::of(&model, &parameters(&model), &split, &OPTIONS).unwrap();
    let page = report.html();
    for markup in ["<script", "<img src=x", "</title><b>", "<b>\u{0}"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("&quot;&gt;&lt;img src=x onerror=alert(2)&gt;"));
    // The mistakes, and two convolutions, of which one is in a residual block.
    let mistakes = report.mistakes().list();
    assert_eq!(mistakes.len(), 20);
    assert!(mistakes.is_sorted_by(|a, b| a.confidence >= b.confidence));
    assert_eq!(pictures(&page).len(), 20 + 2);
    assert!(page.contains("Residual {") && page.contains("batch normalisation is folded"));
    let json: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
    assert_eq!(json["labels"][0], LABELS[0]);

    let other = report.with_names("other", &["a", "b", "c"]);
    assert!(!other.html().contains("script") && other.html().contains("<b>c</b>"));
    let kept = other.with_names("other", &["too", "few"]);
    assert!(kept.html().contains("<b>c</b>"));
}

#[test]
fn pictures_are_those_of_the_mistakes() {
    let model = Of::<Blocks>::new("blocks", &["a", "b", "c"], recipe);
    let split = noise(30, 6, 3);
    let report = Report::of(&model, &parameters(&model), &split, &OPTIONS).unwrap();
    for (mistake, picture) in report.mistakes().list().iter().zip(pictures(&report.html())) {
        assert_eq!(
            picture.to_luma8().into_raw(),
            split.images().unwrap().image(mistake.index as usize)
        );
    }
}

#[test]
fn many_classes_without_a_convolution() {
    static LABELS: [&str; 1000] = ["class"; 1000];
    let model = Of::<Many>::new("many", &LABELS, recipe);
    let report = Report::of(&model, &parameters(&model), &noise(2_000, 4, 1000), &OPTIONS).unwrap();
    let page = report.html();
    assert!(
        page.len() <= 2 << 20 && !page.contains("id=\"filters\"") && !page.contains("#filters")
    );
    let pictures = pictures(&page);
    assert_eq!(pictures.len(), 1 + 20);
    assert_eq!((pictures[0].width(), pictures[0].height()), (1000, 1000));
}

#[test]
fn large_images_and_filters_stay_small() {
    static LABELS: [&str; 40] = ["a class with a name that is rather long"; 40];
    let model = Of::<Wide>::new("wide", &LABELS, recipe);
    let report = Report::of(&model, &parameters(&model), &noise(60, 150, 40), &OPTIONS).unwrap();
    let page = report.html();
    assert!(page.len() <= 2 << 20, "{} bytes", page.len());
    assert!(page.contains("are shown") || page.contains("too many to show"));
    assert!(pictures(&page).iter().all(|picture| picture.height() <= 400));
}

#[test]
fn parameters_that_are_no_numbers() {
    let model = Of::<Blocks>::new("blocks", &["a", "b", "c"], recipe);
    let nothing = vec![f32::NAN; model.parameters()];
    let options = EvaluateOptions { loss: LossKind::default(), ..OPTIONS };
    let report = Report::of(&model, &nothing, &noise(30, 6, 3), &options).unwrap();
    let page = report.html();
    assert!(page.contains("no number"));
    let json: serde_json::Value = serde_json::from_str(&report.json()).unwrap();
    assert!(json["test_loss"].is_null() && json["mistakes"][0]["confidence"].is_null());
}

#[test]
fn threads_do_not_change_a_report() {
    let model = Of::<Blocks>::new("blocks", &["a", "b", "c"], recipe);
    let (parameters, split) = (parameters(&model), noise(9_000, 6, 3));
    let html = |threads| {
        let options = EvaluateOptions { threads, ..OPTIONS };
        Report::of(&model, &parameters, &split, &options).unwrap().html()
    };
    assert!(html(1) == html(3));
}
