//! A run that is watched: steps, and between them looks at what became of the model.

use super::kept::Kept;
use super::shelf::{self, Card, Change};
use super::tuned::{Tuned, Tuner};
use super::{Attempt, Begun, Materials, News, Prepared, Prober, Watched};
use crate::nn::Parameters;
use crate::session::engine::{Opened, Pace, RunStep, Source};
use crate::session::folder::{RunFolder, provenance_at};
use crate::session::run::{Run, RunEvent, RunSettings, read_log};
use crate::store::{Model, Precision, Provenance};
use crate::tensor::Threads;
use crate::text::Tokenizer;
use crate::text::template::END;
use crate::train::{Learning, Progress, Trainer};
use crate::{Error, Result};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where a run is kept.
pub(in crate::session) struct Place {
    pub card: Card,
    pub folder: Option<PathBuf>,
}

/// How often steps are told of where looks are rarer: each time the window draws, and without a GPU
/// a picture costs as much as a step.
const BETWEEN_NEWS: Duration = Duration::from_millis(250);
/// How often what is learned is saved.
const SAVE_EVERY: Duration = Duration::from_secs(3);

/// A run under way on the engine's thread.
pub(in crate::session) struct Course {
    run: Run,
    place: Place,
    model: ModelOfRun,
    prober: Prober,
    tuner: Option<Tuner>,
    /// The data, if it was chosen in the Data station and not named.
    data: Option<String>,
    kept: Kept,
    replies: Vec<Attempt>,
    playing: bool,
    /// Whether it pauses after the present step.
    single: bool,
    /// The number of steps at which it pauses.
    pub until: Option<u64>,
    /// The shortest time from step to step, and when the next is due.
    pub pace: Duration,
    due: Instant,
    untold: Vec<RunEvent>,
    told: Instant,
    looks: Pace,
    /// How long a piece of work takes.
    piece: Duration,
}

/// All of the run's model that does not change.
#[derive(Clone)]
struct ModelOfRun {
    tokenizer: Tokenizer,
    provenance: Provenance,
    end: Option<u32>,
    stops: Vec<u32>,
}

impl Course {
    /// Begins, or goes on with what is in the folder if `resume`. Where the folder cannot be written, the
    /// run stays in memory, and the second part says why.
    ///
    /// # Errors
    /// If what is in the folder cannot be gone on with, or nothing can be watched.
    pub fn begin(
        place: Place,
        prepared: Prepared,
        resume: bool,
    ) -> Result<(Self, Begun, Option<Error>)> {
        let Prepared { mut trainer, tokenizer, provenance, end, tuned, kept_data, .. } = prepared;
        let model = ModelOfRun {
            end: end.or_else(|| tokenizer.id_of_special(END)),
            stops: crate::session::role_tokens(&tokenizer),
            tokenizer,
            provenance,
        };
        let folder = place.folder.clone().map(|folder| model.folder(folder));
        if let Some(folder) = folder.as_ref().filter(|_| resume) {
            folder.resume_as_saved(&mut trainer)?;
        }
        let step = trainer.progress().step;
        let config = trainer.config().clone();
        let counts = trainer.examples().counts(config.vocabulary);
        let text = &place.card.watched;
        let watched = Watched::new(&model.tokenizer, text, config.context, &counts)?;
        let mut place = place;
        place.card.changes.retain(|change| change.step <= step);
        let tokens = trainer.examples().token_count();
        let learning = trainer.plan().learning.clone();
        let (mut events, mut replies) = (Vec::new(), Vec::new());
        if let Some(folder) = place.folder.as_ref().filter(|_| resume) {
            events = read_log(&folder.join(shelf::LOG));
            events.retain(|event| event.report.step < step);
            replies = shelf::read_replies(folder, step);
        }
        let mut run = Run::without_folder(trainer);
        let tuner = tuned.map(|(base, exercises)| Tuner::new(base, exercises, &model.stops));
        let materials = (tuner.as_ref().map(Tuner::base), kept_data.as_deref());
        let materials = if resume { (None, None) } else { materials };
        let trouble = folder.and_then(|folder| keep(&mut run, &place, folder, materials).err());
        let tuned = tuner.as_ref().map(|tuner| Tuned {
            dialogues: tuner.dialogues().to_vec(),
            learning: run.trainer().trained_parameters(),
        });
        let on_disk = run.is_kept().then(|| place.folder.as_ref().map(|f| f.join(shelf::STEPS)));
        let parameters = config.parameter_count();
        let mut kept = Kept::new(learning.steps, parameters, on_disk.flatten());
        if resume {
            kept.restore(step, parameters);
        }
        let begun = Begun {
            card: place.card.clone(),
            folder: place.folder.clone().filter(|_| run.is_kept()),
            tokenizer: model.tokenizer.clone(),
            config,
            watched: watched.clone(),
            tokens,
            learning,
            step,
            events,
            replies: replies.clone(),
            tuned,
        };
        let course = Self {
            run,
            place,
            model,
            prober: Prober::new(watched),
            tuner,
            data: kept_data,
            kept,
            replies,
            playing: false,
            single: false,
            until: None,
            pace: Duration::ZERO,
            due: Instant::now(),
            untold: Vec::new(),
            told: Instant::now(),
            looks: Pace::of_learning(),
            piece: Duration::from_millis(20),
        };
        Ok((course, begun, trouble))
    }

    pub fn trainer(&self) -> &Trainer {
        self.run.trainer()
    }

    /// What another run needs to begin like this one.
    ///
    /// # Errors
    /// If the data cannot be read again.
    pub fn materials(&self) -> Result<Materials> {
        let base = self.tuner.as_ref().map(|tuner| tuner.shared_base());
        let data = self.data.as_deref().map(Materials::read_data_text).transpose()?;
        Ok(Materials { data, base })
    }

    pub fn step(&self) -> u64 {
        self.trainer().progress().step
    }

    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Whether what was gained and forgotten is being measured, or should be.
    fn weighs(&mut self) -> bool {
        let (step, playing) = (self.step(), self.playing);
        self.tuner.as_mut().is_some_and(|tuner| tuner.weighs(step, playing))
    }

    /// Whether there is work to do, and how long until then.
    pub fn wait(&mut self) -> Option<Duration> {
        if self.weighs() {
            return Some(Duration::ZERO);
        }
        self.playing.then(|| self.due.saturating_duration_since(Instant::now()))
    }

    /// How long a piece of work takes.
    pub fn piece(&self) -> Duration {
        self.piece
    }

    /// Goes on, for one step only if `single`; or pauses.
    pub fn play(&mut self, playing: bool, single: bool) {
        self.playing = playing && !self.trainer().is_done();
        (self.single, self.until) = (single, None);
        self.due = Instant::now();
    }

    /// Does a piece of work and tells what came of it.
    pub fn advance(&mut self, threads: &Threads, tell: &mut dyn FnMut(News)) {
        let began = Instant::now();
        if self.weighs() {
            return self.weigh(threads, tell);
        }
        if !self.playing {
            return;
        }
        self.keep_what_is_due(tell);
        let replied = self.reply_if_judged(threads, tell);
        if self.is_to_rest() {
            self.playing = false;
            tell(News::Playing(false));
            return self.look(threads, tell);
        }
        if replied {
            return;
        }
        match self.run.advance() {
            Ok(None) => {}
            Ok(Some(event)) => self.took(event, tell),
            Err(error) => {
                self.playing = false;
                tell(News::Diverged(error.to_string()));
            }
        }
        for trouble in self.run.trouble().into_iter().chain(self.kept.trouble()) {
            tell(News::NotSaved(trouble.to_string()));
        }
        self.piece = (self.piece * 3 + began.elapsed()) / 4;
        if !self.playing {
            tell(News::Playing(false));
            self.look(threads, tell);
        } else if self.looks.is_due() {
            self.looks.begin();
            self.look(threads, tell);
            self.looks.end();
        } else if self.told.elapsed() >= BETWEEN_NEWS {
            self.tell_steps(tell);
        }
    }

    fn weigh(&mut self, threads: &Threads, tell: &mut dyn FnMut(News)) {
        let (step, parameters) = (self.step(), self.run.trainer().parameters());
        let Some(tuner) = &mut self.tuner else { return };
        if let Some(report) = tuner.weigh(step, parameters, &self.model.tokenizer, threads) {
            tell(News::Weighed(Arc::new(report)));
        }
    }

    /// Looks at what a tuning run replies to this, before and after.
    pub fn try_out(&mut self, text: &str, threads: &Threads, tell: &mut dyn FnMut(News)) {
        let tried = self
            .tuner
            .as_mut()
            .map_or_else(|| Err(super::tuned::nothing_to_try()), |tuner| tuner.try_out(text));
        match tried {
            Ok(()) => self.look(threads, tell),
            Err(error) => tell(News::Refused(error.to_string())),
        }
    }

    fn took(&mut self, event: RunEvent, tell: &mut dyn FnMut(News)) {
        self.untold.push(event);
        self.due = Instant::now() + self.pace;
        if self.trainer().is_done() {
            self.playing = false;
            self.keep_what_is_due(tell);
            self.run.save_soon();
            self.tell_steps(tell);
            tell(News::Done);
        }
        if self.single || self.is_to_rest() {
            self.playing = false;
        }
    }

    /// Whether the step at which the run pauses is reached, and what is measured there has been.
    fn is_to_rest(&self) -> bool {
        let reached = self.until.is_some_and(|until| self.step() >= until);
        reached && !self.trainer().is_to_judge()
    }

    fn keep_what_is_due(&mut self, tell: &mut dyn FnMut(News)) {
        let step = self.step();
        if self.kept.is_due(step) {
            self.kept.keep(step, &self.run.trainer().parameters().values);
            tell(News::Kept(self.kept.steps()));
        }
    }

    /// Where the validation loss has just been measured, the same weights are asked for a reply, and
    /// kept if they are the best so far.
    fn reply_if_judged(&mut self, threads: &Threads, tell: &mut dyn FnMut(News)) -> bool {
        let step = self.step();
        let Some(loss) = self.trainer().judged() else { return false };
        if self.replies.last().is_some_and(|reply| reply.step >= step) {
            return false;
        }
        self.kept.judge(step, loss, &self.run.trainer().parameters().values);
        tell(News::Kept(self.kept.steps()));
        self.reply(Some(loss), threads, tell);
        true
    }

    fn reply(&mut self, val_loss: Option<f64>, threads: &Threads, tell: &mut dyn FnMut(News)) {
        let ModelOfRun { end, stops, .. } = &self.model;
        let ids = self.prober.reply(self.trainer().parameters(), *end, stops, threads);
        let attempt = Attempt { step: self.step(), val_loss, ids };
        self.replies.push(attempt.clone());
        if let Some(folder) = self.place.folder.as_ref().filter(|_| self.run.is_kept()) {
            // Replies that are lost can be asked for again.
            let _ = shelf::write_replies(folder, &self.replies);
        }
        tell(News::Replied(attempt));
    }

    /// Looks at the model as it is now.
    pub fn look(&mut self, threads: &Threads, tell: &mut dyn FnMut(News)) {
        let (step, parameters) = (self.step(), self.run.trainer().parameters());
        let looked = self.prober.look(step, parameters, threads);
        let playing = self.playing;
        let tuned =
            self.tuner.as_mut().map(|tuner| tuner.look(step, parameters, threads, !playing));
        // Told together, all of it is one picture.
        self.tell_steps(tell);
        tell(News::Looked(Arc::new(looked)));
        if let Some(tuned) = tuned {
            tell(News::Tuned(Arc::new(tuned)));
        }
    }

    /// Looks at a model of this run as it was.
    pub fn look_at(&mut self, opened: &Opened, threads: &Threads, tell: &mut dyn FnMut(News)) {
        let Some(step) = opened.run.as_ref().map(|run| run.step) else { return };
        let parameters = &opened.model.parameters;
        tell(News::Looked(Arc::new(self.prober.look(step, parameters, threads))));
        if let Some(tuner) = &mut self.tuner {
            tell(News::Tuned(Arc::new(tuner.look(step, parameters, threads, true))));
        }
    }

    fn tell_steps(&mut self, tell: &mut dyn FnMut(News)) {
        if !self.untold.is_empty() {
            tell(News::Stepped(std::mem::take(&mut self.untold)));
        }
        self.told = Instant::now();
    }

    /// Learns from now on with other settings.
    pub fn change(&mut self, learning: Learning, tell: &mut dyn FnMut(News)) {
        let change = Change { step: self.step(), learning: learning.clone() };
        self.kept.set_steps(learning.steps, self.trainer().config().parameter_count());
        self.run.set_learning(learning);
        self.place.card.changes.push(change.clone());
        if let Some(folder) = self.place.folder.as_ref().filter(|_| self.run.is_kept())
            && let Err(error) = self.place.card.write(folder)
        {
            tell(News::NotSaved(error.to_string()));
        }
        tell(News::Changed(change));
    }

    /// Takes one step and records all of it.
    pub fn record(&mut self, threads: &Threads, tell: &mut dyn FnMut(News)) {
        self.keep_what_is_due(tell);
        match self.run.record() {
            Ok((event, record)) => {
                self.took(event, tell);
                // Whoever hears of the record finds its step taken.
                self.tell_steps(tell);
                tell(News::Recorded(Arc::new(record)));
            }
            Err(error) => tell(News::Diverged(error.to_string())),
        }
        self.playing = false;
        tell(News::Playing(false));
        self.look(threads, tell);
    }

    /// Keeps a moment that somebody works with; the steps that are kept, if that is news.
    pub fn keep(&mut self, step: u64, weights: &[f32]) -> Option<Vec<u64>> {
        let is_new = !self.kept.steps().contains(&step);
        is_new.then(|| {
            self.kept.keep_visited(step, weights);
            self.kept.steps()
        })
    }

    /// The steps that one can go back to.
    pub fn kept_steps(&self) -> Vec<u64> {
        self.kept.steps()
    }

    /// The model as it is now.
    pub fn newest(&self) -> Opened {
        self.opened(self.step(), self.trainer().parameters().values.clone())
    }

    /// The model at the newest checkpoint up to a step.
    pub fn at(&self, step: u64) -> Option<Opened> {
        if step >= self.step() {
            return Some(self.newest());
        }
        let (at, weights) = self.kept.at(step)?;
        Some(self.opened(at, weights.as_ref().clone()))
    }

    fn opened(&self, step: u64, values: Vec<f32>) -> Opened {
        let name = self.place.card.name.clone();
        let folder = self.place.folder.clone().unwrap_or_default();
        let mut parameters = Parameters::zeros(self.trainer().config());
        parameters.values = values;
        Opened {
            source: Source::Folder(folder.clone()),
            model: Model {
                parameters,
                tokenizer: Some(self.model.tokenizer.clone()),
                end: self.model.end,
                provenance: Some(self.provenance_at(step)),
                folder,
            },
            run: Some(RunStep { name: name.clone(), step }),
            name,
        }
    }

    /// Where the model at a step comes from. Of an earlier step the losses are not known.
    fn provenance_at(&self, step: u64) -> Provenance {
        let now = self.trainer().progress();
        let progress = if step == now.step {
            now
        } else {
            // Every step reads as many tokens.
            let tokens = now.tokens.saturating_mul(step) / now.step.max(1);
            Progress { step, tokens, train_loss: None, val_loss: None, ..now }
        };
        provenance_at(&self.model.provenance, self.trainer().plan(), &progress)
    }

    /// Saves what there is.
    pub fn finish(self) -> Option<Error> {
        self.run.finish().err()
    }
}

impl ModelOfRun {
    fn folder(&self, folder: PathBuf) -> RunFolder {
        RunFolder {
            folder,
            tokenizer: Some(self.tokenizer.clone()),
            end: self.end,
            provenance: self.provenance.clone(),
            precision: Precision::F32,
        }
    }
}

fn keep(
    run: &mut Run,
    place: &Place,
    folder: RunFolder,
    (base, data): (Option<&Model>, Option<&str>),
) -> Result<()> {
    folder.make()?;
    // What the card speaks of is there before it.
    Materials::keep(&folder.folder, base, data)?;
    place.card.write(&folder.folder)?;
    let log = Some(folder.folder.join(shelf::LOG));
    run.keep_in(folder, RunSettings { log, save_every: SAVE_EVERY })
}
