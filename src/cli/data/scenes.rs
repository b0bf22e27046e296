//! `glassbox data` on a scenes file of the user's.

use crate::cli::output::say;
use crate::store::write_atomically;
use crate::text::import::read_any_text_file;
use crate::text::sets::scenes::{self, Play};
use crate::text::sets::{self, Expansion};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// The set's name, if this is the name of a scenes file.
pub(super) fn name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()?.strip_suffix(".scenes.ron")
}

/// Composes the set of a scenes file and of the core beside it.
pub(super) fn compose(path: &Path, core: Option<&Path>, seed: u64) -> Result<(Play, Expansion)> {
    let source = path.display().to_string();
    let play = Play::from_ron(&read_any_text_file(path)?, &source)?;
    let beside = name(path).map(|name| path.with_file_name(format!("{name}.core.txt")));
    let core: Option<PathBuf> =
        core.map(Path::to_path_buf).or_else(|| beside.filter(|file| file.is_file()));
    let core = match core {
        Some(file) => sets::read_core(&read_any_text_file(&file)?, play.form())
            .map_err(|error| Error::file(&file, error))?,
        None => Vec::new(),
    };
    let made = scenes::make(&play, &core, seed).map_err(|error| Error::file(path, error))?;
    Ok((play, made))
}

/// Writes the set of a scenes file.
pub(super) fn make(
    path: &Path,
    name: &str,
    core: Option<&Path>,
    seed: u64,
    out: &Path,
) -> Result<()> {
    let (_, made) = compose(path, core, seed)?;
    let file = out.join(format!("{name}.txt"));
    let text = sets::render(&made.all());
    write_atomically(&file, |out| out.write_all(text.as_bytes()))?;
    let (learned, kept) = (made.training.len(), made.validation.len());
    say(&format!("{}: {learned} for training, then {kept} for validation", file.display()));
    for (line, share) in too_often(&made) {
        say(&format!("above 3 %: {:.2} %: {line}", 100.0 * share));
    }
    for (scene, count) in &made.dropped {
        say(&format!("near-copies: {count} left out of scene {scene}, for validation"));
    }
    Ok(())
}

/// The lines of scenes that come too often, each with its share.
pub(super) fn too_often(made: &Expansion) -> Vec<(String, f64)> {
    const MOST: f64 = 0.03;
    let shares = made.shares().into_iter().filter(|(_, share)| *share > MOST);
    shares.map(|(line, share)| (line.to_string(), share)).collect()
}
