//! `limits`: targets and limits that rules compare with.

use manifest::tree::Node;
use programs::Nanos;
use programs::duration::go_duration;

use super::Config;
use super::mistake::Mistake;
use super::read::{is_mapping, unknown_key};

const KEYS: [&str; 5] = [
    "apiOutageTarget",
    "failoverTarget",
    "minRenewAttempts",
    "longestLease",
    "largestFile",
];

/// The largest value of `largestFile`: no file above this can be read: places in it are counted in 32 bits.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// Reads `limits`.
pub fn read(node: Node<'_>, config: &mut Config, mistakes: &mut Vec<Mistake>) {
    if !is_mapping(node, "`limits`", mistakes) {
        return;
    }
    let limits = &mut config.settings.limits;
    for entry in node.entries() {
        let value = entry.value;
        match entry.key {
            "apiOutageTarget" => {
                if let Some(target) = duration(value, mistakes) {
                    limits.api_outage_target = Some(target);
                }
            }
            "failoverTarget" => {
                limits.failover_target =
                    duration(value, mistakes).unwrap_or(limits.failover_target);
            }
            "longestLease" => {
                limits.longest_lease = duration(value, mistakes).unwrap_or(limits.longest_lease);
            }
            "minRenewAttempts" => {
                let number = value.as_i64().and_then(|number| u32::try_from(number).ok());
                match number.filter(|number| (1..=1000).contains(number)) {
                    Some(number) => limits.min_renew_attempts = number,
                    None => mistakes.push(Mistake::new(
                        value.span(),
                        "must be a whole number from 1 to 1000",
                    )),
                }
            }
            "largestFile" => match size(value.scalar_text().unwrap_or_default()) {
                Some(bytes) if (1..=MAX_FILE_BYTES).contains(&bytes) => config.largest_file = bytes,
                Some(_) => {
                    mistakes.push(Mistake::new(value.span(), "must be from 1 byte to 1 GiB"));
                }
                None => mistakes.push(
                    Mistake::new(value.span(), "not a size")
                        .help("sizes look like `32 MiB` or `500 KiB`"),
                ),
            },
            other => mistakes.push(unknown_key(entry.key_span, other, &KEYS)),
        }
    }
}

/// A duration longer than nothing, and a mistake if it is none.
pub fn duration(node: Node<'_>, mistakes: &mut Vec<Mistake>) -> Option<Nanos> {
    let text = node.scalar_text().unwrap_or_default();
    match go_duration(text) {
        Ok(duration) if duration.0 > 0 => Some(duration),
        Ok(_) => {
            mistakes.push(Mistake::new(node.span(), "must be longer than nothing"));
            None
        }
        Err(_) => {
            mistakes.push(
                Mistake::new(node.span(), "not a duration")
                    .help("durations have a unit: `180s`, `3m`, `1h30m`"),
            );
            None
        }
    }
}

/// A number of bytes with an optional unit.
fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let unit = match unit.trim_start() {
        "" | "B" | "bytes" => 1,
        "KiB" | "Ki" => 1 << 10,
        "MiB" | "Mi" => 1 << 20,
        "GiB" | "Gi" => 1 << 30,
        "kB" | "KB" | "k" => 1_000,
        "MB" | "M" => 1_000_000,
        "GB" | "G" => 1_000_000_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_both_systems() {
        for (text, expected) in [
            ("100", Some(100)),
            ("32 MiB", Some(32 << 20)),
            ("1Ki", Some(1024)),
            ("2MB", Some(2_000_000)),
            ("MiB", None),
            ("1.5MiB", None),
            ("99999999999 GiB", None),
        ] {
            assert_eq!(size(text), expected, "{text}");
        }
    }
}
