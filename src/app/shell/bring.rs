//! What is brought in from outside: files dropped on the window, and what the system's own dialogs choose.

use super::Shell;
use crate::app::context::{Action, Station};
use crate::session::engine::Source;
use crate::session::library::{Origin, Request};
use egui::Ui;
use std::sync::mpsc::channel;

impl Shell {
    /// A folder that is dropped on the window is opened as a model; a file with dialogues is imported.
    pub(super) fn take_drops(&self, ui: &Ui, actions: &mut Vec<Action>) {
        let dropped = ui.input(|input| input.raw.dropped_files.clone());
        if let Some(path) = dropped.first().map(|file| file.path().to_path_buf()) {
            if path.is_file() && (self.settings.station == Station::Data || holds_text(&path)) {
                actions.push(Action::Go(Station::Data));
                actions.push(Action::Data(Request::Import(Origin::File(path))));
                return;
            }
            let folder = if path.is_file() { path.parent().map(Into::into) } else { Some(path) };
            actions.extend(folder.map(|folder| Action::Open(Source::Folder(folder))));
        }
    }

    /// Asks the system for a folder with a model.
    pub(super) fn choose_folder(&mut self, then: fn(Source) -> Action) {
        self.ask_the_system(move || {
            let folder = rfd::FileDialog::new().pick_folder()?;
            Some(then(Source::Folder(folder)))
        });
    }

    /// Asks the system for a file with dialogues.
    pub(super) fn choose_data(&mut self) {
        self.ask_the_system(|| {
            let file = rfd::FileDialog::new().pick_file()?;
            Some(Action::Data(Request::Import(Origin::File(file))))
        });
    }

    /// Opens a dialog of the system on a thread of its own: it would stop the window.
    pub(super) fn ask_the_system(
        &mut self,
        dialog: impl FnOnce() -> Option<Action> + Send + 'static,
    ) {
        let (answer, chosen) = channel();
        let asked = std::thread::Builder::new().name("glassbox-dialog".into()).spawn(move || {
            if let Some(action) = dialog() {
                let _ = answer.send(action);
            }
        });
        match asked {
            Ok(_) => self.chosen = Some(chosen),
            Err(error) => self.problem = Some(format!("the system gives no thread: {error}")),
        }
    }
}

/// Whether a file's name says that it holds text, and it is none of a model's.
fn holds_text(path: &std::path::Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match ending.to_lowercase().as_str() {
        "txt" => name != "merges.txt",
        "jsonl" | "csv" | "md" => true,
        _ => false,
    }
}
