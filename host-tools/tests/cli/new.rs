//! Projects of the user's own: what is refused, and that nothing is left behind then. (`tests/new.sh` builds and runs
//! what is written.)

use std::fs;

use crate::tool::Tool;

#[test]
fn a_project_is_written_whole() {
    let tool = Tool::new();
    let printed = tool.succeeds(&["new", "my-net", "--board", "microbit-v2"]).stdout;
    for words in ["my-net, firmware for microbit-v2", "next: cd my-net", "cd emulated"] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    for file in ["Cargo.toml", "network/src/lib.rs", "firmware/memory.x", "emulated/src/main.rs"] {
        assert!(tool.path("my-net").join(file).is_file(), "{file}");
    }
    // An empty directory may have its place.
    fs::create_dir(tool.path("other")).unwrap();
    tool.succeeds(&["new", "other/"]);
    assert!(tool.path("other/firmware/src/main.rs").is_file());
    assert!(!tool.path("other/emulated").exists());
    tool.refuses(&["new", "my-net"], &["my-net is there already", "another name"]);
}

#[test]
fn names_and_places_that_are_none_are_refused() {
    let tool = Tool::new();
    for (name, words) in [
        ("fn", "keyword"),
        ("2nd", "begin with a letter"),
        ("my net", "letters from a to z"),
        ("tinyconv", "taken"),
        ("..", "letters from a to z"),
        ("/", "letters from a to z"),
    ] {
        tool.refuses(&["new", name], &[words, "give a name such as my-net"]);
    }
    tool.refuses(&["new", ""], &["a value is required for", "NAME"]);
    fs::write(tool.path("file"), "mine").unwrap();
    tool.refuses(&["new", "file"], &["file is there already"]);
    tool.refuses(&["new", "data"], &["data is there already"]);
    tool.refuses(&["new", "no/where/net"], &["there is no directory no/where", "create it"]);
    tool.refuses(&["new", "file/net"], &["file"]);
    tool.refuses(&["new", "net", "--tinyconv", "data"], &["no checkout", "--tinyconv"]);
    let boards = tool.command(&["new", "net", "--board", "toaster"]).output().unwrap();
    let said = String::from_utf8(boards.stderr).unwrap();
    assert_eq!(boards.status.code(), Some(2));
    for board in ["microbit-v2", "nrf52840-dk", "stm32f4-discovery", "pico-2", "esp32-c3"] {
        assert!(said.contains(board), "{said}");
    }
}
