//! What a record says of the images and commands of its program.

use super::super::dialect::Recognition;
use super::error::{DialectError, mistake};
use super::record::KnownBy;
use super::words::flag_names;

pub(super) fn recognition(id: &str, written: &KnownBy) -> Result<Recognition, DialectError> {
    for image in &written.images.0 {
        if image.is_empty()
            || image.contains([':', '@', ' '])
            || image.split('/').any(str::is_empty)
        {
            let problem =
                format!("`{image}`: only the end of an image path, without tag or digest");
            return Err(mistake(id, "known-by.images", problem));
        }
    }
    for command in &written.commands.0 {
        let first = command.split_whitespace().next().unwrap_or_default();
        if first.is_empty() || first.contains('/') {
            let problem =
                format!("`{command}`: the program's file name without folder, then subcommands");
            return Err(mistake(id, "known-by.commands", problem));
        }
    }
    let weak = |word: &str| written.weak.0.iter().any(|weak| weak == word);
    if let Some(other) = written
        .weak
        .0
        .iter()
        .find(|word| !["image", "command"].contains(&word.as_str()))
    {
        let problem = format!("`{other}`: `image` or `command`");
        return Err(mistake(id, "known-by.weak", problem));
    }
    Ok(Recognition {
        images: written.images.0.clone(),
        commands: written.commands.0.clone(),
        flags: flag_names(id, "known-by.flags", &written.flags)?,
        flags_together: flag_names(id, "known-by.flags-together", &written.flags_together)?,
        env: written.env.0.clone(),
        env_together: written.env_together.0.clone(),
        config_kinds: written.config_kinds.0.clone(),
        config_keys: written.config_keys.0.clone(),
        hint_flags: flag_names(id, "known-by.hint-flags", &written.hint_flags)?,
        hint_env: written.hint_env.0.clone(),
        image_is_weak: weak("image"),
        command_is_weak: weak("command"),
        not_commands: written.not_commands.0.clone(),
    })
}
