//! The older text format of Prometheus (0.0.4), for whoever does not ask for OpenMetrics.
//!
//! There a counter's name ends in `_total` also where it is described, and neither `info` nor units
//! are known.

use std::fmt::Write as _;

/// The same metrics in the older format.
pub(super) fn classic(open: &str) -> String {
    let mut out = String::with_capacity(open.len());
    let mut help = None;
    for line in open.lines() {
        if let Some(described) = line.strip_prefix("# HELP ") {
            help = described.split_once(' ');
        } else if let Some((name, kind)) = typed(line) {
            let (suffix, kind) = match kind {
                "counter" => ("_total", "counter"),
                "info" => ("_info", "gauge"),
                kind => ("", kind),
            };
            if let Some((_, text)) = help.take().filter(|(described, _)| *described == name) {
                // Writing into a text cannot fail.
                let _ = writeln!(out, "# HELP {name}{suffix} {text}");
            }
            let _ = writeln!(out, "# TYPE {name}{suffix} {kind}");
        } else if !line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn typed(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("# TYPE ")?.split_once(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_and_infos_are_named_as_their_samples() {
        let open = "# HELP a_reviews Reviews.\n# TYPE a_reviews counter\na_reviews_total{x=\"# HELP\"} 1\n\
                    # HELP a_build The version.\n# TYPE a_build info\na_build_info{version=\"1\"} 1\n\
                    # HELP a_age_seconds Age.\n# TYPE a_age_seconds gauge\n# UNIT a_age_seconds seconds\n\
                    a_age_seconds 0.5\n# EOF\n";
        assert_eq!(
            classic(open),
            "# HELP a_reviews_total Reviews.\n# TYPE a_reviews_total counter\na_reviews_total{x=\"# HELP\"} 1\n\
             # HELP a_build_info The version.\n# TYPE a_build_info gauge\na_build_info{version=\"1\"} 1\n\
             # HELP a_age_seconds Age.\n# TYPE a_age_seconds gauge\na_age_seconds 0.5\n"
        );
    }
}
