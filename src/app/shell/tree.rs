//! Carrying out what a person asked for with a search.

use super::Shell;
use crate::app::context::{Action, Selection, Station};
use crate::app::stations::decode;
use crate::app::stations::decode::tree::Ask;
use crate::app::stations::model::View;
use crate::app::words::Language;
use crate::session::engine::Source;
use crate::session::{Plan, searches};
use crate::text::sets::index;
use std::path::PathBuf;

/// A search that begins once a model is open.
pub(super) struct Waiting {
    model: String,
    plan: Plan,
}

impl Shell {
    /// Carries out one thing.
    pub(super) fn search(&mut self, ask: Ask) {
        match ask {
            Ask::Run(plan) => {
                self.rooms.decode.tree.show_all();
                self.count_search(&plan);
                self.session.search(plan);
            }
            Ask::Stop => self.session.stop_search(),
            Ask::Expand(node) => self.session.search_from(node),
            Ask::Back => self.session.search_back(),
            Ask::Chat(node) => self.chat_from(node),
            Ask::Open(node) => self.open_node(node),
            Ask::Example(number) => self.open_example(number),
        }
    }

    /// The path to a node becomes the beginning of a reply; the model writes on from there.
    fn chat_from(&mut self, node: usize) {
        let Some(search) = self.session.searched() else { return };
        let found = &search.prompt[search.prompt.len() - search.after..];
        let reply = [found, &search.ids(node)].concat();
        let text = search.plan.text.clone();
        self.rooms.chat.selected = None;
        self.settings.station = Station::Chat;
        self.session.say_first(&text, reply);
    }

    /// Shows the Model station at the moment in which a node's token was weighed: its last row is
    /// the one that weighed it.
    fn open_node(&mut self, node: usize) {
        let Some(search) = self.session.searched() else { return };
        let mut path = search.ids(node);
        let candidate = path.pop();
        let ids = [search.prompt.as_slice(), &path].concat();
        let position = ids.len().checked_sub(1);
        self.locked = Selection { position, candidate, ..Selection::default() };
        self.rooms.model.show_all();
        self.rooms.model.view = View::Map;
        self.settings.station = Station::Model;
        self.session.look(ids);
    }

    /// Opens a saved search with its model, in the language of the screen.
    fn open_example(&mut self, number: usize) {
        let language = match self.settings.language {
            Language::English => index::Language::En,
            Language::Chinese => index::Language::Zh,
        };
        let Some(example) = searches::shipped().get(number) else { return };
        if self.settings.station != Station::Decode
            || self.rooms.decode.view == decode::View::Funnel
        {
            self.rooms.decode.view = decode::View::Compare;
            self.settings.station = Station::Decode;
        }
        let case = example.case(language);
        self.rooms.decode.tree.set_plan(case.plan());
        self.waiting = Some(Waiting { model: case.model.clone(), plan: case.plan() });
        let open = self.session.opened().is_some_and(|opened| opened.name == case.model);
        if !open {
            self.act(Action::Open(Source::Named(PathBuf::from(&case.model))));
        }
        self.search_what_waited();
    }

    /// Begins the search that waited for a model, if that is open now.
    pub(super) fn search_what_waited(&mut self) {
        let name = self.session.opened().map(|opened| opened.name.clone());
        if let Some(Waiting { plan, .. }) =
            self.waiting.take_if(|waiting| name.as_ref() == Some(&waiting.model))
        {
            self.search(Ask::Run(plan));
        }
    }
}
