//! One thing that a check found: how bad, where, what, and what to do about it.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Ok,
    /// Worth a look in daylight.
    Warn,
    /// Wrong: the command that found it ends with 1.
    Bad,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub level: Level,
    /// A variable, a table, a file, a service.
    pub place: String,
    pub text: String,
    /// Empty when all is well.
    pub advice: String,
}

impl Finding {
    pub fn ok(place: impl Into<String>, text: impl Into<String>) -> Finding {
        Finding { level: Level::Ok, place: place.into(), text: text.into(), advice: String::new() }
    }

    pub fn warn(place: impl Into<String>, text: impl Into<String>, advice: impl Into<String>) -> Finding {
        Finding { level: Level::Warn, place: place.into(), text: text.into(), advice: advice.into() }
    }

    pub fn bad(place: impl Into<String>, text: impl Into<String>, advice: impl Into<String>) -> Finding {
        Finding { level: Level::Bad, place: place.into(), text: text.into(), advice: advice.into() }
    }
}

/// Whether nothing is wrong.
pub fn is_fine(findings: &[Finding]) -> bool {
    findings.iter().all(|f| f.level != Level::Bad)
}
