//! The command palette: everything that can be done, by its name.

use super::Shell;
use crate::app::context::{Action, Station};
use crate::app::export::Export;
use crate::app::export::bookmark::BEGINS;
use crate::app::stations::decode::{Ask, View, tree};
use crate::app::theme::Type;
use crate::app::widgets::paragraph;
use crate::app::words::{Language, Words};
use crate::session::engine::Source;
use crate::session::library::{Request, SetKey};
use crate::session::{searches, shipped_models};
use egui::{Align2, Area, Frame, Key, Modifiers, Order, TextEdit, Ui, vec2};
use std::path::PathBuf;

/// What is being searched for.
#[derive(Debug, Default)]
pub struct Search {
    text: String,
    chosen: usize,
}

impl Shell {
    /// What lies over everything: the palette and the sheet of keys.
    pub(super) fn over(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        if self.keys_open {
            self.key_sheet(ui, actions);
        }
        if self.desk.welcome {
            self.welcome_card(ui, actions);
        }
        let Some(mut search) = self.commands.take() else { return };
        if !self.palette(ui, &mut search, actions) {
            self.commands = Some(search);
        }
    }

    /// Returns whether the palette is done.
    fn palette(&self, ui: &mut Ui, search: &mut Search, actions: &mut Vec<Action>) -> bool {
        let (look, words) = (self.look(), self.settings.language.words());
        let colours = look.colours();
        let found = if search.text.trim().starts_with(BEGINS) {
            vec![(words.behind.reopen.into(), Action::Reopen(search.text.clone()))]
        } else {
            matching(&self.all_commands(words), &search.text)
        };
        search.chosen = search.chosen.min(found.len().saturating_sub(1));
        let pressed = |key| ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::Escape) {
            return true;
        }
        if pressed(Key::ArrowDown) && search.chosen + 1 < found.len() {
            search.chosen += 1;
        }
        if pressed(Key::ArrowUp) {
            search.chosen = search.chosen.saturating_sub(1);
        }
        let mut taken = pressed(Key::Enter).then_some(search.chosen);
        let area = Area::new(egui::Id::unique("palette"))
            .order(Order::Foreground)
            .anchor(Align2::CENTER_TOP, vec2(0.0, 96.0));
        area.show(ui.ctx(), |ui| {
            let card = Frame::new()
                .fill(colours.raised)
                .stroke((1.0, colours.line2))
                .corner_radius(10.0)
                .inner_margin(12.0);
            card.show(ui, |ui| {
                ui.set_width(480.0);
                let field = TextEdit::singleline(&mut search.text)
                    .hint_text(words.command)
                    .desired_width(f32::INFINITY)
                    .margin(vec2(10.0, 7.0));
                ui.add(field).request_focus();
                if found.is_empty() {
                    paragraph(ui, words.no_command, Type::Body, colours.text2);
                }
                for (i, (name, _)) in found.iter().enumerate().take(10) {
                    if ui.selectable_label(i == search.chosen, name).clicked() {
                        taken = Some(i);
                    }
                }
            });
        });
        let Some((_, action)) = taken.and_then(|i| found.into_iter().nth(i)) else { return false };
        actions.push(action);
        true
    }

    /// Every command with its name.
    fn all_commands(&self, words: &Words) -> Vec<(String, Action)> {
        let stations = Station::ALL.map(|s| (s.title(words).to_string(), Action::Go(s)));
        let models = shipped_models().map(|name| {
            (
                format!("{}: {name}", words.choose_model),
                Action::Open(Source::Named(PathBuf::from(name))),
            )
        });
        let others = [
            (words.open_folder, Action::ChooseFolder),
            (words.data.write, Action::WriteDialogue),
            (words.data.import_title, Action::BeginImport),
            (words.data.undo_last, Action::Data(Request::Undo)),
            (words.new_chat, Action::NewChat),
            (words.stop, Action::Stop),
            (words.grow, Action::Grow),
            (words.decode.funnel, Action::Decode(Ask::Show(View::Funnel))),
            (words.tree.heading, Action::Decode(Ask::Show(View::Tree))),
            (words.tree.compare_heading, Action::Decode(Ask::Show(View::Compare))),
            (words.decode.roll_again, Action::Decode(Ask::RollAgain)),
            (words.decode.roll_often, Action::Decode(Ask::RollOften)),
            (words.decode.branch_here, Action::Decode(Ask::Branch)),
            (words.decode.previous_branch, Action::Decode(Ask::Switch(-1))),
            (words.decode.next_branch, Action::Decode(Ask::Switch(1))),
            (words.behind.export_picture, Action::Export(Export::Picture)),
            (words.behind.export_drawing, Action::Export(Export::Drawing)),
            (words.behind.export_numbers, Action::Export(Export::Numbers)),
            (words.behind.export_activations, Action::Export(Export::Activations)),
            (words.behind.export_state, Action::Export(Export::State)),
            (words.behind.switch_locked, Action::SwitchLocked),
            (words.behind.restore_all, Action::Restore),
            (words.theme, Action::TurnTheme),
            (words.language, Action::TurnLanguage),
            (words.presenter, Action::TurnPresenter),
            (words.key_panel, Action::TogglePanel),
            (words.key_inspector, Action::ToggleInspector),
            (words.reduced_motion, Action::ToggleMotion),
            (words.key_help, Action::ShowKeys),
        ];
        let sets = self.session.library().shipped().iter().map(|set| {
            let title = match Language::of(words) {
                Language::English => &set.title.en,
                Language::Chinese => &set.title.zh,
            };
            let key = SetKey::Shipped(set.id.clone());
            let name = format!("{}: {title}", words.data.choose_set);
            (name, Action::Data(Request::Choose(key)))
        });
        let others = others.map(|(name, action)| (name.to_string(), action));
        let lessons = self.desk.shelf.entries.iter().filter_map(|entry| {
            let lesson = &entry.loaded.as_ref().ok()?.lesson;
            let title = lesson.title.of(crate::app::lesson::language(Language::of(words))).plain();
            let open = Action::Lesson(crate::app::lesson::Ask::Open(entry.id.clone()));
            // The number, too, is what people look for.
            let number = entry.id.split('-').next().filter(|number| number.parse::<u32>().is_ok());
            let number = number.map_or(String::new(), |number| format!("{number} "));
            Some((format!("{}: {number}{title}", words.lesson.lessons), open))
        });
        let mut lessons: Vec<_> = lessons.collect();
        // One's own edition and the shipped one are one lesson.
        lessons.sort_by(|a, b| a.0.cmp(&b.0));
        lessons.dedup();
        let view = self.context();
        let examples = searches::shipped().iter().enumerate().map(|(number, example)| {
            let title = tree::in_language(&view, &example.title);
            (format!("{}: {title}", words.tree.examples), Action::Tree(tree::Ask::Example(number)))
        });
        let known = stations.into_iter().chain(models).chain(examples).chain(others).chain(sets);
        known.chain(lessons).collect()
    }
}

/// The commands whose names hold all words of the search.
fn matching(commands: &[(String, Action)], search: &str) -> Vec<(String, Action)> {
    let wanted: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let fits = |name: &str| wanted.iter().all(|word| name.to_lowercase().contains(word));
    commands.iter().filter(|(name, _)| fits(name)).cloned().collect()
}
