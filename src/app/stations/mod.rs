//! The rooms of the program, one folder each. Here is what the shell asks of whichever is entered.

pub mod chat;
pub mod data;
pub mod decode;
pub mod model;
pub mod prompt;
pub mod tokens;
pub mod train;
pub mod tune;

use super::context::{Action, Context, Station};
use super::transport::{Move, Track, Transport};
use super::words::Words;
use crate::lesson::Part;
use egui::Ui;

/// What the stations remember.
#[derive(Debug, Default)]
pub struct Rooms {
    pub chat: chat::State,
    pub decode: decode::State,
    pub data: data::State,
    pub model: model::State,
    pub tokens: tokens::State,
    pub train: train::State,
    pub tune: tune::State,
}

/// What the left panel says of a room until a lesson is open.
#[derive(Debug, Clone, Copy)]
pub struct About {
    pub title: &'static str,
    pub texts: [&'static str; 2],
    /// What to try, and what then.
    pub task: &'static str,
    pub more: &'static str,
}

impl Rooms {
    /// Paints the stage of a station.
    pub fn stage(
        &mut self,
        station: Station,
        ui: &mut Ui,
        ctx: &Context,
        narrow: bool,
        actions: &mut Vec<Action>,
    ) {
        match station {
            Station::Chat => chat::stage(ui, ctx, &mut self.chat, narrow, actions),
            Station::Decode => decode::stage(ui, ctx, &mut self.decode, narrow, actions),
            Station::Data => data::stage(ui, ctx, &mut self.data, narrow, actions),
            Station::Tokens => tokens::stage(ui, ctx, &mut self.tokens, narrow, actions),
            Station::Model => model::stage(ui, ctx, &mut self.model, narrow, actions),
            Station::Train => train::stage(ui, ctx, &mut self.train, narrow, actions),
            Station::Tune => tune::stage(ui, ctx, &mut self.tune, narrow, actions),
        }
    }

    /// Paints the inspector of a station.
    pub fn inspector(
        &mut self,
        station: Station,
        ui: &mut Ui,
        ctx: &Context,
        actions: &mut Vec<Action>,
    ) {
        match station {
            Station::Chat => {
                train::newer_card(ui, ctx, &mut self.train.kept_step, actions);
                chat::inspector(ui, ctx, &self.chat, actions);
            }
            Station::Data => data::inspector(ui, ctx, &self.data, actions),
            Station::Tokens => tokens::inspector(ui, ctx, &self.tokens, actions),
            Station::Decode => decode::inspector(ui, ctx, &mut self.decode, actions),
            Station::Model => model::inspector(ui, ctx, &self.model, actions),
            Station::Train => train::inspector(ui, ctx, &mut self.train, actions),
            Station::Tune => tune::inspector(ui, ctx, &mut self.tune, actions),
        }
    }

    /// What lessons call the stage as a whole, as it is now.
    pub fn parts_of_stage(&self, station: Station) -> &'static [Part] {
        use model::View;
        match (station, self.model.view) {
            (Station::Data, _) => &[
                Part::DataBubbles,
                Part::DataRules,
                Part::DataRaw,
                Part::DataSplit,
                Part::DataTurns,
                Part::DataCounts,
            ],
            (Station::Tokens, _) => &[
                Part::TokensPieces,
                Part::TokensIds,
                Part::TokensMerges,
                Part::TokensTemplate,
                Part::TokensVocabulary,
            ],
            (Station::Train, _) => &[
                Part::TrainCurve,
                Part::TrainProbe,
                Part::TrainReplies,
                Part::TrainLearningRate,
                Part::TrainSlow,
                Part::TrainOutcome,
            ],
            (Station::Model, View::Lens) => &[Part::LensTable],
            (Station::Model, View::Embedding) => &[Part::EmbeddingMap],
            (Station::Model, View::Neurons) => &[Part::MlpNeurons],
            (Station::Model, View::Why) => &[Part::CauseBars, Part::CauseLost],
            (Station::Model, View::Compare) => &[Part::CauseGrid],
            _ => &[],
        }
    }

    /// Whether the stage leaves room for the inspector: where it explains itself, there is none.
    pub fn has_inspector(&self, station: Station) -> bool {
        match station {
            Station::Model => self.model.view.has_inspector(),
            Station::Train => self.train.run_shown,
            Station::Tune => self.tune.run_shown,
            _ => true,
        }
    }

    /// Where a station is in its process.
    pub fn transport(&self, station: Station, ctx: &Context) -> Transport {
        match station {
            Station::Chat => chat::transport(ctx, &self.chat),
            Station::Decode => decode::transport(ctx, &self.decode),
            Station::Data => data::transport(ctx, &self.data),
            Station::Tokens => tokens::transport(ctx, &self.tokens),
            Station::Model => model::transport(ctx, &self.model),
            Station::Train => train::transport(ctx, &self.train),
            Station::Tune => tune::transport(ctx),
        }
    }

    /// What stands along the track.
    pub fn track(&self, station: Station, ctx: &Context) -> Track {
        match station {
            Station::Train => train::track(ctx, &self.train),
            Station::Tune => tune::track(ctx, &self.tune),
            _ => Track::default(),
        }
    }

    /// Moves in a station's process.
    pub fn moved(
        &mut self,
        station: Station,
        ctx: &Context,
        asked: Move,
        actions: &mut Vec<Action>,
    ) {
        match station {
            Station::Chat => chat::moved(ctx, &mut self.chat, asked, actions),
            Station::Decode => decode::moved(ctx, &mut self.decode, asked, actions),
            Station::Data => data::moved(ctx, &mut self.data, asked),
            Station::Tokens => tokens::moved(ctx, &mut self.tokens, asked),
            Station::Model => model::moved(ctx, &mut self.model, asked, actions),
            Station::Train => train::moved(ctx, &mut self.train, asked, actions),
            Station::Tune => tune::moved(ctx, &mut self.tune, asked, actions),
        }
    }

    /// Keys that only one station has a use for. A focused part has its own use for arrows.
    pub fn keys(&mut self, station: Station, ui: &Ui, ctx: &Context, actions: &mut Vec<Action>) {
        if station == Station::Decode {
            decode::keys(ui, ctx, &mut self.decode, actions);
        }
    }

    /// What those keys do, for the sheet of keys.
    pub fn key_names(&self, station: Station, words: &Words) -> Vec<(&'static str, &'static str)> {
        match station {
            Station::Data => data::key_names(words),
            Station::Tokens => tokens::key_names(words),
            Station::Decode => decode::key_names(words, self.decode.view),
            Station::Model | Station::Train | Station::Tune | Station::Chat => Vec::new(),
        }
    }

    /// While a station is playing: seconds until its next step, 0 if it is due.
    pub fn tick(&mut self, station: Station, now: f64) -> Option<f64> {
        match station {
            Station::Chat => self.chat.tick(now),
            Station::Decode => self.decode.tick(now),
            Station::Data => self.data.tick(now),
            Station::Tokens => self.tokens.tick(now),
            Station::Model => self.model.tick(now),
            // The engine sets the pace.
            Station::Train | Station::Tune => None,
        }
    }

    /// The presenter's sentence.
    pub fn caption(&self, station: Station, ctx: &Context) -> String {
        match station {
            Station::Chat => chat::caption(ctx, &self.chat),
            Station::Data => data::caption(ctx, &self.data),
            Station::Tokens => tokens::caption(ctx, &self.tokens),
            Station::Decode => decode::caption(ctx, &self.decode),
            Station::Model => model::caption(ctx, &self.model),
            Station::Train => train::caption(ctx),
            Station::Tune => tune::caption(ctx, &self.tune),
        }
    }

    /// Why a station no longer fits what comes before it.
    pub fn warning(&self, station: Station, ctx: &Context) -> Option<String> {
        // What a lesson lends is seldom what its model has learned from, and need not be.
        if ctx.session.library().is_lent() {
            return None;
        }
        match station {
            Station::Data => data::warning(ctx),
            Station::Tokens => tokens::warning(ctx),
            Station::Model => data::bond_warning(ctx),
            Station::Train | Station::Tune | Station::Decode | Station::Chat => None,
        }
    }

    /// What the left panel says.
    pub fn about(&self, station: Station, words: &Words) -> About {
        match station {
            Station::Chat => chat::about(words),
            Station::Data => data::about(words),
            Station::Tokens => tokens::about(words, &self.tokens),
            Station::Decode => decode::about(words, &self.decode),
            Station::Model => model::about(words, &self.model),
            Station::Train => train::about(words),
            Station::Tune => tune::about(words),
        }
    }
}
