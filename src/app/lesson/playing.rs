//! The lesson that is open.

use super::handin::HandIn;
use super::marks::{Staging, Veil};
use super::prose::{self, Line};
use crate::app::context::{Selection, Station};
use crate::app::numbers;
use crate::decode::Filters;
use crate::lesson::action::{By, Half};
use crate::lesson::formula::Readings;
use crate::lesson::runner::{Answer, Input, Order, Phase, Runner, Truth};
use crate::lesson::schema::{Bet, Scale, Task};
use crate::lesson::{Action, Loaded};
use crate::nn::Name;
use crate::session;
use crate::session::Recording;
use crate::session::engine::Sight;
use crate::session::lesson::{Beams, Decoding, Drawn, Material, View, Worked, Written, same_rows};
use crate::store::fingerprint_of;
use crate::text::sets::index::Language;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// What has to happen before the next order is carried out.
#[derive(Debug)]
pub enum Wait {
    /// Another model than the one at this address is open, and its heads are known.
    Model(Option<usize>),
    /// The text that is looked at has been read.
    Sight,
    /// The chat's reply is written.
    Reply,
    Material(Receiver<crate::Result<Material>>),
    Beams(Receiver<crate::Result<Box<Beams>>>),
    /// The text that a row is taken from has been read: of which activation, and which row.
    Beside(Name, usize),
    Replies(Receiver<crate::Result<Vec<Written>>>),
    /// A run stands before its first step; then it takes so many.
    Begun(u64),
    /// The run has taken so many steps, and rests.
    Trained(u64),
    /// The run has tuned its model, and what that gained is known.
    Tuned,
    /// The model of this step of the run is open.
    Moment(u64),
}

/// A person's own state, put back when the lesson is left.
#[derive(Debug, Clone)]
pub struct Own {
    pub session: session::Own,
    pub station: Station,
    pub locked: Selection,
    pub filters: Filters,
    pub seed: u64,
    /// What stands in the fields of the Model and Decode stations, and of the second text.
    pub typed: [(String, bool); 3],
    /// Whether all sliders of the Decode station are shown.
    pub more: bool,
}

/// What formulas read beside the session: what the window shows, and what was done since the step began.
#[derive(Debug, Default)]
pub struct Seen {
    pub decoding: Decoding,
    pub view: View,
    pub material: Option<Material>,
    /// The set of it, and what has been done to it.
    pub set: Option<String>,
    /// The preset of the runs to come, and whether the run under way is the lesson's.
    pub preset: Option<String>,
    pub trains: bool,
    /// The run that was written down and is shown in place of one.
    pub recorded: Option<Arc<Recording>>,
    /// How far the step that was taken slowly is shown.
    pub half: Option<Half>,
    pub worked: Worked,
    /// The weights' fingerprint when the lesson began.
    pub weights: Option<String>,
    /// What was seen last, and whether its rows were, bit by bit, in what was seen before it.
    pub sight: Option<Arc<Sight>>,
    pub same_rows: Option<bool>,
}

impl Seen {
    /// Another text is seen.
    pub fn see(&mut self, sight: &Arc<Sight>) {
        if self.sight.as_ref().is_some_and(|before| Arc::ptr_eq(before, sight)) {
            return;
        }
        let before = self.sight.replace(sight.clone());
        let of_model = before.filter(|before| Arc::ptr_eq(&before.model, &sight.model));
        self.same_rows = of_model.and_then(|before| same_rows(&before.reading, &sight.reading));
    }
}

/// What a step needs of what a class that only looks is not shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hands {
    /// Fields and settings of the stage.
    pub fields: bool,
    pub transport: bool,
}

/// A lesson that is being played.
#[derive(Debug)]
pub struct Playing {
    pub loaded: Arc<Loaded>,
    pub runner: Runner,
    /// Orders that are still to be carried out.
    pub queue: VecDeque<Order>,
    pub wait: Option<Wait>,
    /// Whether the runner has not yet heard that its orders are carried out.
    pub settling: bool,
    /// Whether something changed that the runner has not seen.
    pub stale: bool,
    pub own: Option<Own>,
    pub seen: Seen,
    /// How many tokens the prompt has.
    pub prompt: usize,
    /// What was selected when the step began.
    pub before: Selection,
    pub marks: Vec<String>,
    pub hidden: Vec<String>,
    /// Controls of `hidden` that the step has opened, and whether the teacher has opened all.
    pub opened: Vec<String>,
    /// Whether the field that has the keyboard is to let go of it: the step is done.
    pub lets_go: bool,
    /// How far the run is that learns now, and its steps in all.
    pub learning: Option<(usize, usize)>,
    /// Parts that the step has put out of sight, beside those.
    pub closed: Vec<String>,
    pub all_shown: bool,
    /// Why something could not be done.
    pub problem: Option<String>,
    /// What is read now.
    pub texts: Texts,
    /// What is being typed or arranged, until it is a bet.
    pub draft: Draft,
    pub term: Option<String>,
    pub notes: bool,
    /// Hands counted for each option.
    pub votes: Vec<u32>,
    /// Whether the learner has asked once to forget all answers: the second time it is done.
    pub forgetting: bool,
    /// What is pressed once everything that is being set up is there.
    pub then: Option<Input>,
    /// Everything that was pressed, in words, for whoever replays it.
    pub trace: Vec<String>,
    /// The hand-in whose answers are shown.
    pub handed_in: Option<HandIn>,
}

/// A bet on its way.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub text: String,
    pub order: Vec<usize>,
    pub curve: Vec<f64>,
    pub handle: usize,
}

/// The texts of the moment, with their values.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    pub title: String,
    pub question: Vec<Line>,
    pub say: Vec<Line>,
    pub ask: Vec<Line>,
    /// Options of a choice, or items of a ranking.
    pub options: Vec<String>,
    /// The order in which a ranking begins.
    pub begins: Vec<usize>,
    /// Tokens to choose among, in alphabetical order.
    pub tokens: Vec<(u32, String)>,
    pub hints: Vec<Vec<Line>>,
    pub sample: Vec<Line>,
    pub reveal: Vec<Line>,
    pub takeaway: Vec<Line>,
    pub teacher: Vec<Line>,
    /// The learner's bet and what the engine says, in words.
    pub bet: String,
    pub truth: String,
    pub near: Option<bool>,
    /// Where a curve ends at the right and at the top.
    pub extent: (f64, f64),
}

/// How many tokens a learner chooses among.
const TOKENS: usize = 12;

impl Playing {
    /// Ready to begin, with nothing done yet.
    pub fn new(loaded: Arc<Loaded>, runner: Runner) -> Self {
        Self {
            loaded,
            runner,
            queue: VecDeque::new(),
            wait: None,
            settling: false,
            stale: true,
            own: None,
            seen: Seen::default(),
            prompt: 0,
            before: Selection::default(),
            marks: Vec::new(),
            hidden: Vec::new(),
            opened: Vec::new(),
            closed: Vec::new(),
            learning: None,
            lets_go: false,
            all_shown: false,
            problem: None,
            texts: Texts::default(),
            draft: Draft::default(),
            term: None,
            notes: false,
            forgetting: false,
            then: None,
            votes: Vec::new(),
            trace: Vec::new(),
            handed_in: None,
        }
    }

    /// Counts tokens that the die fell on.
    pub fn count(&mut self, tokens: &[u32]) {
        let temperature = self.seen.decoding.filters.temperature.unwrap_or(1.0);
        let drawn = |&token: &u32| Drawn { token, temperature };
        self.seen.decoding.draws.extend(tokens.iter().map(drawn));
    }

    /// Digits that tell the lesson's data from other data; empty if it has none.
    pub fn data_hash(&self) -> String {
        let turns = self.seen.material.iter().flat_map(Material::turns);
        let bytes: Vec<u8> = turns.flat_map(|turn| turn.bytes().chain([0])).collect();
        if bytes.is_empty() { String::new() } else { fingerprint_of(bytes.into_iter()) }
    }

    /// What the lesson does to the screen now.
    pub fn staging(&self) -> Staging {
        let step = self.runner.step();
        let shown = step.and_then(|step| step.reveal.as_ref()).map_or(&[][..], |it| &it.show);
        let mut shows = step.and_then(|step| step.play.as_ref()).into_iter().chain(shown);
        let searches = shows.any(|it| matches!(it, Action::BeamRun | Action::BeamStep));
        Staging {
            marks: self.marks.clone(),
            hidden: self.out_of_sight(),
            veil: self.veil(),
            locks_search: searches && self.waits_for_bet() && !self.runner.has_played(),
        }
    }

    /// What has to be at hand on the stage, as the step's own solution shows.
    pub fn hands(&self) -> Hands {
        let step = self.runner.step().filter(|_| !self.runner.is_greyed());
        let solve = match step.map(|step| &step.task) {
            Some(Task::Do { solve, .. } | Task::Goal { solve, .. }) => solve.as_slice(),
            // What is pointed at is there, though nothing is to be done with it yet.
            _ => {
                let fields = ["beam.width", "beam.length_penalty"];
                let fields = fields.iter().any(|name| self.marks.iter().any(|mark| mark == name));
                return Hands { fields, ..Hands::default() };
            }
        };
        if !matches!(self.runner.phase(), Phase::Say | Phase::Reveal) {
            return Hands::default();
        }
        use Action as A;
        let types = |action: &A| {
            let searches = matches!(action, A::Decode { beams, length_penalty, .. }
                if beams.is_some() || length_penalty.is_some());
            searches || matches!(action, A::Prompt(_) | A::BeamStep | A::BeamRun)
        };
        let moves = |action: &A| {
            matches!(
                action,
                A::Forward(_) | A::Back | A::Take(_) | A::Rewind | A::BeamStep | A::BeamRun
            ) || matches!(action, A::Merge(_) | A::Reset | A::Pause)
                || matches!(action, A::Train(_) | A::Scrub(_) | A::TrainHalf(_))
        };
        Hands { fields: solve.iter().any(types), transport: solve.iter().any(moves) }
    }

    /// What would give the answer away, before the learner has bet and seen it come.
    fn veil(&self) -> Veil {
        let waits = self.runner.phase() == Phase::Say && !self.runner.is_greyed();
        let Some(step) = self.runner.step().filter(|_| waits) else { return Veil::Nothing };
        match (&step.play, self.runner.has_played()) {
            (Some(Action::Forward(By::Logits)), false) => Veil::All,
            (Some(Action::Forward(By::Logits)), true) => Veil::Odds,
            (Some(Action::Forward(By::Odds)), false) => match step.task.bet() {
                // The scores alone would name the token.
                Some(Bet::Token { .. }) => Veil::All,
                _ => Veil::Odds,
            },
            _ => Veil::Nothing,
        }
    }

    /// The controls that are out of sight now.
    fn out_of_sight(&self) -> Vec<String> {
        if self.all_shown {
            return Vec::new();
        }
        let all = self.hidden.iter().chain(&self.closed);
        all.filter(|name| !self.opened.contains(name)).cloned().collect()
    }

    /// Whether the step has something to show that has not been shown.
    pub fn waits_to_play(&self) -> bool {
        let waits = self.runner.phase() == Phase::Say && !self.runner.is_greyed();
        waits
            && !self.runner.has_played()
            && self.runner.step().is_some_and(|step| step.play.is_some())
    }

    /// Whether a bet has been asked for, and the engine has not yet answered.
    pub fn waits_for_bet(&self) -> bool {
        let waits = self.runner.phase() == Phase::Say && !self.runner.is_greyed();
        waits && self.runner.step().is_some_and(|step| step.task.bet().is_some())
    }

    /// Whether orders are still being carried out.
    pub fn is_busy(&self) -> bool {
        self.wait.is_some() || !self.queue.is_empty()
    }

    /// The texts of the moment. Curves are drawn up to `curve_top`.
    pub fn texts_of(&self, readings: &dyn Readings, curve_top: f64) -> Texts {
        let (lesson, language) = (self.runner.lesson(), self.runner.language());
        let world = self.runner.world(readings);
        let lines = |text: &crate::lesson::schema::Text| prose::lines(text.of(language), &world);
        let shown = |text: &crate::lesson::schema::Text| text.of(language).shown(&world);
        let mut texts = Texts {
            title: shown(&lesson.title),
            question: lines(&lesson.question),
            takeaway: lines(&lesson.takeaway),
            teacher: lines(&lesson.teacher),
            extent: (1.0, curve_top),
            ..Texts::default()
        };
        let Some(step) = self.runner.step() else { return texts };
        texts.say = lines(&step.say);
        texts.hints = step.hints.iter().map(lines).collect();
        if let Some(reveal) = step.reveal.as_ref().filter(|_| self.runner.phase() == Phase::Reveal)
        {
            texts.reveal = lines(&reveal.say);
        }
        match &step.task {
            Task::Explain { ask, sample } => {
                (texts.ask, texts.sample) = (lines(ask), lines(sample));
            }
            Task::Predict(bet) => {
                texts.ask = lines(bet.ask());
                match bet {
                    Bet::Choice { options, .. } => {
                        texts.options = options.iter().map(|option| shown(&option.text)).collect();
                    }
                    Bet::Rank { items, .. } => {
                        texts.options = items.iter().map(|item| shown(&item.text)).collect();
                        // Its truth may take passes through the model: it is asked for once.
                        if self.draft.order.len() == items.len() {
                            texts.begins.clone_from(&self.texts.begins);
                        } else {
                            let truth = bet.truth(&self.runner.world(readings));
                            texts.begins = first_order(&texts.options, &truth);
                        }
                    }
                    Bet::Token { .. } => texts.tokens = self.tokens(readings),
                    Bet::Curve { x, y, .. } => texts.extent = (x.1, y.map_or(curve_top, |y| y.1)),
                    Bet::Number { .. } => {}
                }
                let kept = self.runner.kept().get(self.runner.position());
                let options = texts.options.clone();
                let in_words = |answer: &Answer| in_words(bet, answer, &options, readings);
                let answer = kept.and_then(|kept| kept.answer.as_ref());
                texts.bet = answer.map(in_words).unwrap_or_default();
                if let Some(truth) = kept.and_then(|kept| kept.truth.as_ref()) {
                    texts.near = answer.and_then(|answer| bet.is_near(answer, truth));
                    if let Truth::Is(answer) = truth {
                        texts.truth = in_words(answer);
                    }
                }
            }
            _ => {}
        }
        texts
    }

    /// The most probable tokens here, in an order that says nothing.
    fn tokens(&self, readings: &dyn Readings) -> Vec<(u32, String)> {
        use crate::lesson::formula::{Quantity, Value};
        let top = |n: usize| readings.read(Quantity::Top, &[Some(Value::from(n)), None, None]);
        let tokens = (1..=TOKENS).filter_map(|n| top(n).as_token());
        let mut named: Vec<(u32, String)> =
            tokens.map(|token| (token, readings.piece(token).unwrap_or_default())).collect();
        named.sort_by_key(|(_, piece)| piece.trim().to_lowercase());
        named
    }

    /// The language of its texts.
    pub fn language(&self) -> Language {
        self.runner.language()
    }
}

/// A bet or an answer as people say it.
/// Items in the order of their names, which says nothing: the lesson's own order may be the answer. Where that
/// one is, too, the first comes last.
fn first_order(names: &[String], truth: &Truth) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| names[a].cmp(&names[b]));
    if *truth == Truth::Is(Answer::Order(order.clone())) {
        order.rotate_left(1);
    }
    order
}

fn in_words(bet: &Bet, answer: &Answer, options: &[String], readings: &dyn Readings) -> String {
    match (bet, answer) {
        (_, Answer::Option(i)) => options.get(*i).cloned().unwrap_or_default(),
        (_, Answer::Token(token)) => {
            let piece = readings.piece(*token).unwrap_or_default();
            piece.replace(' ', "·")
        }
        (Bet::Number { scale, .. }, Answer::Number(number)) => number_in_words(*number, *scale),
        (_, Answer::Order(order)) => {
            let names = order.iter().filter_map(|&i| options.get(i).cloned());
            names.collect::<Vec<_>>().join(" > ")
        }
        _ => String::new(),
    }
}

/// A number as a learner would write it.
pub fn number_in_words(number: f64, scale: Scale) -> String {
    let text = match scale {
        Scale::Percent => format!("{:.0} %", 100.0 * number),
        _ if number == number.trunc() && number.abs() < 1e9 => {
            let sign = if number < 0.0 { "-" } else { "" };
            format!("{sign}{}", numbers::count(number.abs() as usize))
        }
        _ if number.abs() >= 100.0 => format!("{number:.0}"),
        _ if number.abs() >= 0.1 => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    };
    text.replace('-', "\u{2212}")
}

/// What may stand between and behind figures.
const BESIDE: &str = " \u{2009}\u{202f},%％";

/// What a learner typed, as a number of the bet's scale.
pub fn number_of(text: &str, scale: Scale) -> Option<f64> {
    let cleaned: String =
        text.replace('\u{2212}', "-").chars().filter(|sign| !BESIDE.contains(*sign)).collect();
    let number = cleaned.parse::<f64>().ok().filter(|number| number.is_finite())?;
    Some(if scale == Scale::Percent { number / 100.0 } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!(number_of("62 %", Scale::Percent), Some(0.62));
        assert_eq!(number_of("62", Scale::Percent), Some(0.62));
        assert_eq!(number_of(" 1,500 ", Scale::Linear), Some(1500.0));
        assert_eq!(number_of("many", Scale::Linear), None);
        assert_eq!(number_in_words(0.62, Scale::Percent), "62 %");
        assert_eq!(number_in_words(3.0, Scale::Log), "3");
        assert_eq!(number_in_words(1_606_080.0, Scale::Log), "1\u{2009}606\u{2009}080");
        assert_eq!(number_of("1\u{2009}606\u{2009}080", Scale::Log), Some(1_606_080.0));
        assert_eq!(number_in_words(0.1234, Scale::Linear), "0.12");
        assert_eq!(number_in_words(-0.0123, Scale::Linear), "\u{2212}0.012");
        assert_eq!(number_of("\u{2212}0.5", Scale::Linear), Some(-0.5));
    }
}
