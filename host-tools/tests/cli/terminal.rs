//! Finding the way: help, completions, quiet runs, and terminals of all kinds.

use std::process::Command;

use crate::tool::Tool;

#[test]
fn help_tells_exit_codes_and_examples() {
    let tool = Tool::new();
    let help = tool.succeeds(&["--help"]).stdout;
    for words in ["Examples:", "Exit codes:", "130", "NO_COLOR", "completions"] {
        assert!(help.contains(words), "{words}\n{help}");
    }
}

#[test]
fn every_shell_has_completions() {
    let tool = Tool::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let text = tool.succeeds(&["completions", shell]).stdout;
        for word in ["tinyconv", "finetune", "learning-rate"] {
            assert!(text.contains(word), "no {word} for {shell}");
        }
    }
    tool.refuses(&["completions", "tcsh"], &["bash, elvish, fish, powershell, zsh"]);
}

#[test]
fn bash_takes_its_completions() {
    let tool = Tool::new();
    let script = tool.path("completions");
    std::fs::write(&script, tool.succeeds(&["completions", "bash"]).stdout).unwrap();
    let complete = format!(
        "source {} && COMP_WORDS=(tinyconv ins) COMP_CWORD=1 && \
         _tinyconv tinyconv ins tinyconv && echo ${{COMPREPLY[@]}}",
        script.display()
    );
    let Ok(output) = Command::new("bash").args(["-c", &complete]).output() else {
        eprintln!("skipped: there is no bash");
        return;
    };
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "inspect");
}

#[test]
fn quiet_runs_print_results_only() {
    let tool = Tool::new();
    let train = ["train", "--model", "linear", "--data", "data", "--epochs", "2"];
    for quiet in ["--quiet", "-q"] {
        let printed = tool.succeeds(&[&train[..], &[quiet]].concat());
        assert_eq!(printed.stderr, "");
        let lines: Vec<&str> = printed.stdout.lines().collect();
        assert!(lines[0].starts_with("test accuracy "), "{lines:?}");
        assert!(lines[1..].iter().all(|line| line.contains("trained/linear.")), "{lines:?}");
    }
    let json = tool.succeeds(&[&train[..], &["--quiet", "--json"]].concat());
    assert_eq!((json.stderr.as_str(), json.stdout.lines().count()), ("", 1));
    let eval = ["eval", "trained/linear.tinyconv", "--data", "data"];
    let (loud, quiet) = (tool.succeeds(&eval), tool.succeeds(&[&["--quiet"], &eval[..]].concat()));
    assert_eq!((loud.stdout, ""), (quiet.stdout, quiet.stderr.as_str()));
    // Errors are printed all the same.
    tool.refuses(&["--quiet", "eval", "missing.tinyconv"], &["missing.tinyconv"]);
}

/// What the program prints on a terminal: `script` gives it one.
#[cfg(target_os = "linux")]
fn on_a_terminal(tool: &Tool, arguments: &str, variables: &[(&str, &str)]) -> String {
    let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_tinyconv"));
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    command.current_dir(tool.path("")).stdin(std::process::Stdio::null());
    // CI is taken for a service whose log shows colours, whatever the terminal's name (anstream).
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(variable);
    }
    command.env("TERM", "xterm-256color").envs(variables.iter().copied());
    let output = command.output().expect("`script`, of util-linux, is in every Debian");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn colours_and_bars_are_for_terminals_that_want_them() {
    const ESCAPE: char = '\u{1b}';
    let tool = Tool::new();
    let help = |variables: &[(&str, &str)]| on_a_terminal(&tool, "memory --help", variables);
    assert!(help(&[]).contains(ESCAPE), "colours on a terminal");
    for off in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb")] {
        assert!(!help(&[off]).contains(ESCAPE), "{off:?}");
    }
    assert!(!tool.succeeds(&["memory", "--help"]).stdout.contains(ESCAPE), "no terminal");

    let train = "train --model linear --data data --epochs 300 --batch 1";
    let bar = |arguments: &str, variables: &[(&str, &str)]| {
        on_a_terminal(&tool, arguments, variables).contains(ESCAPE)
    };
    assert!(bar(train, &[]), "a bar on a terminal");
    assert!(!bar(train, &[("TERM", "dumb")]), "plain lines where the cursor cannot move");
    assert!(!bar(&format!("{train} --quiet"), &[]), "none if nobody wants it");
}
