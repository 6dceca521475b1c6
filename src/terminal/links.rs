//! Which terminals take links in text (OSC 8). Others show nothing of them at best, and their letters at worst.

/// The oldest VTE (the widget of GNOME Terminal and others) that shows links well: 0.50.
const FIRST_VTE: u32 = 5000;

/// Programs by what they call themselves in `TERM_PROGRAM`.
const PROGRAMS: [&str; 7] = [
    "Hyper",
    "WarpTerminal",
    "WezTerm",
    "ghostty",
    "iTerm.app",
    "mintty",
    "vscode",
];

/// What some begin `TERM` with.
const NAMES: [&str; 5] = [
    "alacritty",
    "foot",
    "xterm-ghostty",
    "xterm-kitty",
    "wezterm",
];

/// Variables that a terminal sets which takes links.
const SIGNS: [&str; 3] = ["DOMTERM", "KONSOLE_VERSION", "WT_SESSION"];

/// Whether links may be written. `FORCE_HYPERLINK` decides it where it is set, as for other programs.
pub fn are_taken(is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    if let Some(forced) = variable("FORCE_HYPERLINK") {
        return !forced.is_empty() && forced != "0";
    }
    let term = variable("TERM").unwrap_or_default();
    // Between the program and the terminal; what it does depends on its version and its settings.
    let is_multiplexed = ["screen", "tmux"].iter().any(|name| term.starts_with(name));
    if !is_terminal || is_multiplexed {
        return false;
    }
    let vte = variable("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
    let program = variable("TERM_PROGRAM").unwrap_or_default();
    vte.is_some_and(|version| version >= FIRST_VTE)
        || PROGRAMS.contains(&program.as_str())
        || NAMES.iter().any(|name| term.starts_with(name))
        || SIGNS.iter().any(|name| variable(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::are_taken;

    #[test]
    fn links_go_to_terminals_that_take_them() {
        for (variables, expected) in [
            (&[("TERM", "xterm-256color")] as &[(&str, &str)], false),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], true),
            (
                &[("TERM", "xterm-256color"), ("VTE_VERSION", "4602")],
                false,
            ),
            (
                &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")],
                true,
            ),
            (&[("TERM", "xterm-kitty")], true),
            (
                &[("TERM", "tmux-256color"), ("TERM_PROGRAM", "WezTerm")],
                false,
            ),
            (&[("TERM", "linux")], false),
            (&[("WT_SESSION", "1")], true),
            (&[("WT_SESSION", "1"), ("FORCE_HYPERLINK", "0")], false),
            (&[("FORCE_HYPERLINK", "1")], true),
        ] {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(are_taken(true, variable), expected, "{variables:?}");
        }
        assert!(!are_taken(false, |_| None));
    }
}
