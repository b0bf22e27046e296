//! Taking things out of the window, and coming back to a state.

use super::Shell;
use crate::app::context::Station;
use crate::app::export::bookmark::Bookmark;
use crate::app::export::{Contents, Export, csv, default_folder, free_name, svg, write};
use crate::app::stations::model::table;
use crate::app::words::fill;
use crate::nn::Name;
use crate::session::engine::Source;
use egui::{LayerId, Rect, Ui};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Frames after which a picture is taken: by then the menu is closed.
const FRAMES: u32 = 4;

/// What is being written, and where files go.
pub struct Saver {
    /// What was asked for, and the frames until then.
    wanted: Option<(Export, u32)>,
    answer: Sender<Result<PathBuf, String>>,
    answers: Receiver<Result<PathBuf, String>>,
    /// Another folder than the default.
    pub folder: Option<PathBuf>,
    /// The state to go back to once its model is open.
    pub bookmark: Option<Bookmark>,
}

impl Default for Saver {
    fn default() -> Self {
        let (answer, answers) = channel();
        Self { wanted: None, answer, answers, folder: None, bookmark: None }
    }
}

impl Shell {
    /// Where files go from now on.
    pub fn save_to(&mut self, folder: PathBuf) {
        self.saver.folder = Some(folder);
    }

    pub(super) fn export(&mut self, export: Export) {
        self.saver.wanted = Some((export, FRAMES));
    }

    /// Carries out what was asked for, once the frame shows nothing else; says what became of it.
    pub(super) fn save(&mut self, ui: &Ui) {
        let words = self.settings.language.words();
        while let Ok(answer) = self.saver.answers.try_recv() {
            match answer {
                Ok(path) => self.say(ui, fill(words.behind.saved_as, &[&path.display()])),
                Err(why) => self.problem = Some(why),
            }
        }
        let Some((export, frames)) = self.saver.wanted else { return };
        if frames > 0 {
            self.saver.wanted = Some((export, frames - 1));
            ui.ctx().request_repaint();
            return;
        }
        self.saver.wanted = None;
        match export {
            Export::Picture => self.picture(ui),
            Export::Drawing => {
                let text = self.drawing(ui);
                self.write(ui, export, Contents::Text(text));
            }
            Export::Numbers => match table(&self.context(), &self.rooms.model) {
                Some(table) if self.settings.station == Station::Model => {
                    self.write(ui, export, Contents::Text(csv(&table)));
                }
                _ => self.problem = Some(words.behind.no_numbers.into()),
            },
            Export::Activations => self.activations(ui),
            Export::State => match self.bookmark() {
                Some(bookmark) => {
                    ui.ctx().copy_text(bookmark.to_string());
                    self.say(ui, words.behind.state_copied.into());
                }
                None => self.problem = Some(words.behind.no_numbers.into()),
            },
        }
    }

    /// Says something for a moment.
    fn say(&mut self, ui: &Ui, note: String) {
        self.note = Some((note, ui.input(|input| input.time)));
    }

    /// Writes on a thread of its own: a disk may be slow.
    fn write(&mut self, ui: &Ui, export: Export, contents: Contents) {
        let Some(path) = self.free_name(export) else { return };
        let (answer, ctx) = (self.saver.answer.clone(), ui.ctx().clone());
        let work = move || {
            let written = write(&path, contents).map_err(|error| error.to_string());
            // The window may be closed by now.
            let _ = answer.send(written.map(|()| path));
            ctx.request_repaint();
        };
        let thread = std::thread::Builder::new().name("glassbox-export".into()).spawn(work);
        if let Err(error) = thread {
            self.problem = Some(format!("the system gives no thread: {error}"));
        }
    }

    /// Writes a text beside the other files that are taken out.
    pub(super) fn save_text(&mut self, name: &str, text: String) {
        let Some(folder) = self.saver.folder.clone().or_else(default_folder) else {
            self.problem = Some(self.settings.language.words().behind.no_folder.into());
            return;
        };
        let (stem, ending) = name.split_once('.').unwrap_or((name, "txt"));
        let numbered = |n: usize| match n {
            0 => folder.join(name),
            _ => folder.join(format!("{stem}-{n}.{ending}")),
        };
        let path = (0..).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(0));
        let answer = self.saver.answer.clone();
        let work = move || {
            let written = write(&path, Contents::Text(text)).map_err(|error| error.to_string());
            // The window may be closed by now.
            let _ = answer.send(written.map(|()| path));
        };
        let thread = std::thread::Builder::new().name("glassbox-export".into()).spawn(work);
        if let Err(error) = thread {
            self.problem = Some(format!("the system gives no thread: {error}"));
        }
    }

    fn free_name(&mut self, export: Export) -> Option<PathBuf> {
        let folder = self.saver.folder.clone().or_else(default_folder);
        let Some(folder) = folder else {
            self.problem = Some(self.settings.language.words().behind.no_folder.into());
            return None;
        };
        let view = match self.settings.station {
            Station::Model => self.rooms.model.view.name(),
            station => station.name(),
        };
        Some(free_name(&folder, view, export))
    }

    /// The stage, as the screen shows it.
    fn picture(&mut self, ui: &Ui) {
        let Some(path) = self.free_name(Export::Picture) else { return };
        let (answer, ctx) = (self.saver.answer.clone(), ui.ctx().clone());
        let (stage, scale) = (self.stage_place, ui.ctx().pixels_per_point());
        ui.ctx().request_screenshot(move |image| {
            let [width, height] = image.size;
            let cut = Rect::from_min_max(
                (stage.min.to_vec2() * scale).to_pos2(),
                (stage.max.to_vec2() * scale).to_pos2(),
            );
            let columns =
                (cut.left().max(0.0) as usize).min(width)..(cut.right() as usize).min(width);
            let rows =
                (cut.top().max(0.0) as usize).min(height)..(cut.bottom() as usize).min(height);
            let size = [columns.len(), rows.len()];
            let rgba = rows
                .flat_map(|row| &image.pixels[row * width..][columns.clone()])
                .flat_map(|pixel| pixel.to_array())
                .collect();
            let work = move || {
                let contents = Contents::Picture { size, rgba };
                let written = write(&path, contents).map_err(|error| error.to_string());
                let _ = answer.send(written.map(|()| path));
                ctx.request_repaint();
            };
            // Without a thread of its own it is written here, a little later.
            if let Err(error) = std::thread::Builder::new().spawn(work) {
                eprintln!("glassbox: the system gives no thread: {error}");
            }
        });
    }

    /// Everything that was painted on the stage in this frame.
    fn drawing(&self, ui: &Ui) -> String {
        let ground = self.look().colours().stage;
        let area = self.stage_place;
        ui.ctx().graphics(|graphics| {
            let painted = graphics.get(LayerId::background());
            svg(painted.into_iter().flat_map(|list| list.all_entries()), area, ground)
        })
    }

    fn activations(&mut self, ui: &Ui) {
        let Some(sight) = self.session.seen().cloned() else {
            self.problem = Some(self.settings.language.words().behind.no_numbers.into());
            return;
        };
        let reading = &sight.reading;
        let vocabulary = reading.config.vocabulary;
        let mut all: Vec<(String, Vec<usize>, Vec<f32>)> = Name::all(reading.config.layers)
            .into_iter()
            .filter_map(|name| {
                let found = reading.activation(name)?;
                Some((name.to_string(), found.shape.clone(), found.values.clone()))
            })
            .collect();
        let logits = (0..reading.positions()).flat_map(|row| reading.logits(row)).copied();
        let shape = vec![reading.positions(), vocabulary];
        all.push(("logits".into(), shape, logits.collect()));
        self.write(ui, Export::Activations, Contents::Activations(all));
    }

    /// The state of the Model station.
    pub fn bookmark(&self) -> Option<Bookmark> {
        let opened = self.session.opened()?;
        let (Source::Named(path) | Source::Folder(path)) = &opened.source;
        Some(Bookmark {
            model: path.display().to_string(),
            ids: self.session.subject().to_vec(),
            view: self.rooms.model.view,
            locked: self.locked,
            second: self.session.second().to_vec(),
            changes: self.session.changes().to_vec(),
        })
        .filter(|bookmark| !bookmark.ids.is_empty())
    }

    /// Goes back to a state that was copied as a text.
    pub(super) fn reopen(&mut self, text: &str) {
        match text.parse::<Bookmark>() {
            Ok(bookmark) => {
                let open = self.session.opened().map(|opened| {
                    let (Source::Named(path) | Source::Folder(path)) = &opened.source;
                    path.display().to_string()
                });
                let is_open = open.as_ref() == Some(&bookmark.model);
                let model = PathBuf::from(&bookmark.model);
                self.saver.bookmark = Some(bookmark);
                if is_open {
                    self.go_back();
                } else {
                    self.session.open(Source::Named(model));
                }
            }
            Err(error) => self.problem = Some(error.to_string()),
        }
    }

    /// Goes back to the state that waits for its model, which has just been opened.
    pub(super) fn go_back(&mut self) {
        let Some(bookmark) = self.saver.bookmark.take() else { return };
        let config = self.session.opened().map(|opened| &opened.model.parameters.config);
        if !config.is_some_and(|config| bookmark.fits(config)) {
            let words = &self.settings.language.words().behind;
            self.problem = Some(fill(words.other_tokens, &[&bookmark.model]));
            return;
        }
        self.settings.station = Station::Model;
        self.rooms.model.show_all();
        self.rooms.model.view = bookmark.view;
        self.locked = bookmark.locked;
        self.session.look(bookmark.ids);
        self.session.put_beside(bookmark.second);
        self.session.change(bookmark.changes);
    }
}
