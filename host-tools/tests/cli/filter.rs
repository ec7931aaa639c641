//! Filtering: what is written and printed, and pictures that are refused.

use std::fs;
use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, RgbImage};

use crate::tool::Tool;

/// Dark on the left, bright from column 10 on; in the format asked for.
fn step(format: ImageFormat) -> Vec<u8> {
    let picture = GrayImage::from_fn(20, 12, |column, _| Luma([if column < 10 { 0 } else { 255 }]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn pixels(tool: &Tool, name: &str) -> GrayImage {
    let picture = image::load_from_memory(&fs::read(tool.path(name)).unwrap()).unwrap();
    assert!(matches!(picture, DynamicImage::ImageLuma8(_)), "{name} is not grey");
    picture.into_luma8()
}

#[test]
fn a_picture_becomes_its_edges() {
    let tool = Tool::new();
    fs::write(tool.path("step.png"), step(ImageFormat::Png)).unwrap();
    let printed = tool.succeeds(&["filter", "step.png", "--kernel", "sobel", "--out", "new/place"]);
    for words in [
        "12 x 20 pixels, kernel sobel of 3 x 3",
        "\ndirect ",
        "\nseparable ",
        "\nfft ",
        "wrote new/place/sobel-horizontal.png (black is -4, white is 4)",
        "wrote new/place/sobel-magnitude.png (black is 0, white is ",
        "wrote new/place/sobel-overview.png",
    ] {
        assert!(printed.stdout.contains(words), "no {words:?} in {}", printed.stdout);
    }
    let horizontal = pixels(&tool, "new/place/sobel-horizontal.png");
    assert_eq!(horizontal.dimensions(), (20, 12));
    // Grey is 0; the step is white; zeros follow behind the picture's end.
    let row: Vec<u8> = (0..20).map(|column| horizontal.get_pixel(column, 6).0[0]).collect();
    let expected = [[128; 9].as_slice(), &[255; 2], &[128; 8], &[0]].concat();
    assert_eq!(row, expected);
    assert_eq!(pixels(&tool, "new/place/sobel-vertical.png").get_pixel(15, 6).0, [128]);
    // Four pictures of 240 x 216 after enlargement, and the gaps.
    assert_eq!(
        pixels(&tool, "new/place/sobel-overview.png").dimensions(),
        (4 * 20 * 18 + 5 * 8, 12 * 18 + 16)
    );
    assert_eq!(fs::read_dir(tool.path("new/place")).unwrap().count(), 4);
}

#[test]
fn methods_give_one_picture_and_json() {
    let tool = Tool::new();
    fs::write(tool.path("step.jpg"), step(ImageFormat::Jpeg)).unwrap();
    let mut written = Vec::new();
    for method in ["direct", "separable", "fft"] {
        let arguments = ["filter", "step.jpg", "--size", "7", "--json", "--repetitions", "1"];
        let json = tool.succeeds(&[&arguments[..], &["--method", method]].concat()).json();
        assert_eq!(json["timings"][0]["method"], method);
        assert_eq!(json["timings"].as_array().unwrap().len(), 1);
        assert!(json["timings"][0]["milliseconds"].as_f64().unwrap() > 0.0);
        let difference = json["timings"][0]["difference"].as_f64().unwrap();
        assert!(difference < 1e-5 && (difference == 0.0) == (method == "direct"), "{difference}");
        assert_eq!((&json["rows"], &json["kernel_rows"]), (&12.into(), &7.into()));
        written.push(pixels(&tool, "filtered/box.png"));
    }
    // Rounding may put a value on the other side of a half.
    let apart = |a: &GrayImage, b: &GrayImage| {
        a.pixels().zip(b.pixels()).map(|(a, b)| a.0[0].abs_diff(b.0[0])).max()
    };
    assert!(apart(&written[0], &written[1]) <= Some(1));
    assert!(apart(&written[0], &written[2]) <= Some(1));
    // The mean of seven columns, four of which are bright, in a row that is not near an edge.
    assert!(written[0].get_pixel(10, 6).0[0].abs_diff(146) <= 2);
}

#[test]
fn a_digit_and_a_kernel_that_is_not_separable() {
    let tool = Tool::new();
    let printed = tool.succeeds(&["filter", "--digit", "7", "--kernel", "edge"]);
    assert!(printed.stdout.contains("28 x 28 pixels"), "{}", printed.stdout);
    assert!(printed.stdout.contains("separable: not possible"), "{}", printed.stdout);
    let arguments = ["filter", "--digit", "7", "--kernel", "edge", "--method", "separable"];
    tool.refuses(&arguments, &["edge is not separable", "--method direct", "--method fft"]);
}

#[test]
fn colours_become_grey() {
    let tool = Tool::new();
    let picture = RgbImage::from_pixel(3, 3, image::Rgb([0, 255, 0]));
    picture.save(tool.path("green.png")).unwrap();
    tool.succeeds(&["filter", "green.png", "--kernel", "box", "--size", "1"]);
    // Green has 0.7152 of the luminance of white (ITU-R BT.709).
    assert_eq!(pixels(&tool, "filtered/box.png").get_pixel(1, 1).0, [182]);
}

#[test]
fn files_that_are_no_pictures() {
    let tool = Tool::new();
    let file = |name: &str, bytes: &[u8]| fs::write(tool.path(name), bytes).unwrap();
    let (png, jpeg) = (step(ImageFormat::Png), step(ImageFormat::Jpeg));
    file("empty.png", &[]);
    file("text.png", b"This is no picture at all.");
    file("short.png", &png[..png.len() / 2]);
    file("header.png", &png[..20]);
    file("short.jpg", &jpeg[..jpeg.len() - 20]);
    file("end.jpg", &jpeg[..jpeg.len() - 2]);
    let mut damaged = png.clone();
    damaged[png.len() / 2] ^= 0x55;
    file("damaged.png", &damaged);
    for name in ["empty.png", "text.png", "short.png", "header.png", "damaged.png"] {
        tool.refuses(&["filter", name], &[name, "not a PNG or JPEG picture, or it is damaged"]);
    }
    for name in ["short.jpg", "end.jpg"] {
        tool.refuses(&["filter", name], &[name, "truncated"]);
    }
    tool.refuses(&["filter", "nowhere.png"], &["nowhere.png", "check the path"]);
    tool.refuses(&["filter", "data"], &["data", "check the path"]);
}

/// A PNG file whose header claims `columns` x `rows` grey pixels, with hardly any data.
fn claims(columns: u32, rows: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(content);
        let length = (content.len() as u32).to_be_bytes();
        [&length, &kind[..], content, &crc.sum().to_be_bytes()].concat()
    };
    let sizes = [columns.to_be_bytes(), rows.to_be_bytes()].concat();
    // Eight bits, grey, no interlacing.
    let header = [&sizes[..], &[8, 0, 0, 0, 0]].concat();
    let parts = [chunk(b"IHDR", &header), chunk(b"IDAT", &[0x78, 0x9c]), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n", &parts.concat()[..]].concat()
}

#[test]
fn headers_that_promise_too_much() {
    let tool = Tool::new();
    for (columns, rows) in [(100_000, 100_000), (1 << 24, 2), (4097, 4096)] {
        fs::write(tool.path("huge.png"), claims(columns, rows)).unwrap();
        let words = format!("{rows} x {columns} pixels, more than the limit of 16777216");
        tool.refuses(&["filter", "huge.png"], &["huge.png", &words]);
    }
    // A single row that no memory is given for.
    fs::write(tool.path("wide.png"), claims(i32::MAX as u32, 1)).unwrap();
    tool.refuses(&["filter", "wide.png"], &["wide.png", "make it smaller"]);
    // So many are taken, but they are not there.
    fs::write(tool.path("large.png"), claims(4096, 4096)).unwrap();
    tool.refuses(&["filter", "large.png"], &["large.png", "it is damaged"]);
}

#[test]
fn a_result_over_its_own_picture() {
    let tool = Tool::new();
    fs::write(tool.path("box.png"), step(ImageFormat::Png)).unwrap();
    tool.refuses(&["filter", "box.png", "--out", "."], &["box.png", "the input picture itself"]);
    tool.succeeds(&["filter", "box.png", "--out", "elsewhere"]);
}

#[test]
fn options_that_make_no_sense() {
    let tool = Tool::new();
    fs::write(tool.path("step.png"), step(ImageFormat::Png)).unwrap();
    for (arguments, words) in [
        (&["--size", "0"][..], "odd --size"),
        (&["--size", "4"], "odd --size"),
        (&["--size", "257"], "from 1 to 255"),
        (&["--size", "-3"], "-3"),
        (&["--kernel", "sobel", "--size", "5"], "sobel is 3 x 3, not 5 x 5"),
        (&["--kernel", "edge", "--size", "5"], "edge is 3 x 3, not 5 x 5"),
        (&["--kernel", "blur"], "box, gaussian, sobel, edge"),
        (&["--method", "magic"], "all, direct, separable, fft"),
        (&["--repetitions", "0"], "--repetitions"),
        (&["--digit", "3"], "--digit"),
        (&["--out", "step.png"], "step.png"),
    ] {
        tool.refuses(&[&["filter", "step.png"], arguments].concat(), &[words]);
    }
    tool.refuses(&["filter"], &["--digit"]);
    tool.refuses(&["filter", "--digit", "10"], &["10", "--digit"]);
    tool.refuses(&["filter", "--digit", "five"], &["five", "--digit"]);
}
