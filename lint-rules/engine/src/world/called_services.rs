//! Which workloads the API server calls: those behind the Services that webhooks and APIServices name.

use std::cell::OnceCell;
use std::rc::Rc;

use super::bundles::{BundleScope, Bundles};
use super::input_objects::{InputObjects, may_be_same};
use super::maps::{HashMap, HashSet};
use manifest::text::FileSpan;
use manifest::tree::Node;
use objects::admission::webhooks_of;
use objects::{Object, Selector, Workload};

/// The API group of APIServices.
const AGGREGATION_GROUP: &str = "apiregistration.k8s.io";

/// A Service that the API server calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalledService {
    /// Its name.
    pub name: String,
    /// Where its name is written.
    pub place: FileSpan,
}

/// The Services of an input that the API server calls, found by the scopes that hold them.
pub(crate) struct CalledServices<'w> {
    objects: Rc<InputObjects<'w>>,
    bundles: Rc<Bundles<'w>>,
    /// Built when first used.
    by_scope: OnceCell<HashMap<BundleScope, Vec<Object<'w>>>>,
}

impl<'w> CalledServices<'w> {
    pub(crate) fn of(objects: &Rc<InputObjects<'w>>, bundles: &Rc<Bundles<'w>>) -> Self {
        Self {
            objects: Rc::clone(objects),
            bundles: Rc::clone(bundles),
            by_scope: OnceCell::new(),
        }
    }

    /// The first Service that selects a workload's pods and that the API server calls.
    pub(crate) fn before(&self, workload: Workload<'w>) -> Option<CalledService> {
        let object = workload.object();
        let labels = workload.pod_labels()?;
        let by_scope = self.by_scope.get_or_init(|| self.find());
        let homes = self.bundles.homes(object.file());
        let services = homes.iter().filter_map(|home| by_scope.get(home)).flatten();
        let mut services = services.filter(|service| {
            may_be_same(service.namespace(), object.namespace())
                && !self.bundles.are_alternatives(object.file(), service.file())
                && selects(**service, labels)
        });
        let service = services.next()?;
        Some(CalledService {
            name: service.name()?.to_owned(),
            place: service.head_place(),
        })
    }

    fn find(&self) -> HashMap<BundleScope, Vec<Object<'w>>> {
        let mut called = HashSet::default();
        for object in self.objects.all() {
            for name in services_named_by(*object) {
                for home in self.bundles.homes(object.file()) {
                    called.insert((home, name));
                }
            }
        }
        let mut by_scope: HashMap<BundleScope, Vec<Object<'w>>> = HashMap::default();
        if called.is_empty() {
            return by_scope;
        }
        let is_service =
            |object: &&Object<'w>| object.kind_word() == "Service" && object.group().is_empty();
        for service in self.objects.all().iter().filter(is_service) {
            let Some(name) = service.name() else {
                continue;
            };
            for home in self.bundles.homes(service.file()) {
                if called.contains(&(home.clone(), name)) {
                    by_scope.entry(home).or_default().push(*service);
                }
            }
        }
        by_scope
    }
}

/// The names of the Services that an object has the API server call. Namespaces are not compared: kustomize and charts
/// set them, and a Service of the same name in another namespace of the same bundle is hardly ever another program's.
fn services_named_by(object: Object<'_>) -> Vec<&str> {
    if object.group() == AGGREGATION_GROUP {
        let name = object.node().at(&["spec", "service", "name"]);
        return name.and_then(Node::as_str).into_iter().collect();
    }
    webhooks_of(object)
        .filter_map(|webhook| webhook.service_name())
        .collect()
}

/// Whether a Service selects pods with these labels. One without a selector selects none.
fn selects(service: Object<'_>, labels: Node<'_>) -> bool {
    let selector = service.node().at(&["spec", "selector"]);
    let selector = selector.map(Selector::of_labels).unwrap_or_default();
    selector != Selector::default() && selector.matches_written(Some(labels))
}
