//! What a row makes of many measurements.

/// The middle one, or the upper of the two in the middle; 0 of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The average; 0 of nothing.
pub(crate) fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len().max(1) as f64;
    values.sum::<f64>() / count
}

/// The least value that at least `share` of them don't exceed; 0 of nothing.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.max(1) - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_the_99th_is_the_percentile() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let found = [0.5, 0.99, 0.999, 1.0].map(|share| percentile(&values, share));
        assert_eq!(found.map(|value| value as u64), [50, 99, 100, 100]);
        assert_eq!((median(vec![3.0, 1.0, 2.0]) as u64, mean([1.0, 3.0].into_iter()) as u64), (2, 2));
        assert_eq!((median(Vec::new()) as u64, percentile(&[], 0.99) as u64), (0, 0));
    }
}
