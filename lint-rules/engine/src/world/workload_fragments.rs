//! Documents that look like workloads and are patches of them.

use std::rc::Rc;

use super::input_objects::{InputObjects, may_be_same};
use super::kustomize::Builds;
use super::proximity::Proximity;
use objects::{Object, ObjectKind, Workload, WorkloadKind};

/// Which workloads of an input are only patches, and what they patch.
pub(crate) struct WorkloadFragments<'w> {
    objects: Rc<InputObjects<'w>>,
    builds: Rc<Builds<'w>>,
    proximity: Rc<Proximity<'w>>,
}

impl<'w> WorkloadFragments<'w> {
    pub(crate) fn of(
        objects: &Rc<InputObjects<'w>>,
        builds: &Rc<Builds<'w>>,
        proximity: &Rc<Proximity<'w>>,
    ) -> Self {
        Self {
            objects: Rc::clone(objects),
            builds: Rc::clone(builds),
            proximity: Rc::clone(proximity),
        }
    }

    /// Whether a workload is only a patch of one.
    pub(crate) fn is_fragment(&self, workload: Workload<'w>) -> bool {
        let file = workload.object().file();
        if self.builds.is_patch(file) {
            return true;
        }
        // A whole workload of these kinds needs a selector and labels that it selects (apps/v1).
        let needs_labels = matches!(
            workload.kind(),
            WorkloadKind::Deployment
                | WorkloadKind::StatefulSet
                | WorkloadKind::DaemonSet
                | WorkloadKind::ReplicaSet
        );
        let has_selector = || {
            let spec = workload.spec();
            spec.and_then(|spec| spec.get("selector")).is_some()
        };
        needs_labels && !has_selector() && workload.pod_labels().is_none()
    }

    /// The whole workload that a patch is about, as far as the input has one.
    pub(crate) fn patched_workload(&self, fragment: Object<'w>) -> Option<Workload<'w>> {
        let is_named_so = |object: &&Object<'w>| {
            object.kind_word() == fragment.kind_word()
                && object.name() == fragment.name()
                && may_be_same(object.namespace(), fragment.namespace())
        };
        let workloads = self.objects.of_kind(ObjectKind::Workload).iter();
        let candidates: Vec<Workload<'w>> = workloads
            .filter(is_named_so)
            .filter_map(|object| Workload::of(*object))
            .filter(|workload| !self.is_fragment(*workload))
            .collect();
        let file_of = |workload: &Workload<'w>| workload.object().file();
        let nearest = self
            .proximity
            .nearest(&candidates, fragment.file(), file_of, |_| false);
        nearest.ok().flatten().copied()
    }
}
