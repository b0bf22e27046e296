//! `glassbox inspect`: the activations of a prompt, as a file of tensors.

use super::output::print;
use super::{ModelChoice, encode_prompt};
use crate::nn::{BatchWorkspace, Parameters, Recording, Sequence, model};
use crate::store::write_activations;
use crate::tensor::Threads;
use crate::{Error, Result};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Inspect {
    #[command(flatten)]
    model: ModelChoice,
    /// The text to read, taken as it is
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    prompt: String,
    /// Which activations: * stands for any text, ? for any character
    #[arg(long, value_name = "GLOB", default_value = "*")]
    names: String,
    /// Also write grad.NAME for every parameter: the gradient of the mean next-token loss over the prompt
    #[arg(long)]
    gradients: bool,
    /// The safetensors file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

type NamedTensor = (String, Vec<usize>, Vec<f32>);

impl Inspect {
    pub fn run(self, threads: &Threads) -> Result<()> {
        let opened = self.model.open()?;
        let tokens = encode_prompt(&opened, &self.prompt)?;
        let parameters = &opened.parameters;
        let (context, vocabulary) = (parameters.config.context, parameters.config.vocabulary);
        if tokens.is_empty() || tokens.len() > context {
            return Err(Error::usage(format!(
                "--prompt has {} tokens; this model reads from 1 to {context} at once",
                tokens.len()
            )));
        }
        let mut tap =
            Recording::new(|name: crate::nn::Name| matches(&self.names, &name.to_string()));
        let (_, logits) = model::read(threads, parameters, &tokens, &mut tap);
        let mut tensors: Vec<NamedTensor> = tap
            .activations
            .into_iter()
            .map(|(name, (shape, values))| (name.to_string(), shape, values))
            .collect();
        if matches(&self.names, "logits") {
            tensors.push(("logits".into(), vec![tokens.len(), vocabulary], logits));
        }
        if self.gradients {
            tensors.extend(gradients(threads, parameters, &tokens)?);
        }
        if tensors.is_empty() {
            return Err(Error::usage(format!(
                "--names {} fits no activation; try blocks.0.attn.hook_* or logits",
                self.names
            )));
        }
        write_activations(&self.out, &tensors)?;
        print(&format!(
            "{} tensors of {} tokens written to {}",
            tensors.len(),
            tokens.len(),
            self.out.display()
        ));
        Ok(())
    }
}

/// The gradient of the mean next-token loss, by parameter.
fn gradients(
    threads: &Threads,
    parameters: &Parameters<f32>,
    tokens: &[u32],
) -> Result<Vec<NamedTensor>> {
    let Some((_, inputs)) = tokens.split_last().filter(|(_, inputs)| !inputs.is_empty()) else {
        return Err(Error::usage(
            "--gradients needs a prompt of at least two tokens: one to read, one to predict",
        ));
    };
    let targets = tokens[1..].iter().copied().map(Some).collect();
    let sequence = Sequence { tokens: inputs.to_vec(), targets, dropout_seed: 0 };
    let mut workspace = BatchWorkspace::new(&parameters.config);
    let mut gradients = Parameters::zeros(&parameters.config);
    workspace.prepare(threads, parameters);
    let weight = 1.0 / inputs.len() as f64;
    workspace.loss_and_gradients(
        threads,
        parameters,
        &mut gradients,
        &[sequence],
        (weight, 0.0),
        false,
    );
    let tensors = gradients.specs().into_iter().zip(gradients.ranges());
    let named = tensors.map(|(spec, range)| {
        let prefix = if spec.name.starts_with("lm_head") { "grad." } else { "grad.transformer." };
        (format!("{prefix}{}", spec.name), spec.shape, gradients.values[range].to_vec())
    });
    Ok(named.collect())
}

/// Whether a text fits a pattern in which * stands for any text and ? for one character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go on if the last * has to take one character more.
    let mut again = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                again = Some((p + 1, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match again {
                Some((star, from)) => {
                    again = Some((star, from + 1));
                    (p, t) = (star, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_fit_as_in_a_shell() {
        let name = "blocks.0.attn.hook_pattern";
        for pattern in ["*", name, "blocks.?.attn.*", "*pattern", "*.attn.hook_*n", "b*k*s*"] {
            assert!(matches(pattern, name), "{pattern}");
        }
        for pattern in ["", "blocks", "?", "*patter", "blocks.?.hook*", "x*"] {
            assert!(!matches(pattern, name), "{pattern}");
        }
        assert!(matches("", "") && matches("**", ""));
    }
}
