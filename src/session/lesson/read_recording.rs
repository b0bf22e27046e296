//! What formulas read of runs that were written down.

use super::snapshot::{Arguments, Snapshot};
use crate::lesson::formula::{Quantity, Value};
use crate::session::Recording;
use crate::text::sets::index::Language;

/// The recording that a lesson names: in Chinese the one with `-zh` behind its name, if there is one.
pub fn recording(name: &str, language: Language) -> Option<crate::Result<Recording>> {
    let chinese = (language == Language::Zh).then(|| Recording::shipped(&format!("{name}-zh")));
    chinese.flatten().or_else(|| Recording::shipped(name))
}

impl Snapshot<'_> {
    /// Of the recording on the screen, or of one that is named.
    pub(super) fn read_recording(
        &self,
        quantity: Quantity,
        given: &Arguments<'_>,
    ) -> Option<Value> {
        use Quantity as Q;
        let of_name = [Q::RunLossTrain, Q::RunLossVal, Q::RunLossBest, Q::RunLossBestStep];
        if of_name.contains(&quantity) {
            let name = given.text(0)?;
            return match recording(name, self.language) {
                Some(recording) => read(quantity, &recording.ok()?),
                None => self.read_run_called(quantity, name),
            };
        }
        let shown = self.recorded?;
        let points = |points: &[(u64, f64)]| {
            Value::Series(points.iter().map(|(step, value)| (*step as f64, *value)).collect())
        };
        Some(match quantity {
            Q::TrainStep => (shown.steps as usize).into(),
            Q::TrainRunning => false.into(),
            Q::SeriesLossTrain => points(&shown.training),
            Q::SeriesLossVal => points(&shown.validation),
            Q::AnswersRight => {
                let at = given.count(1).map_or(shown.steps, |at| at as u64);
                let shares = shown.share(given.text(0)?)?;
                shares.iter().rfind(|(step, _)| *step <= at)?.1.into()
            }
            Q::SeriesAnswers => points(shown.share(given.text(0)?)?),
            _ => return read(quantity, shown),
        })
    }
}

/// The losses at the end of a recording.
fn read(quantity: Quantity, of: &Recording) -> Option<Value> {
    use Quantity as Q;
    Some(match quantity {
        Q::LossTrain | Q::RunLossTrain => of.training.last()?.1.into(),
        Q::LossVal | Q::RunLossVal => of.validation.last()?.1.into(),
        Q::LossBest | Q::RunLossBest => of.best()?.1.into(),
        Q::LossBestStep | Q::RunLossBestStep => (of.best()?.0 as usize).into(),
        _ => return None,
    })
}
