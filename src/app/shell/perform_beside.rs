//! What a lesson puts beside the text that is looked at: another text, or another model.

use super::Shell;
use super::perform::as_typed;
use crate::app::context::Station;
use crate::app::lesson::{Playing, Wait};
use crate::app::stations::model::View as ModelView;
use crate::app::words::fill;
use crate::interpret::Patch;
use crate::nn::Name;
use crate::session::engine::{Sight, Source};
use crate::session::lesson::{encode_prompt, names_models};
use crate::{Error, Result};

impl Shell {
    /// Two texts side by side, or the text that is looked at in two models.
    pub(super) fn compare_for_lesson(
        &mut self,
        playing: &mut Playing,
        left: &str,
        right: &str,
    ) -> Result<Wait> {
        if names_models(left, right) {
            let opened = self.session.opened().filter(|_| self.session.sight_is_current());
            if opened.is_none_or(|opened| opened.name != left) {
                let words = self.settings.language.words();
                return Err(Error::failed(fill(words.lesson.not_open, &[&left])));
            }
            self.rooms.model.compare.second.write("", true);
            self.session.read_with(Source::Named(right.into()));
        } else {
            let ids = self.encoded_for_lesson(right)?;
            self.look_at_prompt(playing, left)?;
            self.show_beside(right, ids);
        }
        self.settings.station = Station::Model;
        self.rooms.model.view = ModelView::Compare;
        Ok(Wait::Sight)
    }

    /// Reads the text that a row is taken from.
    pub(super) fn read_to_patch(&mut self, from: &str, name: &str, row: usize) -> Result<Wait> {
        let ids = self.encoded_for_lesson(from)?;
        let known = name.parse::<Name>().ok().filter(|name| Patch::fits(*name));
        let name = known.ok_or_else(|| self.cannot(name))?;
        self.show_beside(from, ids);
        Ok(Wait::Beside(name, row))
    }

    /// Puts the row in the place of this text's.
    pub(super) fn patch_from(
        &mut self,
        playing: &mut Playing,
        beside: &Sight,
        name: Name,
        row: usize,
    ) {
        if row >= beside.reading.positions() {
            playing.problem = Some(self.cannot(&name.to_string()).to_string());
            return;
        }
        let values: Vec<f32> = beside.reading.row(name, row).to_vec();
        self.session.patch(Patch { name, row, values: values.into() });
    }

    /// Reads the second text, and shows it as if a person had typed it.
    fn show_beside(&mut self, text: &str, ids: Vec<u32>) {
        let (shown, as_chat) = as_typed(text, self.session.can_chat());
        self.rooms.model.compare.second.write(&shown, as_chat);
        self.session.put_beside(ids);
    }

    /// A lesson's text as tokens, which the open model can read.
    pub(super) fn encoded_for_lesson(&self, text: &str) -> Result<Vec<u32>> {
        let words = self.settings.language.words();
        let tokenizer = self.session.tokenizer();
        let tokenizer = tokenizer.ok_or_else(|| Error::failed(words.decode.no_tokenizer))?;
        let ids = encode_prompt(tokenizer, text)?;
        let context = self.session.context();
        if ids.is_empty() || ids.len() > context {
            let what = fill(words.lesson.bad_prompt, &[&ids.len(), &context]);
            return Err(Error::failed(what));
        }
        Ok(ids)
    }
}
