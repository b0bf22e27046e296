//! Actions: the names that they use, and the types of their arguments.

use super::Checker;
use crate::interpret::Component;
use crate::lesson::action::{Action, Argument, Method};
use crate::lesson::formula::{Formula, Type};
use crate::lesson::outline::Spot;
use crate::lesson::part::Part;
use crate::lesson::schema::Both;
use crate::nn::Name;
use std::path::Path;

/// Whether a run may be called so: its folder is.
fn is_folder_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))
}

impl Checker<'_> {
    pub(super) fn setup(&mut self, spot: Spot<'_>) {
        let setup = &self.lesson.setup;
        self.model(spot.field("model"), &setup.model);
        if let Some(data) = &setup.data {
            self.data(spot.field("data"), data);
        }
        if let Some(prompt) = &setup.prompt {
            self.prompt(spot.field("prompt"), prompt);
        }
        if !self.lesson.stations.contains(&setup.station) {
            let what = "stations has to name the one that the lesson begins at";
            self.error(spot.field("station").place(), what);
        }
        self.actions(spot.field("actions"), &setup.actions);
    }

    pub(super) fn actions(&mut self, spot: Spot<'_>, actions: &[Action]) {
        for (i, action) in actions.iter().enumerate() {
            self.action(spot.item(i), action);
        }
    }

    pub(super) fn action(&mut self, spot: Spot<'_>, action: &Action) {
        if !self.checked.actions.iter().any(|(_, known)| *known == action.name()) {
            self.checked.actions.push((spot.place(), action.name()));
        }
        let known = self.known;
        match action {
            Action::Model(model) => self.model(spot.item(0), model),
            Action::Data(data) => self.data(spot.item(0), data),
            Action::Prompt(text) | Action::Say(text) => self.prompt(spot.item(0), text),
            Action::Preset(name) => {
                self.known(spot.item(0), "preset", name, known.presets.iter().map(String::as_str));
            }
            Action::Mark(part) | Action::Open(part) | Action::Close(part) => {
                self.known(spot.item(0), "part", part, Part::names());
            }
            Action::Clean(rule) => {
                self.known(
                    spot.item(0),
                    "cleaning rule",
                    rule,
                    known.rules.iter().map(String::as_str),
                );
            }
            Action::Decode { .. } | Action::Select { .. } => self.settings(spot, action),
            Action::Draw(n) | Action::Merge(n) | Action::Train(n) | Action::Scrub(n) => {
                self.argument(spot.item(0), n, Type::Number);
            }
            Action::Recorded(name) => {
                self.recordings.push((spot.item(0).place(), name.clone()));
            }
            Action::Compare { left, right } => {
                let is_model =
                    |name: &String| known.models.contains(name) || Path::new(name).is_dir();
                let models = [left, right].iter().all(|it| is_model(&it.en) && is_model(&it.zh));
                for (field, text) in [("left", left), ("right", right)] {
                    if !models {
                        self.prompt(spot.field(field), text);
                    }
                }
            }
            Action::Fork(name) => {
                if !is_folder_name(name) {
                    let what = "the name of a run is made of letters, digits, - and _";
                    self.error(spot.item(0).place(), what);
                }
            }
            Action::Take(token) => self.argument(spot.item(0), token, Type::Token),
            Action::Replies { n, temperature } => {
                self.argument(spot.field("n"), n, Type::Number);
                self.argument(spot.field("temperature"), temperature, Type::Number);
            }
            Action::Tune(data, method, steps) => {
                self.data(spot.item(0), data);
                if let Method::Lora(rank) = method {
                    self.argument(spot.item(1).item(0), rank, Type::Number);
                }
                self.argument(spot.item(2), steps, Type::Number);
            }
            Action::Ablate(part) => {
                if part.parse::<Component>().is_err() {
                    self.formula(spot.item(0), &Formula::new(part.as_str()), Type::Head);
                }
            }
            Action::Patch { from, name, row } => {
                self.prompt(spot.field("from"), from);
                if name.parse::<Name>().is_err() {
                    let names: Vec<String> = Name::all(4).iter().map(ToString::to_string).collect();
                    let names = names.iter().map(String::as_str);
                    self.known(spot.field("name"), "activation", name, names);
                }
                self.argument(spot.field("row"), row, Type::Number);
            }
            // These have no argument, or one that the schema has checked, or a name that only the
            // running program knows.
            Action::Station(_)
            | Action::Seed(_)
            | Action::Reset
            | Action::Zoom(_)
            | Action::Forward(_)
            | Action::Back
            | Action::Rewind
            | Action::BeamStep
            | Action::BeamRun
            | Action::Pause
            | Action::TrainHalf(_)
            | Action::Restore
            | Action::NewChat
            | Action::Objective(_) => {}
        }
    }

    /// Actions of many named arguments, none of which has to be there.
    fn settings(&mut self, spot: Spot<'_>, action: &Action) {
        let given: Vec<(&str, &Option<Argument>, Type)> = match action {
            Action::Decode {
                temperature,
                top_k,
                top_p,
                min_p,
                repetition_penalty,
                beams,
                length_penalty,
            } => vec![
                ("temperature", temperature, Type::Number),
                ("top_k", top_k, Type::Number),
                ("top_p", top_p, Type::Number),
                ("min_p", min_p, Type::Number),
                ("repetition_penalty", repetition_penalty, Type::Number),
                ("beams", beams, Type::Number),
                ("length_penalty", length_penalty, Type::Number),
            ],
            Action::Select { position, layer, head, token, rival, cell } => vec![
                ("position", position, Type::Number),
                ("layer", layer, Type::Number),
                ("head", head, Type::Head),
                ("token", token, Type::Token),
                ("rival", rival, Type::Token),
                ("cell", cell, Type::Number),
            ],
            _ => Vec::new(),
        };
        if given.iter().all(|(_, argument, _)| argument.is_none()) {
            let names: Vec<&str> = given.iter().map(|(name, ..)| *name).collect();
            self.error(spot.place(), format!("nothing is set; there are {}", names.join(", ")));
        }
        for (name, argument, wanted) in given {
            if let Some(argument) = argument {
                self.argument(spot.field(name), argument, wanted);
            }
        }
    }

    fn argument(&mut self, spot: Spot<'_>, argument: &Argument, wanted: Type) {
        match argument {
            Argument::Formula(formula) => self.formula(spot, formula, wanted),
            Argument::Number(_) if wanted == Type::Number => {}
            Argument::Number(_) => {
                let what = format!("{} belongs here, as a formula in quotes", wanted.shown());
                self.error(spot.place(), what);
            }
        }
    }

    fn model(&mut self, spot: Spot<'_>, model: &Both<String>) {
        let known = self.known;
        for (language, name) in [("en", &model.en), ("zh", &model.zh)] {
            let spot = spot.field(language);
            match name.strip_prefix("fresh:") {
                Some(preset) => {
                    self.known(spot, "preset", preset, known.presets.iter().map(String::as_str));
                }
                None if Path::new(name).is_dir() => {}
                None => self.known(spot, "model", name, known.models.iter().map(String::as_str)),
            }
        }
    }

    fn data(&mut self, spot: Spot<'_>, data: &Both<String>) {
        let known = self.known;
        for (language, name) in [("en", &data.en), ("zh", &data.zh)] {
            if !Path::new(name).is_file() {
                let sets = known.sets.iter().map(String::as_str);
                self.known(spot.field(language), "dialogue set", name, sets);
            }
        }
    }

    /// What is said to the model, or given to it to go on with.
    fn prompt(&mut self, spot: Spot<'_>, prompt: &Both<String>) {
        const LONGEST: usize = 4000;
        for (language, text) in [("en", &prompt.en), ("zh", &prompt.zh)] {
            if text.trim().is_empty() {
                self.error(spot.field(language).place(), "there is nothing to read here");
            } else if text.len() > LONGEST {
                let what = format!("{} bytes are too many to read; at most {LONGEST}", text.len());
                self.error(spot.field(language).place(), what);
            }
        }
    }
}
