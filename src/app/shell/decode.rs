//! Carrying out what a person asked for in the Decode station.

use super::Shell;
use crate::app::context::{Action, Selection, Station};
use crate::app::stations::decode::{self, Ask};
use crate::app::stations::model::View;
use crate::decode::Outlook;

/// How often the die is rolled to see a histogram.
const OFTEN: usize = 1000;

impl Shell {
    /// Carries out one thing, and lets a lesson know of it.
    pub(super) fn decode_and_tell(&mut self, ask: Ask) {
        let sheet = self.session.decoding().sheet();
        let counts = sheet.and_then(|sheet| sheet.counts.clone());
        self.decode(ask.clone());
        self.count_rolls(&ask, &counts.unwrap_or_default());
        let writes = matches!(
            ask,
            Ask::Text { .. }
                | Ask::Append(_)
                | Ask::Draw
                | Ask::Branch
                | Ask::Go { .. }
                | Ask::Switch(_)
        );
        if writes {
            self.follow_decoding();
        }
    }

    /// Carries out one thing.
    pub(super) fn decode(&mut self, ask: Ask) {
        match ask {
            Ask::Show(view) => {
                self.rooms.decode.view = view;
                self.settings.station = Station::Decode;
            }
            Ask::Text { text, as_chat } => {
                self.locked = Selection::default();
                self.session.decode_text(&text, as_chat);
            }
            Ask::Filters(filters) => self.session.decode_filters(filters),
            Ask::Seed(seed) => self.session.decode(|decoding| decoding.set_seed(seed)),
            Ask::Append(token) => {
                self.locked = Selection::default();
                self.session.decode_append(token);
            }
            Ask::Draw => {
                self.locked = Selection::default();
                self.session.decode_drawn();
            }
            Ask::Branch => {
                if let Some(token) = decode::branch(&self.context()) {
                    self.decode(Ask::Append(token));
                }
            }
            Ask::Go { position, candidate } => {
                self.locked = Selection { candidate, ..Selection::default() };
                self.session.decode(|decoding| decoding.go(position));
            }
            Ask::Switch(by) => {
                self.locked = Selection::default();
                self.session.decode(|decoding| decoding.switch(by));
            }
            Ask::RollAgain => self.session.decode(crate::session::Decoding::roll_again),
            Ask::RollOften => self.session.decode(|decoding| decoding.roll_often(OFTEN)),
            Ask::OpenInModel => self.open_place_in_model(),
            Ask::FromModel => self.open_row_in_decode(),
        }
    }

    /// Goes on by hand where a token of a reply was chosen.
    pub(super) fn open_in_decode(&mut self, node: usize, step: usize) {
        self.session.decode_reply(node, step);
        let candidate = self.session.decoding().following().map(|node| node.token);
        self.locked = Selection { candidate, ..Selection::default() };
        self.settings.station = Station::Decode;
    }

    /// Goes on by hand where a row of the Model station chooses.
    fn open_row_in_decode(&mut self) {
        let ids = self.session.subject().to_vec();
        let rows = self.locked.position.map_or(ids.len(), |position| position + 1);
        if !ids.is_empty() {
            self.session.decode(|decoding| {
                decoding.begin(&ids, 0);
                decoding.go(rows.min(ids.len()) - 1);
            });
            let candidate = self.locked.candidate;
            self.locked = Selection { candidate, ..Selection::default() };
            self.settings.station = Station::Decode;
        }
    }

    /// Shows the Model station at the place: its last row is the one that chooses.
    fn open_place_in_model(&mut self) {
        let ids = self.session.decoding().ids();
        if let Some(position) = ids.len().checked_sub(1) {
            self.locked = Selection { position: Some(position), ..self.locked };
            self.rooms.model.show_all();
            self.rooms.model.view = View::Map;
            self.settings.station = Station::Model;
            self.session.look(ids);
        }
    }

    /// The most open choice of the last reply, as a person might look at it: for whoever takes
    /// pictures.
    pub(super) fn show_a_choice(&mut self) {
        let conversation = self.session.conversation();
        let replies = conversation.path().into_iter().rev();
        let reply = replies.filter_map(|at| Some((at, conversation.node(at)?.written.as_ref()?)));
        let most_open = reply.take(1).flat_map(|(node, written)| {
            let steps = written.steps.iter().enumerate().skip(1);
            steps.filter_map(move |(step, it)| {
                Some((Outlook::new(&it.logits).ok()?.entropy(), node, step))
            })
        });
        if let Some((_, node, step)) = most_open.max_by(|a, b| a.0.total_cmp(&b.0)) {
            self.act(Action::OpenInDecode { node, step });
        }
    }
}
