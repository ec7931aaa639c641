//! The page in a browser, as hands use it: mouse, finger, keyboard, large and small screens.

use std::f64::consts::TAU;
use std::path::Path;
use std::{fs, thread};

use host_tools::model::{MODELS, evaluate};
use host_tools::networks::Digits;
use host_tools::serve::{Server, Site};
use host_tools::training::EvaluateOptions;
use tempfile::TempDir;
use tinyconv::model_file::{ModelFile, Normalisation};
use tinyconv::{Bytes, InputOf, Shape};

use crate::chromium::Chromium;
use crate::said::{is_set, say};
use crate::sample::{self, DIGITS, TINY};

/// Bytes of everything that the page fetches.
const MOST_BYTES: f64 = 300_000.0;
/// The bar for an inference, in milliseconds; beyond `RUN_AWAY` times it, something is wrong on any machine.
const BAR: f64 = 2.0;
const RUN_AWAY: f64 = 50.0;

const ONE: &[&[[f64; 2]]] = &[&[[0.52, 0.18], [0.48, 0.82]]];
const SEVEN: &[&[[f64; 2]]] = &[&[[0.25, 0.22], [0.75, 0.22], [0.45, 0.85]]];
const ZERO: &[&[[f64; 2]]] = &[&[
    [0.5, 0.15],
    [0.32, 0.25],
    [0.27, 0.5],
    [0.32, 0.75],
    [0.5, 0.85],
    [0.68, 0.75],
    [0.73, 0.5],
    [0.68, 0.25],
    [0.5, 0.15],
]];
/// No digit.
const CROSS: &[&[[f64; 2]]] = &[&[[0.2, 0.2], [0.8, 0.8]], &[[0.8, 0.2], [0.2, 0.8]]];

/// Serves a model file; the address.
fn served(model: &'static [u8]) -> String {
    let site = Site::new(&ModelFile::parse(model).unwrap(), model).unwrap();
    let server = Server::bind(0, site).unwrap();
    let address = format!("http://{}/", server.address());
    thread::spawn(move || server.run(|trouble| panic!("{trouble}")));
    address
}

fn opened(model: &'static [u8], width: u32, height: u32) -> Option<Chromium> {
    let mut browser = Chromium::start()?;
    browser.screen(width, height, 1.0);
    browser.theme("light");
    let address = served(model);
    browser.open(&address);
    Some(browser)
}

/// No script has failed, and nothing was asked of anyone else.
fn all_is_well(browser: &mut Chromium) {
    for kind in ["Runtime.exceptionThrown", "Network.loadingFailed"] {
        assert_eq!(browser.events(kind), Vec::<serde_json::Value>::new(), "{kind}");
    }
    let errors = browser.events("Log.entryAdded");
    assert_eq!(errors, Vec::<serde_json::Value>::new());
    let origin = browser.evaluate("location.origin").as_str().unwrap().to_owned();
    for request in browser.events("Network.requestWillBeSent") {
        let url = request["request"]["url"].as_str().unwrap();
        assert!(url.starts_with(&origin) || url.starts_with("blob:"), "{url}");
    }
}

/// Clears, draws, and says which class the page shows.
fn answer(browser: &mut Chromium, strokes: &[&[[f64; 2]]]) -> String {
    browser.click("clear");
    browser.draw(strokes);
    browser.text("answer")
}

#[test]
fn digits_are_drawn_and_recognised() {
    let Some(mut browser) = opened(DIGITS, 1280, 900) else { return };
    assert!(browser.text("model").contains("digits, 5,142 parameters"));
    for (digit, strokes) in [("1", ONE), ("7", SEVEN), ("0", ZERO)] {
        assert_eq!(answer(&mut browser, strokes), digit);
    }
    browser.wait_for("document.getElementById('spoken').textContent.startsWith('0, ')");
    // The input, two convolutions and the classifier, each with something to see.
    let colours = "[...document.querySelectorAll('#maps canvas')].map(c => new Set(new Uint32Array( \
        c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size)";
    let colours = browser.evaluate(colours);
    assert_eq!(colours.as_array().unwrap().len(), 4);
    assert!(colours.as_array().unwrap().iter().all(|count| count.as_u64() > Some(5)), "{colours}");
    browser.click("clear");
    browser.settle();
    assert_eq!(browser.text("answer"), "–");
    assert_eq!(browser.text("sure"), "");
    all_is_well(&mut browser);
}

#[test]
fn the_page_is_small_and_an_inference_quick() {
    let Some(mut browser) = opened(DIGITS, 1280, 900) else { return };
    for strokes in [SEVEN, ZERO, ONE, CROSS] {
        answer(&mut browser, strokes);
    }
    let finished = browser.events("Network.loadingFinished");
    let bytes: f64 =
        finished.iter().map(|event| event["encodedDataLength"].as_f64().unwrap()).sum();
    let count = finished.len();
    say(&format!("the page: {count} files, {bytes:.0} bytes in all (bar {MOST_BYTES:.0})"));
    assert!(count >= 8 && bytes <= MOST_BYTES, "{count} files, {bytes} bytes");
    let dataset = browser.evaluate("({...document.getElementById('time').dataset})");
    let number = |name: &str| dataset[name].as_str().unwrap().parse::<f64>().unwrap();
    let (median, drawn) = (number("median"), number("count"));
    say(&format!(
        "inference of digits in the page: median {median:.3} ms of {drawn} ({:.2} of the bar, {BAR} ms)",
        median / BAR
    ));
    assert!(drawn >= 20.0 && median > 0.0 && median < RUN_AWAY * BAR, "{median} ms of {drawn}");
}

#[test]
#[cfg_attr(
    any(feature = "fma", feature = "micromath"),
    ignore = "the built-in program has neither"
)]
fn a_sign_is_taught_and_the_file_is_the_page() {
    let Some(mut browser) = opened(DIGITS, 1280, 900) else { return };
    let before = answer(&mut browser, CROSS);
    // Another class than it sees in a cross.
    let class = if before == "4" { "5" } else { "4" };
    for shift in [0.0, 0.03, -0.03] {
        let cross: Vec<[[f64; 2]; 2]> =
            CROSS.iter().map(|line| [line[0], [line[1][0] + shift, line[1][1]]]).collect();
        browser.click("clear");
        browser.draw(&[&cross[0], &cross[1]]);
        browser.click_at(&format!("document.querySelectorAll('#classes input')[{class}]"));
        browser.click("add");
    }
    assert!(browser.evaluate("document.getElementById('restore').disabled") == true);
    browser.click("teach");
    browser.wait_for("/pass(es)?, mean loss/.test(document.getElementById('lesson').textContent)");
    assert!(browser.text("lesson").contains("it knows them all"), "{}", browser.text("lesson"));
    let examples = browser.text("examples");
    assert_eq!(examples.matches('→').count(), 3, "{examples}");
    assert_eq!(answer(&mut browser, CROSS), class);
    // A number of JSON has more digits than an `f32`: nothing is rounded.
    let logits = browser.evaluate("[...tinyconv.numbers(tinyconv.exports.logits(), 10)]");
    let logits: Vec<f32> = serde_json::from_value(logits).unwrap();
    let pixels: Vec<u8> = serde_json::from_value(browser.evaluate("[...tinyconv.pixels]")).unwrap();

    // The file, on the host: the same answer, and the first layers as they were.
    let file = browser.download("download", "digits-taught.tinyconv");
    let learnt = ModelFile::parse(&file).unwrap();
    let base = ModelFile::parse(DIGITS).unwrap();
    let changed: Vec<bool> =
        learnt.parameters().zip(base.parameters()).map(|(a, b)| a != b).collect();
    let taught = 256 * 10 + 10;
    assert!(!changed[..5142 - taught].contains(&true) && changed[5142 - taught..].contains(&true));
    let parameters: Vec<f32> = learnt.parameters().collect();
    let options = EvaluateOptions {
        normalisation: learnt.normalisation,
        threads: 1,
        ..MODELS[0].recipe().evaluation()
    };
    let images = sample::images();
    let evaluation = evaluate(MODELS[0], &parameters, &images, &options, &mut |_, _| {}).unwrap();
    say(&format!(
        "digits, taught three crosses: test accuracy {:.2} %",
        100.0 * evaluation.accuracy()
    ));
    assert_eq!(logits, host(&learnt, &pixels), "bit for bit");

    browser.click("restore");
    assert_eq!(answer(&mut browser, CROSS), before);
    // What was taught can be opened again.
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("taught.tinyconv");
    fs::write(&path, &file).unwrap();
    browser.choose_file(&path);
    browser.wait_for(&format!("document.getElementById('answer').textContent === '{class}'"));
    all_is_well(&mut browser);
}

#[test]
fn no_class_is_chosen_before_the_user_chooses_one() {
    let Some(mut browser) = opened(DIGITS, 1000, 800) else { return };
    let chosen = "document.querySelectorAll('#classes input:checked').length";
    let disabled = "document.getElementById('add').disabled";
    assert_eq!(browser.evaluate(chosen), 0);
    assert_eq!(browser.evaluate(disabled), true);
    browser.draw(SEVEN);
    browser.settle();
    assert_eq!(browser.evaluate(disabled), true, "what was drawn is not known");
    assert_eq!(browser.text("add"), "Choose what it is first");
    browser.click_at("document.querySelectorAll('#classes input')[7]");
    assert_eq!(browser.text("add"), "Add as an example");
    browser.click("add");
    assert_eq!(browser.text("lesson"), "1 to learn from");
    let example = browser.text("examples");
    assert!(example.starts_with('7'), "{example}");
    // Another model has other classes.
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("tiny.tinyconv");
    fs::write(&path, TINY).unwrap();
    browser.choose_file(&path);
    browser.wait_for("document.getElementById('model').textContent.startsWith('digits-tiny')");
    assert_eq!(browser.evaluate(chosen), 0);
    assert_eq!(browser.evaluate(disabled), true);
    all_is_well(&mut browser);
}

/// The logits of the host for the network's input.
fn host(file: &ModelFile<'_>, pixels: &[u8]) -> Vec<f32> {
    let mut parameters = [0.0; Digits::PARAMS];
    file.load::<Digits>(&mut parameters).unwrap();
    let normalisation = file.normalisation.of(0);
    let table = Bytes::table(normalisation.mean, normalisation.deviation);
    let mut logits = [0.0; 10];
    let mut scratch = [0.0; Digits::INFER_SCRATCH];
    let input = InputOf::<Digits>::view(pixels);
    Digits::infer_from(&parameters, Bytes(&table), input, &mut scratch, &mut logits);
    logits.to_vec()
}

#[test]
fn a_small_screen_and_a_finger() {
    let Some(mut browser) = opened(DIGITS, 360, 740) else { return };
    browser.touch(&[[0.5, 0.15], [0.5, 0.3], [0.49, 0.5], [0.49, 0.7], [0.48, 0.85]]);
    assert_eq!(browser.text("answer"), "1");
    for class in 0..3 {
        browser.click_at(&format!("document.querySelectorAll('#classes input')[{class}]"));
        browser.click("add");
    }
    let widths = browser.evaluate("[document.documentElement.scrollWidth, innerWidth]");
    assert_eq!(widths, serde_json::json!([360, 360]));
    // Fingers need room.
    let small = "[...document.querySelectorAll('button, .chip, .file')].filter(e => \
        e.getBoundingClientRect().height < 24 || e.getBoundingClientRect().width < 24).length";
    assert_eq!(browser.evaluate(small), 0);
    all_is_well(&mut browser);
}

#[test]
fn by_keyboard_alone() {
    let Some(mut browser) = opened(DIGITS, 1000, 800) else { return };
    let focused = "document.activeElement.id";
    for _ in 0..10 {
        browser.key("Tab");
        if browser.evaluate(focused) == "canvas" {
            break;
        }
    }
    assert_eq!(browser.evaluate(focused), "canvas");
    // Up, pen down, a stroke down: a one.
    for _ in 0..9 {
        browser.key("ArrowUp");
    }
    browser.key(" ");
    for _ in 0..18 {
        browser.key("ArrowDown");
    }
    browser.key(" ");
    browser.settle();
    assert_eq!(browser.text("answer"), "1");
    let outline = "getComputedStyle(document.activeElement).outlineStyle";
    assert_ne!(browser.evaluate(outline), "none", "the focus is seen");
    // It is a five, from now on.
    browser.key("5");
    for _ in 0..20 {
        browser.key("Tab");
        if browser.evaluate(focused) == "add" {
            break;
        }
    }
    browser.key("Enter");
    browser.key("Tab");
    assert_eq!(browser.evaluate(focused), "teach");
    browser.key("Enter");
    browser.wait_for("document.getElementById('answer').textContent === '5'");
    browser.wait_for("/pass(es)?, mean loss/.test(document.getElementById('lesson').textContent)");
    browser.evaluate("document.getElementById('canvas').focus()");
    browser.key("Delete");
    browser.settle();
    assert_eq!(browser.text("answer"), "–");
    all_is_well(&mut browser);
}

#[test]
fn a_hostile_file_gets_a_message_and_the_page_goes_on() {
    let Some(mut browser) = opened(DIGITS, 1000, 800) else { return };
    browser.draw(ONE);
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("<img src=x>.tinyconv");
    let not_numbers = ModelFile {
        // A byte above zero is more than a number.
        normalisation: Normalisation { mean: 0.0, deviation: 1e-37 }.into(),
        ..ModelFile::parse(TINY).unwrap()
    };
    for (bytes, words) in [
        (TINY[..900].to_vec(), "truncated or damaged"),
        (b"PK\x03\x04 something else".to_vec(), "not a tinyconv model file"),
        (vec![0; 3 << 20], "bytes, more than the model files"),
        (sample::written(&not_numbers), "no finite numbers"),
        (Vec::new(), "not a tinyconv model file"),
    ] {
        fs::write(&path, &bytes).unwrap();
        browser.evaluate("document.getElementById('message').textContent = ''");
        browser.choose_file(&path);
        browser.wait_for("document.getElementById('message').textContent !== ''");
        let message = browser.text("message");
        assert!(message.contains("<img src=x>.tinyconv: ") && message.contains(words), "{message}");
        assert!(browser.text("model").contains("digits, 5,142"));
    }
    assert_eq!(answer(&mut browser, SEVEN), "7");
    assert_eq!(browser.text("message"), "", "the message goes when the page goes on");

    // A good one, with a label that would be a script in a page that is careless, dropped on the page.
    let label = "<img src=x onerror=document.title=1>";
    let labels = [label; 10].into_iter().collect();
    let file = sample::written(&ModelFile { labels, ..ModelFile::parse(TINY).unwrap() });
    let drop = format!(
        "(() => {{ const t = new DataTransfer(); t.items.add(new File([new Uint8Array({file:?})], 'tiny')); \
         dispatchEvent(new DragEvent('drop', {{ dataTransfer: t }})); }})()"
    );
    browser.evaluate(&drop);
    browser.wait_for("document.getElementById('model').textContent.startsWith('digits-tiny')");
    assert_eq!(answer(&mut browser, ONE), label);
    assert_eq!(browser.evaluate("document.querySelectorAll('img').length"), 0);
    let widths = browser.evaluate("[document.documentElement.scrollWidth, innerWidth]");
    assert_eq!(widths, serde_json::json!([1000, 1000]));
    all_is_well(&mut browser);
}

/// An arc around `centre`, as corners; a whole turn is 1, which begins at the right and goes down.
fn arc(centre: [f64; 2], radii: [f64; 2], from: f64, to: f64) -> Vec<[f64; 2]> {
    let corner = |step: u32| {
        let (sine, cosine) = (TAU * (from + (to - from) * f64::from(step) / 12.0)).sin_cos();
        [centre[0] + radii[0] * cosine, centre[1] + radii[1] * sine]
    };
    (0..=12).map(corner).collect()
}

/// The pictures in `host-tools/README.md`; they are also what a look at the page begins with.
#[test]
fn pictures_of_the_page() {
    if !is_set("TINYCONV_BLESS") {
        return;
    }
    let Some(mut browser) = opened(DIGITS, 1180, 900) else { return };
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    fs::create_dir_all(&directory).unwrap();
    // A four as it is written in Cairo.
    for size in [0.9, 1.0, 1.1] {
        browser.click("clear");
        let upper = arc([0.55, 0.33], [0.2 * size, 0.15], 0.92, 0.25);
        let lower = arc([0.55, 0.65], [0.24 * size, 0.17 * size], 0.75, 0.1);
        browser.draw(&[&upper, &lower]);
        browser.key("4");
        browser.click("add");
    }
    browser.click("teach");
    browser.wait_for("/pass(es)?, mean loss/.test(document.getElementById('lesson').textContent)");
    let upper = arc([0.47, 0.33], [0.18, 0.16], 0.58, 1.24);
    let lower = arc([0.46, 0.66], [0.22, 0.18], -0.25, 0.44);
    for (name, [width, height]) in [("page.png", [1180, 830]), ("page-phone.png", [360, 740])] {
        browser.screen(width, height, 1.0);
        browser.click("clear");
        browser.draw(&[&upper, &lower]);
        browser.evaluate("scrollTo(0, 0); document.activeElement.blur()");
        browser.settle();
        let picture = browser.screenshot();
        say(&format!("{name}: {} bytes", picture.len()));
        assert!(picture.len() <= 150_000, "{name} is too large for the README");
        fs::write(directory.join(name), picture).unwrap();
    }
}
