//! `glassbox.ron`: where a model came from.

use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};

use crate::nn::LoraTarget;
use crate::text::tokenizer::Merge;
use crate::{Error, Result};

/// The name of the file.
pub(super) const FILE: &str = "glassbox.ron";

/// The largest such file that is opened; its bulk is the record of a tokenizer's merges.
pub(super) const LARGEST_FILE: u64 = 8 << 20;

/// Where a model came from: enough to make it again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The version of the program that trained it.
    pub glassbox: String,
    /// The preset that it was trained with.
    pub preset: String,
    /// What it learned from.
    pub data: Vec<DataSource>,
    /// The seed of everything random.
    pub seed: u64,
    /// Updates made.
    pub steps: u64,
    /// Tokens that it was trained on, counted as often as they came.
    pub tokens_seen: u64,
    /// The last loss on the training data.
    pub train_loss: Option<f64>,
    /// The last loss on the validation data.
    pub val_loss: Option<f64>,
    /// The model that it was tuned from.
    pub parent: Option<String>,
    /// How it was tuned, if by small added matrices.
    pub lora: Option<LoraRecord>,
    /// How its tokenizer was learned, merge by merge. `save` takes it from the tokenizer, and
    /// `open` gives it back to the tokenizer, whose own file has no place for the counts.
    pub merges: Vec<Merge>,
}

/// A file that a model learned from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSource {
    /// Its name.
    pub name: String,
    /// The [`fingerprint`] of its bytes.
    pub fingerprint: String,
    /// How many bytes it had.
    pub bytes: u64,
}

/// How LoRA was set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoraRecord {
    /// Columns of A and rows of B.
    pub rank: usize,
    /// What the product is multiplied by, times the rank.
    pub alpha: f64,
    /// The matrices that it was added to.
    #[serde(default)]
    pub targets: Vec<LoraTarget>,
}

impl Provenance {
    /// Reads the text of a `glassbox.ron`.
    ///
    /// # Errors
    /// If it is broken; the caller adds the file's name.
    pub(super) fn from_ron(text: &str) -> Result<Self> {
        ron::from_str(text).map_err(|error| {
            Error::failed(format!("not a record of training ({error}); repair or remove it"))
        })
    }

    /// The text of a `glassbox.ron`.
    pub(super) fn to_ron(&self) -> Result<String> {
        // Each file and each merge on a line of its own.
        let form = PrettyConfig::default().depth_limit(2);
        ron::ser::to_string_pretty(self, form)
            .map(|text| text + "\n")
            .map_err(|error| Error::failed(format!("the record cannot be written: {error}")))
    }
}

/// Sixteen hexadecimal digits that tell one file's bytes from another's: FNV-1a in 64 bits
/// (Fowler, Noll and Vo). It finds data that changed, not data that someone forged.
pub fn fingerprint(bytes: &[u8]) -> String {
    fingerprint_of(bytes.iter().copied())
}

/// The [`fingerprint`] of bytes that need not lie in memory all at once.
pub fn fingerprint_of(bytes: impl Iterator<Item = u8>) -> String {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", bytes.fold(0xcbf2_9ce4_8422_2325, mix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_those_of_the_reference() {
        assert_eq!(fingerprint(b""), "cbf29ce484222325");
        assert_eq!(fingerprint(b"a"), "af63dc4c8601ec8c");
        assert_eq!(fingerprint(b"foobar"), "85944171f73967e8");
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let record = Provenance {
            glassbox: "0.1.0".into(),
            preset: "nano".into(),
            data: vec![DataSource { name: "a \"b\"".into(), fingerprint: "0f".into(), bytes: 3 }],
            seed: u64::MAX,
            val_loss: Some(0.1 + 0.2),
            lora: Some(LoraRecord { rank: 4, alpha: 8.0, targets: vec![LoraTarget::Qkv] }),
            merges: vec![Merge { pair: (1, 2), token: 3, count: Some(4) }; 2],
            ..Provenance::default()
        };
        let text = record.to_ron().unwrap();
        assert_eq!(Provenance::from_ron(&text).unwrap(), record);
        assert!(text.lines().count() < 30, "{text}");
        assert_eq!(Provenance::from_ron("(seed: 3)").unwrap().seed, 3);
        assert!(Provenance::from_ron("(seed: -3)").is_err());
    }
}
