//! Texts on which a model's neurons can be watched: some of what it learned from.

use super::Opened;
use crate::session::data::document;
use crate::text::sets;
use crate::text::template::encode_dialogue;
use crate::text::{Tokenizer, sets::Talk};
use crate::train::Document;

/// Texts that are read, and the most tokens of each.
const TEXTS: usize = 240;
const LONGEST: usize = 96;

/// The name of the data that a model learned from last, as far as it ships, and texts from it. A
/// model of unknown origin is shown the small set of dialogues.
pub(super) fn data_of(model: &Opened) -> (String, Vec<Vec<u32>>) {
    let Some(tokenizer) = &model.model.tokenizer else { return Default::default() };
    let learned = model.model.provenance.iter().flat_map(|record| record.data.iter().rev());
    let names = learned.map(|source| source.name.clone()).chain(["pocket".to_string()]);
    let context = model.model.parameters.config.context;
    for name in names {
        let talks = sets::shipped()
            .and_then(|index| index.find(&name).cloned())
            .and_then(|set| sets::read_core(&set.transcript()?, set.form));
        let Ok(talks) = talks else { continue };
        let texts: Vec<Vec<u32>> = sets::sample(&talks, TEXTS, 1)
            .iter()
            .filter_map(|talk| ids_of(talk, tokenizer))
            .map(|mut ids| {
                ids.truncate(LONGEST.min(context));
                ids
            })
            .filter(|ids| !ids.is_empty())
            .collect();
        if !texts.is_empty() {
            return (name, texts);
        }
    }
    Default::default()
}

fn ids_of(talk: &Talk, tokenizer: &Tokenizer) -> Option<Vec<u32>> {
    match document(talk, false) {
        Document::Text(text) => tokenizer.encode(&text).ok(),
        Document::Dialogue(dialogue) => {
            encode_dialogue(tokenizer, &dialogue).ok().map(|encoded| encoded.ids)
        }
    }
}
