//! Models inside the program, opened by name.

use crate::Result;
use crate::store::{self, Model};
use crate::text::sets::index::Language;
use std::path::Path;

/// A file of a model folder.
macro_rules! file {
    ($model:literal, $name:literal) => {
        ($name, include_bytes!(concat!("../../models/", $model, "/", $name)).as_slice())
    };
}

/// A file's name and its bytes.
type File = (&'static str, &'static [u8]);

/// Trained by `glassbox train --preset minute`, weights in half precision.
const POCKET: [File; 5] = [
    file!("pocket", "config.json"),
    file!("pocket", "model.safetensors"),
    file!("pocket", "tokenizer.json"),
    file!("pocket", "tokenizer_config.json"),
    file!("pocket", "glassbox.ron"),
];

/// Each model's name and files. The first one talks when nothing else is asked for.
const SHIPPED: [(&str, &[File]); 1] = [("pocket", &POCKET)];

/// Opens a model folder, or a shipped model by name; a folder of that name goes first.
///
/// # Errors
/// As [`store::open`].
pub fn open_model(model: &Path) -> Result<Model> {
    let shipped = SHIPPED.iter().find(|(name, _)| model.as_os_str() == *name);
    match shipped {
        Some((name, files)) if !model.exists() => store::open_shipped(name, files),
        _ => store::open(model),
    }
}

/// The names of the models inside the program.
pub fn shipped_models() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// The model that the program talks with when none is named.
pub fn default_model(language: Language) -> &'static Path {
    Path::new(match language {
        Language::En => "chat-en",
        Language::Zh => "chat-zh",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_model_opens_and_can_chat() {
        for (name, _) in SHIPPED {
            let model = open_model(Path::new(name)).unwrap_or_else(|error| panic!("{error}"));
            assert!(model.tokenizer().is_ok() && model.end.is_some(), "{name}");
            assert!(model.provenance.is_some_and(|made| made.steps > 0), "{name}");
        }
    }
}
