//! What shows that a program answers requests: replicas without an election may then be right.

use super::elector::Elector;
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::ImageRef;

/// A sign that a program answers requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServingSign {
    /// Where it is written.
    pub place: FileSpan,
    /// It in words, such as "container `webhook`" or "port 9443".
    pub text: String,
    /// It is the program's name or sub-command, which says that it does nothing else; other signs are seen of programs
    /// that have controllers, too.
    pub is_name: bool,
}

impl ServingSign {
    const fn of_name(place: FileSpan, text: String) -> Self {
        Self {
            place,
            text,
            is_name: true,
        }
    }
}

/// The port on which controller-runtime serves webhooks by default (`pkg/webhook/server.go`, `DefaultPort`).
const WEBHOOK_PORT: i64 = 9443;

/// Words in the names of programs that answer requests of the API server.
const SERVER_WORDS: [&str; 4] = ["webhook", "webhooks", "admission", "apiserver"];

/// Last words of the names of programs that reconcile, whatever stands before them.
const RECONCILER_WORDS: [&str; 2] = ["operator", "manager"];

/// Parts of the names of flags that only programs with controllers have.
const CONTROLLER_FLAGS: [&str; 2] = ["reconcile", "concurren"];

impl Elector<'_> {
    /// The strongest sign that the program answers requests; `None` if there is none, or if a flag shows that it has
    /// controllers.
    #[must_use]
    pub fn serving_sign(&self) -> Option<ServingSign> {
        let has_controllers = self
            .command_line
            .occurrences
            .iter()
            .any(|flag| CONTROLLER_FLAGS.iter().any(|part| flag.name.contains(part)));
        if has_controllers {
            return None;
        }
        if let Some(sign) = self.server_that_runs() {
            return Some(sign);
        }
        // What a listed program does beside is known: whatever else is seen of it, it reconciles.
        if !self.program.generic {
            return None;
        }
        self.server_name()
            .or_else(|| self.webhook_flag())
            .or_else(|| self.webhook_port())
            .or_else(|| self.webhook_certificates())
    }

    /// The name of what runs, with its sub-commands, or of its image.
    fn server_that_runs(&self) -> Option<ServingSign> {
        let words = self.words.iter().map(|word| (word, word.text.as_deref()));
        let commands = words.map_while(|(word, text)| {
            let text = text.filter(|text| !text.starts_with('-'))?;
            Some((word.place, text))
        });
        for (place, text) in commands {
            let name = text.rsplit('/').next().unwrap_or(text);
            if is_server_name(name) {
                return Some(ServingSign::of_name(
                    place,
                    format!("`{text}` on its command line"),
                ));
            }
        }
        let image = self.image_ref().as_ref().map(ImageRef::segments);
        let image = image.and_then(|segments| segments.last().copied());
        let image = image.filter(|image| is_server_name(image))?;
        let text = format!("the name of its image (`{image}`)");
        Some(ServingSign::of_name(self.name_place(), text))
    }

    /// The name of the container or of the workload.
    fn server_name(&self) -> Option<ServingSign> {
        let name = self.container.name();
        if is_server_name(name) {
            let text = format!("the name of its container (`{name}`)");
            return Some(ServingSign::of_name(self.name_place(), text));
        }
        let name = self.object.name().filter(|name| is_server_name(name))?;
        let text = format!("the name of its {} (`{name}`)", self.object.kind_word());
        Some(ServingSign::of_name(self.object.head_place(), text))
    }

    fn webhook_flag(&self) -> Option<ServingSign> {
        let flags = self.command_line.occurrences.iter();
        let mut flags = flags.filter(|flag| {
            let is_off = matches!(flag.value.as_deref(), Some("false" | "0" | ""));
            !is_off
                && (flag.name.starts_with("webhook-") || flag.name.starts_with("enable-webhook"))
        });
        let flag = flags.next()?;
        Some(ServingSign {
            place: self.words.get(flag.argument)?.place,
            text: format!("`--{}`", flag.name),
            is_name: false,
        })
    }

    fn webhook_port(&self) -> Option<ServingSign> {
        let ports = self.container.node().get("ports");
        ports.into_iter().flat_map(Node::items).find_map(|port| {
            let name = port.get("name").filter(|name| {
                let name = name.as_str().unwrap_or_default();
                ["webhook", "admission"]
                    .iter()
                    .any(|word| name.contains(word))
            });
            let number = port
                .get("containerPort")
                .filter(|number| number.as_i64() == Some(WEBHOOK_PORT));
            let node = name.or(number)?;
            let text = node
                .as_str()
                .map_or_else(|| WEBHOOK_PORT.to_string(), |name| format!("`{name}`"));
            Some(ServingSign {
                place: self.container.place(node),
                text: format!("port {text}"),
                is_name: false,
            })
        })
    }

    /// The folder that controller-runtime's scaffold keeps a webhook server's certificate in.
    fn webhook_certificates(&self) -> Option<ServingSign> {
        let mounts = self.container.node().get("volumeMounts");
        let mut paths = mounts.into_iter().flat_map(Node::items);
        paths.find_map(|mount| {
            let node = mount.get("mountPath")?;
            let path = node.as_str().filter(|path| path.contains("webhook"))?;
            Some(ServingSign {
                place: self.container.place(node),
                text: format!("the mounted folder `{path}`"),
                is_name: false,
            })
        })
    }
}

/// Whether a name is that of a program which answers requests: `orders-webhook`, `github-webhook-server`,
/// `admission-controller`, but not `webhook-operator`.
fn is_server_name(name: &str) -> bool {
    let words = || name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let last = words().next_back().unwrap_or_default();
    let is_reconciler = RECONCILER_WORDS.contains(&last)
        || last == "controller" && !words().any(|word| word == "admission");
    !is_reconciler && words().any(|word| SERVER_WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::is_server_name;

    #[test]
    fn a_name_tells_a_server_from_what_reconciles() {
        for name in [
            "webhook",
            "orders-webhook",
            "github-webhook-server",
            "admission-controller",
            "metrics-apiserver",
            "validating_webhooks",
        ] {
            assert!(is_server_name(name), "{name}");
        }
        for name in [
            "",
            "manager",
            "webhook-operator",
            "webhook-manager",
            "webhook-controller",
            "webhookrelay",
            "orders",
        ] {
            assert!(!is_server_name(name), "{name}");
        }
    }
}
