//! The learning rate over a run: a linear warm-up, then half a cosine (Loshchilov and Hutter 2017).

use super::preset::Learning;

/// The learning rate of a step, steps counted from 0.
pub fn learning_rate(learning: &Learning, step: u64) -> f64 {
    let Learning { steps, warmup, learning_rate: highest, final_learning_rate: lowest, .. } =
        *learning;
    if step < warmup {
        return highest * (step + 1) as f64 / (warmup as f64 + 1.0);
    }
    if step >= steps {
        return lowest;
    }
    let done = (step - warmup) as f64 / (steps - warmup) as f64;
    lowest + 0.5 * (1.0 + (std::f64::consts::PI * done).cos()) * (highest - lowest)
}

#[cfg(test)]
mod tests {
    use crate::train::Preset;

    #[test]
    fn it_rises_to_the_highest_and_falls_to_the_lowest() {
        let learning =
            Preset::shipped("nano-cpu").and_then(Result::ok).map(|p| p.learning).expect("shipped");
        let rate = |step| super::learning_rate(&learning, step);
        assert!((1..100).all(|step| rate(step) > rate(step - 1)));
        assert_eq!(rate(100), learning.learning_rate);
        assert!((101..2000).all(|step| rate(step) < rate(step - 1)));
        assert!((rate(1999) - learning.final_learning_rate).abs() < 1e-8);
        assert_eq!(rate(5000), learning.final_learning_rate);
    }
}
