//! What a program does around its election, with places of the input.

use go::program::SourceElector;
use go::{ContextKind, OnLoss, SourcePosition};
use programs::{LossBehaviour, RunContext, SourceBehaviour};

use crate::places::SourcePlaces;

/// The behaviour with its places.
pub(crate) fn behaviour_of(elector: &SourceElector, places: &SourcePlaces) -> SourceBehaviour {
    let behaviour = &elector.behaviour;
    let place = |at: Option<SourcePosition>| at.and_then(|at| places.span(at));
    SourceBehaviour {
        on_loss: match behaviour.on_loss {
            OnLoss::Exits | OnLoss::Returns => LossBehaviour::Ends,
            OnLoss::Rejoins => LossBehaviour::Rejoins,
            OnLoss::Continues => LossBehaviour::Continues,
            OnLoss::Unknown => LossBehaviour::Unknown,
        },
        context: match behaviour.context {
            ContextKind::Background | ContextKind::Todo => RunContext::Endless,
            ContextKind::Signal => RunContext::Signal,
            ContextKind::Cancellable | ContextKind::Unknown => RunContext::Other,
        },
        run: place(behaviour.run),
        in_goroutine: behaviour.in_goroutine,
        in_loop: behaviour.in_loop,
        started: place(behaviour.started),
        uses_leading_context: behaviour.uses_leading_context,
        blocking: behaviour
            .blocking
            .iter()
            .filter_map(|at| places.span(*at))
            .collect(),
        makes_client: elector.package == "sigs.k8s.io/controller-runtime"
            || elector.package.ends_with("client-go/tools/leaderelection"),
        waits_after: place(behaviour.waits_after),
    }
}
