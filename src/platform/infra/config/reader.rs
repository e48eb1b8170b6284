//! Reading and judging the variables: defaults, forms, and one line per fault.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::{Config, ConfigErrors, DEV_KEY, Embeddings, Env, Llm, Traces};

pub(super) struct Reader<F> {
    pub(super) lookup: F,
    pub(super) faults: Vec<String>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    pub(super) fn read(mut self) -> Result<Config, ConfigErrors> {
        let env = match self.get("SMARTMARKET_ENV").as_deref() {
            None | Some("development") => Env::Development,
            Some("production") => Env::Production,
            Some("test") => Env::Test,
            Some(other) => {
                self.fault(format!(
                    "SMARTMARKET_ENV vaut « {other} » ; attendu : development, production ou test"
                ));
                Env::Production
            }
        };
        let production = env == Env::Production;
        let listen =
            self.parse("LISTEN_ADDR", "127.0.0.1:8000", "une adresse et un port, par exemple 127.0.0.1:8000");
        let public_url = self.public_url(production);
        let database_url = self.url("DATABASE_URL", &["postgres", "postgresql"]);
        let redis_url = self.url("REDIS_URL", &["redis", "rediss", "unix"]);
        let secret_keys = self.secret_keys(production);
        let smtp_url = self.get("SMTP_URL").filter(|v| !v.is_empty());
        match &smtp_url {
            Some(v) if !(v.starts_with("smtp://") || v.starts_with("smtps://")) => {
                self.fault("SMTP_URL doit commencer par smtp:// ou smtps://".into());
            }
            None if production => self.fault("SMTP_URL manque : sans elle aucun courriel ne part".into()),
            _ => {}
        }
        let mail_from =
            self.get("MAIL_FROM").unwrap_or_else(|| "SmartMarket <boutique@smartmarket.example>".into());
        let media_dir = PathBuf::from(self.get("MEDIA_DIR").unwrap_or_else(|| ".dev/media".into()));
        let media_s3_url = self.media_s3_url();
        let log_json = match self.get("LOG_FORMAT").as_deref() {
            None => production,
            Some("json") => true,
            Some("pretty") => false,
            Some(other) => {
                self.fault(format!("LOG_FORMAT vaut « {other} » ; attendu : json ou pretty"));
                true
            }
        };
        let log_level = self.get("LOG_LEVEL").unwrap_or_else(|| "info".into());
        let db_pool_size = self.optional("DB_POOL_SIZE", "un nombre de connexions");
        let trust_proxy = self.parse("TRUST_PROXY", "false", "true ou false");
        let rate_limit_factor = self.parse("RATE_LIMIT_FACTOR", "1", "un nombre entier");
        let grace: u64 = self.parse("SHUTDOWN_GRACE_SECONDS", "30", "un nombre de secondes");
        let metrics_addr =
            self.optional("METRICS_ADDR", "une adresse et un port, par exemple 127.0.0.1:9100");
        let worker_health_addr =
            self.optional("WORKER_HEALTH_ADDR", "une adresse et un port, par exemple 127.0.0.1:8001");
        let scripts_dir = self.get("SCRIPTS_DIR").map(PathBuf::from);
        let index_dir = PathBuf::from(self.get("INDEX_DIR").unwrap_or_else(|| ".dev/indexes".into()));
        let model_dir = self.get("ML_MODEL_DIR").map(PathBuf::from);
        let backup_dir =
            PathBuf::from(self.get("BACKUP_DIR").unwrap_or_else(|| "/opt/smartmarket/backups".into()));
        let assistant = match self.get("ASSISTANT").as_deref() {
            None | Some("on") => true,
            Some("off") => false,
            Some(other) => {
                self.fault(format!("ASSISTANT vaut « {other} » ; attendu : on ou off"));
                false
            }
        };
        let llm = self.llm();
        let embeddings = self.embeddings();
        let tls_cert = self.get("TLS_CERT").map(PathBuf::from);
        let dkim_selector = self.get("DKIM_SELECTOR");
        let traces = self.traces();
        if !self.faults.is_empty() {
            return Err(ConfigErrors(self.faults));
        }
        Ok(Config {
            env,
            listen,
            public_url,
            database_url: database_url.into(),
            db_pool_size,
            redis_url: redis_url.into(),
            secret_keys,
            smtp_url: smtp_url.map(Into::into),
            mail_from,
            media_dir,
            media_s3_url,
            log_json,
            log_level,
            trust_proxy,
            rate_limit_factor,
            shutdown_grace: Duration::from_secs(grace),
            metrics_addr,
            worker_health_addr,
            scripts_dir,
            backup_dir,
            index_dir,
            assistant,
            llm,
            model_dir,
            embeddings,
            tls_cert,
            dkim_selector,
            traces,
        })
    }

    fn fault(&mut self, text: String) {
        self.faults.push(text);
    }

    fn get(&mut self, name: &str) -> Option<String> {
        if let Some(path) = (self.lookup)(&format!("{name}_FILE")) {
            match std::fs::read_to_string(&path) {
                Ok(v) => return Some(v.trim().to_string()),
                Err(e) => self.fault(format!("{name}_FILE : impossible de lire {path} ({e})")),
            }
        }
        (self.lookup)(name).map(|v| v.trim().to_string()).filter(|v| !v.is_empty())
    }

    fn parse<T: std::str::FromStr + ParsedOrZero>(&mut self, name: &str, default: &str, wanted: &str) -> T {
        let raw = self.get(name).unwrap_or_else(|| default.into());
        match raw.parse() {
            Ok(v) => v,
            Err(_) => {
                self.fault(format!("{name} vaut « {raw} » ; attendu : {wanted}"));
                T::default()
            }
        }
    }

    /// Nothing when empty, a fault when it cannot be read.
    fn optional<T: std::str::FromStr>(&mut self, name: &str, wanted: &str) -> Option<T> {
        let raw = self.get(name)?;
        let parsed = raw.parse().ok();
        if parsed.is_none() {
            self.fault(format!("{name} vaut « {raw} » ; attendu : {wanted}"));
        }
        parsed
    }

    fn traces(&mut self) -> Option<Traces> {
        let share: f64 = self.optional("OTEL_TRACES_SAMPLER_ARG", "un nombre de 0 à 1").unwrap_or(0.05);
        if !(0.0..=1.0).contains(&share) {
            self.fault(format!("OTEL_TRACES_SAMPLER_ARG vaut « {share} » ; attendu : un nombre de 0 à 1"));
        }
        let endpoint = self.get("OTEL_EXPORTER_OTLP_ENDPOINT")?;
        match url::Url::parse(&endpoint) {
            Ok(u) if matches!(u.scheme(), "http" | "https") && u.has_host() => {
                Some(Traces { endpoint, share })
            }
            _ => {
                self.fault(format!(
                    "OTEL_EXPORTER_OTLP_ENDPOINT vaut « {endpoint} » ; attendu : une adresse, par exemple http://127.0.0.1:4318"
                ));
                None
            }
        }
    }

    fn public_url(&mut self, production: bool) -> String {
        let raw = self.get("PUBLIC_URL").unwrap_or_else(|| "http://localhost:8000".into());
        match url::Url::parse(&raw) {
            Ok(u) if matches!(u.scheme(), "http" | "https") && u.has_host() && u.path() == "/" => {
                if production && u.scheme() == "http" && u.host_str() != Some("localhost") {
                    self.fault(format!(
                        "PUBLIC_URL vaut « {raw} » ; en production elle commence par https://"
                    ));
                }
                u.origin().ascii_serialization()
            }
            _ => {
                self.fault(format!("PUBLIC_URL vaut « {raw} » ; attendu : http(s)://hôte, sans chemin"));
                String::new()
            }
        }
    }

    fn llm(&mut self) -> Option<Llm> {
        let base = self.get("LLM_BASE_URL");
        let api_key = self.get("LLM_API_KEY");
        let model = self.get("LLM_MODEL");
        // Above 2.5 s the answer by rule would come later than 3 s.
        let ms: u64 = self.parse("LLM_TIMEOUT_MS", "2500", "un nombre de millisecondes, 100 à 2500");
        let daily = self.parse("LLM_DAILY_LIMIT", "2000", "un nombre de réponses par jour");
        if !(100..=2_500).contains(&ms) {
            self.fault(format!("LLM_TIMEOUT_MS vaut « {ms} » ; attendu : 100 à 2500"));
        }
        let base_url = self.endpoint("LLM_BASE_URL", base?);
        if model.is_none() {
            self.fault("LLM_MODEL manque : LLM_BASE_URL veut le nom d’un modèle".into());
        }
        Some(Llm {
            base_url,
            api_key: api_key.map(Into::into),
            model: model.unwrap_or_default(),
            timeout: Duration::from_millis(ms),
            daily,
        })
    }

    fn embeddings(&mut self) -> Option<Embeddings> {
        let base = self.get("EMBEDDING_BASE_URL");
        let api_key = self.get("EMBEDDING_API_KEY");
        let model = self.get("EMBEDDING_MODEL");
        let dimensions = self.optional("EMBEDDING_DIMENSIONS", "le nombre de dimensions des vecteurs");
        let ms: u64 = self.parse("EMBEDDING_TIMEOUT_MS", "300", "un nombre de millisecondes, 20 à 2000");
        if !(20..=2_000).contains(&ms) {
            self.fault(format!("EMBEDDING_TIMEOUT_MS vaut « {ms} » ; attendu : 20 à 2000"));
        }
        let base_url = self.endpoint("EMBEDDING_BASE_URL", base?);
        if model.is_none() {
            self.fault("EMBEDDING_MODEL manque : EMBEDDING_BASE_URL veut le nom d’un modèle".into());
        }
        if !dimensions.is_some_and(|n| (8..=8_192).contains(&n)) {
            self.fault(
                "EMBEDDING_DIMENSIONS manque ou sort de 8 à 8192 : dimensions des vecteurs du modèle".into(),
            );
        }
        Some(Embeddings {
            base_url,
            api_key: api_key.map(Into::into),
            model: model.unwrap_or_default(),
            dimensions: dimensions.unwrap_or_default(),
            timeout: Duration::from_millis(ms),
        })
    }

    /// The address of an endpoint without its final slash.
    fn endpoint(&mut self, name: &str, base: String) -> String {
        match url::Url::parse(&base) {
            Ok(u) if matches!(u.scheme(), "http" | "https") && u.has_host() => {}
            _ => self.fault(format!("{name} vaut « {base} » ; attendu : http(s)://hôte/v1")),
        }
        base.trim_end_matches('/').to_string()
    }

    fn url(&mut self, name: &str, schemes: &[&str]) -> String {
        match self.get(name) {
            None => {
                self.fault(format!("{name} manque"));
                String::new()
            }
            Some(v) => {
                if !schemes.iter().any(|s| v.starts_with(&format!("{s}:"))) {
                    self.fault(format!("{name} doit commencer par {}://", schemes[0]));
                }
                v
            }
        }
    }

    fn media_s3_url(&mut self) -> Option<SecretString> {
        let raw = self.get("MEDIA_S3_URL")?;
        let bucket =
            |u: &url::Url| u.path_segments().is_some_and(|s| s.filter(|p| !p.is_empty()).count() == 1);
        let fits = url::Url::parse(&raw).is_ok_and(|u| {
            matches!(u.scheme(), "http" | "https") && u.has_host() && u.password().is_some() && bucket(&u)
        });
        if !fits {
            // Not repeated: it carries a secret.
            self.fault("MEDIA_S3_URL n’a pas la forme https://CLÉ:SECRET@hôte/bac?region=eu-west-3".into());
        }
        Some(raw.into())
    }

    fn secret_keys(&mut self, production: bool) -> Vec<SecretString> {
        let raw = match self.get("SECRET_KEY") {
            Some(v) => v,
            None if production => {
                self.fault(
                    "SECRET_KEY manque : 32 caractères aléatoires au moins (openssl rand -hex 32)".into(),
                );
                return Vec::new();
            }
            None => DEV_KEY.into(),
        };
        let keys: Vec<SecretString> = raw.split(',').map(|k| k.trim().to_string().into()).collect();
        for key in &keys {
            let key = key.expose_secret();
            let varied = key.chars().collect::<std::collections::HashSet<_>>().len() >= 8;
            if production && (key.len() < 32 || !varied || key == DEV_KEY) {
                self.fault(
                    "SECRET_KEY est trop faible : 32 caractères aléatoires au moins (openssl rand -hex 32)"
                        .into(),
                );
            }
        }
        keys
    }
}

/// Types with a harmless value to go on with after a fault, so that all faults are found in one run.
trait ParsedOrZero: Sized {
    fn default() -> Self;
}

impl ParsedOrZero for SocketAddr {
    fn default() -> Self {
        SocketAddr::from(([127, 0, 0, 1], 0))
    }
}
impl ParsedOrZero for u32 {
    fn default() -> Self {
        0
    }
}
impl ParsedOrZero for u64 {
    fn default() -> Self {
        0
    }
}
impl ParsedOrZero for bool {
    fn default() -> Self {
        false
    }
}
