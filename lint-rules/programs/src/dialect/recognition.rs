//! By what a program is known.

use serde::{Deserialize, Serialize};

/// Hints by which a program is known.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Recognition {
    /// Ends of the image path (registry host, tag and digest cut off), by whole segments:
    /// `linkerd/controller` matches `cr.l5d.io/linkerd/controller:1`. `*` matches any text in a segment.
    pub images: Vec<String>,
    /// Beginnings of the command line: the program's file name, then subcommands; words separated by blanks.
    /// A word may be `*`. Without a program name (`-` as first word) only subcommands are compared.
    pub commands: Vec<String>,
    /// Flags of which one is enough evidence.
    pub flags: Vec<String>,
    /// Flags that must all be there together.
    pub flags_together: Vec<String>,
    /// Variables of which one is enough evidence.
    pub env: Vec<String>,
    /// Variables that must all be there together.
    pub env_together: Vec<String>,
    /// `kind` or API group of a configuration file that is enough evidence.
    pub config_kinds: Vec<String>,
    /// Keys, two levels deep, of a configuration file that the command line names; one is enough evidence.
    pub config_keys: Vec<String>,
    /// Flags that prove nothing alone, but back up a weak image or command.
    pub hint_flags: Vec<String>,
    /// Variables that prove nothing alone, but back up a weak image or command.
    pub hint_env: Vec<String>,
    /// Image evidence counts only if a command, flag or variable agrees (generic image names).
    pub image_is_weak: bool,
    /// Command evidence counts only with an image, flag or variable (generic command names).
    pub command_is_weak: bool,
    /// Words of the command line that rule the program out.
    pub not_commands: Vec<String>,
}
