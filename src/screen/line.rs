//! The line of renewals of a Lease.

use std::time::Duration;

use live::status::LeaseStatus;
use live::trail::{TrailStretch, Trails};

/// What each column of a line shows, of which the last one holds this moment.
pub fn stretches(
    trails: &Trails,
    lease: &LeaseStatus,
    now: Duration,
    scale: Duration,
    columns: u16,
) -> Vec<TrailStretch> {
    // A column stands for the same moments for as long as it is in sight.
    let scale = scale.as_millis().max(1);
    let current = now.as_millis() / scale;
    let millis =
        |column: u128| Duration::from_millis(u64::try_from(column * scale).unwrap_or(u64::MAX));
    (0..u128::from(columns))
        .rev()
        .map(|back| match current.checked_sub(back) {
            None => TrailStretch::Before,
            Some(column) => {
                let stretch = (millis(column), millis(column + 1).min(now));
                trails.stretch(&lease.key, stretch, lease.renew_deadline)
            }
        })
        .collect()
}

/// The character of a stretch: without colours they differ, too.
pub const fn glyph(stretch: TrailStretch) -> char {
    match stretch {
        TrailStretch::Before => ' ',
        TrailStretch::Blind => '░',
        TrailStretch::Acquired => '▲',
        TrailStretch::Released => '▽',
        TrailStretch::Renewed => '┼',
        TrailStretch::Held => '─',
        TrailStretch::Late => '╌',
        TrailStretch::Expired => '×',
        TrailStretch::Free => '·',
    }
}
