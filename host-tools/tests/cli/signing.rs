//! Keys, and updates that boards take.

use std::fs;

use host_tools::signing::parse;
use tinyconv::signature::{SignatureError, open};

use crate::tool::Tool;

#[test]
fn an_update_is_what_a_board_takes() {
    let tool = Tool::new();
    let model = tool.trained("linear");
    let printed = tool.succeeds(&["keygen", "--out", "mine"]);
    assert!(printed.stdout.contains("const KEY: [u8; 32] = ["), "{}", printed.stdout);
    let secret = fs::read_to_string(tool.path("mine.secret")).unwrap();
    assert!(!printed.stdout.contains(secret.trim()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(tool.path("mine.secret")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let key = parse(&fs::read_to_string(tool.path("mine.public")).unwrap()).unwrap();

    let sign = ["sign", "trained/linear.tinyconv", "--key", "mine.secret", "--counter", "7"];
    let report = tool.succeeds(&[&sign[..], &["--json"]].concat()).json();
    assert_eq!(
        (&report["update"], &report["counter"]),
        (&"trained/linear.tinyconv.signed".into(), &7.into())
    );
    let update = fs::read(tool.path("trained/linear.tinyconv.signed")).unwrap();
    assert_eq!(open(&update, &key, 6).unwrap().content, fs::read(model).unwrap());
    assert_eq!(open(&update, &key, 7), Err(SignatureError::Replayed { counter: 7, last: 7 }));
}

#[test]
fn what_cannot_be_signed() {
    let tool = Tool::new();
    tool.trained("linear");
    tool.succeeds(&["keygen"]);
    tool.refuses(&["keygen"], &["updates.secret is there", "--out"]);
    let sign = ["sign", "trained/linear.tinyconv", "--key"];
    let refuses = |more: &[&str], words: &[&str]| {
        tool.refuses(&[&sign[..], more].concat(), words);
    };
    refuses(&["updates.secret"], &["--counter"]);
    refuses(&["updates.secret", "--counter", "0"], &["--counter"]);
    refuses(&["missing", "--counter", "1"], &["cannot read missing"]);
    refuses(&["trained/linear.metrics.jsonl", "--counter", "1"], &["is no secret key", "keygen"]);
    refuses(&["updates.secret", "--counter", "1", "--out", "updates.secret"], &["cannot write"]);
}
