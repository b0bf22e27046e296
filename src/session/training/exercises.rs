//! What a tuning run is looked at by: dialogues that it learns from, prompts, and tests of what it
//! gained and what it forgot.

use crate::nn::Sequence;
use crate::session::Data;
use crate::session::data::document;
use crate::store::Model;
use crate::text::sets::index::Form;
use crate::text::sets::{self, Prompt, Rule, SetEntry, Talk, make_expansion};
use crate::text::template::{Templated, encode_prompt};
use crate::text::{Dialogue, Role, Tokenizer, Turn};
use crate::train::{Corpus, Counted, Document, Preset, document_sequences};
use crate::{Error, Result};

/// What is looked at, chosen when the run begins.
#[derive(Debug, Clone)]
pub struct Exercises {
    /// Dialogues of the training part, as tokens, each no longer than the context.
    pub dialogues: Vec<Templated>,
    /// Prompts that replies are asked for, before and after: openings of the validation part.
    pub prompts: Vec<Vec<u32>>,
    pub tests: Vec<Test>,
}

/// Something that can be measured before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    pub reckoning: Reckoning,
    /// The set that it is taken from.
    pub set: String,
    tasks: Tasks,
}

/// What a test comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reckoning {
    /// Loss on the replies of what it is tuned on.
    NewLoss,
    /// Loss on texts that the base learned from.
    OldLoss,
    /// Share of answers that are right.
    Answers,
    /// Share of replies with a mark of the persona.
    Marks,
}

impl Reckoning {
    /// Whether less is better.
    pub fn is_loss(self) -> bool {
        matches!(self, Self::NewLoss | Self::OldLoss)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tasks {
    Sequences(Vec<Sequence>),
    Questions(Vec<Prompt>),
}

/// Dialogues and prompts on the screen.
const DIALOGUES: usize = 8;
const PROMPTS: usize = 4;
/// Tokens of a test by loss, questions of one by answers, and old sets that are tested.
const TOKENS: usize = 2000;
const QUESTIONS: usize = 20;
const OLD_SETS: usize = 5;

impl Exercises {
    /// Chooses from the data and from what the base learned.
    ///
    /// # Errors
    /// If the data holds no dialogues, or the base's tokenizer cannot read them.
    pub fn new(data: &Data, base: &Model) -> Result<Self> {
        let tokenizer = base.tokenizer()?;
        let context = base.parameters.config.context;
        let training = dialogues(&data.split.training);
        if training.is_empty() {
            return Err(Error::failed(
                "there are no dialogues to learn replies from; choose a set of dialogues",
            ));
        }
        let shown = spread(&training, DIALOGUES).into_iter().map(|dialogue| {
            let mut templated = Document::Dialogue((*dialogue).clone()).encode(tokenizer)?;
            templated.ids.truncate(context + 1);
            templated.counts.truncate(context + 1);
            Ok(templated)
        });
        let kept_back = dialogues(&data.split.validation);
        let openings = openings(if kept_back.is_empty() { &training } else { &kept_back });
        let prompts = spread(&openings, PROMPTS)
            .into_iter()
            .filter_map(|text| prompt(tokenizer, text, context).ok());
        let Corpus::Documents(judged) = &data.split.validation else {
            return Err(Error::failed("a text has no replies to learn; choose a set of dialogues"));
        };
        let replies = document_sequences(judged, tokenizer, context, Counted::Replies)?;
        let name = data.sources.first().map_or(String::new(), |source| source.name.clone());
        let mut tests = vec![Test {
            reckoning: Reckoning::NewLoss,
            set: name,
            tasks: Tasks::Sequences(sample(replies)),
        }];
        tests.extend(marks(data, &openings));
        tests.extend(old(base, tokenizer, context));
        tests.retain(|test| !test.is_empty());
        Ok(Self { dialogues: shown.collect::<Result<_>>()?, prompts: prompts.collect(), tests })
    }
}

impl Test {
    pub(super) fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Tokens or questions.
    pub fn count(&self) -> usize {
        match &self.tasks {
            Tasks::Sequences(all) => all.iter().flat_map(|s| &s.targets).flatten().count(),
            Tasks::Questions(all) => all.len(),
        }
    }

    fn is_empty(&self) -> bool {
        self.count() == 0
    }
}

/// What a user says first, as a prompt that leaves room for a reply.
///
/// # Errors
/// If the tokenizer cannot read it, or it is too long.
pub(super) fn prompt(tokenizer: &Tokenizer, text: &str, context: usize) -> Result<Vec<u32>> {
    let ids = encode_prompt(tokenizer, &[Turn::user(text)])?;
    if ids.len() + 8 > context {
        return Err(Error::failed(format!(
            "that is too long: the model reads {context} tokens at once; say it in fewer words"
        )));
    }
    Ok(ids)
}

fn dialogues(corpus: &Corpus) -> Vec<&Dialogue> {
    let Corpus::Documents(documents) = corpus else { return Vec::new() };
    let mut dialogues = Vec::new();
    for document in documents {
        if let Document::Dialogue(dialogue) = document {
            dialogues.push(dialogue);
        }
    }
    dialogues
}

/// What users say first, each once.
fn openings(dialogues: &[&Dialogue]) -> Vec<String> {
    let mut all = Vec::new();
    for dialogue in dialogues {
        let first = dialogue.turns.first().filter(|turn| turn.role == Role::User);
        if let Some(turn) = first.filter(|turn| !all.contains(&turn.text)) {
            all.push(turn.text.clone());
        }
    }
    all
}

/// So many, spread evenly.
fn spread<T>(all: &[T], count: usize) -> Vec<&T> {
    let count = count.min(all.len());
    (0..count).map(|i| &all[i * all.len() / count]).collect()
}

/// About as many tokens as a test has, spread evenly.
fn sample(sequences: Vec<Sequence>) -> Vec<Sequence> {
    let all: usize = sequences.iter().map(|sequence| sequence.tokens.len()).sum();
    sequences.into_iter().step_by((all / TOKENS).max(1)).collect()
}

/// How often a persona shows, if the data has one.
fn marks(data: &Data, openings: &[String]) -> Option<Test> {
    let index = sets::shipped().ok()?;
    let find = |source: &crate::store::DataSource| index.find(&source.name).ok();
    let set = data.sources.iter().find_map(find).filter(|set| !set.markers.is_empty())?;
    let question = |text: &&String| Prompt {
        turns: vec![(*text).clone()],
        rule: Rule { any: set.markers.clone(), ..Rule::default() },
    };
    let questions = spread(openings, QUESTIONS).iter().map(question).collect();
    let tasks = Tasks::Questions(questions);
    Some(Test { reckoning: Reckoning::Marks, set: set.id.clone(), tasks })
}

/// The sets inside the program that the base learned from, each once.
fn old_sets(base: &Model) -> Vec<SetEntry> {
    let record = base.provenance.as_ref();
    let Ok(index) = sets::shipped() else { return Vec::new() };
    let mut sets: Vec<SetEntry> = Vec::new();
    for source in record.map_or(&[][..], |record| &record.data) {
        let known = sets.iter().any(|set| set.id == source.name);
        sets.extend(index.find(&source.name).ok().filter(|_| !known).cloned());
    }
    sets
}

/// Dialogues that the base learned from, those to learn from and none to judge by.
pub(super) fn old_dialogues(base: &Model) -> Vec<Talk> {
    let sets = old_sets(base).into_iter().filter(|set| set.form == Form::Dialogue);
    sets.filter_map(|set| make_expansion(&set).ok()).flat_map(|made| made.training).collect()
}

/// What the base learned before, as far as it comes from sets inside the program.
fn old(base: &Model, tokenizer: &Tokenizer, context: usize) -> Vec<Test> {
    let Some(record) = &base.provenance else { return Vec::new() };
    let preset = Preset::shipped(&record.preset).and_then(Result::ok);
    let as_lines = preset.is_some_and(|preset| preset.turns_as_lines);
    let mut tests = Vec::new();
    for set in old_sets(base).iter().take(OLD_SETS) {
        let Ok(made) = make_expansion(set) else { continue };
        let documents: Vec<Document> =
            made.validation.iter().map(|talk| document(talk, as_lines)).collect();
        if let Ok(all) = document_sequences(&documents, tokenizer, context, Counted::All) {
            let tasks = Tasks::Sequences(sample(all));
            tests.push(Test { reckoning: Reckoning::OldLoss, set: set.id.clone(), tasks });
        }
        let answers = sets::shipped_answers(&set.id).ok().flatten().filter(|_| !as_lines);
        if let Some(answers) = answers {
            let prompts: Vec<Prompt> =
                spread(&answers.prompts, QUESTIONS).into_iter().cloned().collect();
            let tasks = Tasks::Questions(prompts);
            tests.push(Test { reckoning: Reckoning::Answers, set: set.id.clone(), tasks });
        }
    }
    tests
}
