//! Models inside the program, opened by name.

use super::fresh::{FRESH, fresh_model};
use crate::Result;
use crate::store::{self, Model};
use crate::text::sets::index::Language;
use std::path::Path;

/// A file's name and its bytes.
type File = (&'static str, &'static [u8]);

/// A model's name and the files of its folder in `models/`.
macro_rules! model {
    ($model:literal) => {
        model!($model: "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "glassbox.ron")
    };
    ($model:literal: $($name:literal),*) => {
        ($model, &[$((
            $name,
            include_bytes!(concat!("../../models/", $model, "/", $name)).as_slice(),
        )),*])
    };
}

/// The models inside the program, made by the recipes of the same names; `pocket` by `minute`.
/// Their weights are in half precision.
const SHIPPED: [(&str, &[File]); 6] = [
    model!("chat-en"),
    model!("chat-zh"),
    model!("base-en"),
    model!("base-zh"),
    model!("pocket"),
    model!("fork"),
];

/// Opens a model folder, or a shipped model by name; a folder of that name goes first. A name of
/// [`fresh_name`](super::fresh_name) makes a model of random weights.
///
/// # Errors
/// As [`store::open`].
pub fn open_model(model: &Path) -> Result<Model> {
    let fresh = model.to_str().and_then(|name| name.strip_prefix(FRESH));
    if let Some(name) = fresh.filter(|_| !model.exists()) {
        return fresh_model(name);
    }
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
