//! The contacts of RUNBOOK.md: somebody at 3 a.m. must not find blanks there.

use std::path::{Path, PathBuf};

use crate::finding::Finding;

/// Where the runbook may lie: beside the scripts, or where the command is run.
fn places(scripts_dir: Option<&Path>) -> Vec<PathBuf> {
    let beside = scripts_dir.and_then(Path::parent).map(|dir| dir.join("RUNBOOK.md"));
    beside.into_iter().chain([PathBuf::from("RUNBOOK.md")]).collect()
}

/// A finding for each blank that is left; none when there is no runbook here.
pub fn judge(scripts_dir: Option<&Path>) -> Vec<Finding> {
    let text = places(scripts_dir).into_iter().find_map(|path| std::fs::read_to_string(path).ok());
    let blanks = text.map(|text| blanks(&text)).unwrap_or_default();
    let finding = |(line, text): (usize, String)| {
        Finding::bad(
            format!("RUNBOOK.md, ligne {line}"),
            format!("contact à remplir : {text}"),
            "écrivez qui appeler et à quel numéro",
        )
    };
    blanks.into_iter().map(finding).collect()
}

/// Lines below a heading that speaks of contacts and still hold a blank: `____`, "à compléter", an empty cell.
fn blanks(text: &str) -> Vec<(usize, String)> {
    let mut inside: Option<usize> = None;
    let mut found = Vec::new();
    for (n, line) in text.lines().enumerate() {
        if line.starts_with('#') {
            let depth = line.chars().take_while(|c| *c == '#').count();
            if inside.is_none_or(|outer| depth <= outer) {
                let speaks =
                    ["contact", "urgence", "escalade"].iter().any(|w| line.to_lowercase().contains(w));
                inside = speaks.then_some(depth);
            }
            continue;
        }
        if inside.is_some() && is_blank(line) {
            found.push((n + 1, kit::text::shorten(line.trim().trim_matches('|').trim(), 80)));
        }
    }
    found
}

fn is_blank(line: &str) -> bool {
    let lower = line.to_lowercase();
    let rule = lower.trim().bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' '));
    let empty_cell = || line.trim().trim_matches('|').split('|').any(|cell| cell.trim().is_empty());
    let table = lower.trim_start().starts_with('|') && !rule;
    lower.contains("____")
        || lower.contains("à compléter")
        || lower.contains("à remplir")
        || (table && empty_cell())
}

#[cfg(test)]
mod tests {
    #[test]
    fn blanks_count_only_below_contacts() {
        let text = "# Runbook\n\nà remplir plus tard ____\n\n## 11. Contacts\n\n| rôle | nom | téléphone |\n|---|---|---|\n\
                    | astreinte | Ana | +33 1 23 45 67 89 |\n| hébergeur |  |  |\n- DPO : ____\n\n### Urgences\nMairie : à compléter\n\n## Autre\n____\n";
        let lines: Vec<usize> = super::blanks(text).into_iter().map(|(n, _)| n).collect();
        assert_eq!(lines, [10, 11, 14]);
    }
}
