//! What the program remembers from one day to the next.

use super::context::Station;
use super::words::Language;
use crate::Result;
use crate::store::{read_text, write_atomically};
use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The settings file. What an older program did not know keeps its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub language: Language,
    pub dark: bool,
    /// Points are this much larger.
    pub zoom: f32,
    pub reduced_motion: bool,
    pub station: Station,
    pub panel_open: bool,
    pub inspector_open: bool,
    pub panel_width: f32,
    pub inspector_width: f32,
    /// The window's inner size in points.
    pub window: [f32; 2],
    pub temperature: f32,
    /// The shortest time between two tokens of a reply, in milliseconds.
    pub pace: u64,
    /// The folder of the model that was open, or the name of a shipped one.
    pub model: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        let chinese = sys_locale::get_locale().is_some_and(|locale| locale.starts_with("zh"));
        Self {
            language: if chinese { Language::Chinese } else { Language::English },
            dark: true,
            zoom: 1.0,
            reduced_motion: false,
            station: Station::Chat,
            panel_open: true,
            inspector_open: true,
            panel_width: 304.0,
            inspector_width: 288.0,
            window: [1440.0, 900.0],
            temperature: 0.0,
            pace: 60,
            model: None,
        }
    }
}

/// No settings file is larger.
const LARGEST: u64 = 1 << 16;

impl Settings {
    /// Where they are kept on this machine, if it has a place for such things.
    pub fn place() -> Option<PathBuf> {
        let base = etcetera::choose_base_strategy().ok()?;
        Some(base.config_dir().join("glassbox").join("settings.ron"))
    }

    /// Where the user's dialogue sets are kept on this machine.
    pub fn place_of_sets() -> Option<PathBuf> {
        let base = etcetera::choose_base_strategy().ok()?;
        Some(base.data_dir().join("glassbox").join("dialogues"))
    }

    /// Where what learners did is kept on this machine.
    pub fn place_of_progress() -> Option<PathBuf> {
        let base = etcetera::choose_base_strategy().ok()?;
        Some(base.data_dir().join("glassbox").join("progress.ron"))
    }

    /// Where one's own lessons are.
    pub fn place_of_lessons() -> Option<PathBuf> {
        let base = etcetera::choose_base_strategy().ok()?;
        Some(base.data_dir().join("glassbox").join("lessons"))
    }

    /// Where training runs are kept on this machine, if it has a place for such things.
    pub fn runs_place() -> Option<PathBuf> {
        let base = etcetera::choose_base_strategy().ok()?;
        Some(base.data_dir().join("glassbox").join("runs"))
    }

    /// Reads the settings; what cannot be read is as if it were not there.
    pub fn load(path: &Path) -> Self {
        let text = read_text(path, LARGEST).ok();
        text.and_then(|text| ron::from_str(&text).ok()).map_or_else(Self::default, Self::sound)
    }

    /// Writes the settings, whole or not at all.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let text = ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default())
            .map_err(|e| crate::Error::file(path, e.to_string()))?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| crate::store::cannot_write(path, &e))?;
        }
        write_atomically(path, |file| file.write_all(text.as_bytes()))
    }

    /// A file that was edited by hand may hold anything.
    fn sound(mut self) -> Self {
        let within = |value: f32, least: f32, most: f32, default: f32| {
            if value.is_finite() { value.clamp(least, most) } else { default }
        };
        self.zoom = within(self.zoom, 0.6, 3.0, 1.0);
        self.panel_width = within(self.panel_width, 272.0, 480.0, 304.0);
        self.inspector_width = within(self.inspector_width, 248.0, 420.0, 288.0);
        self.temperature = within(self.temperature, 0.0, 2.0, 0.0);
        self.pace = self.pace.min(5000);
        let [width, height] = self.window;
        self.window = [within(width, 960.0, 8000.0, 1440.0), within(height, 640.0, 8000.0, 900.0)];
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_and_nonsense_does_no_harm() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/settings.ron");
        let settings = Settings { zoom: 1.25, dark: false, ..Settings::default() };
        settings.save(&path).expect("saved");
        assert_eq!(Settings::load(&path), settings);
        for text in ["", "(zoom: 1e30)", "(zoom: NaN, window: (-1, 5))", "((((", "(unknown: 1)"] {
            std::fs::write(&path, text).expect("written");
            let loaded = Settings::load(&path);
            assert!(loaded.zoom <= 3.0 && loaded.window[0] >= 960.0, "{text}");
        }
        assert_eq!(Settings::load(&folder.path().join("nothing")), Settings::default());
    }
}
