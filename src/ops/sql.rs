//! Just enough of SQL to cut a migration into statements and look at its words: quotes, dollar quotes and comments.

/// One statement without its comments, and the line it begins on.
#[derive(Debug, PartialEq, Eq)]
pub struct Statement {
    pub line: usize,
    pub sql: String,
}

/// Cuts at semicolons that are not inside something.
pub fn split(source: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let (mut line, mut begins) = (1, 1);
    let mut sql = String::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let piece = piece(rest, c);
        let (taken, left) = rest.split_at(piece.length);
        rest = left;
        if c == ';' && piece.keep {
            push(&mut found, &mut sql, begins);
        } else if piece.keep {
            if sql.trim().is_empty() && !taken.trim().is_empty() {
                begins = line;
            }
            sql.push_str(taken);
        } else {
            sql.push(' ');
        }
        line += taken.matches('\n').count();
    }
    push(&mut found, &mut sql, begins);
    found
}

fn push(found: &mut Vec<Statement>, sql: &mut String, line: usize) {
    let text = std::mem::take(sql).trim().to_string();
    if !text.is_empty() {
        found.push(Statement { line, sql: text });
    }
}

/// What stands next: a comment (dropped), a quoted text, or one character.
struct Piece {
    length: usize,
    keep: bool,
}

fn piece(rest: &str, c: char) -> Piece {
    let until = |open: usize, close: &str| {
        rest.get(open..).and_then(|r| r.find(close)).map_or(rest.len(), |at| open + at + close.len())
    };
    if rest.starts_with("--") {
        return Piece { length: rest.find('\n').unwrap_or(rest.len()), keep: false };
    }
    if rest.starts_with("/*") {
        return Piece { length: until(2, "*/"), keep: false };
    }
    let length = match c {
        '\'' => until(1, "'"),
        '"' => until(1, "\""),
        '$' => match dollar(rest) {
            Some(tag) => until(tag.len(), tag),
            None => 1,
        },
        c => c.len_utf8(),
    };
    Piece { length, keep: true }
}

/// `$$` or `$tag$` at the start.
fn dollar(rest: &str) -> Option<&str> {
    let end = rest.get(1..)?.find('$')? + 2;
    let tag = rest.get(..end)?;
    let inner = tag.trim_matches('$');
    inner.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(tag)
}

/// The words of a statement in lower case, without what is quoted as text.
pub struct Words(Vec<String>);

impl Words {
    pub fn of(sql: &str) -> Words {
        let mut words = Vec::new();
        let mut rest = sql;
        let mut word = String::new();
        while let Some(c) = rest.chars().next() {
            let length = piece(rest, c).length;
            let (taken, left) = rest.split_at(length);
            rest = left;
            match c {
                '"' => word.push_str(taken.trim_matches('"')),
                c if c.is_alphanumeric() || c == '_' || c == '.' => word.extend(c.to_lowercase()),
                _ if !word.is_empty() => words.push(std::mem::take(&mut word)),
                _ => {}
            }
        }
        if !word.is_empty() {
            words.push(word);
        }
        Words(words)
    }

    pub fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    pub fn last(&self) -> String {
        self.0.last().cloned().unwrap_or_default()
    }

    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|w| w == word)
    }

    pub fn starts(&self, words: &[&str]) -> bool {
        self.0.iter().map(String::as_str).take(words.len()).eq(words.iter().copied())
    }

    /// These words one after the other.
    pub fn phrase(&self, words: &[&str]) -> bool {
        self.0.windows(words.len()).any(|w| w.iter().map(String::as_str).eq(words.iter().copied()))
    }

    /// The name after a word: `table if exists only public.orders` gives `orders`.
    pub fn after(&self, word: &str) -> Option<String> {
        self.all_after(word).into_iter().next()
    }

    pub fn all_after(&self, word: &str) -> Vec<String> {
        let noise = ["if", "not", "exists", "only", "table", "concurrently"];
        self.0
            .iter()
            .enumerate()
            .filter(|(_, w)| *w == word)
            .filter_map(|(i, _)| self.0.get(i + 1..)?.iter().find(|w| !noise.contains(&w.as_str())))
            .map(|name| name.strip_prefix("public.").unwrap_or(name).to_string())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_inside_something_do_not_cut() {
        let sql = "-- a; b\nselect 'x;y', \"q;r\" /* z; */;\n\ncreate function f() as $$ begin; end; $$;\nselect $t$;$t$";
        let found = split(sql);
        let lines: Vec<usize> = found.iter().map(|s| s.line).collect();
        assert_eq!(lines, [2, 4, 5], "{found:?}");
        assert!(found[1].sql.ends_with("$$"));
    }

    #[test]
    fn words_know_names_and_skip_texts() {
        let words = Words::of("ALTER TABLE IF EXISTS only public.Orders ADD note text default 'drop column'");
        assert_eq!(words.after("table").as_deref(), Some("orders"));
        assert!(!words.has("drop") && words.starts(&["alter", "table"]) && words.phrase(&["add", "note"]));
    }

    #[test]
    fn nothing_breaks_on_what_is_never_closed() {
        for sql in ["'", "$$", "/*", "--", "\"é", "$é$", "select 'é"] {
            split(sql);
            Words::of(sql);
        }
    }
}
