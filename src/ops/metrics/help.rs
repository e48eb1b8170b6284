//! What each figure means, as Prometheus shows it.

use metrics::{describe_counter, describe_gauge, describe_histogram};

pub fn describe() {
    metrics_process::Collector::default().describe();
    for (name, text) in HISTOGRAMS {
        describe_histogram!(name, text);
    }
    for (name, text) in COUNTERS {
        describe_counter!(name, text);
    }
    for (name, text) in GAUGES {
        describe_gauge!(name, text);
    }
}

const HISTOGRAMS: [(&str, &str); 5] = [
    (
        "http_server_request_duration_seconds",
        "Time to the answer's head, by method, route template and status",
    ),
    ("redis_command_duration_seconds", "Time of one call to Redis, by outcome"),
    ("db_client_connection_wait_seconds", "Time a scrape waited for a connection of the pool: a sample"),
    (
        "smartmarket_assistant_duration_seconds",
        "Time of one answer of the assistant, from question to last word",
    ),
    ("smartmarket_job_duration_seconds", "Time of one attempt at a job, by topic"),
];

const COUNTERS: [(&str, &str); 11] = [
    ("db_client_connection_timeouts_total", "Requests that got no connection in time"),
    ("smartmarket_jobs_total", "Attempts at jobs by topic and outcome: done, retry, dead, released, lost"),
    ("smartmarket_orders_total", "Changes of orders by what happened: placed, paid, cancelled, ..."),
    ("smartmarket_checkout_refusals_total", "Orders that were not placed, by reason"),
    (
        "smartmarket_idempotent_replays_total",
        "Orders asked for again and answered with the one that was there",
    ),
    ("smartmarket_login_total", "Sign-ins by door and outcome"),
    ("smartmarket_rate_limited_total", "Requests refused by a rate limit, by rule"),
    (
        "smartmarket_ws_dropped_total",
        "Screens we closed, by reason: slow, signed_out, too_many_messages, too_long, try_again",
    ),
    (
        "smartmarket_assistant_requests_total",
        "Questions to the assistant, by kind of answer: answer, products, refusal, ..., error",
    ),
    (
        "smartmarket_assistant_llm_total",
        "Answers asked of a model of language, by outcome: answered, withheld, timeout, error, limited, open",
    ),
    ("smartmarket_emails_total", "Mails handed over, by template and outcome"),
];

const GAUGES: [(&str, &str); 21] = [
    ("http_server_active_requests", "Requests being answered"),
    ("db_client_connections", "Connections of the pool by state"),
    ("db_client_connections_max", "Connections the pool may open"),
    ("tokio_workers", "Threads of the runtime"),
    ("tokio_alive_tasks", "Tasks of the runtime"),
    ("tokio_global_queue_depth", "Tasks that wait for a thread"),
    ("smartmarket_database_up", "1 while PostgreSQL answers the probe"),
    ("smartmarket_redis_up", "1 while Redis answers the probe"),
    ("smartmarket_maintenance", "1 while the shop is closed for maintenance"),
    ("smartmarket_build_info", "Always 1; which build and schema this is"),
    ("smartmarket_ws_connections", "Open screens that follow live events in this process"),
    ("smartmarket_disk_used_ratio", "How full the disk under a folder is"),
    ("smartmarket_disk_free_bytes", "Free space on the disk under a folder"),
    ("smartmarket_jobs", "Jobs in the table by topic and state"),
    ("smartmarket_job_oldest_ready_age_seconds", "How long the oldest due job of a topic has waited"),
    ("smartmarket_workers", "Processes seen within 15 s, by kind: worker, beat"),
    ("smartmarket_cron_last_success_timestamp_seconds", "The last tick of an entry whose job ended well"),
    (
        "smartmarket_backup_last_success_timestamp_seconds",
        "When the last good backup ended; 0 when there is none",
    ),
    (
        "smartmarket_restore_verified_timestamp_seconds",
        "When a backup was last restored on trial; 0 when never",
    ),
    ("smartmarket_invariant_violations", "What must be 0, by check"),
    ("smartmarket_stock_oversold_units", "Units promised beyond the stock; must be 0"),
];
