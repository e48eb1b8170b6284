//! `migrate --plan`: what a migration would do to a shop that is open. A waiting lock makes everybody behind it wait too,
//! so each statement says which lock it takes, and what could stop the shop or break the release that still runs is named.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::sql::{self, Words};

/// Below this many rows a scan or a rewrite is over before anybody notices.
const SMALL: i64 = 10_000;

/// One statement of a pending migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    pub line: usize,
    pub sql: String,
    /// What it keeps others from doing, in words.
    pub lock: String,
    /// Why it should not run on an open shop.
    pub danger: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    pub version: i64,
    pub name: String,
    /// Runs statement by statement: what was done stays done when a later one fails.
    pub transaction: bool,
    pub steps: Vec<Step>,
}

/// What is known of the tables that exist: name to number of rows.
pub type Tables = BTreeMap<String, i64>;

/// Reads one migration. Tables it creates join `new`: nobody waits for them.
pub fn read(source: &str, tables: &Tables, new: &mut BTreeSet<String>) -> Vec<Step> {
    let concurrent = source.trim_start().starts_with("-- no-transaction");
    sql::split(source)
        .into_iter()
        .filter_map(|statement| {
            let words = Words::of(&statement.sql);
            let (lock, danger) = Judge { words: &words, tables, new, concurrent }.judge()?;
            if words.starts(&["create"])
                && let Some(name) = words.after("table")
            {
                new.insert(name);
            }
            let sql =
                kit::text::shorten(&statement.sql.split_whitespace().collect::<Vec<_>>().join(" "), 110);
            Some(Step { line: statement.line, sql, lock, danger })
        })
        .collect()
}

struct Judge<'a> {
    words: &'a Words,
    tables: &'a Tables,
    new: &'a BTreeSet<String>,
    concurrent: bool,
}

const NOTHING: &str = "rien n’attend";

impl Judge<'_> {
    /// Lock and danger; `None` for settings.
    fn judge(&self) -> Option<(String, Option<String>)> {
        let w = self.words;
        match w.first() {
            "set" | "reset" | "begin" | "commit" | "comment" | "select" => None,
            "create" if w.has("index") => Some(self.create_index()),
            "create" if w.has("table") => Some((self.foreign(), None)),
            "create" if w.has("trigger") => {
                Some(self.on(w.after("on"), "les écritures sur {} attendent un instant"))
            }
            "create" | "grant" | "revoke" => Some((NOTHING.into(), None)),
            "alter" if w.has("table") => Some(self.alter_table()),
            "alter" => Some((NOTHING.into(), None)),
            "drop" => Some(self.remove()),
            "truncate" => Some(self.always(w.after("truncate"), "vide la table : rien ne la rend")),
            "update" | "delete" => Some(self.rows()),
            "insert" | "with" => Some(("les lignes insérées".into(), None)),
            "reindex" | "cluster" | "vacuum" | "lock" => {
                Some(self.always(None, "bloque la table : à faire hors migration"))
            }
            _ => Some(("non reconnu : relisez cette instruction".into(), None)),
        }
    }

    /// Whether the table was made by this plan.
    fn is_new(&self, table: &str) -> bool {
        self.new.contains(table)
    }

    /// Rows of a table that exists; a table nobody knows is taken as large.
    fn rows_of(&self, table: &str) -> i64 {
        if self.is_new(table) { 0 } else { self.tables.get(table).copied().unwrap_or(i64::MAX) }
    }

    fn sized(&self, table: &str) -> String {
        match self.rows_of(table) {
            i64::MAX => format!("{table} (taille inconnue)"),
            n => format!("{table} (≈ {n} lignes)"),
        }
    }

    fn on(&self, table: Option<String>, lock: &str) -> (String, Option<String>) {
        let table = table.unwrap_or_else(|| "?".into());
        if self.is_new(&table) { (NOTHING.into(), None) } else { (lock.replace("{}", &table), None) }
    }

    fn always(&self, table: Option<String>, danger: &str) -> (String, Option<String>) {
        let table = table.unwrap_or_else(|| "la table".into());
        (format!("lectures et écritures sur {table} attendent"), Some(danger.into()))
    }

    /// A table with references locks what it refers to against writes, for a moment.
    fn foreign(&self) -> String {
        let to: BTreeSet<String> =
            self.words.all_after("references").into_iter().filter(|t| !self.is_new(t)).collect();
        let to: Vec<_> = to.into_iter().collect();
        if to.is_empty() {
            NOTHING.into()
        } else {
            format!("les écritures sur {} attendent un instant", to.join(", "))
        }
    }

    fn create_index(&self) -> (String, Option<String>) {
        let table = self.words.after("on").unwrap_or_else(|| "?".into());
        if self.words.has("concurrently") {
            let danger = (!self.concurrent).then(|| {
                "CONCURRENTLY n’est pas permis dans une transaction : seul dans un fichier qui commence par -- no-transaction".into()
            });
            return (NOTHING.into(), danger);
        }
        if self.is_new(&table) {
            return (NOTHING.into(), None);
        }
        let long = self.rows_of(&table) >= SMALL;
        let danger = long.then(|| {
            format!(
                "les écritures attendent tout le temps de la construction sur {} : CREATE INDEX CONCURRENTLY",
                self.sized(&table)
            )
        });
        (format!("les écritures sur {table} attendent"), danger)
    }

    fn alter_table(&self) -> (String, Option<String>) {
        let w = self.words;
        let table = w.after("table").unwrap_or_else(|| "?".into());
        if self.is_new(&table) {
            return (NOTHING.into(), None);
        }
        let stops = format!("lectures et écritures sur {table} attendent");
        let brief = format!("{stops} un instant");
        if w.has("rename")
            || w.phrase(&["drop", "column"])
            || w.phrase(&["drop", "constraint"]) && w.has("cascade")
        {
            let text =
                "la version en service s’en sert encore : étendre d’abord, retirer à la version suivante";
            return (brief, Some(text.into()));
        }
        if w.phrase(&["validate", "constraint"]) {
            return (NOTHING.into(), None);
        }
        let long = self.rows_of(&table) >= SMALL;
        let heavy = self.heavy();
        match heavy {
            Some(why) if long => (stops, Some(format!("{why} sur {}", self.sized(&table)))),
            _ => (brief, None),
        }
    }

    /// What makes an ALTER TABLE read or rewrite every row.
    fn heavy(&self) -> Option<&'static str> {
        let w = self.words;
        let checked = w.has("add") && !w.phrase(&["not", "valid"]);
        // A new column without a value has nothing that could break a reference.
        let empty = w.phrase(&["add", "column"]) && !w.has("default");
        let volatile = ["gen_random_uuid", "random", "clock_timestamp", "nextval"].iter().any(|f| w.has(f));
        if w.phrase(&["alter", "column"]) && (w.has("type")) {
            Some("réécrit toutes les lignes : nouvelle colonne, puis remplissage par lots")
        } else if w.phrase(&["set", "not", "null"]) {
            Some("relit toutes les lignes : CHECK … NOT VALID, VALIDATE, puis SET NOT NULL")
        } else if checked
            && (w.phrase(&["foreign", "key"]) || w.has("references") && !empty || w.has("check"))
        {
            Some("vérifie toutes les lignes : NOT VALID, puis VALIDATE CONSTRAINT")
        } else if checked
            && (w.has("unique") || w.phrase(&["primary", "key"]))
            && !w.phrase(&["using", "index"])
        {
            Some(
                "construit un index pendant que tout attend : CREATE UNIQUE INDEX CONCURRENTLY, puis USING INDEX",
            )
        } else if w.has("add") && (w.has("stored") || w.has("identity") || (w.has("default") && volatile)) {
            Some("réécrit toutes les lignes : colonne vide, puis remplissage par lots")
        } else if w.has("add") && w.phrase(&["not", "null"]) && !w.has("default") {
            Some("échoue dès que la table a une ligne : donnez un DEFAULT")
        } else {
            None
        }
    }

    fn remove(&self) -> (String, Option<String>) {
        let w = self.words;
        let soft = w.has("index") && w.has("concurrently");
        if soft || w.has("function") || w.has("trigger") && !w.has("cascade") {
            return (NOTHING.into(), None);
        }
        if w.has("table") || w.has("view") || w.has("schema") || w.has("type") {
            let what = w.after("table").unwrap_or_else(|| w.last());
            let text = "la version en service s’en sert encore, et un retour en arrière ne la retrouve pas";
            return (format!("lectures et écritures sur {what} attendent"), Some(text.into()));
        }
        ("lectures et écritures attendent un instant".into(), None)
    }

    fn rows(&self) -> (String, Option<String>) {
        let w = self.words;
        let table = w.after("from").filter(|_| w.first() == "delete").or_else(|| w.after("update"));
        let table = table.unwrap_or_else(|| "?".into());
        let long = self.rows_of(&table) >= SMALL;
        let danger = long.then(|| {
            format!(
                "change beaucoup de lignes d’un coup dans {} : par lots, dans une tâche",
                self.sized(&table)
            )
        });
        (format!("les lignes touchées de {table}"), danger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(sql: &str) -> Step {
        let tables = Tables::from([("orders".into(), 250_000), ("pages".into(), 12)]);
        read(sql, &tables, &mut BTreeSet::new()).pop().expect("a statement")
    }

    #[test]
    fn what_stops_an_open_shop_is_named() {
        for (sql, word) in [
            ("create index i on orders (email);", "CONCURRENTLY"),
            ("alter table orders alter column note type text;", "réécrit"),
            ("alter table orders alter column note set not null;", "NOT VALID"),
            ("alter table orders add constraint c check (total > 0);", "VALIDATE"),
            ("alter table orders add column u uuid not null default gen_random_uuid();", "réécrit"),
            ("alter table orders add constraint f foreign key (user_id) references users;", "NOT VALID"),
            ("alter table pages rename column a to b;", "version en service"),
            ("drop table pages;", "version en service"),
            ("update orders set note = '';", "par lots"),
            ("create index concurrently i on orders (email);", "no-transaction"),
            ("truncate pages;", "vide"),
        ] {
            let step = one(sql);
            assert!(step.danger.as_ref().is_some_and(|d| d.contains(word)), "{sql}: {step:?}");
        }
    }

    #[test]
    fn what_expands_is_harmless() {
        for sql in [
            "create table t (id bigint primary key);",
            "alter table orders add column note text not null default '';",
            "alter table orders add constraint c check (total > 0) not valid;",
            "alter table orders add column gift_id bigint references gifts;",
            "alter table orders validate constraint c;",
            "create index i on pages (slug);",
            "-- no-transaction\ncreate index concurrently i on orders (email);",
            "insert into pages values (1);",
            "update pages set slug = '';",
        ] {
            assert_eq!(one(sql).danger, None, "{sql}");
        }
    }

    #[test]
    fn a_table_that_the_plan_makes_keeps_nobody_waiting() {
        let mut new = BTreeSet::new();
        let sql = "set lock_timeout = '3s';\ncreate table t (id int);\ncreate index i on t (id);\nalter table t drop column id;";
        let steps = read(sql, &Tables::new(), &mut new);
        assert_eq!(steps.len(), 3, "the setting is no step: {steps:?}");
        assert!(steps.iter().all(|s| s.danger.is_none() && s.lock == NOTHING), "{steps:?}");
        assert_eq!(steps[1].line, 3);
    }

    #[test]
    fn all_migrations_of_this_shop_can_be_read() {
        let mut new = BTreeSet::new();
        for m in platform::infra::db::MIGRATOR.iter() {
            for step in read(m.sql.as_str(), &Tables::new(), &mut new) {
                assert!(!step.lock.contains("non reconnu"), "{}: {step:?}", m.description);
            }
        }
    }
}
