//! Logs: one line per event, JSON in production, each with the request id of its cause at the top level.
//!
//! A line carries what its event and the spans around it say (`request_id`, `job_id`, `topic`, `attempt`), so that one id
//! leads from nginx over the request to the job. Secrets and addresses of people are masked here, whoever logs them.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use super::build;
use super::config::Config;
use super::traces::{self, Traces};

/// Where lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Of a server: they are what it has to say.
    Stdout,
    /// Of a command: its answer, perhaps JSON, stands alone on standard output.
    Stderr,
}

/// Starts logging, and traces when a collector is configured. Called once by each binary, inside its runtime; what it
/// returns is held until the end. `service` is the name that traces carry.
#[must_use]
pub fn init(config: &Config, to: To, service: &'static str) -> Option<Traces> {
    let opened = config.traces.as_ref().map(|settings| traces::open(settings, service)).transpose();
    let writer = match to {
        To::Stdout => BoxMakeWriter::new(std::io::stdout),
        To::Stderr => BoxMakeWriter::new(std::io::stderr),
    };
    let filter =
        EnvFilter::try_new(format!("{},sqlx=warn,tower_sessions_core=error,hyper=warn", config.log_level))
            .unwrap_or_else(|_| EnvFilter::new("info"));
    let (traces, refused) = match opened {
        Ok(traces) => (traces, None),
        Err(e) => (None, Some(e)),
    };
    let registry = tracing_subscriber::registry().with(traces.as_ref().map(Traces::layer));
    if config.log_json {
        let lines = tracing_subscriber::fmt::layer()
            .fmt_fields(JsonFields::new())
            .event_format(OneLine)
            .with_writer(writer);
        registry.with(lines.with_filter(filter)).init();
    } else {
        let lines = tracing_subscriber::fmt::layer().compact().with_target(false).with_writer(writer);
        registry.with(lines.with_filter(filter)).init();
    }
    if let Some(e) = refused {
        tracing::warn!(error = %e, "no traces: their exporter could not be made");
    }
    traces
}

/// A flat JSON object per event.
struct OneLine;

impl<S, N> FormatEvent<S, N> for OneLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Map::new();
        let mut ts = String::new();
        SystemTime.format_time(&mut Writer::new(&mut ts))?;
        line.insert("ts".into(), ts.into());
        line.insert("level".into(), event.metadata().level().as_str().into());
        line.insert("target".into(), event.metadata().target().into());
        line.insert("version".into(), build::VERSION.into());
        // From the outermost: what is nearer says it last.
        for span in ctx.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<N>>();
            if let Some(Ok(Value::Object(fields))) = fields.map(|f| serde_json::from_str(&f.fields)) {
                for (name, value) in fields {
                    put(&mut line, &name, value);
                }
            }
        }
        event.record(&mut Fields(&mut line));
        writeln!(out, "{}", Value::Object(line))
    }
}

struct Fields<'a>(&'a mut Map<String, Value>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        put(self.0, field.name(), format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        put(self.0, field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        put(self.0, field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        put(self.0, field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        put(self.0, field.name(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        put(self.0, field.name(), value.into());
    }
}

fn put(line: &mut Map<String, Value>, name: &str, value: Value) {
    // What only traces need: the line of the request says the same in its own words.
    if ["otel.", "http.", "url."].iter().any(|prefix| name.starts_with(prefix)) {
        return;
    }
    let name = if name == "message" { "msg" } else { name };
    line.insert(name.to_string(), masked(name, value));
}

/// Names whose values never leave the process.
const SECRET: [&str; 6] = ["password", "secret", "token", "cookie", "authorization", "database_url"];

static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)").ok());

fn masked(name: &str, value: Value) -> Value {
    if SECRET.iter().any(|s| name.eq_ignore_ascii_case(s)) {
        return "***".into();
    }
    match value {
        Value::String(text) if text.contains('@') => match &*EMAIL {
            Some(email) => email.replace_all(&text, "***@$1").into_owned().into(),
            None => "***".into(),
        },
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_carries_the_ids_around_it_and_no_secret() {
        let kept = Kept::default();
        let writer = kept.clone();
        let lines = tracing_subscriber::fmt::layer()
            .fmt_fields(JsonFields::new())
            .event_format(OneLine)
            .with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || {
            let request = tracing::info_span!("request", request_id = "abc-12345678");
            let _request = request.enter();
            let job = tracing::info_span!("job", job_id = 7, topic = "email.x");
            let _job = job.enter();
            tracing::warn!(
                password = "hunter2",
                to = "nadia@exemple.fr",
                n = 3,
                "mail to nadia@exemple.fr refused"
            );
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1);
        let line: Value = serde_json::from_str(&text).unwrap();
        for (name, value) in [
            ("request_id", Value::from("abc-12345678")),
            ("job_id", 7.into()),
            ("topic", "email.x".into()),
            ("level", "WARN".into()),
            ("password", "***".into()),
            ("to", "***@exemple.fr".into()),
            ("n", 3.into()),
            ("msg", "mail to ***@exemple.fr refused".into()),
        ] {
            assert_eq!(line[name], value, "{name} in {text}");
        }
        assert!(line["ts"].as_str().is_some_and(|ts| ts.starts_with("20") && ts.ends_with('Z')), "{text}");
    }
}
