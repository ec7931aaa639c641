//! Which connections are open, the oldest first.

use std::collections::VecDeque;

use tokio::task::JoinHandle;

/// The tasks of open connections, in the order of their start.
#[derive(Default)]
pub(super) struct Connections(VecDeque<JoinHandle<()>>);

impl Connections {
    pub fn add(&mut self, connection: JoinHandle<()>) {
        self.0.push_back(connection);
    }

    /// Closes the oldest of the open ones until there are fewer than `limit`.
    pub async fn keep_below(&mut self, limit: usize) {
        self.0.retain(|connection| !connection.is_finished());
        while self.0.len() >= limit {
            self.close_oldest().await;
        }
    }

    /// Closes the one that is open longest; false if none is.
    pub async fn close_oldest(&mut self) -> bool {
        self.0.retain(|connection| !connection.is_finished());
        let Some(oldest) = self.0.pop_front() else { return false };
        oldest.abort();
        // Only then is its socket closed. That it did not end by itself is no news.
        let _ = oldest.await;
        true
    }
}
