//! Switches as text: what each kind of program takes for true, false or no value.

use serde::{Deserialize, Serialize};

/// How a program reads a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum BoolSyntax {
    /// Go's `strconv.ParseBool`: `1 t T true TRUE True` and `0 f F false FALSE False`.
    GoParse,
    /// Only the words `true` and `false`.
    TrueFalse,
    /// `y yes true` and `n no false` in any case; any other text leaves the default.
    YesNo,
    /// Only the exact text `true` has an effect; any other text leaves the default.
    ExactTrue,
    /// Java's `Boolean.parseBoolean`: `true` in any case, everything else is false.
    Java,
}

/// What a program makes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoolReading {
    /// A plain answer.
    Value(bool),
    /// The program ignores the text; its default holds.
    Default,
    /// The program refuses the text and does not start.
    Refused,
}

impl BoolSyntax {
    /// Reads `text` as a program with this syntax does. Nothing is trimmed.
    pub fn parse(self, text: &str) -> BoolReading {
        let (yes, no): (&[&str], &[&str]) = match self {
            Self::GoParse => (
                &["1", "t", "T", "true", "TRUE", "True"],
                &["0", "f", "F", "false", "FALSE", "False"],
            ),
            Self::TrueFalse => (&["true"], &["false"]),
            Self::YesNo => {
                let is_one_of = |words: &[&str]| words.iter().any(|w| text.eq_ignore_ascii_case(w));
                return if is_one_of(&["y", "yes", "true"]) {
                    BoolReading::Value(true)
                } else if is_one_of(&["n", "no", "false"]) {
                    BoolReading::Value(false)
                } else {
                    BoolReading::Default
                };
            }
            Self::ExactTrue if text == "true" => return BoolReading::Value(true),
            Self::ExactTrue => return BoolReading::Default,
            Self::Java => return BoolReading::Value(text.eq_ignore_ascii_case("true")),
        };
        if yes.contains(&text) {
            BoolReading::Value(true)
        } else if no.contains(&text) {
            BoolReading::Value(false)
        } else {
            BoolReading::Refused
        }
    }

    /// The accepted words, to follow "expected".
    pub const fn describe(self) -> &'static str {
        match self {
            Self::GoParse => "true or false (also 1, 0, t, f, T, F, TRUE, FALSE, True, False)",
            Self::TrueFalse => "true or false",
            Self::YesNo => "yes or no",
            Self::ExactTrue => "true, spelled exactly so",
            Self::Java => "true or false, in any case",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BoolReading::{Default, Refused, Value};
    use super::BoolSyntax::{ExactTrue, GoParse, Java, TrueFalse, YesNo};

    #[test]
    fn each_program_has_its_own_words() {
        for (syntax, text, expected) in [
            (GoParse, "True", Value(true)),
            (GoParse, "F", Value(false)),
            (GoParse, "tRUE", Refused),
            (GoParse, "yes", Refused),
            (GoParse, "", Refused),
            (GoParse, " true", Refused),
            (TrueFalse, "true", Value(true)),
            (TrueFalse, "1", Refused),
            (YesNo, "YES", Value(true)),
            (YesNo, "n", Value(false)),
            (YesNo, "0", Default),
            (ExactTrue, "true", Value(true)),
            (ExactTrue, "True", Default),
            (ExactTrue, "false", Default),
            (Java, "TRUE", Value(true)),
            (Java, "yes", Value(false)),
            (Java, "", Value(false)),
        ] {
            assert_eq!(syntax.parse(text), expected, "{syntax:?} {text:?}");
        }
    }
}
