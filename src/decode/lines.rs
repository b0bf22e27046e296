//! Several texts of one prompt, written side by side, of which only the tokens are kept.
//!
//! A [`super::Sampler`] records all logits of every token, for whoever wants to look at one text
//! closely. To compare a greedy text with many sampled ones, their tokens are enough.

use super::sample::choose;
use super::{Finish, NextLogits, SampleSettings, Stop, Strategy, log_sum_exp, logits};
use crate::Result;

/// A text of its own: how its tokens are chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    pub strategy: Strategy,
    /// Which of the seed's streams of random numbers.
    pub stream: u64,
}

/// A token that a line has chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// Which line.
    pub line: usize,
    pub token: u32,
    /// Its log-probability (nats) under the unfiltered model.
    pub logprob: f64,
    /// Why the line ends here, if it does.
    pub finish: Option<Finish>,
}

/// Lines in the making.
#[derive(Debug, Clone)]
pub struct Lines {
    lines: Vec<Line>,
    /// Prompt and generated tokens of each.
    sequences: Vec<Vec<u32>>,
    prompt_len: usize,
    stop: Stop,
    room: usize,
    /// The lines that go on, in the order of the model's rows; and which row each was at before.
    open: Vec<(usize, usize)>,
}

impl Lines {
    /// Prepares to continue `prompt` in every line; the model is not run yet.
    ///
    /// # Errors
    /// As [`super::Sampler::new`].
    pub fn new(
        lines: Vec<Line>,
        stop: Stop,
        prompt: &[u32],
        model: &dyn NextLogits,
    ) -> Result<Self> {
        for line in &lines {
            SampleSettings { strategy: line.strategy, stop }.validate()?;
        }
        let room = stop.room(prompt, model)?;
        let count = if room == 0 { 0 } else { lines.len() };
        Ok(Self {
            sequences: vec![prompt.to_vec(); lines.len()],
            prompt_len: prompt.len(),
            open: (0..count).map(|line| (line, 0)).collect(),
            lines,
            stop,
            room,
        })
    }

    /// Writes a token in every line that goes on; empty when all have ended. The model must not
    /// have been used for anything else since the last step.
    ///
    /// # Errors
    /// The model's own; logits that are not numbers.
    pub fn step(&mut self, model: &mut dyn NextLogits) -> Result<Vec<Drawn>> {
        let Some(&(first, _)) = self.open.first() else { return Ok(Vec::new()) };
        let generated = self.sequences[first].len() - self.prompt_len;
        let vocabulary = model.vocabulary();
        // At first all lines have one row in common: the prompt's.
        let (logits, rows) = if generated == 0 {
            (model.start(&self.sequences[first])?, vec![0; self.open.len()])
        } else {
            let parents: Vec<usize> = self.open.iter().map(|&(_, row)| row).collect();
            let last = |&(line, _): &(usize, usize)| self.sequences[line].last().copied();
            let tokens: Vec<u32> = self.open.iter().filter_map(last).collect();
            (model.advance(&parents, &tokens)?, (0..self.open.len()).collect())
        };
        logits::check(&logits, rows.last().map_or(0, |row| row + 1), vocabulary)?;
        let mut drawn = Vec::with_capacity(self.open.len());
        let open = std::mem::take(&mut self.open);
        for ((line, _), row) in open.into_iter().zip(rows) {
            let logits = &logits[row * vocabulary..(row + 1) * vocabulary];
            let new = self.draw(line, logits, generated);
            if new.finish.is_none() {
                self.open.push((line, row));
            }
            drawn.push(new);
        }
        Ok(drawn)
    }

    fn draw(&mut self, line: usize, logits: &[f32], step: usize) -> Drawn {
        let Line { strategy, stream } = self.lines[line];
        let sequence = &mut self.sequences[line];
        let (_, token, _) = choose(&strategy, logits, sequence, stream, step);
        let logprob = f64::from(logits[token as usize]) - log_sum_exp(logits);
        sequence.push(token);
        let finish = self.stop.finish(Some(token), step + 1, self.room);
        Drawn { line, token, logprob, finish }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_model::TestModel;
    use super::super::{Filters, Sampler, sample_all};
    use super::*;

    #[test]
    fn lines_together_are_the_texts_that_samplers_write_alone() {
        let stop = Stop { max_new_tokens: 25, end: Some(7) };
        let sampled =
            Strategy::Sample { filters: Filters { top_k: Some(4), ..Filters::default() }, seed: 3 };
        let greedy = Strategy::Greedy { repetition_penalty: None };
        let lines: Vec<Line> = std::iter::once(Line { strategy: greedy, stream: 0 })
            .chain((0..8).map(|stream| Line { strategy: sampled, stream }))
            .collect();
        let mut model = TestModel::new(9, 64);
        let mut together = Lines::new(lines, stop, &[2, 4], &model).unwrap();
        let mut texts = vec![(Vec::new(), 0.0, None); 9];
        loop {
            let drawn = together.step(&mut model).unwrap();
            if drawn.is_empty() {
                break;
            }
            for Drawn { line, token, logprob, finish } in drawn {
                texts[line].0.push(token);
                texts[line].1 += logprob;
                texts[line].2 = finish;
            }
        }
        let settings = SampleSettings { strategy: greedy, stop };
        let mut alone = Sampler::new(settings, &[2, 4], &model).unwrap();
        alone.run(&mut model).unwrap();
        let settings = SampleSettings { strategy: sampled, stop };
        let samplers = sample_all(settings, 8, &[2, 4], &mut model).unwrap();
        for (text, alone) in texts.iter().zip(std::iter::once(&alone).chain(&samplers)) {
            let hypothesis = alone.hypothesis().unwrap();
            assert_eq!((&text.0, text.2), (&hypothesis.ids, Some(hypothesis.finish)));
            assert!((text.1 - hypothesis.logprob).abs() < 1e-9);
        }
        assert!(texts.iter().any(|text| text.2 == Some(Finish::EndToken)));
        assert!(texts.iter().any(|text| text.0.len() != texts[0].0.len()));
    }

    #[test]
    fn a_full_context_leaves_nothing_to_write() {
        let mut model = TestModel::new(9, 2);
        let line = Line { strategy: Strategy::Greedy { repetition_penalty: None }, stream: 0 };
        let stop = Stop { max_new_tokens: 5, end: None };
        let mut lines = Lines::new(vec![line], stop, &[1, 2], &model).unwrap();
        assert!(lines.step(&mut model).unwrap().is_empty());
        assert!(Lines::new(vec![line], stop, &[1, 2, 3], &model).is_err());
    }
}
