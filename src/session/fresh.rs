//! Models of random weights by name: what a run of a preset begins with.

use super::Recipe;
use crate::store::Model;
use crate::tensor::Threads;
use crate::text::template::END;
use crate::train::Preset;
use crate::{Error, Result};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// With what such a name begins.
pub const FRESH: &str = "fresh:";

/// The name of the model that a run of a preset begins with, which learns its pieces from a set: the
/// preset's own if none is given.
pub fn fresh_name(preset: &str, set: Option<&str>, seed: u64) -> String {
    let own = || Preset::shipped(preset)?.ok()?.data.first().cloned();
    let set = set.map(String::from).or_else(own).unwrap_or_default();
    format!("{FRESH}{preset}:{set}:{seed}")
}

/// Makes the model of such a name, without [`FRESH`].
///
/// # Errors
/// If the name is not one, or the preset cannot begin on this data.
pub(super) fn fresh_model(name: &str) -> Result<Model> {
    let wrong = || {
        let what = format!("{FRESH}{name}: write a preset, a dialogue set and a seed behind it");
        Error::failed(format!("{what}, as in {FRESH}minute:pocket:0"))
    };
    // The set may be a file, whose name may have colons.
    let (preset, rest) = name.split_once(':').ok_or_else(wrong)?;
    let (set, seed) = rest.rsplit_once(':').ok_or_else(wrong)?;
    let recipe = Recipe {
        name: preset.into(),
        preset: Preset::shipped(preset).ok_or_else(wrong)??,
        data: vec![set.into()],
        read_as: None,
        cleaned: true,
        seed: seed.parse().map_err(|_| wrong())?,
        keeps_data: false,
        tune: None,
    };
    let prepared = recipe.prepare(Threads::serial(), &mut |_| ControlFlow::Continue(()))?;
    Ok(Model {
        parameters: prepared.trainer.parameters().clone(),
        end: prepared.end.or_else(|| prepared.tokenizer.id_of_special(END)),
        tokenizer: Some(prepared.tokenizer),
        provenance: Some(prepared.provenance),
        folder: PathBuf::from(format!("{FRESH}{name}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::open_model;
    use std::path::Path;

    #[test]
    fn a_fresh_model_is_what_its_run_begins_with() {
        let name = fresh_name("minute", None, 3);
        assert_eq!(name, "fresh:minute:pocket:3");
        let model = open_model(Path::new(&name)).expect("a model");
        let preset = Preset::shipped("minute").expect("one").expect("a preset");
        let vocabulary = model.parameters.config.vocabulary;
        assert_eq!(model.parameters.values, preset.parameters(vocabulary, 3).values);
        assert!(model.tokenizer.is_some() && model.end.is_some());
        for wrong in ["fresh:minute", "fresh:nothing:pocket:0", "fresh:minute:pocket:x"] {
            let error = open_model(Path::new(wrong)).expect_err(wrong);
            assert!(error.to_string().contains("fresh:minute:pocket:0"), "{error}");
        }
    }
}
