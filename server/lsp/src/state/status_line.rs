//! What the status bar of the editor shows.

use crate::client::status::Status;

/// What it shows, and whether that may be out of date.
#[derive(Debug, Default)]
pub struct StatusLine {
    is_due: bool,
    shown: Option<Status>,
}

impl StatusLine {
    /// Notes that the status may be another one by now.
    pub fn look_again(&mut self) {
        self.is_due = true;
    }

    /// Whether it may be another one since the last call.
    pub fn take_due(&mut self) -> bool {
        std::mem::take(&mut self.is_due)
    }

    /// Notes the status as it is now; gives whether that is news.
    pub fn show(&mut self, status: &Status) -> bool {
        let is_news = self.shown.as_ref() != Some(status);
        if is_news {
            self.shown = Some(status.clone());
        }
        is_news
    }
}
