//! What a learner hands in: one text file that another machine can replay. It holds no name.

use crate::lesson::runner::Kept;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// Everything that a teacher needs to see what was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandIn {
    pub format: u32,
    pub lesson: String,
    /// `en` or `zh`.
    pub language: String,
    pub seed: u64,
    /// Digits that tell the model's weights, and the lesson's data, from others.
    pub weights: String,
    pub data: String,
    pub settings: Vec<(String, String)>,
    pub answers: Vec<Kept>,
    /// What was pressed, in order.
    pub trace: Vec<String>,
}

impl HandIn {
    /// As the file's text.
    ///
    /// # Errors
    /// If it cannot be written as RON, which no content of it brings about.
    pub fn text(&self) -> Result<String> {
        let pretty = ron::ser::PrettyConfig::default();
        ron::ser::to_string_pretty(self, pretty)
            .map_err(|error| Error::failed(format!("the hand-in cannot be written: {error}")))
    }

    /// Reads one; `file` is how the sentence names it.
    ///
    /// # Errors
    /// If it is none, with the place.
    pub fn read(file: &str, text: &str) -> Result<Self> {
        let read: Self = ron::from_str(text).map_err(|error| {
            let (at, what) = (error.span.start, error.code);
            Error::failed(format!("{file}:{at}: {what}; this is no hand-in of Glassbox"))
        })?;
        if read.format != 1 {
            let what = format!("{file}: hand-ins of format {} need a newer Glassbox", read.format);
            return Err(Error::failed(what));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_in_comes_back_and_nothing_else_does() {
        let hand_in = HandIn {
            format: 1,
            lesson: "08-the-die".into(),
            language: "zh".into(),
            seed: 7,
            weights: "ab".into(),
            data: String::new(),
            settings: vec![("temperature".into(), "2".into())],
            answers: Vec::new(),
            trace: vec!["Next".into()],
        };
        let text = hand_in.text().unwrap();
        assert_eq!(HandIn::read("mine.txt", &text).unwrap(), hand_in);
        let error = HandIn::read("mine.txt", "hello").unwrap_err().to_string();
        assert!(error.starts_with("mine.txt:1:"), "{error}");
        let newer = text.replace("format: 1", "format: 2");
        assert!(HandIn::read("mine.txt", &newer).unwrap_err().to_string().contains("newer"));
    }
}
