//! From logits to log-probabilities.

use crate::{Error, Result};

/// The logarithm of the sum of the exponentials of `logits` (any length), in nats.
///
/// Subtracting it from a logit gives the log-probability of that token. The maximum is taken out
/// before `exp` so that nothing overflows. Minus infinity if nothing is possible.
pub fn log_sum_exp(logits: &[f32]) -> f64 {
    let max = maximum(logits);
    if max == f32::NEG_INFINITY {
        return f64::NEG_INFINITY;
    }
    let max = f64::from(max);
    // What is impossible adds nothing; after a filter that is nearly everything.
    let possible = logits.iter().filter(|x| **x > f32::NEG_INFINITY);
    max + possible.map(|&x| (f64::from(x) - max).exp()).sum::<f64>().ln()
}

/// The log-probabilities (nats) of `logits`, same shape: each minus [`log_sum_exp`].
pub fn log_softmax(logits: &[f32]) -> Vec<f64> {
    let log_sum = log_sum_exp(logits);
    logits.iter().map(|&x| f64::from(x) - log_sum).collect()
}

/// The greatest logit; minus infinity for none.
pub(super) fn maximum(logits: &[f32]) -> f32 {
    logits.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

/// Refuses what no probability can be made of.
///
/// Minus infinity is a lawful logit (an impossible token), as long as one token is possible.
///
/// # Errors
/// The number of logits is not `rows * vocabulary`, or a row has NaN, plus infinity, or nothing
/// but minus infinity.
pub(super) fn check(logits: &[f32], rows: usize, vocabulary: usize) -> Result<()> {
    if vocabulary == 0 || logits.len() != rows * vocabulary {
        return Err(Error::failed(format!(
            "the model gave {} logits where {rows} x {vocabulary} were expected: its shape and \
             its vocabulary disagree",
            logits.len()
        )));
    }
    for row in logits.chunks_exact(vocabulary) {
        if row.iter().any(|x| x.is_nan() || *x == f32::INFINITY) {
            return Err(Error::failed(
                "the model's logits are not numbers (NaN or infinite): its weights are damaged; \
                 go back to an earlier checkpoint or train again with a lower learning rate",
            ));
        }
        if maximum(row) == f32::NEG_INFINITY {
            return Err(Error::failed(
                "the model's logits are all minus infinity, so that no token is possible: its \
                 weights are damaged; go back to an earlier checkpoint",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_probabilities_sum_to_one_even_for_huge_logits() {
        let total: f64 = log_softmax(&[1e4, 1e4 - 1.0, -1e4]).iter().map(|p| p.exp()).sum();
        assert!((total - 1.0).abs() < 1e-12);
        assert_eq!(log_sum_exp(&[f32::NEG_INFINITY; 3]), f64::NEG_INFINITY);
    }

    #[test]
    fn logits_that_are_no_numbers_are_refused() {
        assert!(check(&[0.0, f32::NEG_INFINITY], 1, 2).is_ok());
        for bad in [[0.0, f32::NAN], [f32::INFINITY, 0.0], [f32::NEG_INFINITY; 2]] {
            let error = check(&bad, 1, 2).unwrap_err();
            assert_eq!(error.exit_status(), 1);
            assert!(error.to_string().contains("weights are damaged"), "{error}");
        }
        assert!(check(&[0.0; 3], 2, 2).unwrap_err().to_string().contains("2 x 2"));
    }
}
