//! Taking things out of the window: a picture, a drawing, numbers, activations, the way back here.

pub mod bookmark;
mod svg;

pub use svg::svg;

use crate::store::{cannot_write, write_activations, write_atomically};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// What can be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// The stage as a picture (PNG).
    Picture,
    /// The stage as a drawing whose lines stay sharp (SVG).
    Drawing,
    /// The view's numbers as a table (CSV).
    Numbers,
    /// Every activation of the text (safetensors).
    Activations,
    /// A short text that leads back to exactly this state, to the clipboard.
    State,
}

impl Export {
    /// Everything, in the menu's order.
    pub const ALL: [Self; 5] =
        [Self::Picture, Self::Drawing, Self::Numbers, Self::Activations, Self::State];

    /// How its files end.
    fn ending(self) -> &'static str {
        match self {
            Self::Picture => "png",
            Self::Drawing => "svg",
            Self::Numbers => "csv",
            Self::Activations => "safetensors",
            Self::State => "txt",
        }
    }
}

/// A table: its first row names the columns.
pub type Table = Vec<Vec<String>>;

/// What a file is made of.
pub enum Contents {
    Picture { size: [usize; 2], rgba: Vec<u8> },
    Text(String),
    Activations(Vec<(String, Vec<usize>, Vec<f32>)>),
}

/// Where files go, if nobody says otherwise: a folder of its own among the user's.
pub fn default_folder() -> Option<PathBuf> {
    Some(etcetera::home_dir().ok()?.join("Glassbox"))
}

/// A name in the folder that no file has yet.
pub fn free_name(folder: &Path, view: &str, export: Export) -> PathBuf {
    let name = |n: usize| folder.join(format!("{view}-{n}.{}", export.ending()));
    (1..10_000).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(10_000))
}

/// Writes a file; takes a moment, so it is not for the thread that paints.
///
/// # Errors
/// If the folder or the file cannot be written.
pub fn write(path: &Path, contents: Contents) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| cannot_write(path, &error))?;
    }
    match contents {
        Contents::Text(text) => write_atomically(path, |file| file.write_all(text.as_bytes())),
        Contents::Activations(activations) => write_activations(path, &activations),
        Contents::Picture { size: [width, height], rgba } => {
            let [width, height] = [width as u32, height as u32];
            image::save_buffer(path, &rgba, width, height, image::ColorType::Rgba8)
                .map_err(|error| Error::file(path, error))
        }
    }
}

/// A table as CSV (RFC 4180): a cell with a comma, a quote or a line's end stands in quotes.
pub fn csv(table: &Table) -> String {
    let cell = |text: &String| {
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\n";
    table.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_table_come_back_whole() {
        let table =
            vec![vec!["token".into(), "a \"b\"".into()], vec![",".into(), "line\nend".into()]];
        assert_eq!(csv(&table), "token,\"a \"\"b\"\"\"\n\",\",\"line\nend\"\n");
    }

    #[test]
    fn a_file_never_takes_anothers_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = free_name(folder.path(), "map", Export::Numbers);
        write(&first, Contents::Text("x".into())).expect("written");
        let second = free_name(folder.path(), "map", Export::Numbers);
        assert_ne!(first, second);
        assert!(second.ends_with("map-2.csv"));
        let picture = folder.path().join("deep/picture.png");
        let rgba = vec![255; 3 * 2 * 4];
        write(&picture, Contents::Picture { size: [3, 2], rgba }).expect("written");
        assert!(std::fs::read(&picture).expect("a file").starts_with(b"\x89PNG"));
    }
}
