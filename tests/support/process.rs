//! Runs another program with a time limit: a test that hangs is a test that fails, not a test run that hangs.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How a program ended and what it wrote.
pub struct Finished {
    /// The exit code; `None` if a signal or the time limit ended it.
    pub code: Option<i32>,
    /// Whether it had to be killed because it took too long.
    pub timed_out: bool,
    pub stdout: String,
    pub stderr: String,
}

/// Ends the program with the scope, so that no failure of a test leaves it behind.
struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        // Both fail only if the program is already gone.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs `command` to its end, or to its `limit`.
///
/// # Errors
/// If it cannot be started.
pub fn run(command: &mut Command, limit: Duration) -> io::Result<Finished> {
    let mut child = KillOnDrop(
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?,
    );
    // Read while it runs, or a full pipe would stop it.
    let stdout = collect(child.0.stdout.take());
    let stderr = collect(child.0.stderr.take());
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.0.try_wait()? {
            break Some(status);
        }
        if started.elapsed() >= limit {
            break None;
        }
        thread::sleep(Duration::from_millis(5));
    };
    drop(child);
    let text = |reader: thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().expect("the reader does not panic")).into_owned()
    };
    Ok(Finished {
        code: status.and_then(|status| status.code()),
        timed_out: status.is_none(),
        stdout: text(stdout),
        stderr: text(stderr),
    })
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}
