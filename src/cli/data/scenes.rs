//! `glassbox data` on a scenes file of the user's.

use crate::cli::output::{print, say};
use crate::store::write_atomically;
use crate::text::import::read_any_text_file;
use crate::text::sets::index::Form;
use crate::text::sets::scenes::{self, Made, Play};
use crate::text::sets::{self, Talk};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// The set's name, if this is the name of a scenes file.
pub(super) fn name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()?.strip_suffix(".scenes.ron")
}

/// Composes the set of a scenes file and of the core beside it.
pub(super) fn compose(path: &Path, core: Option<&Path>, seed: u64) -> Result<(Form, Made)> {
    let source = path.display().to_string();
    let play = Play::from_ron(&read_any_text_file(path)?, &source)?;
    let beside = name(path).map(|name| path.with_file_name(format!("{name}.core.txt")));
    let core: Option<PathBuf> =
        core.map(Path::to_path_buf).or_else(|| beside.filter(|file| file.is_file()));
    let core = match core {
        Some(file) => read_core(&read_any_text_file(&file)?, play.form())
            .map_err(|error| Error::file(&file, error))?,
        None => Vec::new(),
    };
    let made = scenes::make(&play, &core, seed).map_err(|error| Error::file(path, error))?;
    Ok((play.form(), made))
}

fn read_core(text: &str, form: Form) -> Result<Vec<Talk>> {
    match form {
        _ if text.trim().is_empty() => Ok(Vec::new()),
        Form::Dialogue => sets::read(text),
        Form::Text => Ok(sets::read_texts(text)),
    }
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
    let text = sets::render(&[made.training.as_slice(), &made.validation].concat());
    write_atomically(&file, |out| out.write_all(text.as_bytes()))?;
    let (learned, kept) = (made.training.len(), made.validation.len());
    say(&format!("{}: {learned} for training, then {kept} for validation", file.display()));
    print_uses(&made);
    Ok(())
}

/// Tells the writer of lines that come too often, and of near-copies that were left out.
pub(super) fn print_uses(made: &Made) {
    /// The share of its side's turns above which a line is too frequent.
    const TOO_OFTEN: f64 = 0.03;
    let turns: usize = made.training.iter().chain(&made.validation).map(Vec::len).sum();
    let used: usize = made.uses.iter().map(|line| line.count).sum();
    // A text's sentences are one turn, so there only the lines themselves can be counted.
    let turns = if made.is_text() { used } else { turns / 2 };
    let share = |count: usize| count as f64 / turns.max(1) as f64;
    let mut uses: Vec<_> = made.uses.iter().collect();
    uses.sort_by(|a, b| b.count.cmp(&a.count));
    if let Some(most) = uses.first() {
        let percent = 100.0 * share(most.count);
        print(&format!("  most used line       {percent:.2} %: {}: {}", most.scene, most.line));
    }
    for line in uses.into_iter().filter(|line| share(line.count) > TOO_OFTEN) {
        let percent = 100.0 * share(line.count);
        print(&format!("  above 3 %            {percent:.2} %: {}: {}", line.scene, line.line));
    }
    for (scene, count) in &made.dropped {
        print(&format!("  near-copies dropped  {count} of scene {scene}, for validation"));
    }
}
