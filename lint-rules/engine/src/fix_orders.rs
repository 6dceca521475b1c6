//! Fixes that several rules share.

use election::access::{
    Access, AccountName, Grant, LockResource, Need, PolicyRule, Role, smallest_grant,
};
use election::timing_proposals::as_written;
use election::{DurationAdvice, Elector, may_share_node};
use manifest::edit::NewValue;
use manifest::text::FileSpan;
use programs::{Nanos, OriginKind, Setting, ValueSyntax};

use super::durations::source_at;
use super::edit_order::EditOrder;
use super::fix::Edit;
use super::sink::Draft;

impl Draft {
    /// A fix that sets durations as the remedy for these proposals says, where they can be written. Unsafe.
    #[must_use]
    pub fn fix_durations(
        self,
        elector: &Elector<'_>,
        proposals: &[(Setting, Option<Nanos>)],
    ) -> Self {
        let values = match elector.duration_advice(proposals) {
            DurationAdvice::OneOf(offers) => {
                let mut offers = offers.into_iter();
                offers
                    .find(|(setting, value)| duration(elector, *setting, *value).is_some())
                    .into_iter()
                    .collect()
            }
            DurationAdvice::All(values) => values,
            DurationAdvice::None => Vec::new(),
        };
        let orders = values
            .iter()
            .map(|(setting, value)| duration(elector, *setting, *value))
            .collect::<Option<Vec<_>>>();
        let words: Vec<String> = values
            .iter()
            .map(|(setting, value)| format!("the {} to {}", setting.words(), as_written(*value)))
            .collect();
        match (orders, words.as_slice()) {
            (None, _) | (_, []) => self,
            (Some(orders), words) => {
                self.fix(format!("set {}", words.join(" and ")), false, orders)
            }
        }
    }

    /// A fix that writes a switch and the word behind it as one argument. One of the two items stays: the one behind which a
    /// comment stands, if there is one.
    #[must_use]
    pub fn fix_joined(
        self,
        (switch, word): (FileSpan, FileSpan),
        argument: &str,
        safe: bool,
    ) -> Self {
        let into = |stays: FileSpan, goes: FileSpan| {
            vec![
                EditOrder::Respell(stays, argument.to_owned()),
                EditOrder::RemoveItem(goes),
            ]
        };
        self.fix_by_one_of(
            format!("write `{argument}`"),
            safe,
            [into(switch, word), into(word, switch)],
        )
    }

    /// A fix that grants an elector the verbs that it lacks on its lock. Unsafe.
    #[must_use]
    pub fn fix_grant(
        self,
        elector: &Elector<'_>,
        access: &Access<'_>,
        resource: LockResource,
        verbs: &[&str],
    ) -> Self {
        // Where a role is there and not bound, or the lock may be an older one, what is right is not certain.
        let is_certain = access.spare_role.is_none() && access.instead.is_none();
        let orders = is_certain.then(|| grant_orders(elector, access, resource, verbs));
        match orders.flatten() {
            Some(orders) => self.fix("grant what is missing", false, orders),
            None => self,
        }
    }
}

/// The order that writes a duration: where it is written, else as a flag behind another one of the election.
fn duration(elector: &Elector<'_>, setting: Setting, value: Nanos) -> Option<EditOrder> {
    let text = match elector.program.spec(setting).map(|spec| &spec.syntax) {
        Some(ValueSyntax::Duration(syntax)) => syntax.spell(value),
        _ => as_written(value),
    };
    if let Some(sourced) = elector.duration(setting).known()
        && sourced.origin.is_written()
    {
        let edit = Edit::rewriting(elector, &sourced.origin, &sourced.text, &text)?;
        return Some(EditOrder::Write(edit));
    }
    if elector.deciding_mention(setting).is_some() {
        return None;
    }
    let flag = elector.flag_of(setting)?;
    let mut mentions = elector.mentions.iter().rev();
    let beside = mentions.find_map(|mention| {
        let place = mention
            .origin
            .place
            .filter(|_| mention.origin.kind == OriginKind::Flag)?;
        let mut words = elector.words.iter();
        let word = words.find(|word| word.place == place)?;
        // A flag whose value is the next word must not be parted from it.
        let is_whole = word.written.contains('=') || mention.setting == Setting::Enable;
        (is_whole && word.written.starts_with('-') && !word.written.contains(' ')).then_some(place)
    })?;
    let argument = match elector.container.component() {
        Some(component) => {
            // Neither a script nor a mapping takes one more item.
            let source = source_at(elector, beside)?;
            let argument = component.spell(flag, &text);
            (!source.contains(' ') && !argument.contains(' ')).then_some(argument)?
        }
        None => format!("--{flag}={text}"),
    };
    Some(EditOrder::InsertItem {
        after: beside,
        value: NewValue::Text(argument),
    })
}

/// The order that spreads the pods of a workload over nodes as far as there are some; `None` where they are spread, or
/// the workload has no labels to know its pods by.
#[must_use]
pub fn spread_order(elector: &Elector<'_>) -> Option<EditOrder> {
    let pod = elector.workload.pod_spec();
    let has = |path: &[&str]| pod.at(path).is_some();
    if has(&["topologySpreadConstraints"])
        || has(&["affinity", "podAntiAffinity"])
        || !may_share_node(elector.workload)
    {
        return None;
    }
    let labels = elector.workload.spec()?.at(&["selector", "matchLabels"])?;
    let labels = labels
        .entries()
        .map(|entry| Some((entry.key.to_owned(), NewValue::text(entry.value.as_str()?))))
        .collect::<Option<Vec<_>>>()?;
    if labels.is_empty() {
        return None;
    }
    Some(EditOrder::InsertEntry {
        mapping: elector.object.place_of(pod),
        behind: &["serviceAccountName"],
        key: "topologySpreadConstraints",
        value: NewValue::List(vec![NewValue::map([
            ("maxSkew", NewValue::Number(1)),
            ("topologyKey", NewValue::text("kubernetes.io/hostname")),
            ("whenUnsatisfiable", NewValue::text("ScheduleAnyway")),
            (
                "labelSelector",
                NewValue::map([("matchLabels", NewValue::Map(labels))]),
            ),
        ])]),
    })
}

/// `valueFrom` of a variable that holds the pod's name.
#[must_use]
pub fn from_pod_name() -> NewValue {
    let path = NewValue::map([("fieldPath", NewValue::text("metadata.name"))]);
    NewValue::map([("fieldRef", path)])
}

/// The order that gives an elector's container a variable with the pod's name.
#[must_use]
pub fn pod_name_order(elector: &Elector<'_>, name: &str) -> Option<EditOrder> {
    let container = elector.container;
    let variable = NewValue::map([
        ("name", NewValue::text(name)),
        ("valueFrom", from_pod_name()),
    ]);
    match container.node().get("env") {
        Some(variables) => Some(EditOrder::InsertItem {
            after: container.place(variables.items().next_back()?),
            value: variable,
        }),
        None => Some(EditOrder::InsertEntry {
            mapping: container.place(container.node()),
            behind: &["args", "command", "image", "name"],
            key: "env",
            value: NewValue::List(vec![variable]),
        }),
    }
}

/// A rule of a role that grants one resource of an API group.
fn role_rule((group, resource): (&str, &str), verbs: &[&str]) -> NewValue {
    NewValue::map([
        ("apiGroups", NewValue::texts([group])),
        ("resources", NewValue::texts([resource])),
        ("verbs", NewValue::texts(verbs.iter().copied())),
    ])
}

/// The orders that grant an elector these verbs: in the role that comes nearest, else by a role and a binding of its own
/// behind its document.
fn grant_orders(
    elector: &Elector<'_>,
    access: &Access<'_>,
    resource: LockResource,
    verbs: &[&str],
) -> Option<Vec<EditOrder>> {
    let near = access.nearest_role.filter(|pair| !pair.binding.cluster);
    if let Some(pair) = near
        && pair.role.rules_place.is_some()
    {
        return in_role(pair.role, (resource.group(), resource.resource()), verbs);
    }
    // OLM takes one object of a file, and its rights from there.
    if access.in_every_namespace || elector.object.is_within_another() {
        return None;
    }
    let account = AccountName {
        namespace: elector.account.namespace.as_deref(),
        name: &elector.account.name,
    };
    let grant = smallest_grant(&Need::of(elector).ok()?, account).ok()?;
    Some(vec![EditOrder::AppendDocument {
        beside: elector.name_place(),
        yaml: grant.to_yaml(),
    }])
}

/// The orders that add verbs to a role: to its rule for the resource of an API group, else as a rule of their own.
#[must_use]
pub fn in_role(
    role: &Role,
    (group, resource): (&str, &str),
    verbs: &[&str],
) -> Option<Vec<EditOrder>> {
    let is_for_it = |rule: &&PolicyRule| {
        rule.resource_names.is_empty()
            && rule.api_groups.texts().eq([group])
            && rule.resources.texts().eq([resource])
    };
    let rule = role.rules.iter().find(is_for_it);
    if let Some(after) = rule.and_then(|rule| rule.verbs.iter().last()?.1) {
        let orders = verbs.iter().map(|verb| EditOrder::InsertItem {
            after,
            value: NewValue::text(*verb),
        });
        return Some(orders.collect());
    }
    Some(vec![EditOrder::InsertItem {
        after: role.rules.last()?.place?,
        value: role_rule((group, resource), verbs),
    }])
}

/// The orders that give `create` a rule of its own, without the names of the one that has it.
#[must_use]
pub fn part_create(grant: Grant<'_>, resource: LockResource) -> Option<Vec<EditOrder>> {
    let verbs = &grant.rule.verbs;
    let insert = EditOrder::InsertItem {
        after: grant.rule.place?,
        value: role_rule((resource.group(), resource.resource()), &["create"]),
    };
    match verbs.place_of("create") {
        // A rule without a verb is none.
        Some(_) if verbs.texts().count() < 2 => None,
        Some(create) => Some(vec![EditOrder::RemoveItem(create), insert]),
        None => Some(vec![insert]),
    }
}
