//! The runs of a lesson, which are kept in memory only.

use super::stage::Resolved;
use crate::lesson::Lesson;
use crate::lesson::action::Method;
use crate::lesson::formula::Value;
use crate::nn::LoraTarget;
use crate::session::Recipe;
use crate::session::engine::Opened;
use crate::session::training::{Begin, Order, Tune, Watch};
use crate::text::sets::index::Language;
use crate::train::{LORA_LEARNING_RATE, Learning, Preset, Tuning};
use crate::{Error, Result};

/// The preset if the lesson names none.
const PRESET: &str = "minute";
/// The longest that a lesson tunes a model.
const MOST_STEPS: usize = 2000;

/// Begins a run of a preset on a set, with the lesson's seed; what is watched is what the lesson's prompt says.
/// It is called as it is to be `called`, or else as its preset.
///
/// # Errors
/// If there is no such preset.
pub fn begin_run(
    lesson: &Lesson,
    language: Language,
    preset: Option<&str>,
    set: Option<&str>,
    called: Option<&str>,
) -> Result<Order> {
    let name = preset.unwrap_or(PRESET);
    let no_preset = || Error::failed(format!("there is no preset {name}"));
    let preset = Preset::shipped(name).ok_or_else(no_preset)??;
    let data = set.map_or_else(|| preset.data.clone(), |set| vec![set.into()]);
    let recipe = Recipe {
        name: called.unwrap_or(name).into(),
        preset,
        data,
        read_as: None,
        cleaned: true,
        seed: lesson.setup.seed,
        keeps_data: false,
        tune: None,
    };
    Ok(begin(recipe, lesson, language, false))
}

/// Begins to tune a model on a set; `given` holds how many steps, and the rank of LoRA.
///
/// # Errors
/// If an argument is no number of steps, or no rank.
pub fn tune_run(
    lesson: &Lesson,
    language: Language,
    opened: &Opened,
    (data, method): (&str, &Method),
    given: &Resolved,
) -> Result<Order> {
    let config = &opened.model.parameters.config;
    let wanted = |i| given.known(i, Value::as_count);
    let steps = wanted(0)?.filter(|steps| (1..=MOST_STEPS).contains(steps));
    let steps = steps.ok_or_else(|| {
        Error::failed(format!("a lesson tunes for 1 to {MOST_STEPS} steps at a time"))
    })?;
    let mut learning = Learning { steps: steps as u64, ..Learning::for_tuning()? };
    let tuning = match method {
        Method::Full => Tuning::Full,
        Method::Lora(_) => {
            let rank = wanted(1)?.filter(|rank| (1..=config.width).contains(rank));
            let rank = rank.ok_or_else(|| {
                Error::failed(format!("the rank of LoRA is 1 to {} here", config.width))
            })?;
            learning.learning_rate *= LORA_LEARNING_RATE;
            learning.final_learning_rate *= LORA_LEARNING_RATE;
            Tuning::Lora { rank, alpha: 2.0 * rank as f64, targets: LoraTarget::ALL.to_vec() }
        }
    };
    let tune = Tune { base: opened.name.clone(), tuning, mix: 0.0 };
    let recipe =
        Recipe { seed: lesson.setup.seed, ..Recipe::to_tune(config, data, learning, tune) };
    Ok(begin(recipe, lesson, language, true))
}

/// The order to begin; what is watched is what the lesson's prompt says.
fn begin(recipe: Recipe, lesson: &Lesson, language: Language, playing: bool) -> Order {
    let prompt = lesson.setup.prompt.as_ref().map(|prompt| prompt.of(language).as_str());
    let said = |line: &str| line.strip_prefix("user:").map(|said| said.trim().to_string());
    let watched = prompt.and_then(|prompt| prompt.lines().rev().find_map(said));
    let watched = watched.unwrap_or_else(|| match language {
        Language::En => "Hello!".into(),
        Language::Zh => "你好！".into(),
    });
    Order::Begin(Box::new(Begin {
        recipe,
        data: None,
        same_materials: false,
        watched,
        runs: None,
        playing,
    }))
}

/// Whether a tuning run has come to its end, and what it gained and forgot is known.
pub fn is_tuned(run: &Watch) -> bool {
    let step = run.step();
    let weighed = run.report.as_ref().is_some_and(|report| report.step == step);
    let looked = run.tune_look.as_ref().is_some_and(|look| look.step == step);
    run.diverged.is_some() || (run.done && weighed && looked)
}
