//! Hand-ins: what a learner answered goes to a file, and a teacher looks at it again.

use super::Shell;
use crate::app::lesson::{HandIn, Playing};
use crate::app::words::fill;
use std::path::Path;

impl Shell {
    /// Saves what was answered, for the teacher.
    pub(super) fn save_hand_in(&mut self) {
        let Some(playing) = &self.desk.playing else { return };
        let filters = self.session.decoding().filters();
        let hand_in = HandIn {
            format: 1,
            lesson: playing.loaded.lesson.id.clone(),
            language: lesson_language(playing).into(),
            seed: playing.loaded.lesson.setup.seed,
            weights: playing.seen.weights.clone().unwrap_or_default(),
            data: playing.data_hash(),
            settings: vec![("filters".into(), format!("{filters:?}"))],
            answers: playing.runner.kept().to_vec(),
            trace: playing.trace.clone(),
        };
        let name = format!("{}.handin.txt", hand_in.lesson);
        match hand_in.text() {
            Ok(text) => self.save_text(&name, text),
            Err(error) => self.problem = Some(error.to_string()),
        }
    }

    /// Shows the answers of a hand-in, step by step.
    pub(super) fn open_hand_in(&mut self, file: &Path) {
        let name = file.display().to_string();
        let read = crate::store::read_text(file, 8 << 20);
        let read = read.and_then(|text| HandIn::read(&name, &text));
        let words = self.settings.language.words();
        match read {
            Err(error) => self.problem = Some(error.to_string()),
            Ok(hand_in) => {
                if self.desk.shelf.find(&hand_in.lesson).is_none() {
                    let what = fill(words.lesson.no_such_lesson, &[&name, &hand_in.lesson]);
                    self.problem = Some(what);
                    return;
                }
                self.open_lesson(&hand_in.lesson);
                if let Some(playing) = &mut self.desk.playing {
                    playing.runner.remember(&hand_in.answers);
                    playing.handed_in = Some(hand_in);
                }
            }
        }
    }
}

fn lesson_language(playing: &Playing) -> &'static str {
    match playing.language() {
        crate::text::sets::index::Language::En => "en",
        crate::text::sets::index::Language::Zh => "zh",
    }
}
