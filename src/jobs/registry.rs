//! Which topics a worker knows, and how each is decoded and handled.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::Value;

use crate::handler::{Ctx, Done, Handler, JobError};
use crate::job::{Job, Queue};

type Run<S> = Box<
    dyn Fn(Ctx<S>, u32, Value) -> serde_json::Result<BoxFuture<'static, Result<Done, JobError>>>
        + Send
        + Sync,
>;

pub(crate) struct Topic<S> {
    pub queue: Queue,
    pub version: u32,
    pub timeout: Duration,
    pub backoff: fn(i32) -> Duration,
    pub run: Run<S>,
}

pub(crate) struct Registry<S> {
    topics: BTreeMap<&'static str, Topic<S>>,
}

impl<S> Default for Registry<S> {
    fn default() -> Self {
        Self { topics: BTreeMap::new() }
    }
}

impl<S: 'static> Registry<S> {
    pub fn add<J: Job>(&mut self, handler: impl Handler<S, J>) {
        let run: Run<S> = Box::new(move |ctx, version, payload| {
            let job = J::decode(version, payload)?;
            Ok(Box::pin(handler.handle(ctx, job)))
        });
        let topic =
            Topic { queue: J::QUEUE, version: J::VERSION, timeout: J::TIMEOUT, backoff: J::backoff, run };
        if self.topics.insert(J::TOPIC, topic).is_some() {
            tracing::warn!(topic = J::TOPIC, "registered twice: the later handler wins");
        }
    }

    pub fn get(&self, topic: &str) -> Option<&Topic<S>> {
        self.topics.get(topic)
    }

    pub fn queues(&self) -> Vec<Queue> {
        Queue::ALL.into_iter().filter(|queue| self.topics.values().any(|t| t.queue == *queue)).collect()
    }

    pub fn topics_of(&self, queue: Queue) -> Vec<String> {
        self.topics.iter().filter(|(_, t)| t.queue == queue).map(|(name, _)| (*name).to_owned()).collect()
    }
}
