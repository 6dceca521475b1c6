//! What is counted, in the text formats of OpenMetrics and Prometheus. All names begin with `leaselint_`.

mod classic;
mod labels;

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

pub use labels::Rejection;
use labels::{FindingLabels, RejectionLabels, ReviewLabels, RuleLabels, WatchLabels};

use crate::cluster::{Belief, ClusterState, WatchedResource};
use crate::review::Reviewed;

/// Seconds; a review takes tens of microseconds, a queue or a large object milliseconds.
const BUCKETS: [f64; 14] = [
    0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0,
    5.0,
];

/// Set right before a scrape.
type Refresh = Box<dyn Fn(&Metrics) + Send + Sync>;

/// All metrics of one server.
pub struct Metrics {
    registry: Registry,
    reviews: Family<ReviewLabels, Counter>,
    findings: Family<FindingLabels, Counter>,
    rule_failures: Family<RuleLabels, Counter>,
    rejections: Family<RejectionLabels, Counter>,
    duration: Histogram,
    /// Reviews whose body is complete and that are not answered yet.
    pub in_flight: Gauge,
    /// Open connections to the admission listener.
    pub connections: Gauge,
    /// Connections accepted since the start.
    pub accepted: Counter,
    /// Requests that waited because their address had had its share.
    pub throttled: Counter,
    /// When the serving certificate ends, in seconds since 1970; 0 while unknown.
    pub certificate_not_after: Gauge<f64, AtomicU64>,
    /// Seconds since the facts of the cluster were last known to be fresh; stays 0 without a cluster.
    pub cache_age: Gauge<f64, AtomicU64>,
    /// Whether the shared Secret holds what is not understood: 1 or 0.
    pub secret_damaged: Gauge,
    /// Whether no webhook of the configuration in which it publishes leads to this program: 1 or 0.
    pub not_registered: Gauge,
    /// Whether a new configuration could be read the last time: 1 or 0.
    pub config_loaded: Gauge,
    watches: Family<WatchLabels, Gauge>,
    electors: Gauge,
    unknown_mode_labels: Gauge,
    refresh: Mutex<Vec<Refresh>>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// Metrics of a server of this version.
    #[must_use]
    pub fn new(version: &'static str) -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("leaselint"),
            reviews: Family::default(),
            findings: Family::default(),
            rule_failures: Family::default(),
            rejections: Family::default(),
            duration: Histogram::new(BUCKETS),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            accepted: Counter::default(),
            throttled: Counter::default(),
            certificate_not_after: Gauge::default(),
            cache_age: Gauge::default(),
            secret_damaged: Gauge::default(),
            not_registered: Gauge::default(),
            config_loaded: Gauge::default(),
            watches: Family::default(),
            electors: Gauge::default(),
            unknown_mode_labels: Gauge::default(),
            refresh: Mutex::default(),
        };
        metrics.config_loaded.set(1);
        // What has not happened yet is zero: a series that is not there cannot be judged by an alert.
        for reason in Rejection::ALL {
            drop(
                metrics
                    .rejections
                    .get_or_create(&RejectionLabels { reason }),
            );
        }
        metrics.registered(version)
    }

    fn registered(mut self, version: &'static str) -> Self {
        let registry = &mut self.registry;
        registry.register(
            "build",
            "The running version",
            Info::new([("version", version)]),
        );
        registry.register("reviews", "Reviews answered", self.reviews.clone());
        registry.register(
            "findings",
            "Findings in reviewed objects, old ones included, dry runs left out",
            self.findings.clone(),
        );
        registry.register(
            "rule_failures",
            "Rules that failed while judging; always a bug",
            self.rule_failures.clone(),
        );
        registry.register(
            "rejections",
            "Requests and connections that were turned away or closed",
            self.rejections.clone(),
        );
        registry.register_with_unit(
            "review_duration",
            "From the complete body to the complete answer",
            Unit::Seconds,
            self.duration.clone(),
        );
        registry.register(
            "reviews_in_flight",
            "Reviews at work",
            self.in_flight.clone(),
        );
        registry.register("connections", "Open connections", self.connections.clone());
        registry.register(
            "connections_accepted",
            "Connections accepted",
            self.accepted.clone(),
        );
        registry.register(
            "requests_throttled",
            "Requests that waited because their address had had its share",
            self.throttled.clone(),
        );
        registry.register(
            "certificate_expiry_timestamp_seconds",
            "When the serving certificate ends",
            self.certificate_not_after.clone(),
        );
        registry.register_with_unit(
            "cache_age",
            "How old the facts of the cluster are",
            Unit::Seconds,
            self.cache_age.clone(),
        );
        registry.register(
            "watch",
            "How far each watched resource of the cluster can be believed: 1 for the state it is in",
            self.watches.clone(),
        );
        registry.register(
            "electors",
            "Electors known in the cluster",
            self.electors.clone(),
        );
        registry.register(
            "unknown_mode_labels",
            "Namespaces whose label of the mode names none",
            self.unknown_mode_labels.clone(),
        );
        registry.register(
            "certificate_secret_damaged",
            "Whether the shared Secret holds what is not understood, so that nothing is renewed",
            self.secret_damaged.clone(),
        );
        registry.register(
            "not_registered",
            "Whether the webhook configuration is missing or leads elsewhere, so that nothing is reviewed",
            self.not_registered.clone(),
        );
        registry.register(
            "config_loaded",
            "Whether the newest configuration is in use",
            self.config_loaded.clone(),
        );
        self
    }

    /// Takes over what is known of the cluster: how old the oldest facts are, and what is not seen.
    pub fn cluster(&self, state: &ClusterState) {
        let view = state.view();
        for what in WatchedResource::ALL {
            let belief = view.belief(what);
            for one in Belief::ALL {
                let labels = WatchLabels {
                    resource: what.resource(),
                    state: one.as_str(),
                };
                let gauge = self.watches.get_or_create(&labels);
                gauge.set((one == belief).into());
            }
        }
        let ages = WatchedResource::ALL
            .into_iter()
            .filter_map(|what| state.age(what));
        self.cache_age
            .set(ages.max().unwrap_or_default().as_secs_f64());
        let electors = i64::try_from(state.electors()).unwrap_or(i64::MAX);
        self.electors.set(electors);
        let misspelt = i64::try_from(state.misspelt_modes()).unwrap_or(i64::MAX);
        self.unknown_mode_labels.set(misspelt);
    }

    /// Has `refresh` called right before each scrape, for gauges that are set by no event.
    pub fn before_scrape(&self, refresh: impl Fn(&Self) + Send + Sync + 'static) {
        if let Ok(mut hooks) = self.refresh.lock() {
            hooks.push(Box::new(refresh));
        }
    }

    /// A scrape in the older format, for whoever does not ask for OpenMetrics.
    #[must_use]
    pub fn scrape_classic(&self) -> String {
        classic::classic(&self.scrape())
    }

    /// The text of a scrape.
    #[must_use]
    pub fn scrape(&self) -> String {
        if let Ok(hooks) = self.refresh.lock() {
            for refresh in hooks.iter() {
                refresh(self);
            }
        }
        let mut out = String::new();
        // Writing into a text cannot fail.
        let _ = encode(&mut out, &self.registry);
        out
    }

    /// Counts a review that was answered after `took`.
    pub fn reviewed(&self, reviewed: &Reviewed, took: Duration) {
        let labels = ReviewLabels {
            decision: reviewed.decision,
            operation: reviewed.operation,
            kind: reviewed.kind,
            dry_run: reviewed.dry_run,
        };
        self.reviews.get_or_create(&labels).inc();
        self.duration.observe(took.as_secs_f64());
        for rule in &reviewed.failed_rules {
            self.rule_failures.get_or_create(&RuleLabels { rule }).inc();
        }
        if reviewed.dry_run {
            return;
        }
        for (rule, severity) in &reviewed.findings {
            let labels = FindingLabels {
                rule,
                severity: severity.as_str(),
            };
            self.findings.get_or_create(&labels).inc();
        }
    }

    /// Counts something that was turned away.
    pub fn rejected(&self, reason: Rejection) {
        self.rejections
            .get_or_create(&RejectionLabels { reason })
            .inc();
    }
}
