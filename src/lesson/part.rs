//! The parts of the screen that a lesson can point at. Each station registers its own.

use super::formula::words;
use super::schema::Station;

words! {
    /// A part of the screen by name.
    Part {
        PanelInspector "panel.inspector", PanelBeam "panel.beam", PanelSide "panel.side",
        PanelTransport "panel.transport",
        DataBubbles "data.bubbles", DataRules "data.rules", DataRaw "data.raw",
        DataSplit "data.split", DataTurns "data.turns", DataCounts "data.counts",
        TokensPieces "tokens.pieces", TokensIds "tokens.ids", TokensMerges "tokens.merges",
        TokensTemplate "tokens.template", TokensVocabulary "tokens.vocabulary",
        MapRow "map.row", MapThreads "map.threads", MapBlock "map.block", MapEmbedding "map.embedding",
        MapGuess "map.guess", MapPrediction "map.prediction", MapToken "map.token",
        HeadWall "head.wall", HeadPattern "head.pattern", HeadQuery "head.query",
        HeadKey "head.key", HeadValue "head.value", HeadScores "head.scores",
        HeadOutput "head.output", HeadCell "head.cell", HeadScore "head.score",
        EmbeddingMap "embedding.map", MlpNeurons "mlp.neurons", LensTable "lens.table",
        CauseBars "cause.bars", CauseGrid "cause.grid", CauseLost "cause.lost",
        TrainCurve "train.curve", TrainTransport "train.transport", TrainProbe "train.probe", TrainReplies "train.replies",
        TrainLearningRate "train.learning_rate", TrainSlow "train.slow", TrainOutcome "train.outcome",
        TuneMask "tune.mask", TuneLora "tune.lora", TuneBefore "tune.before", TuneMoved "tune.moved", TuneGained "tune.gained",
        FunnelLogit "funnel.logit", FunnelSoftmax "funnel.softmax", FunnelTail "funnel.tail",
        FunnelKept "funnel.kept",
        DecodeTemperature "decode.temperature", DecodeTopK "decode.top_k",
        DecodeTopP "decode.top_p", DecodeMinP "decode.min_p",
        DecodeRepetition "decode.repetition_penalty", DecodeDie "decode.die",
        DecodePath "decode.path", DecodeReplies "decode.replies", DecodeSeed "decode.seed",
        BeamTree "beam.tree", BeamWidth "beam.width", BeamLengthPenalty "beam.length_penalty",
        ChatBubbles "chat.bubbles", ChatComposer "chat.composer", ChatToken "chat.token",
        ChatWindow "chat.window", ChatRaw "chat.raw",
    }
}

impl Part {
    /// The station that shows it; None for what every station has.
    pub fn station(self) -> Option<Station> {
        let family = self.word().split('.').next().unwrap_or_default();
        Some(match family {
            "data" => Station::Data,
            "tokens" => Station::Tokens,
            "map" | "head" | "embedding" | "mlp" | "lens" | "cause" => Station::Model,
            "train" => Station::Train,
            "tune" => Station::Tune,
            "funnel" | "decode" | "beam" => Station::Decode,
            "chat" => Station::Chat,
            _ if self == Self::PanelBeam => Station::Decode,
            _ => return None,
        })
    }

    /// Every name.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        Self::ALL.iter().map(|part| part.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_are_told_apart() {
        for part in Part::ALL {
            assert_eq!(Part::of(part.word()), Some(*part));
        }
        assert_eq!(Part::of("funnel.logits"), None);
        assert_eq!(Part::FunnelTail.station(), Some(Station::Decode));
        assert_eq!(Part::PanelBeam.station(), Some(Station::Decode));
        assert_eq!(Part::PanelInspector.station(), None);
    }
}
