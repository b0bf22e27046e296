//! The thread's side of training.

use super::worker::Worker;
use super::{Command, Event, Opened};
use crate::Result;
use crate::session::training::{
    Begin, Card, Course, Materials, News, Order, Place, Prepared, Recipe, Stage, list_models,
    save_as, shelf, training_speed,
};
use crate::train::Preset;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Worker {
    /// Carries out an order about training.
    pub(super) fn order(&mut self, order: Order) {
        match order {
            Order::Open(step) => self.gone_back = Some(step),
            Order::Begin(_)
            | Order::Resume(_)
            | Order::Play
            | Order::PlayTo(_)
            | Order::Step
            | Order::OpenNewest
            | Order::Follow(true) => self.gone_back = None,
            _ => {}
        }
        match order {
            Order::Begin(begin) => self.begin(*begin),
            Order::Resume(folder) => self.resume(folder),
            Order::Play => self.play(true, false),
            Order::PlayTo(step) => {
                self.play(true, false);
                self.with_course(|course, _, _| course.until = Some(step));
            }
            Order::Step => self.play(true, true),
            Order::Pause => self.play(false, false),
            Order::Record => self.with_course(|course, threads, tell| course.record(threads, tell)),
            Order::Pace(pace) => self.with_course(|course, _, _| course.pace = pace),
            Order::Change(learning) => {
                self.with_course(|course, _, tell| course.change(*learning, tell));
            }
            Order::Open(step) => self.go_back(step),
            Order::OpenNewest => {
                self.open_newest();
                self.with_course(|course, threads, tell| course.look(threads, tell));
            }
            Order::Follow(following) => {
                self.following = following;
                if following {
                    self.open_newest();
                }
            }
            Order::Try(text) => {
                self.with_course(|course, threads, tell| course.try_out(&text, threads, tell));
            }
            Order::SaveModel(folder) => self.save_model(&folder),
            Order::End => self.end_course(),
            Order::List(runs) => self.list(&runs),
            Order::Rename { folder, name, note } => {
                let done =
                    Card::read(&folder).and_then(|card| Card { name, note, ..card }.write(&folder));
                self.shelf_changed(&folder, done);
            }
            Order::Delete(folder) => self.shelf_changed(&folder, shelf::delete(&folder)),
            Order::Undelete(folder) => self.shelf_changed(&folder, shelf::undelete(&folder)),
            Order::Measure { preset, vocabulary } => self.measure(&preset, vocabulary),
        }
    }

    /// Takes the run a piece further.
    pub(super) fn train_on(&mut self) {
        self.with_course(|course, threads, tell| course.advance(threads, tell));
        let newest = self.course.as_ref().map(Course::step);
        let shown = self.model.as_ref().and_then(|model| model.run.as_ref().map(|run| run.step));
        if self.following && newest != shown && self.follows.is_due() {
            self.follows.begin();
            self.open_newest();
            self.follows.end();
        }
    }

    fn with_course(
        &mut self,
        work: impl FnOnce(&mut Course, &crate::tensor::Threads, &mut dyn FnMut(News)),
    ) {
        let Some(course) = &mut self.course else { return };
        let out = &self.out;
        work(course, &self.threads, &mut |news| out.tell(Event::Training(news)));
    }

    fn play(&mut self, playing: bool, single: bool) {
        self.with_course(|course, threads, tell| {
            course.play(playing, single);
            tell(News::Playing(course.is_playing()));
            if !playing {
                course.look(threads, tell);
            }
        });
    }

    fn begin(&mut self, begin: Begin) {
        let Begin { mut recipe, data, same_materials, watched, runs, playing } = begin;
        // The open model may be a moment of the run that ends now.
        let base = self.model.clone().filter(|_| recipe.tune.is_some());
        let base = base.map(|opened| Arc::new(opened.model.clone()));
        let same = self.course.as_ref().filter(|_| same_materials).map(Course::materials);
        self.end_course();
        self.tell(News::Preparing(Stage::Reading));
        let materials = same.unwrap_or_else(|| {
            let data = data.map(|order| order.fulfil()).transpose();
            data.map(|data| Materials { data, base })
        });
        recipe.keeps_data = materials.as_ref().is_ok_and(|materials| materials.data.is_some());
        let watched = materials.as_ref().ok().and_then(Materials::question).unwrap_or(watched);
        let prepared = materials.and_then(|materials| self.prepare(&recipe, materials));
        let (name, folder) = shelf::next_name(runs.as_deref(), &recipe.name, &[]);
        let card =
            Card { format: 1, name, note: String::new(), recipe, watched, changes: Vec::new() };
        let begun = prepared.and_then(|p| self.start(Place { card, folder }, p, false));
        self.begun(begun, playing);
    }

    fn resume(&mut self, folder: PathBuf) {
        self.end_course();
        let begun = Card::read(&folder).and_then(|card| {
            let materials = Materials::read(&folder, &card.recipe)?;
            let prepared = self.prepare(&card.recipe, materials)?;
            self.start(Place { card, folder: Some(folder) }, prepared, true)
        });
        self.begun(begun, false);
    }

    fn begun(&mut self, begun: Result<()>, playing: bool) {
        if let Err(error) = begun {
            self.tell(News::NotBegun(error.to_string()));
        } else if playing {
            self.play(true, false);
        }
    }

    fn tell(&self, news: News) {
        self.out.tell(Event::Training(news));
    }

    /// Reads the data and learns the tokenizer. Whatever is asked meanwhile waits, but for the end.
    fn prepare(&mut self, recipe: &Recipe, materials: Materials) -> Result<Prepared> {
        let (asked, waiting, out) = (&self.asked, &mut self.waiting, &self.out);
        let mut told = None;
        let mut progress = |stage: Stage| {
            if told.is_none_or(|told| is_news(told, stage)) {
                told = Some(stage);
                out.tell(Event::Training(News::Preparing(stage)));
            }
            while let Ok(command) = asked.try_recv() {
                if let Command::Train(Order::End) = command {
                    return ControlFlow::Break(());
                }
                waiting.push_back(command);
            }
            ControlFlow::Continue(())
        };
        recipe.prepare_with(materials, self.threads.clone(), &mut progress)
    }

    /// A run that is prepared begins; the model as it is becomes the open one.
    fn start(&mut self, place: Place, prepared: Prepared, resume: bool) -> Result<()> {
        let (course, begun, trouble) = Course::begin(place, prepared, resume)?;
        let newest = course.newest();
        let kept = course.kept_steps();
        self.course = Some(course);
        self.tell(News::Begun(Arc::new(begun)));
        self.tell(News::Kept(kept));
        if let Some(trouble) = trouble {
            self.tell(News::NotSaved(trouble.to_string()));
        }
        self.opened(Arc::new(newest));
        self.with_course(|course, threads, tell| course.look(threads, tell));
        Ok(())
    }

    /// Saves the run that is under way, if there is one, and forgets it.
    pub(super) fn end_course(&mut self) {
        let Some(course) = self.course.take() else { return };
        if let Some(error) = course.finish() {
            self.tell(News::NotSaved(error.to_string()));
        }
        self.tell(News::Ended);
    }

    /// Opens an earlier moment, unless another one is asked for already.
    fn go_back(&mut self, step: u64) {
        while let Ok(command) = self.asked.try_recv() {
            self.waiting.push_back(command);
        }
        let newer = |command: &Command| matches!(command, Command::Train(Order::Open(_)));
        if self.waiting.iter().any(newer) {
            return;
        }
        self.with_course(|course, _, tell| {
            course.play(false, false);
            tell(News::Playing(false));
        });
        let Some(opened) = self.course.as_ref().and_then(|course| course.at(step)) else { return };
        let opened = Arc::new(opened);
        self.moved(opened.clone());
        self.with_course(|course, threads, tell| course.look_at(&opened, threads, tell));
    }

    /// The model of which something is written can be opened again.
    pub(super) fn keep_open_step(&mut self) {
        let Some(model) = &self.model else { return };
        if let (Some(course), Some(run)) = (&mut self.course, &model.run) {
            let kept = course.keep(run.step, &model.model.parameters.values);
            if let Some(steps) = kept {
                self.out.tell(Event::Training(News::Kept(steps)));
            }
        }
    }

    fn open_newest(&mut self) {
        if let Some(newest) = self.course.as_ref().map(Course::newest) {
            self.moved(Arc::new(newest));
        }
    }

    /// Another moment of the same run is open; what was looked at is read again.
    fn moved(&mut self, model: Arc<Opened>) {
        let ids = self.seen.as_ref().map(|sight| sight.reading.ids.clone());
        self.model = Some(model.clone());
        self.seen = None;
        self.out.tell(Event::Moved(model.clone()));
        if let Some(ids) = ids {
            self.show(ids);
        }
        self.label(&model);
    }

    fn list(&self, runs: &Path) {
        self.tell(News::Shelf(shelf::list(runs)));
        self.tell(News::Models(list_models(runs)));
    }

    /// Saves the moment that was gone back to, or else the newest: the one that is looked at.
    fn save_model(&self, folder: &Path) {
        let Some(course) = &self.course else { return };
        let newest = course.newest();
        let is_of_run = |opened: &&Arc<Opened>| {
            let step = opened.run.as_ref().map(|run| run.step);
            step.is_some() && step == self.gone_back && opened.name == newest.name
        };
        let opened = self.model.as_ref().filter(is_of_run).map_or(&newest, |opened| opened);
        self.tell(match save_as(opened, folder) {
            Ok(()) => News::SavedModel(folder.to_path_buf()),
            Err(error) => News::Refused(error.to_string()),
        });
    }

    fn shelf_changed(&self, folder: &Path, done: Result<()>) {
        if let Err(error) = done {
            self.tell(News::NotSaved(error.to_string()));
        }
        if let Some(runs) = folder.parent() {
            self.list(runs);
        }
    }

    fn measure(&self, preset: &Preset, vocabulary: usize) {
        let config = preset.config(vocabulary);
        let fits = config
            .validate()
            .and_then(|()| crate::session::enough_for_training(&config, &preset.learning));
        if fits.is_ok() {
            let tokens_per_second = training_speed(&config, preset.learning.batch, &self.threads);
            self.tell(News::Measured { parameters: config.parameter_count(), tokens_per_second });
        }
    }
}

/// Whether it is worth telling: a new stage, or a hundredth more of the same.
fn is_news(told: Stage, stage: Stage) -> bool {
    match (told, stage) {
        (Stage::Tokenizer(before), Stage::Tokenizer(now)) => now - before >= 0.01,
        (before, now) => before != now,
    }
}
