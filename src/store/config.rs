//! `config.json`: the sizes of a model, in the words of Hugging Face's GPT-2.

use serde_json::{Map, Value, json};

use super::tensors::Precision;
use crate::nn::Config;
use crate::{Error, Result};

/// The name of the file.
pub(super) const FILE: &str = "config.json";

/// Reads the text of a `config.json`: the sizes, and the token that ends a text.
///
/// # Errors
/// If it does not describe a GPT-2 that can be opened here; the caller adds the file's name.
pub(super) fn from_json(text: &str) -> Result<(Config, Option<u32>)> {
    let keys: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
        Error::failed(format!("not the JSON of a model's config ({error}); copy it again"))
    })?;
    let keys = Keys(keys);
    check_kind(&keys)?;
    let width = keys.size("n_embd")?;
    let context = if keys.get("n_positions").is_some() { "n_positions" } else { "n_ctx" };
    let config = Config {
        layers: keys.size("n_layer")?,
        heads: keys.size("n_head")?,
        width,
        inner: match keys.get("n_inner") {
            Some(_) => keys.size("n_inner")?,
            None => width.saturating_mul(4),
        },
        context: keys.size(context)?,
        vocabulary: keys.size("vocab_size")?,
        tied: keys.flag("tie_word_embeddings", true)?,
        epsilon: keys.number("layer_norm_epsilon", 1e-5)?,
        dropout: keys
            .number("resid_pdrop", 0.1)?
            .max(keys.number("embd_pdrop", 0.1)?)
            .max(keys.number("attn_pdrop", 0.1)?),
    };
    config.validate()?;
    let end = keys.end()?.filter(|&end| end < config.vocabulary as u64);
    Ok((config, end.map(|end| end as u32)))
}

/// Refuses every model that computes something other than what this program computes.
fn check_kind(keys: &Keys) -> Result<()> {
    match keys.get("model_type").map(Value::as_str) {
        Some(Some("gpt2")) => (),
        Some(Some(other)) => {
            return Err(Error::failed(format!(
                "this is a model of type {other:?}; only GPT-2 models (\"gpt2\") can be opened"
            )));
        }
        _ => return Err(keys.wrong("model_type", "\"gpt2\"")),
    }
    match keys.get("activation_function").map(Value::as_str) {
        // Two names of the same function: GELU in its tanh form.
        None | Some(Some("gelu_new" | "gelu_pytorch_tanh")) => (),
        _ => return Err(keys.wrong("activation_function", "\"gelu_new\"")),
    }
    let flags = [
        ("scale_attn_weights", true),
        ("scale_attn_by_inverse_layer_idx", false),
        ("add_cross_attention", false),
    ];
    for (name, needed) in flags {
        if keys.flag(name, needed)? != needed {
            return Err(keys.wrong(name, &needed.to_string()));
        }
    }
    Ok(())
}

/// The keys of the file. One that is null counts as not there, as in Python.
struct Keys(Map<String, Value>);

impl Keys {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn size(&self, name: &str) -> Result<usize> {
        let size = self.get(name).and_then(Value::as_u64).filter(|&size| size > 0);
        size.and_then(|size| usize::try_from(size).ok())
            .ok_or_else(|| self.wrong(name, "a whole number, at least 1"))
    }

    fn number(&self, name: &str, default: f64) -> Result<f64> {
        self.get(name)
            .map_or(Ok(default), |value| value.as_f64().ok_or_else(|| self.wrong(name, "a number")))
    }

    fn flag(&self, name: &str, default: bool) -> Result<bool> {
        self.get(name).map_or(Ok(default), |value| {
            value.as_bool().ok_or_else(|| self.wrong(name, "true or false"))
        })
    }

    /// The token that ends a text, or the first of several; a negative number stands for none.
    fn end(&self) -> Result<Option<u64>> {
        const NAME: &str = "eos_token_id";
        let first = match self.get(NAME) {
            Some(Value::Array(ids)) => ids.first(),
            other => other,
        };
        match first {
            None => Ok(None),
            Some(id) if id.is_u64() || id.is_i64() => Ok(id.as_u64()),
            Some(_) => Err(self.wrong(NAME, "a token's id or null")),
        }
    }

    fn wrong(&self, name: &str, needed: &str) -> Error {
        Error::failed(match self.get(name) {
            None => format!("{name} is missing; it must be {needed}"),
            Some(value) => {
                // Enough to recognise it: the value may be a megabyte.
                let shown: String = value.to_string().chars().take(40).collect();
                format!("{name} is {shown}; it must be {needed}")
            }
        })
    }
}

/// The text of a `config.json` that Hugging Face transformers opens as `GPT2LMHeadModel`.
pub(super) fn to_json(config: &Config, end: Option<u32>, precision: Precision) -> String {
    let value = json!({
        "activation_function": "gelu_new",
        "add_cross_attention": false,
        "architectures": ["GPT2LMHeadModel"],
        "attn_pdrop": config.dropout,
        "bos_token_id": end,
        "dtype": precision.torch_name(),
        "embd_pdrop": config.dropout,
        "eos_token_id": end,
        "initializer_range": 0.02,
        "layer_norm_epsilon": config.epsilon,
        "model_type": "gpt2",
        "n_ctx": config.context,
        "n_embd": config.width,
        "n_head": config.heads,
        "n_inner": config.inner,
        "n_layer": config.layers,
        "n_positions": config.context,
        "reorder_and_upcast_attn": false,
        "resid_pdrop": config.dropout,
        "scale_attn_by_inverse_layer_idx": false,
        "scale_attn_weights": true,
        "tie_word_embeddings": config.tied,
        // The same under its older name, for older programs.
        "torch_dtype": precision.torch_name(),
        "use_cache": true,
        "vocab_size": config.vocabulary,
    });
    format!("{value:#}\n")
}

/// The text of a `generation_config.json`: only where a text begins and ends.
pub(super) fn generation_json(end: Option<u32>) -> String {
    let value = json!({ "bos_token_id": end, "eos_token_id": end });
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Config {
        Config { inner: 10, tied: false, dropout: 0.125, ..Config::gpt2(2, 2, 8, 5, 11) }
    }

    fn with(key: &str, value: Value) -> Result<(Config, Option<u32>)> {
        let mut keys: Value =
            serde_json::from_str(&to_json(&good(), Some(3), Precision::F32)).unwrap();
        keys[key] = value;
        from_json(&keys.to_string())
    }

    #[test]
    fn what_is_written_is_read_again() {
        for config in [good(), Config::gpt2(1, 1, 4, 5, 7)] {
            for end in [None, Some(6)] {
                let text = to_json(&config, end, Precision::F16);
                assert_eq!(from_json(&text).unwrap(), (config.clone(), end));
            }
        }
    }

    #[test]
    fn defaults_are_those_of_transformers() {
        assert_eq!(with("n_inner", Value::Null).unwrap().0.inner, 32);
        assert!(with("tie_word_embeddings", Value::Null).unwrap().0.tied);
        assert_eq!(with("n_positions", Value::Null).unwrap().0.context, 5);
        assert_eq!(with("attn_pdrop", json!(0.5)).unwrap().0.dropout, 0.5);
    }

    #[test]
    fn the_end_token_may_be_written_in_many_ways() {
        let end = |value| with("eos_token_id", value).unwrap().1;
        assert_eq!(end(json!(10)), Some(10));
        assert_eq!(end(json!([4, 5])), Some(4));
        for none in [json!(null), json!([]), json!(11), json!(50256), json!(-1)] {
            assert_eq!(end(none), None);
        }
        assert!(with("eos_token_id", json!("x")).is_err());
        assert!(with("eos_token_id", json!(1.5)).is_err());
    }

    #[test]
    fn other_models_are_refused_by_a_sentence_that_says_why() {
        let cases = [
            ("model_type", json!("llama"), "type \"llama\""),
            ("model_type", json!(null), "model_type is missing"),
            ("activation_function", json!("relu"), "must be \"gelu_new\""),
            ("scale_attn_weights", json!(false), "must be true"),
            ("add_cross_attention", json!(true), "must be false"),
            ("n_layer", json!(1.5), "n_layer is 1.5"),
            ("n_layer", json!("2"), "n_layer is \"2\""),
            ("n_head", json!(-2), "n_head is -2"),
            ("n_head", json!(3), "cannot be shared"),
            ("n_embd", json!(0), "at least 1"),
            ("n_inner", json!([1]), "n_inner is [1]"),
            ("n_embd", json!(1_u64 << 40), "larger than"),
            ("vocab_size", json!(1e30), "vocab_size"),
            ("layer_norm_epsilon", json!("x"), "layer_norm_epsilon"),
            ("resid_pdrop", json!(2), "dropout"),
        ];
        for (key, value, expected) in cases {
            let error = with(key, value).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(from_json("[]").is_err());
        assert!(from_json("{").is_err());
    }
}
