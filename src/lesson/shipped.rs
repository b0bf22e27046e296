//! What ships: the lessons inside the program, and the curriculum that they are part of.

/// A lesson's id and its file.
macro_rules! lessons {
    ($($id:literal),* $(,)?) => {
        [$(($id, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/", $id, ".ron")))),*]
    };
}

/// The lessons inside the program, each by its id, in the order in which they are taught.
pub const LESSONS: &[(&str, &str)] = &lessons![
    "00-tour",
    "01-next-token",
    "02-data",
    "03-tokens",
    "04-embeddings",
    "05-attention",
    "06-heads",
    "07-stream",
    "08-the-die",
    "09-one-step",
    "10-live",
    "11-tune",
    "12-greedy-or-dice",
    "13-beam",
    "14-chat",
    "15-why",
    "16-article",
];

/// The ids of the whole curriculum: what a lesson or a term may refer to.
pub const CURRICULUM: [&str; 17] = [
    "00-tour",
    "01-next-token",
    "02-data",
    "03-tokens",
    "04-embeddings",
    "05-attention",
    "06-heads",
    "07-stream",
    "08-the-die",
    "09-one-step",
    "10-live",
    "11-tune",
    "12-greedy-or-dice",
    "13-beam",
    "14-chat",
    "15-why",
    "16-article",
];

/// The misconceptions that lessons confront.
pub const MISCONCEPTIONS: [&str; 21] = [
    "looks-up-answers",
    "row-predicts-itself",
    "tokens-are-words",
    "ids-are-amounts",
    "attention-is-explanation",
    "every-head-has-a-job",
    "lens-is-thought",
    "temperature-is-creativity",
    "probable-is-true",
    "loss-can-reach-zero",
    "lower-loss-is-better",
    "tuning-adds-a-layer",
    "zero-is-correct",
    "greedy-is-most-probable",
    "beam-is-better",
    "learns-while-chatting",
    "remembers-you",
    "one-part-one-cause",
    "chatgpt-is-encoder-decoder",
    "toy-is-the-same",
    "toy-is-nothing-like",
];

pub(super) fn is_in_curriculum(id: &str) -> bool {
    CURRICULUM.contains(&id)
}
