//! The program without a window, as a lesson drives it.

use super::material::Material;
use super::snapshot::{Decoding, Snapshot, View, weights_of};
use super::wait::until;
use crate::interpret::Component;
use crate::lesson::action::{Argument, Half, Method};
use crate::lesson::formula::{Formula, Value, World};
use crate::lesson::runner::Order;
use crate::lesson::{Action, Lesson};
use crate::session::engine::Source;
use crate::session::{FRESH, Manner, Recording, Session, fresh_name, shipped_models};
use crate::tensor::Threads;
use crate::text::sets::index::Language;
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A session, and what of it a lesson can change.
pub struct Stage {
    pub(super) session: Session,
    pub(super) language: Language,
    pub(super) lesson: Arc<Lesson>,
    pub(super) decoding: Decoding,
    pub(super) view: View,
    pub(super) material: Option<Material>,
    /// The set of it.
    pub(super) set: Option<String>,
    /// The preset of the runs to come.
    pub(super) preset: Option<String>,
    /// The run that was written down and is shown in place of one.
    pub(super) recorded: Option<Recording>,
    /// How far the step that was taken slowly is shown.
    pub(super) half: Option<Half>,
    /// Whether the rows stayed the same when the text was last lengthened.
    pub(super) same_rows: Option<bool>,
    /// How many tokens the prompt has: what is behind was taken or written.
    pub(super) prompt: usize,
    /// The weights' fingerprint when the lesson began.
    weights: Option<String>,
    /// What the view was when the step began.
    before: View,
    /// How many tokens were drawn since the lesson began: each has a random number of its own.
    pub(super) drawn: u64,
}

/// The model that a lesson names: `fresh:PRESET` is the one that a run of this preset begins with, on the
/// lesson's data and with its seed.
pub fn model_name(lesson: &Lesson, name: &str, language: Language) -> String {
    let set = lesson.setup.data.as_ref().map(|data| data.of(language).as_str());
    match name.strip_prefix(FRESH) {
        Some(preset) => fresh_name(preset, set, lesson.setup.seed),
        None => name.into(),
    }
}

/// Whether what is compared are two models rather than two texts.
pub fn names_models(left: &str, right: &str) -> bool {
    let is_model =
        |name: &str| shipped_models().any(|known| known == name) || Path::new(name).is_dir();
    is_model(left) && is_model(right)
}

/// Whether [`Stage`] can do this.
pub fn is_performed(action: &str) -> bool {
    [
        "Station",
        "Model",
        "Data",
        "Prompt",
        "Seed",
        "Decode",
        "Mark",
        "Open",
        "Close",
        "Zoom",
        "Select",
        "Forward",
        "Back",
        "Take",
        "Rewind",
        "Draw",
        "Replies",
        "Say",
        "NewChat",
        "BeamStep",
        "BeamRun",
        "Clean",
        "Merge",
        "Ablate",
        "Patch",
        "Restore",
        "Preset",
        "Reset",
        "Train",
        "Pause",
        "Scrub",
        "TrainHalf",
        "Tune",
        "Recorded",
        "Compare",
        "Fork",
    ]
    .contains(&action)
}

impl Stage {
    /// Opens the model that a lesson begins with.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(lesson: Arc<Lesson>, language: Language, threads: Threads) -> Result<Self> {
        let model = model_name(&lesson, lesson.setup.model.of(language), language);
        let source = Source::Named(PathBuf::from(model));
        let mut session = Session::start(source.clone(), source, threads, || {})?;
        // The same replies on every machine, and no waiting for anybody's eyes.
        session.manner = Manner { temperature: 0.0, seed: 1, pace: Duration::ZERO };
        let mut stage = Self {
            session,
            language,
            lesson,
            decoding: Decoding::default(),
            view: View::default(),
            material: None,
            set: None,
            preset: None,
            recorded: None,
            half: None,
            same_rows: None,
            prompt: 0,
            weights: None,
            before: View::default(),
            drawn: 0,
        };
        stage.wait_for_model(None)?;
        Ok(stage)
    }

    /// Waits until a model is open that is not `before`, and its heads are known.
    pub(super) fn wait_for_model(&mut self, before: Option<usize>) -> Result<()> {
        let is_new = |session: &Session| {
            session.opened().is_some_and(|opened| Some(Arc::as_ptr(opened) as usize) != before)
        };
        until(&mut self.session, |session| is_new(session) && !session.labels(false).is_empty())?;
        self.weights = self.session.opened().map(|opened| weights_of(opened));
        Ok(())
    }

    /// What formulas read now.
    pub fn snapshot(&self) -> Snapshot<'_> {
        let sight = self.session.seen().filter(|_| self.session.sight_is_current());
        Snapshot {
            opened: self.session.opened().map(|opened| &**opened),
            sight: sight.map(|sight| &**sight),
            labels: self.session.labels(false),
            decoding: &self.decoding,
            conversation: self.session.conversation(),
            view: &self.view,
            material: self.material.as_ref(),
            training: self.session.training().run.as_ref().filter(|_| self.recorded.is_none()),
            earlier: &self.session.training().earlier,
            recorded: self.recorded.as_ref(),
            moment: None,
            slow: self.session.training().record.as_deref().zip(self.half),
            language: self.language,
            changes: self.session.changes(),
            same_rows: self.same_rows,
            weights_before: self.weights.as_deref(),
        }
    }

    /// Carries out an order; `world` is what its formulas refer to.
    ///
    /// # Errors
    /// If it cannot be done, in a sentence that says why.
    pub fn carry_out(&mut self, order: &Order, values: &Resolved) -> Result<()> {
        match order {
            Order::Perform(action) => self.perform(action, values),
            Order::BeginStep => {
                self.decoding.draws.clear();
                self.decoding.replies.clear();
                self.decoding.search = None;
                self.recorded = None;
                self.before = self.view.clone();
                Ok(())
            }
            Order::UndoView => {
                let station = self.view.station;
                self.view = View { station, ..self.before.clone() };
                Ok(())
            }
            // Nobody's own state is here, and no control is seen.
            Order::Save | Order::Restore | Order::Hide(_) => Ok(()),
        }
    }
}

/// The numbers, tokens and heads that an action's arguments are now.
#[derive(Debug, Default)]
pub struct Resolved {
    pub(super) values: Vec<Option<Value>>,
}

impl Resolved {
    /// Computes an order's arguments.
    pub fn of(order: &Order, world: &World<'_>) -> Self {
        let Order::Perform(action) = order else { return Self::default() };
        let token = |value| world.token_of(&value);
        let values = match action {
            Action::Decode {
                temperature,
                top_k,
                top_p,
                min_p,
                repetition_penalty,
                beams,
                length_penalty,
            } => [temperature, top_k, top_p, min_p, repetition_penalty, beams, length_penalty]
                .map(|argument| argument.as_ref().map(|argument| argument.value(world)))
                .to_vec(),
            Action::Select { position, layer, head, token: of, rival, cell } => {
                let value = |argument: &Option<Argument>| {
                    argument.as_ref().map(|argument| argument.value(world))
                };
                let [of, rival] = [of, rival].map(|argument| value(argument).map(token));
                vec![value(position), value(layer), value(head), of, value(cell), rival]
            }
            Action::Take(argument) => vec![Some(token(argument.value(world)))],
            Action::Draw(n) | Action::Merge(n) | Action::Train(n) | Action::Scrub(n) => {
                vec![Some(n.value(world))]
            }
            Action::Tune(_, method, steps) => {
                let rank = match method {
                    Method::Full => None,
                    Method::Lora(rank) => Some(rank.value(world)),
                };
                vec![Some(steps.value(world)), rank]
            }
            Action::Patch { row, .. } => vec![Some(row.value(world))],
            Action::Ablate(part) => vec![Some(match part.parse::<Component>() {
                Ok(_) => Value::Text(part.clone()),
                Err(()) => Formula::new(part.as_str()).value(world),
            })],
            Action::Replies { n, temperature } => {
                vec![Some(n.value(world)), Some(temperature.value(world))]
            }
            _ => Vec::new(),
        };
        Self { values }
    }

    /// A value that has to be known; none if the action was given none.
    ///
    /// # Errors
    /// If it is unknown, or of another kind.
    pub fn known<T>(&self, i: usize, as_what: impl Fn(&Value) -> Option<T>) -> Result<Option<T>> {
        match self.values.get(i).and_then(Option::as_ref) {
            None => Ok(None),
            Some(value) => match as_what(value) {
                Some(found) => Ok(Some(found)),
                None => {
                    Err(Error::failed(format!("an argument is {value}, which cannot be used here")))
                }
            },
        }
    }
}
