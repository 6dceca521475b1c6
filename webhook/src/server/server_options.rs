//! Limits and deadlines: one for everything that a client can make the server hold or wait for.

use std::thread;
use std::time::Duration;

/// What one server allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// From the accepted connection to the end of the TLS handshake.
    pub handshake: Duration,
    /// From the first byte of a request (on a new connection: from the handshake) to the end of its head.
    pub headers: Duration,
    /// From the end of the head to the end of the body.
    pub body: Duration,
    /// Without a request on a connection that has had one. Above the 90 seconds for which
    /// kube-apiserver keeps its idle connections (client-go `rest`, v1.36), so that the API server
    /// closes first and never writes into a connection that is just being closed.
    pub idle: Duration,
    /// For a client to read its answer, once what the network holds for it is full.
    pub unread: Duration,
    /// For an answer where the request names no `timeout`.
    pub answer: Duration,
    /// Bytes of a body; above: 413. kube-apiserver takes requests of 3 MiB, and a review holds the
    /// object twice.
    pub largest_body: usize,
    /// Bytes of a body that is reviewed on the spot; a larger one waits for its turn.
    pub small_body: usize,
    /// Bytes of a body that need no share of `bodies`.
    pub free_body: usize,
    /// Bytes that all bodies may hold together beyond that. When they are used up, the slowest body gives
    /// way; if all have just begun: 429.
    pub bodies: usize,
    /// Bytes of these that bodies above `small_body` may hold beyond it. The rest is kept for small bodies, which an API
    /// server sends by far the most.
    pub large_bodies: usize,
    /// Open connections. One connection has one review at most, so this bounds the queue, too.
    pub connections: usize,
    /// Requests in a second that one address may send while another one asks, too; what is above waits for the next
    /// second. An API server that is alone is not slowed down, and several write fewer workloads and roles than this.
    pub contested_rate: u64,
    /// Reviews of large bodies at work at once, on threads of their own; the others wait.
    pub large_reviews: usize,
    /// How long an answer waits that rests on what watches have brought just now, before the review is judged
    /// once more. What was applied right before mostly arrives within a few milliseconds.
    pub second_look: Duration,
    /// Reviews that wait for this at once; the others are answered by what is known.
    pub second_looks: usize,
    /// After the first signal: how long requests are still taken, while readiness says no and every
    /// answer asks the client to leave.
    pub lame_duck: Duration,
    /// After that: how long reviews at work may take to end.
    pub drain: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(5),
            headers: Duration::from_secs(5),
            body: Duration::from_secs(10),
            idle: Duration::from_secs(120),
            unread: Duration::from_secs(10),
            answer: Duration::from_secs(10),
            largest_body: 7 << 20,
            small_body: 64 << 10,
            free_body: 16 << 10,
            bodies: 8 << 20,
            large_bodies: 7 << 20,
            connections: 256,
            contested_rate: 1000,
            large_reviews: 1,
            second_look: Duration::from_millis(300),
            second_looks: 32,
            lame_duck: Duration::from_secs(10),
            drain: Duration::from_secs(10),
        }
    }
}

/// How many threads can run at once.
pub(super) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_body_fits_into_the_room_for_large_ones() {
        let options = ServerOptions::default();
        assert!(options.largest_body <= options.large_bodies);
        assert!(options.large_bodies + 10 * options.small_body < options.bodies);
    }

    #[test]
    fn an_api_server_closes_its_idle_connections_first() {
        // `IdleConnTimeout` of apimachinery `pkg/util/net/http.go`, v1.36; and a busy machine.
        assert!(ServerOptions::default().idle >= Duration::from_secs(90 + 15));
    }
}
