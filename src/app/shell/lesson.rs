//! Leading through a lesson: its orders are carried out with the hands that a person's clicks use.

use super::Shell;
use crate::app::context::{Action, Selection, Station};
use crate::app::lesson::{self, Ask, Own, Playing, Seen, Wait};
use crate::app::stations::decode::Ask as Decode;
use crate::lesson::runner::{Answer, Input, Order, Phase, Runner};
use crate::session::Counts;
use crate::session::lesson::{ABILITIES, Resolved, Snapshot, View};
use std::sync::Arc;

impl Shell {
    /// Carries out one thing that was asked for in the lesson panel.
    pub(super) fn lesson(&mut self, ask: Ask) {
        match ask {
            Ask::Open(id) => self.open_lesson(&id),
            Ask::Press(input) => self.press(input),
            Ask::Read(file) => self.open_hand_in(&file),
            Ask::HandIn => self.save_hand_in(),
            Ask::OpenHandIn => self.ask_the_system(|| {
                let file = rfd::FileDialog::new().pick_file()?;
                Some(Action::Lesson(Ask::Read(file)))
            }),
            Ask::Inspector => self.act(Action::ToggleInspector),
            Ask::Welcomed => self.desk.welcome = false,
            Ask::Term(_) | Ask::Notes | Ask::ShowHidden | Ask::Forget | Ask::Vote(..) => {
                self.change_playing(ask);
            }
        }
    }

    /// What concerns the open lesson alone.
    fn change_playing(&mut self, ask: Ask) {
        let Some(playing) = &mut self.desk.playing else { return };
        match ask {
            Ask::Term(term) => playing.term = term,
            Ask::Notes => playing.notes = !playing.notes,
            Ask::ShowHidden => playing.all_shown = !playing.all_shown,
            Ask::Vote(option, by) => {
                if playing.votes.len() <= option {
                    playing.votes.resize(option + 1, 0);
                }
                playing.votes[option] = playing.votes[option].saturating_add_signed(by);
                // A class bets on what most hands are for.
                let most = playing.votes.iter().copied().max().filter(|most| *most > 0);
                let first = playing.votes.iter().position(|votes| Some(*votes) == most);
                if let Some(option) = first {
                    self.press(Input::Bet(Answer::Option(option)));
                }
            }
            Ask::Forget if !playing.forgetting => playing.forgetting = true,
            Ask::Forget => {
                let id = playing.loaded.lesson.id.clone();
                self.desk.progress.keep(&id, &[]);
                let own = playing.own.clone();
                self.open_lesson(&id);
                if let Some(playing) = &mut self.desk.playing {
                    playing.own = own;
                }
            }
            _ => {}
        }
    }

    /// Opens a lesson of the shelf.
    pub(super) fn open_lesson(&mut self, id: &str) {
        self.desk.welcome = false;
        self.desk.open_glossary();
        self.desk.shelf.look();
        let Some(loaded) = self.desk.shelf.find(id).and_then(|entry| entry.loaded.clone().ok())
        else {
            return;
        };
        // A lesson within a lesson: what is put back at the end is what was there before the first.
        let own = self.desk.playing.take().and_then(|playing| playing.own);
        let language = lesson::language(self.settings.language);
        let lesson = Arc::new(loaded.lesson.clone());
        let mut runner = Runner::new(lesson, language, ABILITIES.to_vec());
        runner.remember(self.desk.progress.of(id));
        let mut playing = Playing::new(loaded, runner);
        playing.own = own;
        playing.queue = playing.runner.begin().into();
        playing.settling = true;
        (self.settings.panel_open, self.over_lesson) = (true, false);
        self.desk.playing = Some(Box::new(playing));
        self.lead();
    }

    /// The screen has another language now: the lesson begins anew in it, at the same step.
    pub(super) fn turn_lesson(&mut self) {
        let Some(playing) = &self.desk.playing else { return };
        let (id, phase) = (playing.loaded.lesson.id.clone(), playing.runner.phase());
        let step = playing.runner.step().map(|step| step.id.clone());
        let kept = playing.runner.kept().to_vec();
        self.open_lesson(&id);
        if let Some(playing) = &mut self.desk.playing {
            playing.runner.remember(&kept);
        }
        // Not before the model and the data of this language are there.
        if let Some(step) = step.filter(|_| phase != Phase::Question)
            && let Some(playing) = &mut self.desk.playing
        {
            playing.then = Some(Input::Go(step));
            self.lead();
        }
    }

    /// A file of one's own has changed: if it is the lesson that is open, it is read again.
    pub(super) fn look_at_shelf(&mut self) {
        let changed = self.desk.shelf.look();
        let open = self.desk.playing.as_ref().map(|playing| playing.loaded.lesson.id.clone());
        let Some(id) = open.filter(|id| changed.contains(id)) else { return };
        match self.desk.shelf.find(&id).map(|entry| entry.loaded.clone()) {
            Some(Ok(_)) => self.turn_lesson(),
            Some(Err(problems)) => {
                if let Some(playing) = &mut self.desk.playing {
                    let lines = problems.iter().map(ToString::to_string);
                    playing.problem = Some(lines.collect::<Vec<_>>().join("\n"));
                }
            }
            None => {}
        }
    }

    /// Takes in what the learner does in the lesson.
    pub(super) fn press(&mut self, input: Input) {
        let Some(mut playing) = self.desk.playing.take() else { return };
        // What is still being carried out is not interrupted, except by leaving.
        if playing.is_busy() && matches!(input, Input::Next | Input::Enter | Input::ShowMe) {
            self.desk.playing = Some(playing);
            return;
        }
        if !matches!(input, Input::Note(_)) && playing.trace.len() < 10_000 {
            playing.trace.push(format!("{}: {input:?}", playing.runner.position()));
        }
        playing.forgetting = false;
        let before = (playing.runner.position(), playing.runner.phase());
        let anew = input == Input::Replay;
        if matches!(input, Input::Go(_) | Input::Back | Input::Skip | Input::Replay | Input::Leave)
        {
            playing.queue.clear();
            playing.wait = None;
        }
        let orders = playing.runner.press(input, &self.snapshot(&playing.seen));
        playing.settling |= !orders.is_empty();
        playing.queue.extend(orders);
        playing.stale = true;
        if anew || before.0 != playing.runner.position() || before.1 == Phase::Question {
            (playing.draft, playing.problem, playing.term) = Default::default();
            playing.votes.clear();
        }
        // What is typed next is no longer meant for the puzzle's field.
        playing.lets_go |= before.1 == Phase::Say && playing.runner.phase() == Phase::Reveal;
        self.desk.playing = Some(playing);
        self.lead();
    }

    /// What formulas read now.
    fn snapshot<'a>(&'a self, seen: &'a Seen) -> Snapshot<'a> {
        let sight = self.session.seen().filter(|_| self.session.sight_is_current());
        Snapshot {
            opened: self.session.opened().map(|opened| &**opened),
            sight: sight.map(|sight| &**sight),
            labels: self.session.labels(false),
            decoding: &seen.decoding,
            conversation: self.session.conversation(),
            view: &seen.view,
            material: seen.material.as_ref(),
            training: self
                .session
                .training()
                .run
                .as_ref()
                .filter(|_| seen.trains && seen.recorded.is_none()),
            earlier: if seen.trains { &self.session.training().earlier } else { &[] },
            recorded: seen.recorded.as_deref(),
            moment: None,
            slow: self.session.training().record.as_deref().zip(seen.half),
            language: lesson::language(self.settings.language),
            changes: self.session.changes(),
            same_rows: seen.same_rows,
            weights_before: seen.weights.as_deref(),
        }
    }

    /// Goes on with the lesson as far as it can: carries out orders, waits, lets the runner see.
    pub(super) fn lead(&mut self) {
        let Some(mut playing) = self.desk.playing.take() else { return };
        // Every round carries out an order or hears of one; a lesson has no loops.
        for _ in 0..1000 {
            if !self.go_on(&mut playing) {
                break;
            }
        }
        let id = playing.loaded.lesson.id.clone();
        if playing.runner.phase() == Phase::Left && !playing.is_busy() {
            return;
        }
        // Somebody else's answers are looked at, not kept.
        if playing.runner.phase() != Phase::Question && playing.handed_in.is_none() {
            self.desk.progress.keep(&id, playing.runner.kept());
        }
        let run = self.session.training().run.as_ref().filter(|run| run.playing);
        playing.learning = run.map(|run| (run.step() as usize, run.learning.steps as usize));
        let then = if playing.is_busy() { None } else { playing.then.take() };
        self.desk.playing = Some(playing);
        if let Some(input) = then {
            self.press(input);
        }
    }

    /// One round; returns whether there may be another at once.
    fn go_on(&mut self, playing: &mut Playing) -> bool {
        self.see(playing);
        if let Some(wait) = playing.wait.take() {
            if let Some(wait) = self.still(wait, playing) {
                playing.wait = Some(wait);
                return false;
            }
            playing.stale = true;
            return true;
        }
        match self.follow_data(playing) {
            Ok(None) => {}
            Ok(wait) => playing.wait = wait,
            Err(error) => playing.problem = Some(error.to_string()),
        }
        if playing.wait.is_some() {
            return true;
        }
        if let Some(order) = playing.queue.pop_front() {
            let resolved = {
                let snapshot = self.snapshot(&playing.seen);
                Resolved::of(&order, &playing.runner.world(&snapshot))
            };
            match self.carry_out(playing, order, &resolved) {
                Ok(wait) => playing.wait = wait,
                Err(error) => playing.problem = Some(error.to_string()),
            }
            playing.stale = true;
            return true;
        }
        if std::mem::take(&mut playing.settling) {
            let orders = playing.runner.settled(&self.snapshot(&playing.seen));
            playing.settling = !orders.is_empty();
            playing.queue.extend(orders);
            playing.stale = true;
            return true;
        }
        if std::mem::take(&mut playing.stale) {
            let orders = playing.runner.tick(&self.snapshot(&playing.seen));
            let vocabulary = self
                .session
                .opened()
                .map_or(2, |opened| opened.model.parameters.config.vocabulary.max(2));
            // No loss is much above that of a guess at random.
            let top = (vocabulary as f64).ln() + 0.5;
            let texts = {
                let snapshot = self.snapshot(&playing.seen);
                playing.texts_of(&snapshot, top)
            };
            playing.texts = texts;
            if !orders.is_empty() {
                playing.settling = true;
                playing.queue.extend(orders);
                return true;
            }
        }
        false
    }

    /// What the window shows and does is what the lesson sees.
    fn see(&self, playing: &mut Playing) {
        let (locked, decoding) = (self.locked, self.session.decoding());
        if let Some(sight) = self.session.sight().filter(|_| self.session.sight_is_current()) {
            playing.seen.see(sight);
        }
        let half = Some(self.rooms.train.slow.half());
        playing.stale |= playing.seen.half != half;
        playing.seen.half = half;
        playing.seen.decoding.filters = *decoding.filters();
        playing.seen.decoding.seed = decoding.seed();
        let zoom = self.rooms.model.view.zoom(&locked);
        let head = locked
            .block
            .zip(locked.head)
            .map(|(layer, head)| crate::lesson::formula::Head { layer, head });
        playing.seen.view = View {
            station: lesson_station(self.settings.station),
            zoom: (self.settings.station == Station::Model).then_some(zoom),
            position: locked.position,
            layer: locked.block,
            head,
            token: locked.candidate,
            cell: locked.key,
        };
    }

    fn carry_out(
        &mut self,
        playing: &mut Playing,
        order: Order,
        given: &Resolved,
    ) -> crate::Result<Option<Wait>> {
        match order {
            Order::Save => {
                if playing.own.is_none() {
                    playing.own = Some(self.own());
                }
                // What a lesson before this one has lent or locked is not for this one.
                self.locked = Selection::default();
                self.session.library_mut().take_back();
                self.session.decode_filters(crate::decode::Filters::default());
            }
            Order::Hide(parts) => playing.hidden = parts,
            Order::BeginStep => {
                playing.seen.decoding.draws.clear();
                playing.seen.decoding.replies.clear();
                playing.seen.decoding.search = None;
                playing.seen.recorded = None;
                playing.before = self.locked;
            }
            Order::UndoView => {
                playing.marks.clear();
                playing.opened.clear();
                playing.closed.clear();
                // A step begins with all of the text in view, wherever the one before was wound to.
                self.rooms.model.show_all();
                self.rooms.decode.show_less();
                self.locked = playing.before;
            }
            Order::Restore => {
                if std::mem::take(&mut playing.seen.trains) {
                    self.session.train(crate::session::training::Order::End);
                }
                if let Some(own) = &playing.own {
                    let before = self.session.opened().map(|opened| Arc::as_ptr(opened) as usize);
                    if self.session.reopen(&own.session) {
                        playing.queue.push_front(Order::Restore);
                        return Ok(Some(Wait::Model(before)));
                    }
                }
                if let Some(own) = playing.own.take() {
                    self.put_back(own);
                }
            }
            Order::Perform(action) => return self.perform(playing, &action, given),
        }
        Ok(None)
    }

    fn own(&self) -> Own {
        Own {
            session: self.session.own(),
            station: self.settings.station,
            locked: self.locked,
            filters: *self.session.decoding().filters(),
            seed: self.session.decoding().seed(),
            typed: [
                self.rooms.model.prompt.typed(),
                self.rooms.decode.prompt.typed(),
                self.rooms.model.compare.second.typed(),
            ],
            more: self.rooms.decode.shows_more(),
        }
    }

    fn put_back(&mut self, own: Own) {
        self.session.library_mut().take_back();
        self.session.put_back(own.session);
        self.session.decode_filters(own.filters);
        self.session.decode(|decoding| decoding.set_seed(own.seed));
        (self.settings.station, self.locked) = (own.station, own.locked);
        let [(in_model, model_chats), (in_decode, decode_chats), (second, second_chats)] =
            own.typed;
        self.rooms.model.prompt.write(&in_model, model_chats);
        self.rooms.decode.prompt.write(&in_decode, decode_chats);
        self.rooms.model.compare.second.write(&second, second_chats);
        self.session.read_beside(&second, second_chats);
        if own.more {
            self.rooms.decode.show_more();
        }
        self.rooms.model.only_looks = false;
    }

    /// The die was rolled in the Decode station: a lesson counts along. `before` is what was counted
    /// there already.
    pub(super) fn count_rolls(&mut self, ask: &Decode, before: &Counts) {
        let Some(mut playing) = self.desk.playing.take() else { return };
        let sheet = self.session.decoding().sheet();
        if let Some(sheet) = sheet {
            let tokens: Vec<u32> = match ask {
                Decode::RollAgain => sheet.winner().into_iter().collect(),
                Decode::RollOften => {
                    let list: Vec<u32> = sheet.candidates.list.iter().map(|it| it.token).collect();
                    let after = sheet.counts.as_ref();
                    after.map_or_else(Vec::new, |after| after.since(before, &list))
                }
                _ => Vec::new(),
            };
            playing.count(&tokens);
        }
        playing.stale = true;
        self.desk.playing = Some(playing);
    }

    /// What the Decode station has written is what the lesson's formulas are about.
    pub(super) fn follow_decoding(&mut self) {
        if self.desk.is_playing() {
            let ids = self.session.decoding().ids();
            self.session.look(ids);
        }
    }

    /// Something happened that a lesson may wait for.
    pub(super) fn stir(&mut self) {
        if let Some(playing) = &mut self.desk.playing {
            playing.stale = true;
        }
    }
}

/// The station as lessons call it.
fn lesson_station(station: Station) -> Option<crate::lesson::schema::Station> {
    use crate::lesson::schema::Station as Lesson;
    let all = [
        Lesson::Data,
        Lesson::Tokens,
        Lesson::Model,
        Lesson::Train,
        Lesson::Tune,
        Lesson::Decode,
        Lesson::Chat,
    ];
    all.into_iter().find(|lesson| lesson.name() == station.name())
}

/// The station of the window, if it has that one.
pub(super) fn station_of(lesson: crate::lesson::schema::Station) -> Option<Station> {
    Station::ALL.into_iter().find(|station| station.name() == lesson.name())
}

/// What a selection of a lesson is in the window; what it does not name stays.
pub(super) fn selection(before: Selection, view: &View) -> Selection {
    Selection {
        position: view.position.or(before.position),
        block: view.head.map(|head| head.layer).or(view.layer).or(before.block),
        head: view.head.map(|head| head.head).or(before.head),
        key: view.cell.or(before.key),
        candidate: view.token.or(before.candidate),
        ..before
    }
}
