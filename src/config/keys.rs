//! The keys of a configuration as types, of which its JSON Schema is made. What is read keeps the place of every value, so
//! it is not read into these; a test compares both key by key.
#![expect(dead_code, reason = "only the schema of these types is used")]

use std::collections::BTreeMap;

use custom::words;
use engine::world::Bundling;
use engine::{Group, Profile, Severity};
use programs::dialect_file::Record;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

/// What a duration looks like to Go.
const DURATION: &str = r"^\+?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$";
/// A number of bytes with a unit.
const SIZE: &str = "^ *[0-9]+ *(B|bytes|[KMG]iB?|k|[kK]B|MB?|GB?)? *$";
/// A day.
const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/// leaselint's settings for the files in the folder of this file and below it.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
struct ConfigKeys {
    /// Other files first, in the folder of this one; what this one says counts more.
    extends: Option<Vec<String>>,
    /// How much to say.
    #[schemars(extend("enum" = nullable(words(&Profile::ALL, Profile::as_str)), "default" = "recommended"))]
    profile: Option<String>,
    /// Targets and limits that rules compare with.
    limits: Option<LimitKeys>,
    /// Rules and groups, and how much each matters.
    rules: Option<RuleSeverities>,
    /// The same for some files.
    per_path: Option<Vec<PathKeys>>,
    /// Only these rules and groups run.
    select: Option<Vec<RuleOrGroup>>,
    /// Patterns as in a .gitignore, for what is found in folders.
    exclude: Option<Vec<String>>,
    /// `exclude` holds for files that are named, too.
    force_exclude: Option<bool>,
    /// What belongs together, where access and locks are judged across files.
    #[schemars(extend("enum" = nullable(words(&Bundling::ALL, Bundling::as_str)), "default" = "auto"))]
    bundle: Option<String>,
    /// Findings that may stay, each with its reason.
    ignore: Option<Vec<IgnoreKeys>>,
    /// Programs of your own, in the shape of leaselint's own records; `leaselint export dialect` writes them from source.
    programs: Option<Vec<Record>>,
    /// How charts and kustomizations are rendered.
    render: Option<RenderKeys>,
    /// What the webhook denies, beyond severities.
    admission: Option<AdmissionKeys>,
    /// Rules of your own, with JSONPath.
    custom_rules: Option<Vec<CustomRuleKeys>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, transform = without_null)]
struct LimitKeys {
    /// The longest outage of the API that a leader must survive; fragile-to-api-outage finds those that survive less.
    #[schemars(regex(pattern = DURATION))]
    api_outage_target: Option<String>,
    /// The longest failover that may be; slow-failover finds longer ones.
    #[schemars(regex(pattern = DURATION), extend("default" = "180s"))]
    failover_target: Option<String>,
    /// The fewest attempts to renew within a renew deadline.
    #[schemars(range(min = 1, max = 1000), extend("default" = 3))]
    min_renew_attempts: Option<u32>,
    /// The longest lease duration that can be meant.
    #[schemars(regex(pattern = DURATION), extend("default" = "1h"))]
    longest_lease: Option<String>,
    /// Larger files are not read; 1 byte to 1 GiB.
    #[schemars(extend("type" = ["string", "integer"], "pattern" = SIZE, "default" = "32 MiB"))]
    largest_file: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct PathKeys {
    /// A pattern as in a .gitignore.
    path: String,
    /// Rules and groups, and how much each matters there.
    rules: RuleSeverities,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = without_null)]
struct IgnoreKeys {
    /// The rule's id.
    rule: RuleId,
    /// A pattern as in a .gitignore.
    path: Option<String>,
    /// `Deployment ops/controller`, `ops/controller` or `controller`.
    object: Option<String>,
    /// Why the finding does not matter here.
    reason: String,
    /// The last day.
    #[schemars(regex(pattern = DAY))]
    until: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = without_null)]
struct RenderKeys {
    /// Helm: a name on PATH or an absolute path.
    helm: Option<String>,
    /// Kustomize: a name on PATH or an absolute path.
    kustomize: Option<String>,
    /// How long a program may take, at most an hour.
    #[schemars(regex(pattern = DURATION), extend("default" = "30s"))]
    timeout: Option<String>,
    /// Charts with the releases that are judged of them.
    charts: Option<Vec<ChartKeys>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = without_null)]
struct ChartKeys {
    /// Its folder.
    path: String,
    /// What is rendered of it.
    releases: Option<Vec<ReleaseKeys>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = without_null)]
struct ReleaseKeys {
    /// Its name.
    #[schemars(regex(pattern = "^[^-]"))]
    name: String,
    /// Its namespace.
    namespace: Option<String>,
    /// Files of values, the weakest first, in the folder of this file or of the chart.
    values: Option<Vec<String>>,
    /// Keys with values, as helm's `--set-json` takes them.
    set: Option<Map<String, Value>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, transform = without_null)]
struct AdmissionKeys {
    /// Which errors deny: those that are certain, or all.
    #[schemars(extend("enum" = ["certain", "all"], "default" = "certain"))]
    deny: Option<String>,
    /// Changes between two states that are right by themselves.
    #[schemars(extend("enum" = ["warn", "deny"], "default" = "warn"))]
    transitions: Option<String>,
    /// Missing access: warned of, or denied of a workload that is older than this.
    missing_access: Option<MissingAccessKeys>,
    /// Whose ignore annotations count.
    #[schemars(extend("enum" = ["anybody", "with-owner", "nobody"], "default" = "anybody"))]
    ignores: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum MissingAccessKeys {
    Word(#[schemars(extend("const" = "warn"))] String),
    DenyAfter(DenyAfterKeys),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct DenyAfterKeys {
    /// The age of the workload from which on it is denied.
    #[schemars(regex(pattern = DURATION))]
    deny_after: String,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = without_null)]
struct CustomRuleKeys {
    /// Lower-case letters, digits and `-`.
    #[schemars(regex(pattern = "^[a-z][a-z0-9-]*$"), length(max = 60))]
    id: String,
    /// How much it matters.
    #[schemars(extend("enum" = words(&Severity::ALL, Severity::as_str), "default" = "warning"))]
    severity: Option<String>,
    /// What it judges: electors as `inspect --format json` prints them, or objects.
    #[schemars(extend("enum" = ["elector", "object"]))]
    r#for: String,
    /// With `for: object`, their kinds.
    kind: Option<WordOrWords>,
    /// A JSONPath (RFC 9535): what must hold of each node that it selects.
    select: String,
    /// Conditions: JSONPaths with a value, a list of values, or a requirement; all must hold.
    r#where: Option<Map<String, Value>>,
    /// What must hold.
    require: RequirementKeys,
    /// What is wrong; `{value}` is what was selected.
    message: String,
    /// What happens, and what to do about it.
    help: Option<String>,
    /// Files in which it must find something so often; `leaselint rules test` runs them.
    tests: Option<Vec<RuleTestKeys>>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum WordOrWords {
    Word(String),
    Words(Vec<String>),
}

/// All of these must hold.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields, transform = without_null, extend("minProperties" = 1))]
struct RequirementKeys {
    /// Whether there is a value.
    exists: Option<bool>,
    /// The value.
    equals: Option<Value>,
    /// The values, one of which it is.
    one_of: Option<Vec<Value>>,
    /// A regular expression.
    matches: Option<String>,
    /// The smallest number.
    at_least: Option<f64>,
    /// The largest number.
    at_most: Option<f64>,
    /// The first number that is too large.
    less_than: Option<f64>,
    /// The last number that is too small.
    greater_than: Option<f64>,
    /// What must not hold.
    not: Option<Box<RequirementKeys>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RuleTestKeys {
    /// The file to judge, in the folder of this one.
    file: String,
    /// How many findings there must be.
    finds: u32,
}

/// The id of a rule: one of leaselint's, or of your own.
struct RuleId;

impl JsonSchema for RuleId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuleId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let ids: Vec<&str> = built_in().map(|(id, _)| id).collect();
        // Editors offer the first, and the second takes ids of the user's own.
        json_schema!({"anyOf": [{"enum": ids}, {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"}]})
    }
}

/// The name of a rule, or of a group of rules.
struct RuleOrGroup;

impl JsonSchema for RuleOrGroup {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuleOrGroup".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = named().into_keys().collect();
        json_schema!({"anyOf": [{"enum": names}, {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"}]})
    }
}

/// Rules and groups, and how much each matters.
struct RuleSeverities;

impl JsonSchema for RuleSeverities {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuleSeverities".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let severity = ["off"]
            .into_iter()
            .chain(words(&Severity::ALL, Severity::as_str));
        let severity: Vec<&str> = severity.collect();
        let names = named().into_iter();
        let names: Map<String, Value> = names
            .map(|(name, about)| {
                let schema = json_schema!({"description": about, "enum": severity});
                (name.to_owned(), schema.to_value())
            })
            .collect();
        json_schema!({"type": "object", "properties": names, "additionalProperties": {"enum": severity}})
    }
}

/// The ids of leaselint's rules, and what each is about.
fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
    engine::rules()
        .iter()
        .map(|entry| (entry.rule.id, entry.rule.summary))
}

/// Rules and groups, and what each is about.
fn named() -> BTreeMap<&'static str, String> {
    let groups = engine::rules().iter().map(|entry| entry.rule.group);
    let groups = groups.chain([Group::Custom]).map(Group::as_str);
    let groups = groups.map(|group| (group, format!("All rules of the group `{group}`.")));
    let rules = built_in().map(|(id, about)| (id, about.to_owned()));
    groups.chain(rules).collect()
}

fn nullable(words: Vec<&'static str>) -> Vec<Option<&'static str>> {
    words.into_iter().map(Some).chain([None]).collect()
}

/// Takes away that a key may be null, as what is optional in a type may: only those of the file itself may be left empty.
fn without_null(schema: &mut Schema) {
    let Some(Value::Object(keys)) = schema.get_mut("properties") else {
        return;
    };
    for key in keys.values_mut() {
        if let Some(Value::Array(types)) = key.get_mut("type")
            && let [one, null] = types.as_slice()
            && null == "null"
        {
            key["type"] = one.clone();
        }
        if let Some(Value::Array(any)) = key.get("anyOf")
            && let [one, _] = any.as_slice()
        {
            let mut one = one.clone();
            if let (Some(one), Some(about)) = (one.as_object_mut(), key.get("description")) {
                one.insert("description".to_owned(), about.clone());
            }
            *key = one;
        }
    }
}

/// The JSON Schema of a configuration.
pub fn schema() -> Schema {
    let generator = SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<ConfigKeys>()
}
