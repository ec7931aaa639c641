//! `bench` on little data: that it measures, not how fast it is.

use crate::tool::Tool;

#[test]
fn a_network_is_measured_as_its_type_and_as_a_value() {
    let tool = Tool::new();
    let words = ["bench", "--model", "digits-tiny", "--data", "data", "--threads", "1"];
    let words = [&words[..], &["--rounds", "1", "--milliseconds", "5", "--as-value"]].concat();
    let json = tool.succeeds(&[&words[..], &["--json"]].concat()).json();
    for form in ["speeds", "as_value"] {
        for part in ["train_images_per_s", "infer_images_per_s"] {
            assert!(json[form][0][part].as_f64().unwrap() > 0.0, "{form} {part}: {json}");
        }
    }
    let text = tool.succeeds(&words).stdout;
    assert!(text.contains("inference as a value, batch 128"), "{text}");
    assert!(text.contains("of the speed of the compiled type (threads: 1)."), "{text}");
}
