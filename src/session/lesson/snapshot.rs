//! A snapshot of the session, as formulas read it.

use super::beams::Beams;
use super::material::{Material, removed};
use super::read_heads::{cosine, norm};
use super::read_next::{Next, funnel};
use crate::decode::Filters;
use crate::interpret::{Change, HeadScores, Projection, Reading};
use crate::lesson::action::{Half, Zoom};
use crate::lesson::formula::{Head, Quantity, Readings, Value};
use crate::lesson::schema::Station;
use crate::session::engine::{Opened, Sight};
use crate::session::training::{Earlier, Watch};
use crate::session::{Conversation, Recording};
use crate::store::fingerprint_of;
use crate::tensor::Threads;
use crate::text::sets::index::Language;
use crate::text::template;
use crate::text::tokenizer::hexadecimal;
use crate::train::StepRecord;

/// What formulas can see. Whoever runs lessons puts it together, in a window or without one.
#[derive(Clone, Copy)]
pub struct Snapshot<'a> {
    pub opened: Option<&'a Opened>,
    /// The text that is looked at, read with the opened model.
    pub sight: Option<&'a Sight>,
    /// What the heads do, `[block][head]`.
    pub labels: &'a [Vec<HeadScores>],
    pub decoding: &'a Decoding,
    pub conversation: &'a Conversation,
    pub view: &'a View,
    pub material: Option<&'a Material>,
    /// The run under way.
    pub training: Option<&'a Watch>,
    /// The curves of runs that are over, the newest first.
    pub earlier: &'a [Earlier],
    /// The run that was written down and is shown in place of one.
    pub recorded: Option<&'a Recording>,
    /// The step of the run that is asked about; none for the one that is looked at.
    pub moment: Option<u64>,
    /// The step that was taken slowly, and how far it is shown.
    pub slow: Option<(&'a StepRecord, Half)>,
    pub language: Language,
    /// What is changed in the model; `sight` is the pass with it.
    pub changes: &'a [Change],
    /// Whether the rows stayed the same, bit by bit, when the text was last lengthened.
    pub same_rows: Option<bool>,
    /// The weights' [`fingerprint`](weights_of) when the lesson began.
    pub weights_before: Option<&'a str>,
}

/// What turns logits into text: the settings, and what came of them since the step began.
#[derive(Debug, Clone, Default)]
pub struct Decoding {
    pub filters: Filters,
    pub seed: u64,
    /// How many beams a search has; 1 unless set.
    pub beams: Option<usize>,
    /// The exponent of the length that a sum is divided by; 1 unless set.
    pub length_penalty: Option<f64>,
    /// The search that is looked at.
    pub search: Option<Beams>,
    pub draws: Vec<Drawn>,
    pub replies: Vec<Written>,
}

impl Decoding {
    pub fn beams(&self) -> usize {
        self.beams.unwrap_or(1)
    }

    pub fn length_penalty(&self) -> f64 {
        self.length_penalty.unwrap_or(1.0)
    }

    /// What is done to logits: at temperature 0 the most probable token takes all.
    pub fn in_effect(&self) -> Filters {
        match self.filters.temperature {
            Some(0.0) => Filters { temperature: None, top_k: Some(1), ..self.filters },
            _ => self.filters,
        }
    }
}

/// A token that the die picked, and at which temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    pub token: u32,
    pub temperature: f32,
}

/// A reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Its tokens, without the one that ends it.
    pub ids: Vec<u32>,
    pub text: String,
    /// The sum of its tokens' log-probabilities, the end's among them, before any filter.
    pub logprob: f64,
}

/// What is on the screen.
#[derive(Debug, Clone, Default)]
pub struct View {
    pub station: Option<Station>,
    pub zoom: Option<Zoom>,
    pub position: Option<usize>,
    pub layer: Option<usize>,
    pub head: Option<Head>,
    pub token: Option<u32>,
    pub cell: Option<usize>,
}

/// Whether [`Snapshot`] knows of a quantity.
pub fn is_provided(quantity: Quantity) -> bool {
    use Quantity as Q;
    !matches!(quantity, Q::Objective | Q::MaskedRight | Q::NextSentenceRight)
}

/// What was given to a quantity, by place.
pub(super) struct Arguments<'a>(&'a [Option<Value>]);

impl Arguments<'_> {
    fn get(&self, i: usize) -> Option<&Value> {
        self.0.get(i)?.as_ref()
    }

    pub(super) fn count(&self, i: usize) -> Option<usize> {
        self.get(i)?.as_count()
    }

    fn number(&self, i: usize) -> Option<f64> {
        self.get(i)?.as_number()
    }

    fn token(&self, i: usize) -> Option<u32> {
        self.get(i)?.as_token()
    }

    pub(super) fn text(&self, i: usize) -> Option<&str> {
        self.get(i)?.as_text()
    }

    fn head(&self) -> Option<Head> {
        self.get(0)?.as_head()
    }
}

impl<'a> Snapshot<'a> {
    pub(super) fn reading(&self) -> Option<&'a Reading> {
        self.sight.map(|sight| &sight.reading)
    }

    pub(super) fn positions(&self) -> usize {
        self.reading().map_or(0, Reading::positions)
    }

    fn ids(&self) -> &'a [u32] {
        self.reading().map_or(&[], |reading| &reading.ids)
    }

    /// What comes after a row (default: the last).
    fn next(&self, at: Option<usize>, temperature: Option<f64>) -> Option<Next> {
        let at = at.or_else(|| self.positions().checked_sub(1))?;
        Next::new(self.reading()?.logits(at), temperature.unwrap_or(1.0))
    }

    fn last_logits(&self) -> &'a [f32] {
        let last = self.positions().checked_sub(1);
        last.and_then(|last| Some(self.reading()?.logits(last))).unwrap_or(&[])
    }

    /// The last reply: of the chat, or of those that were written side by side.
    fn reply(&self) -> Option<Written> {
        if let Some(last) = self.decoding.replies.last() {
            return Some(last.clone());
        }
        if self.view.station == Some(Station::Train) {
            return self.reply_of_run();
        }
        let node = self.conversation.node(*self.conversation.path().last()?)?;
        let written = node.written.as_ref()?;
        let end = self.opened?.model.end;
        let tokens = written.steps.iter().map(|step| step.token);
        Some(Written {
            ids: tokens.filter(|id| Some(*id) != end).collect(),
            text: node.text.clone(),
            logprob: written.steps.iter().map(|step| step.logprob).sum(),
        })
    }

    /// What the model read last in the chat, with its reply, and the turns that no longer fitted.
    fn chat_context(&self) -> Option<(usize, usize)> {
        let path = self.conversation.path();
        let written =
            path.iter().rev().find_map(|&at| self.conversation.node(at)?.written.as_ref())?;
        Some((written.ids().len(), written.dropped))
    }

    fn is_copied(&self, text: &str) -> Option<bool> {
        let wanted = text.trim();
        Some(self.material?.turns().any(|turn| turn.trim() == wanted))
    }

    fn read_text(&self, quantity: Quantity, given: &Arguments<'_>) -> Option<Value> {
        let learned = self.material.and_then(Material::learned);
        let own = || self.opened?.model.tokenizer.as_ref();
        // Pieces that are being learned from the data come before the model's own.
        let tokenizer = || learned.or_else(own);
        Some(match quantity {
            Quantity::TokensCount => self.positions().into(),
            Quantity::TokenAt => Value::Token(*self.ids().get(given.count(0)?)?),
            Quantity::CountOf => tokenizer()?.encode_plain(given.text(0)?).ok()?.len().into(),
            Quantity::Piece => own()?.piece(given.token(0)?)?.into(),
            Quantity::VocabSize => self.opened?.model.parameters.config.vocabulary.into(),
            Quantity::MergesCount => tokenizer()?.merges().len().into(),
            Quantity::BytesPerToken => {
                let bytes = own()?.decode_bytes(self.ids()).ok()?;
                let tokens = match learned {
                    Some(learned) => {
                        learned.encode_plain(&String::from_utf8_lossy(&bytes)).ok()?.len()
                    }
                    None => self.positions(),
                };
                (bytes.len() as f64 / tokens as f64).into()
            }
            Quantity::DataDialogues => self.material?.dialogues().into(),
            Quantity::DataTokens => self.material?.tokens(tokenizer()?).into(),
            Quantity::DataRemoved => removed(&self.material?.report(given.text(0)?)?).into(),
            Quantity::DataTouched => {
                self.material?.report(given.text(0)?)?.characters_changed().into()
            }
            Quantity::DataDuplicates => {
                self.material?.would("duplicates")?.dialogues_removed.into()
            }
            Quantity::DataShared => self.material?.shared().into(),
            Quantity::MaskCounted => self.material?.mask(own()?)?.counted.into(),
            Quantity::MaskTotal => self.material?.mask(own()?)?.tokens.into(),
            Quantity::DataHits => {
                let text = given.text(0)?.trim();
                let hits = |turn: &&str| turn.contains(text);
                (!text.is_empty())
                    .then(|| self.material.map(|material| material.turns().filter(hits).count()))?
                    .into()
            }
            _ => return None,
        })
    }

    fn read_next(&self, quantity: Quantity, given: &Arguments<'_>) -> Option<Value> {
        let next = |i: usize| self.next(given.count(i), given.number(i + 1));
        Some(match quantity {
            Quantity::Prob => next(1)?.probability(given.token(0)?).into(),
            Quantity::Logit => next(1)?.logit(given.token(0)?).into(),
            Quantity::Rank => next(1)?.rank(given.token(0)?).into(),
            Quantity::Top => {
                let n = given.count(0)?.checked_sub(1)?;
                Value::Token(*next(1)?.top(n + 1).get(n)?)
            }
            Quantity::Mass => next(1)?.mass(given.count(0)?).into(),
            Quantity::Entropy => next(0)?.entropy().into(),
            Quantity::Surprise => {
                let i = given.count(0)?;
                let before = self.next(Some(i.checked_sub(1)?), given.number(1))?;
                before.logprob(*self.ids().get(i)?).map(|logprob| -logprob).into()
            }
            _ => return None,
        })
    }

    fn read_decoding(&self, quantity: Quantity, given: &Arguments<'_>) -> Option<Value> {
        let Decoding { filters, draws, replies, .. } = self.decoding;
        let funnel = || funnel(&self.decoding.in_effect(), self.last_logits(), self.ids());
        let at = |i: usize| {
            let wanted = given.number(i);
            draws.iter().filter(move |drawn| {
                wanted.is_none_or(|wanted| (f64::from(drawn.temperature) - wanted).abs() < 1e-6)
            })
        };
        let shown = |setting: f32| {
            // 0.7 as it was set, and not as the nearest single-precision number is.
            format!("{setting}").parse::<f64>().ok()
        };
        Some(match quantity {
            Quantity::Temperature => shown(filters.temperature.unwrap_or(1.0)).into(),
            Quantity::TopK => filters.top_k.unwrap_or(0).into(),
            Quantity::TopP => shown(filters.top_p.unwrap_or(1.0)).into(),
            Quantity::Beams => self.decoding.beams().into(),
            Quantity::LengthPenalty => self.decoding.length_penalty().into(),
            Quantity::BeamStep if self.decoding.search.is_none() => 0.into(),
            Quantity::Chance => funnel()?.last().probability(given.token(0)?).into(),
            Quantity::KeptCount => funnel()?.last().kept().into(),
            Quantity::KeptMass => {
                let funnel = funnel()?;
                let own = Next::new(self.last_logits(), 1.0)?;
                let kept = (0..self.last_logits().len() as u32).filter(|t| funnel.last().keeps(*t));
                kept.filter_map(|token| own.probability(token)).sum::<f64>().into()
            }
            Quantity::Drawn => Value::Token(draws.last()?.token),
            Quantity::DrawsTotal => at(0).count().into(),
            Quantity::DrawsOf => {
                let token = given.token(0)?;
                at(1).filter(|drawn| drawn.token == token).count().into()
            }
            Quantity::ReplyText => self.reply()?.text.into(),
            Quantity::ReplyLogprob => self.reply()?.logprob.into(),
            Quantity::ReplyLength => self.reply()?.ids.len().into(),
            Quantity::ReplyRepeats => repeats(&self.reply()?.ids).into(),
            Quantity::RepliesCount => replies.len().into(),
            Quantity::RepliesDistinct => {
                let texts = replies.iter().map(|reply| reply.text.trim());
                texts.collect::<std::collections::BTreeSet<_>>().len().into()
            }
            Quantity::RepliesCopied => {
                let copied: Option<Vec<bool>> =
                    replies.iter().map(|reply| self.is_copied(&reply.text)).collect();
                copied.map(|copied| copied.into_iter().filter(|copied| *copied).count()).into()
            }
            _ => return None,
        })
    }

    fn read_model(&self, quantity: Quantity, given: &Arguments<'_>) -> Option<Value> {
        Some(match quantity {
            Quantity::Head => self.head(given.count(0)?, given.count(1)?),
            Quantity::BestHead => self.best_head(given.text(0)?),
            Quantity::HeadsLabelled => self.heads_labelled(),
            Quantity::Attn | Quantity::Score => {
                self.cell(quantity, given.head()?, given.count(1)?, given.count(2)?)
            }
            Quantity::Value => {
                let row = self.row(given.text(0)?, given.count(1)?)?;
                row.get(given.count(2)?).map(|x| f64::from(*x)).into()
            }
            Quantity::Norm => norm(self.row(given.text(0)?, given.count(1)?)?).into(),
            Quantity::Cosine => {
                let row = |i| self.row(given.text(0)?, given.count(i)?);
                cosine(row(1)?, row(2)?).into()
            }
            Quantity::LensTop => {
                // Depth 0 is the embedding, depth l is after block l - 1.
                let at = given.count(1).or_else(|| self.positions().checked_sub(1))?;
                Value::Token(self.sight?.lens.guess(given.count(0)? + 1, at)?.token)
            }
            Quantity::ParamsTotal => self.opened?.model.parameters.config.parameter_count().into(),
            Quantity::ProjectionKept => {
                let parameters = &self.opened?.model.parameters;
                let width = parameters.config.width;
                let found = Projection::principal(parameters.view().wte, width, &Threads::serial());
                found.map(|found| found.shares.iter().sum::<f64>()).into()
            }
            _ => self.of_head(quantity, given.head()?),
        })
    }

    fn read_rest(&self, quantity: Quantity) -> Option<Value> {
        let context = self.opened.map(|opened| opened.model.parameters.config.context);
        let view = self.view;
        Some(match quantity {
            Quantity::ChatTurns => self.conversation.path().len().into(),
            Quantity::ContextUsed => self.chat_context().map_or(0, |(used, _)| used).into(),
            Quantity::ContextSize => context.into(),
            Quantity::ContextDropped => {
                self.chat_context().map_or(0, |(_, dropped)| dropped).into()
            }
            Quantity::WeightsChanged => (weights_of(self.opened?) != self.weights_before?).into(),
            Quantity::Station => view.station.map(|station| station.name().to_string()).into(),
            Quantity::Zoom => view.zoom.map(|zoom| zoom.name().to_string()).into(),
            Quantity::SelectionPosition => view.position.into(),
            Quantity::SelectionLayer => view.layer.into(),
            Quantity::SelectionHead => view.head.into(),
            Quantity::SelectionToken => Value::Token(view.token?),
            Quantity::SelectionCell => view.cell.into(),
            _ => return None,
        })
    }
}

impl Readings for Snapshot<'_> {
    fn read(&self, quantity: Quantity, arguments: &[Option<Value>]) -> Value {
        let given = Arguments(arguments);
        self.read_text(quantity, &given)
            .or_else(|| self.read_next(quantity, &given))
            .or_else(|| self.read_decoding(quantity, &given))
            .or_else(|| self.read_rest(quantity))
            .or_else(|| self.read_cause(quantity, arguments))
            .or_else(|| self.read_recording(quantity, &given))
            .or_else(|| self.read_training(quantity, &given))
            .or_else(|| {
                let (search, opened) = (self.decoding.search.as_ref()?, self.opened?);
                search.read(quantity, arguments.first().and_then(Option::as_ref), opened)
            })
            .or_else(|| self.read_model(quantity, &given))
            .unwrap_or(Value::Unknown)
    }

    fn provides(&self, quantity: Quantity) -> bool {
        is_provided(quantity)
    }

    fn token(&self, text: &str) -> Option<u32> {
        let tokenizer = self.opened?.model.tokenizer.as_ref()?;
        let special = tokenizer.id_of_special(text);
        special.or_else(|| match tokenizer.encode_plain(text).ok()?.as_slice() {
            [only] => Some(*only),
            _ => None,
        })
    }

    fn piece(&self, token: u32) -> Option<String> {
        // Roles and stray bytes as they stand on the screen.
        let tokenizer = self.opened?.model.tokenizer.as_ref()?;
        if let Some(special) = tokenizer.specials().iter().find(|special| special.id == token) {
            return Some(special_in_words(&special.content, self.language));
        }
        let bytes = tokenizer.piece_bytes(token)?;
        Some(std::str::from_utf8(bytes).map_or_else(|_| hexadecimal(bytes), str::to_string))
    }
}

fn special_in_words(content: &str, language: Language) -> String {
    let [user, bot, end] = match language {
        Language::En => ["user", "bot", "end"],
        Language::Zh => ["用户", "机器人", "结束"],
    };
    match content {
        template::USER => user.into(),
        template::BOT => bot.into(),
        template::END => end.into(),
        other => other.trim_matches(['<', '|', '>']).into(),
    }
}

/// Digits that tell one model's weights from another's.
pub fn weights_of(opened: &Opened) -> String {
    let values = &opened.model.parameters.values;
    fingerprint_of(values.iter().flat_map(|value| value.to_le_bytes()))
}

/// How many of a text's runs of three tokens stood in it before.
fn repeats(ids: &[u32]) -> usize {
    let mut seen = std::collections::BTreeSet::new();
    ids.windows(3).filter(|run| !seen.insert(*run)).count()
}
