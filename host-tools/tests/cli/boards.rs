//! `memory` without a budget: which boards a network fits.

use host_tools::boards::{BOARDS, named};
use host_tools::model::MODELS;
use serde_json::{Value, json};

use crate::tool::Tool;

fn board<'a>(network: &'a Value, name: &str) -> &'a Value {
    let boards = network["boards"].as_array().unwrap();
    boards.iter().find(|on| on["board"]["name"] == name).unwrap()
}

#[test]
fn every_network_meets_every_board() {
    let tool = Tool::new();
    let overview = tool.succeeds(&["memory", "--json"]).json();
    let networks = overview["networks"].as_array().unwrap();
    assert_eq!(networks.len(), MODELS.len());
    for network in networks {
        assert_eq!(network["boards"].as_array().unwrap().len(), BOARDS.len());
    }
    let tiny = board(&networks[1], "microbit-v1");
    // 7 552 bytes of blocks (the book's chapter `benchmarks`), the image, 2 KiB of stack.
    assert_eq!(tiny["all_layers"]["ram"], 7_552 + 784 + 2_048);
    assert_eq!(tiny["all_layers"]["ram_left"], 16 * 1024 - (7_552 + 784 + 2_048));
    let digits = board(&networks[0], "microbit-v1");
    assert!(digits["inference"]["ram_left"].as_i64().unwrap() > 0);
    assert_eq!(digits["all_layers"]["ram_left"], 16 * 1024 - (30_728 + 784 + 2_048));
    // LeNet-5 has more parameters than this board has flash.
    let lenet = board(&networks[4], "bluepill");
    assert!(lenet["inference"]["flash_left"].as_i64().unwrap() < 0);

    let text = tool.succeeds(&["memory", "--model", "digits"]).stdout;
    assert!(text.contains("inference 7352, the last layer 17592, all layers 33560"), "{text}");
    for known in &BOARDS {
        let rows = text.lines().filter(|line| line.split(' ').next() == Some(known.name));
        assert_eq!(rows.count(), 1, "{}", known.name);
    }
    let line = text.lines().find(|line| line.starts_with("microbit-v1")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[..6], ["microbit-v1", "nRF51822", "Cortex-M0", "16K", "256K", "fits"]);
    // 242 560 multiply-adds of 60.3 cycles, at 16 MHz.
    assert_eq!((words[8], words[9], words[10], words[12]), ("914", "no", "-1.2K", "no"));
}

#[test]
fn a_model_file_of_any_network_meets_the_boards() {
    let tool = Tool::new();
    tool.trained("digits-tiny");
    let file = tool.succeeds(&["memory", "trained/digits-tiny.tinyconv", "--json"]).json();
    let model = tool.succeeds(&["memory", "--model", "digits-tiny", "--json"]).json();
    assert_eq!(file, model);
}

#[test]
fn a_board_has_ram_and_flash() {
    let tool = Tool::new();
    let list = |name: &str, model: &str| {
        tool.succeeds(&["memory", "--board", name, "--model", model, "--json"]).json()
    };
    let report = list("microbit-v1", "digits-tiny");
    assert_eq!(report["budget"], 16 * 1024);
    let flash = named("microbit-v1").unwrap().flash as u64;
    for fits in report["fits"].as_array().unwrap() {
        let (needed, left) = (&fits["flash"], &fits["flash_left"]);
        assert_eq!(needed.as_u64().unwrap() + left.as_u64().unwrap(), flash);
    }
    assert_eq!(report["fits"][0]["training"]["trains"], "All");
    // There is RAM enough to infer, and flash too little.
    let none = ["memory", "--board", "bluepill", "--model", "lenet", "--json"];
    assert_eq!(tool.finds_no_room(&none).json()["fits"], json!([]));
    let text = tool.finds_no_room(&["memory", "--board", "bluepill", "--model", "lenet"]).stdout;
    assert!(text.starts_with("nothing fits in 20480 bytes of RAM and 65536 of flash"), "{text}");

    let both = ["memory", "--board", "pico", "--budget", "16K"];
    tool.refuses(&both, &["--budget", "--board"]);
    tool.refuses(&["memory", "--board", "abacus"], &["microbit-v1", "pico-2"]);
}
