//! Data sets of pictures in folders, from the files to a trained network.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use host_tools::data::{Augmentation, DataError, Dataset, Inputs, Opened, Split, kept_for_testing};
use host_tools::files;
use host_tools::model::{MODELS, Model, Of, train};
use host_tools::training::TrainOptions;
use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use tempfile::TempDir;
use tinyconv::model_file::{MAX_LABELS, ModelFile};

#[path = "../examples/own_network.rs"]
#[expect(dead_code, reason = "its `main`")]
mod own_network;

const COLOURS: [[u8; 3]; 3] = [[220, 40, 30], [40, 200, 60], [30, 60, 210]];

/// A square of the class's colour on grey, each picture another one.
fn picture(class: usize, index: u32, size: u32) -> RgbImage {
    let place = index % (size / 2);
    RgbImage::from_fn(size, size, |x, y| {
        let inside = |at: u32| (place..place + size / 2).contains(&at);
        let shade = ((x * 7 + y * 5 + index * 11) % 20) as u8;
        Rgb(if inside(x) && inside(y) {
            COLOURS[class].map(|c| c + shade)
        } else {
            [120 + shade; 3]
        })
    })
}

fn save(picture: impl Into<DynamicImage>, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    picture.into().save(path).unwrap();
}

/// Thirty pictures for each of three classes, in `CLASS/`; JPEG among them, and another size.
fn colours(names: [&str; 3]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (class, name) in names.into_iter().enumerate() {
        for index in 0..30 {
            let ending = if index % 10 == 3 { "jpg" } else { "png" };
            let size = if index % 10 == 4 { 24 } else { 16 };
            let path = directory.path().join(format!("{name}/{index}.{ending}"));
            save(picture(class, index, size), &path);
        }
    }
    directory
}

#[test]
fn the_example_learns_the_colours_of_pictures() {
    let data = colours(["1", "2", "10"]);
    let out = data.path().join("model.tinyconv");
    let accuracy = own_network::run(data.path(), &out).unwrap();
    assert_eq!(accuracy, 1.0);
    let bytes = files::read(&out).unwrap();
    // The folders' names, as people sort them.
    assert_eq!(files::parse(&out, &bytes).unwrap().labels, ["1", "2", "10"]);
}

#[test]
fn a_fifth_is_kept_for_testing_and_never_trained_with() {
    let data = colours(["a", "b", "c"]);
    let opened = Opened::<Dataset>::open(data.path(), [3, 16, 16], 3).unwrap();
    assert!(opened.notes.len() == 1 && opened.notes[0].contains("9 of 90 pictures were resized"));
    let Dataset { train, test, .. } = opened.data;
    assert_eq!(train.labels.len() + test.labels.len(), 90);
    for class in 0..3u16 {
        let names: Vec<String> = (0..30)
            .map(|index| format!("{index}.{}", if index % 10 == 3 { "jpg" } else { "png" }))
            .collect();
        let names: Vec<&std::ffi::OsStr> = names.iter().map(std::convert::AsRef::as_ref).collect();
        let class_name = ["a", "b", "c"][usize::from(class)];
        let kept = kept_for_testing(class_name, &names).into_iter().filter(|&kept| kept).count();
        assert_eq!(test.labels.iter().filter(|&&label| label == class).count(), kept);
    }
    let of = |split: &Split| -> Vec<Vec<u8>> {
        (0..split.labels.len()).map(|i| split.images().unwrap().image(i).to_vec()).collect()
    };
    let trained_with = of(&train);
    assert!(of(&test).iter().all(|image| !trained_with.contains(image)));
    let alone = Opened::<Split>::open_test(data.path(), [3, 16, 16], 3).unwrap();
    assert_eq!(alone.data, test);
}

#[test]
fn folders_for_training_and_for_testing_are_what_they_say() {
    let data = TempDir::new().unwrap();
    let path = |name: &str| data.path().join(name);
    for (at, value) in [("train/x", 10), ("train/y", 20), ("test/x", 30), ("test/y", 40)] {
        let picture = GrayImage::from_pixel(2, 2, Luma([value]));
        save(picture.clone(), &path(&format!("{at}/1.PNG")));
        if at.starts_with("train") {
            save(picture, &path(&format!("{at}/2.png")));
        }
    }
    fs::write(path("train/x/notes.txt"), "no picture").unwrap();
    fs::write(path("train/x/.DS_Store"), "hidden").unwrap();
    let seen = RgbaImage::from_pixel(2, 2, Rgba([0, 0, 0, 0]));
    save(seen, &path("test/y/1.PNG"));

    let opened = Opened::<Dataset>::open(data.path(), [1, 2, 2], 2).unwrap();
    let Dataset { train, test, .. } = &opened.data;
    assert_eq!((&train.labels[..], &test.labels[..]), (&[0, 0, 1, 1][..], &[0, 1][..]));
    assert_eq!(train.images().unwrap().pixels, [[10; 8], [20; 8]].concat());
    assert_eq!(test.images().unwrap().pixels, [[30; 4], [255; 4]].concat());
    assert_eq!(opened.labels.as_deref(), Some(&["x".to_owned(), "y".to_owned()][..]));
    let notes = opened.notes.join("\n");
    assert!(notes.contains("1 of 6 pictures were transparent"), "{notes}");
    assert!(notes.contains("1 files or folders"), "{notes}");
    assert_eq!(opened.clone().for_training(&["p", "q"]).1, ["x", "y"]);
    assert_eq!(opened.clone().for_training(&["p", "q", "r"]).1, ["x", "y", "(unused 2)"]);
    let (turned, labels) = opened.for_training(&["y", "p", "x"]);
    assert_eq!(
        (&turned.data.train.labels[..], labels),
        (&[2, 2, 0, 0][..], ["y", "p", "x"].map(String::from).to_vec())
    );
}

/// The layout of `torchvision`, `timm` and ImageNet, as it comes out of an archive.
#[test]
fn train_and_val_in_one_more_folder() {
    let data = tempfile::tempdir().unwrap();
    let path = |path: &str| data.path().join("pets").join(path);
    let picture = |value: u8| GrayImage::from_pixel(2, 2, Luma([value]));
    for (at, value) in [("train/cat", 1), ("train/emu", 2), ("val/cat", 3), ("val/emu", 4)] {
        save(picture(value), &path(&format!("{at}/1.png")));
    }
    save(picture(9), &data.path().join("__MACOSX/pets/cat/1.png"));
    let open = || Opened::<Dataset>::open(data.path(), [1, 2, 2], 2).unwrap();
    let pixels = |split: &Split| split.images().unwrap().pixels.to_vec();
    let opened = open();
    assert_eq!(opened.labels.as_deref(), Some(&["cat".to_owned(), "emu".to_owned()][..]));
    assert_eq!(pixels(&opened.data.train), [[1; 4], [2; 4]].concat());
    assert_eq!(pixels(&opened.data.test), [[3; 4], [4; 4]].concat());
    assert!(opened.notes.is_empty(), "{:?}", opened.notes);

    // With all three, tests are those in test/.
    for (at, value) in [("Test/cat", 5), ("Test/emu", 6)] {
        save(picture(value), &path(&format!("{at}/1.png")));
    }
    let opened = open();
    assert_eq!(pixels(&opened.data.test), [[5; 4], [6; 4]].concat());
    assert!(opened.notes.join("").contains("val is not used"), "{:?}", opened.notes);
}

tinyconv::network! {
    Many: 1 x 1 x 2 { Dense { out: 1025 } }
}

/// A network may have more classes than a model file has names for: it names none then.
#[test]
fn many_classes_are_written_without_names() {
    const CLASSES: usize = MAX_LABELS + 1;
    let model = Of::<Many>::new("many", &["class"; CLASSES], || MODELS[0].recipe());
    let options = TrainOptions { epochs: 1, augmentation: Augmentation::NONE, ..model.recipe() };
    let inputs = Inputs::bytes([1, 1, 2], (0..2 * CLASSES).map(|i| (i % 256) as u8).collect());
    let split = Split::new(inputs, (0..CLASSES as u16).collect());
    let dataset = Dataset { train: split.clone(), test: split, classes: CLASSES };
    let observe = &mut |_| ControlFlow::Continue(());
    let trained = train(&model, &dataset, &options, observe).unwrap();
    let bytes = files::encode(&model, &options, &trained).unwrap();
    let file = ModelFile::parse(&bytes).unwrap();
    assert!(file.labels.is_empty() && file.parameters().len() == CLASSES * 3);
}

#[test]
fn a_class_is_more_than_a_byte() {
    let data = TempDir::new().unwrap();
    for class in 0..300 {
        for split in ["train", "test"] {
            save(GrayImage::new(1, 1), &data.path().join(format!("{split}/{class}/1.png")));
        }
    }
    let opened = Opened::<Dataset>::open(data.path(), [1, 1, 1], 300).unwrap();
    assert_eq!(opened.data.test.labels, Vec::from_iter(0..300));
}

/// The error that `change` makes of good folders, for a network with `classes`.
fn refused(classes: usize, change: impl Fn(&Path)) -> DataError {
    let data = colours(["a", "b", "c"]);
    change(data.path());
    Opened::<Dataset>::open(data.path(), [3, 16, 16], classes).unwrap_err()
}

#[test]
fn folders_that_are_no_data_set_are_refused_by_name() {
    let remove = |path: &Path, names: &[&str]| {
        names.iter().for_each(|name| fs::remove_dir_all(path.join(name)).unwrap());
    };
    let one = refused(3, |path| remove(path, &["a", "b"]));
    assert!(matches!(&one, DataError::OneClass { class, .. } if class.ends_with("c")), "{one}");
    let none = refused(3, |path| {
        remove(path, &["a", "b", "c"]);
        fs::create_dir(path.join("a")).unwrap();
    });
    assert!(matches!(none, DataError::NoPictures { .. }), "{none}");
    let empty = refused(4, |path| fs::create_dir(path.join("d")).unwrap());
    assert!(matches!(&empty, DataError::EmptyClass { folder } if folder.ends_with("d")), "{empty}");
    let single = refused(4, |path| save(picture(0, 0, 16), &path.join("d/1.png")));
    assert!(
        matches!(&single, DataError::OnePicture { folder } if folder.ends_with("d")),
        "{single}"
    );
    let more = refused(2, |_| ());
    assert!(
        matches!(more, DataError::MoreClassesThanOutputs { found: 3, classes: 2, .. }),
        "{more}"
    );
    let nothing = refused(3, |path| remove(path, &["a", "b", "c"]));
    assert!(matches!(nothing, DataError::MissingPart { .. }), "{nothing}");
    let differ = refused(3, |path| {
        for name in ["train/a", "train/b", "test/a", "test/z"] {
            save(picture(0, 0, 16), &path.join(name).join("1.png"));
        }
    });
    assert!(
        differ
            .to_string()
            .contains("different class folders, only in train/: b, only in test/: z;"),
        "{differ}"
    );
}

/// A PNG file that claims to be 60000 x 60000 pixels.
fn huge_png() -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(60_000u32.to_be_bytes());
    header.extend(60_000u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&header);
    let data = [0, 0, 0, 0, b'I', b'D', b'A', b'T', 0x35, 0xaf, 0x06, 0x1e];
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0d", &header[..], &crc.sum().to_be_bytes(), &data].concat()
}

#[test]
fn files_that_are_no_pictures_are_refused_by_name() {
    let whole = {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture(0, 0, 16).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    };
    let cases = [
        ("damaged", b"no picture at all".to_vec(), "not a PNG or JPEG picture"),
        ("empty", Vec::new(), "not a PNG or JPEG picture"),
        ("cut", whole[..whole.len() / 2].to_vec(), "not a PNG or JPEG picture"),
        ("huge", huge_png(), "60000 x 60000 pixels"),
    ];
    for (name, bytes, words) in cases {
        let error =
            refused(3, |path| fs::write(path.join(format!("b/{name}.png")), &bytes).unwrap());
        let text = error.to_string();
        assert!(matches!(error, DataError::Picture(_)), "{text}");
        assert!(text.contains(words) && text.contains(&format!("{name}.png")), "{text}");
    }
}

/// Links are followed to what they are, and folders not further down.
#[cfg(unix)]
#[test]
fn links_in_a_circle_end_somewhere() {
    use std::os::unix::fs::symlink;

    let data = colours(["a", "b", "c"]);
    symlink("..", data.path().join("a/up")).unwrap();
    let opened = Opened::<Dataset>::open(data.path(), [3, 16, 16], 3).unwrap();
    assert!(opened.notes.iter().any(|note| note.contains("1 files or folders")));
    symlink("self.png", data.path().join("b/self.png")).unwrap();
    let error = Opened::<Dataset>::open(data.path(), [3, 16, 16], 3).unwrap_err();
    assert!(error.to_string().contains("self.png"), "{error}");
}
