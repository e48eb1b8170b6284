//! `smartmarket check`: does this installation have what it needs? With `--deploy`: is it fit for customers?

use std::path::Path;
use std::time::Duration;

use platform::App;
use platform::infra::config::{self, Config};
use platform::infra::db;
use sqlx::PgPool;

use crate::finding::Finding;
use crate::{backups, contacts, settings, store};

/// A backup may be this old: nightly, and two hours late.
pub const BACKUP_FRESH_S: f64 = 26.0 * 3600.0;

/// What stands in the environment. The configuration comes along when it can be read at all.
pub fn environment(deploy: bool) -> (Option<Config>, Vec<Finding>) {
    let read = Config::from_env();
    let mut found = if deploy { settings::judge(&config::environment) } else { Vec::new() };
    match (&read, deploy) {
        (Ok(config), _) if deploy => found.extend(contacts::judge(config.scripts_dir.as_deref())),
        (Err(faults), false) => found.extend(faults.0.iter().map(|fault| {
            let place = fault.split_whitespace().next().unwrap_or_default().to_string();
            Finding::bad(place, fault.clone(), "corrigez l’environnement (.env) ; voyez .env.example")
        })),
        _ => {}
    }
    if found.is_empty() {
        found.push(Finding::ok("configuration", "en ordre"));
    }
    (read.ok(), found)
}

/// What the services answer.
pub async fn services(config: Config, deploy: bool) -> Vec<Finding> {
    let mut found = vec![folder("MEDIA_DIR", &config.media_dir)];
    let pool = match db::connect(&config, db::Use::Command, Duration::from_secs(3)).await {
        Ok(pool) => pool,
        Err(_) => {
            found.push(Finding::bad(
                "PostgreSQL",
                "ne répond pas",
                "vérifiez DATABASE_URL et que le serveur est démarré (docker compose ps db, systemctl status postgresql)",
            ));
            return found;
        }
    };
    let backup_dir = config.backup_dir.clone();
    found.push(Finding::ok("PostgreSQL", "répond"));
    found.extend(schema(&pool).await);
    match App::new(config, pool.clone()) {
        Ok(app) if app.redis.ping().await => found.push(Finding::ok("Redis", "répond")),
        Ok(_) => found.push(Finding::bad(
            "Redis",
            "ne répond pas (REDIS_URL) : connexions impossibles, le reste marche",
            "vérifiez REDIS_URL et que le serveur est démarré (docker compose ps redis)",
        )),
        Err(e) => found.push(Finding::bad(
            "Redis",
            format!("REDIS_URL ne se lit pas : {e:#}"),
            "corrigez REDIS_URL",
        )),
    }
    if deploy {
        match people_and_backups(&pool, &backup_dir).await {
            Ok(more) => found.extend(more),
            Err(e) => found.push(Finding::warn(
                "PostgreSQL",
                format!("comptes et sauvegardes illisibles : {e}"),
                "smartmarket migrate",
            )),
        }
    }
    found
}

/// Migrations that wait, indexes that a broken migration left behind.
async fn schema(pool: &PgPool) -> Vec<Finding> {
    let mut found = Vec::new();
    let applied = match pool.acquire().await {
        Ok(mut conn) => db::applied(&mut conn).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let missing = db::MIGRATOR.iter().filter(|m| !applied.contains(&m.version)).count();
    found.push(match missing {
        0 => Finding::ok("migrations", "à jour"),
        n => Finding::bad(
            "migrations",
            format!("{n} à appliquer"),
            "smartmarket migrate --plan, puis smartmarket migrate",
        ),
    });
    for index in store::catalog::list_invalid_indexes(pool).await.unwrap_or_default() {
        found.push(Finding::bad(
            index.name.clone(),
            format!(
                "l’index est INVALIDE : une création interrompue l’a laissé, {} paie son entretien pour rien",
                index.table
            ),
            format!("REINDEX INDEX CONCURRENTLY {}; dans smartmarket dbshell", index.name),
        ));
    }
    found
}

async fn people_and_backups(pool: &PgPool, backup_dir: &Path) -> sqlx::Result<Vec<Finding>> {
    let mut found = Vec::new();
    let people = store::catalog::count_people(pool).await?;
    if people.admins == 0 {
        found.push(Finding::warn("comptes", "aucun administrateur", "smartmarket createsuperuser"));
    }
    if people.demo > 0 {
        found.push(Finding::bad(
            "comptes",
            format!("{} compte(s) de démonstration actif(s), dont le mot de passe est public", people.demo),
            "update users set active = false where email like '%@smartmarket.example'; dans smartmarket dbshell",
        ));
    }
    let ages = backups::known(pool, backup_dir).await?;
    let advice = "scripts/backup.sh ; SCRIPTS_DIR pour que le worker le fasse chaque nuit";
    match ages.last_backup_s {
        Some(age) if age <= BACKUP_FRESH_S => found.push(Finding::ok("sauvegarde", "de moins de 26 heures")),
        Some(age) => found.push(Finding::bad(
            "sauvegarde",
            format!("la dernière a {:.0} heures", age / 3600.0),
            advice,
        )),
        None => found.push(Finding::warn("sauvegarde", "aucune n’est connue", advice)),
    }
    Ok(found)
}

/// Whether a folder can be written, tried with a file.
fn folder(place: &str, path: &Path) -> Finding {
    let probe = path.join(format!(".check-{}", std::process::id()));
    let tried = std::fs::create_dir_all(path)
        .and_then(|()| std::fs::write(&probe, b""))
        .and_then(|()| std::fs::remove_file(&probe));
    match tried {
        Ok(()) => Finding::ok(place, "le dossier s’écrit"),
        Err(e) => Finding::bad(
            place,
            format!("{} ne s’écrit pas ({e})", path.display()),
            "créez le dossier et donnez-le à l’utilisateur qui fait tourner la boutique",
        ),
    }
}
