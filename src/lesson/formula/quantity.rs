//! Everything that a formula can read: one table of names, parameters and types.

use super::Type;
use crate::lesson::names::nearest;

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Number,
    Count,
    Token,
    Text,
    Head,
    /// The name of an activation, as a text: `'blocks.0.attn.hook_q'`.
    Activation,
    /// The name of a tensor of weights, as a text: `'h.0.attn.c_attn.weight'`.
    Weights,
    /// The name of a score of heads, without quotes.
    Score,
    /// The name of a cleaning rule.
    Rule,
    /// The name of a dialogue set.
    Set,
    /// The name of a run: any text.
    Name,
    /// A part of the model: a head, or its name as a text, `'mlp(1)'`.
    Part,
    /// A condition, as a text.
    Condition,
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    pub takes: Takes,
    pub optional: bool,
}

/// A row of the table.
#[derive(Debug)]
pub struct Entry {
    pub quantity: Quantity,
    /// As it is written; `()` behind a word that takes the first parameter though others follow it.
    pub path: &'static str,
    pub parameters: &'static [Parameter],
    pub of: Type,
}

macro_rules! quantities {
    ($($name:ident $path:literal ($($p:ident: $takes:ident),*) [$($o:ident: $optional:ident),*] $of:ident;)*) => {
        /// Something that a formula can read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Quantity { $($name),* }

        /// The table.
        pub const TABLE: &[Entry] = &[$(Entry {
            quantity: Quantity::$name,
            path: $path,
            parameters: &[
                $(Parameter { name: stringify!($p), takes: Takes::$takes, optional: false },)*
                $(Parameter { name: stringify!($o), takes: Takes::$optional, optional: true },)*
            ],
            of: Type::$of,
        }),*];
    };
}

quantities! {
    // Text.
    TokensCount "tokens.count" () [] Count;
    TokenAt "token" (i: Count) [] Token;
    CountOf "count" (text: Text) [] Count;
    Piece "piece" (t: Token) [] Text;
    VocabSize "vocab.size" () [] Count;
    MergesCount "merges.count" () [] Count;
    BytesPerToken "bytes_per_token" () [] Number;
    DataDialogues "data.dialogues" () [] Count;
    DataTokens "data.tokens" () [] Count;
    DataRemoved "data.removed" (rule: Rule) [] Count;
    DataTouched "data.touched" (rule: Rule) [] Count;
    DataDuplicates "data.duplicates" () [] Count;
    DataShared "data.shared" () [] Count;
    DataHits "data.hits" (text: Text) [] Count;
    // The next token: the model's own, before any filter.
    Prob "prob" (t: Token) [at: Count, temperature: Number] Number;
    Logit "logit" (t: Token) [at: Count, temperature: Number] Number;
    Rank "rank" (t: Token) [at: Count, temperature: Number] Count;
    Top "top" (n: Count) [at: Count, temperature: Number] Token;
    Mass "mass" (top: Count) [at: Count, temperature: Number] Number;
    Entropy "entropy" () [at: Count, temperature: Number] Number;
    Surprise "surprise" (i: Count) [temperature: Number] Number;
    // Decoding.
    Temperature "temperature" () [] Count;
    TopK "top_k" () [] Count;
    TopP "top_p" () [] Count;
    Beams "beams" () [] Count;
    LengthPenalty "length_penalty" () [] Count;
    Chance "chance" (t: Token) [] Number;
    KeptCount "kept.count" () [] Count;
    KeptMass "kept.mass" () [] Number;
    Drawn "drawn" () [] Token;
    DrawsTotal "draws.total" () [temperature: Number] Count;
    DrawsOf "draws.of" (t: Token) [temperature: Number] Count;
    ReplyText "reply.text" () [] Text;
    ReplyLogprob "reply.logprob" () [] Number;
    ReplyLength "reply.length" () [] Count;
    ReplyRepeats "reply.repeats" () [] Count;
    RepliesCount "replies.count" () [] Count;
    RepliesDistinct "replies.distinct" () [] Count;
    RepliesCopied "replies.copied" () [] Count;
    // Beam search.
    BeamStep "beam.step" () [] Count;
    BeamAlive "beam.alive" () [] Count;
    BeamBestText "beam.best.text" () [] Text;
    BeamBestLogprob "beam.best.logprob" () [] Number;
    BeamBestScore "beam.best.score" () [] Number;
    BeamBestLength "beam.best.length" () [] Count;
    BeamDistinct "beam.distinct" (n: Count) [] Count;
    BeamPruned "beam.pruned" (text: Text) [] Flag;
    GreedyText "greedy.text" () [] Text;
    GreedyLogprob "greedy.logprob" () [] Number;
    // The model.
    Head "head" (layer: Count, head: Count) [] Head;
    BestHead "best_head" (score: Score) [] Head;
    HeadsLabelled "heads.labelled" () [] Count;
    Attn "attn" (head: Head, q: Count, k: Count) [] Number;
    Score "score" (head: Head, q: Count, k: Count) [] Number;
    Value "value" (name: Activation, row: Count, col: Count) [] Number;
    Norm "norm" (name: Activation, row: Count) [] Number;
    Cosine "cosine" (name: Activation, i: Count, j: Count) [] Number;
    LensTop "lens().top" (layer: Count) [at: Count] Token;
    LensProb "lens().prob" (layer: Count, t: Token) [at: Count] Number;
    ParamsTotal "params.total" () [] Count;
    ProjectionKept "projection.kept" () [] Number;
    // Causes.
    Attribution "attribution" (part: Part, a: Token, b: Token) [] Number;
    Effect "effect" (part: Part, t: Token) [] Number;
    AblatedCount "ablated.count" () [] Count;
    Patched "patched" () [] Flag;
    SameRows "same_rows" () [] Flag;
    // Training.
    TrainStep "train.step" () [] Count;
    TrainRunning "train.running" () [] Flag;
    Epochs "epochs" () [] Number;
    Seconds "seconds" () [] Number;
    LossTrain "loss.train" () [] Number;
    LossVal "loss.val" () [] Number;
    LossBest "loss.best" () [] Number;
    LossBestStep "loss.best_step" () [] Count;
    LossBatch "loss.batch" () [] Number;
    Grad "grad" (name: Weights, row: Count, col: Count) [] Number;
    GradNorm "grad.norm" () [] Number;
    Lr "lr" () [] Number;
    RunLossTrain "run().loss.train" (name: Name) [] Number;
    RunLossVal "run().loss.val" (name: Name) [] Number;
    RunLossBest "run().loss.best" (name: Name) [] Number;
    RunLossBestStep "run().loss.best_step" (name: Name) [] Count;
    FirstStep "first_step" (condition: Condition) [] Count;
    SeriesLossTrain "series.loss_train" () [] Series;
    SeriesLossVal "series.loss_val" () [] Series;
    SeriesAnswers "series.answers" (set: Set) [] Series;
    // Tuning.
    MaskCounted "mask.counted" () [] Count;
    MaskTotal "mask.total" () [] Count;
    ParamsTrained "params.trained" () [] Count;
    Moved "moved" () [] Number;
    Forgot "forgot" () [] Number;
    AnswersRight "answers.right" (set: Set) [at: Count] Number;
    MarkersRate "markers.rate" (set: Set) [at: Count] Number;
    // Chat, objective.
    ChatTurns "chat.turns" () [] Count;
    ContextUsed "context.used" () [] Count;
    ContextSize "context.size" () [] Count;
    ContextDropped "context.dropped" () [] Count;
    WeightsChanged "weights.changed" () [] Flag;
    Objective "objective" () [] Text;
    MaskedRight "masked.right" () [] Number;
    NextSentenceRight "next_sentence.right" () [] Number;
    // What is on the screen.
    Station "station" () [] Text;
    Zoom "zoom" () [] Text;
    SelectionPosition "selection.position" () [] Count;
    SelectionLayer "selection.layer" () [] Count;
    SelectionHead "selection.head" () [] Head;
    SelectionToken "selection.token" () [] Token;
    SelectionCell "selection.cell" () [] Count;
    // Of a head: written behind it, with a dot.
    HeadPrevious "(head).previous_token_score" (head: Head) [] Number;
    HeadInduction "(head).induction_score" (head: Head) [] Number;
    HeadFirst "(head).first_token_score" (head: Head) [] Number;
    HeadSame "(head).same_token_score" (head: Head) [] Number;
    HeadEntropy "(head).entropy" (head: Head) [] Number;
    HeadLabel "(head).label" (head: Head) [] Text;
}

/// What stands before the name of something of a head, in the table.
const OF_HEAD: &str = "(head).";

/// What [`Takes::Score`] knows.
pub const SCORES: [&str; 4] =
    ["previous_token_score", "induction_score", "first_token_score", "same_token_score"];

impl Quantity {
    /// Its row.
    pub fn entry(self) -> &'static Entry {
        // The table is made in the order of the enum.
        &TABLE[self as usize]
    }

    /// Its name, for sentences.
    pub fn name(self) -> String {
        self.entry().path.replace("(head)", "").replace("()", "(…)")
    }
}

impl Entry {
    /// The words of its path.
    fn words(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('.').map(|word| word.trim_end_matches("()"))
    }

    /// Behind which word of the path a parameter stands.
    pub fn word_of(&self, parameter: usize) -> usize {
        match self.path.split('.').position(|word| word.ends_with("()")) {
            Some(word) if parameter == 0 => word,
            _ => self.words().count() - 1,
        }
    }

    /// How it is called, for sentences: `prob(t, at: …)`.
    pub fn shown(&self) -> String {
        let mut words: Vec<String> = self.words().map(String::from).collect();
        let mut lists: Vec<Vec<String>> = vec![Vec::new(); words.len()];
        for (i, parameter) in self.parameters.iter().enumerate() {
            let named = match parameter.optional {
                true => format!("{}: …", parameter.name),
                false => parameter.name.to_string(),
            };
            lists[self.word_of(i)].push(named);
        }
        for (word, list) in words.iter_mut().zip(lists).filter(|(_, list)| !list.is_empty()) {
            word.push_str(&format!("({})", list.join(", ")));
        }
        words.join(".")
    }
}

/// The quantity that the first words of a path name, the longest name first; and how many words.
pub fn find(words: &[&str]) -> Option<(&'static Entry, usize)> {
    (1..=words.len()).rev().find_map(|length| {
        let same = |entry: &&Entry| entry.words().eq(words[..length].iter().copied());
        Some((TABLE.iter().find(same)?, length))
    })
}

/// What is written behind a head.
pub fn field(name: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.path.strip_prefix(OF_HEAD) == Some(name))
}

/// Names that stand in a formula by themselves.
pub fn all_names() -> impl Iterator<Item = String> {
    TABLE.iter().filter(|entry| !entry.path.starts_with('(')).map(|entry| {
        let words: Vec<&str> = entry.words().collect();
        words.join(".")
    })
}

/// The known name that is nearest to one that is not.
pub fn nearest_field(name: &str) -> String {
    let known = TABLE.iter().filter_map(|entry| entry.path.strip_prefix(OF_HEAD));
    nearest(name, known)
}
