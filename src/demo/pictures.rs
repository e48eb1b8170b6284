//! Pictures of the demo shop: photographs and object pictures fetched at set-up, and drawings of our own without them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use platform::infra::media::{self, StoredPicture};
use sqlx::PgConnection;
use tokio::task::JoinSet;

use crate::dice::Dice;
use crate::store;

/// A picture that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// `photos/<name>.jpg`
    Photo(String),
    /// `emoji/<code point>.webp`
    Object(String),
    /// Our own, with a seed of its looks and the initials.
    Drawing(String, String),
}

/// `media` by picture.
pub type Gallery = BTreeMap<Wanted, Media>;

#[derive(Debug, Clone)]
pub struct Media {
    pub id: i64,
    pub key: String,
    pub kind: String,
}

/// Grounds and inks of the drawings: pairs of the design's tokens with enough contrast.
const COLOURS: [(&str, &str); 6] = [
    ("#ebe6da", "#12432f"),
    ("#dfe9e2", "#12432f"),
    ("#f6e7b8", "#5a4208"),
    ("#f3ddd3", "#7a2e17"),
    ("#dde6ee", "#1f3a56"),
    ("#e9e0ee", "#4a2f5c"),
];
const SIZE: u32 = 640;

/// What is in the folder, else a drawing in its place. A folder that is not there gives drawings only.
pub fn or_drawing(folder: Option<&Path>, wanted: Wanted, code: &str, title: &str) -> Wanted {
    if is_there(folder, &wanted) { wanted } else { Wanted::Drawing(code.into(), initials(title)) }
}

pub fn is_there(folder: Option<&Path>, wanted: &Wanted) -> bool {
    folder.and_then(|f| source(f, wanted)).is_some_and(|path| path.is_file())
}

fn source(folder: &Path, wanted: &Wanted) -> Option<PathBuf> {
    match wanted {
        Wanted::Photo(name) => Some(folder.join("photos").join(format!("{name}.jpg"))),
        Wanted::Object(code) => Some(folder.join("emoji").join(format!("{code}.webp"))),
        Wanted::Drawing(..) => None,
    }
}

/// Writes what is missing below `media_dir` and registers all in `media`. `done` is called for each picture.
pub async fn store_all(
    tx: &mut PgConnection,
    media_dir: &Path,
    folder: Option<&Path>,
    wanted: Vec<Wanted>,
    done: impl Fn(),
) -> anyhow::Result<Gallery> {
    let mut gallery = Gallery::new();
    let mut work = JoinSet::new();
    let mut rest = wanted.into_iter();
    loop {
        // As many at a time as a small machine has cores: the work is decoding and encoding.
        while work.len() < 2
            && let Some(next) = rest.next()
        {
            let (dir, folder) = (media_dir.to_path_buf(), folder.map(Path::to_path_buf));
            work.spawn_blocking(move || prepare(&dir, folder.as_deref(), &next).map(|p| (next, p)));
        }
        let Some(ready) = work.join_next().await else { break };
        let (wanted, picture) = ready??;
        let id = media::register(&mut *tx, &picture).await?;
        let media = store::media::get_media(&mut *tx, id).await?;
        gallery.insert(wanted, media);
        done();
    }
    Ok(gallery)
}

fn prepare(media_dir: &Path, folder: Option<&Path>, wanted: &Wanted) -> anyhow::Result<StoredPicture> {
    let Some(path) = folder.and_then(|f| source(f, wanted)) else {
        let (svg, ground) = draw(wanted);
        return Ok(media::write_drawing(media_dir, &svg, (SIZE, SIZE), ground)?);
    };
    let bytes = std::fs::read(&path).with_context(|| format!("picture {}", path.display()))?;
    let mut picture =
        media::write_picture(media_dir, &bytes).with_context(|| format!("picture {}", path.display()))?;
    picture.credit = match wanted {
        Wanted::Photo(name) => format!("{} / Unsplash", author(name)),
        _ => "Fluent Emoji, Microsoft (MIT)".into(),
    };
    if matches!(wanted, Wanted::Object(_)) {
        // Stands on transparent ground: the average of the object is no colour to show while it loads.
        picture.color = "#f1ede3".into();
    }
    Ok(picture)
}

/// `paul-weaver-1120584` is by Paul Weaver.
fn author(name: &str) -> String {
    let words = name.split('-').filter(|w| !w.bytes().all(|b| b.is_ascii_digit()));
    words.map(capital).collect::<Vec<_>>().join(" ")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The first letters of the first two words that say something.
fn initials(title: &str) -> String {
    let words = title.split_whitespace().filter(|w| w.chars().count() > 2);
    words
        .take(2)
        .filter_map(|w| w.chars().next())
        .flat_map(char::to_uppercase)
        .filter(|c| c.is_alphabetic())
        .collect()
}

/// A quiet ground, one large shape and the initials: recognisable in a list, and nothing pretends to be a photograph.
fn draw(wanted: &Wanted) -> (String, &'static str) {
    let (name, letters) = match wanted {
        Wanted::Drawing(name, letters) => (name.as_str(), letters.as_str()),
        Wanted::Photo(name) | Wanted::Object(name) => (name.as_str(), ""),
    };
    let mut dice = Dice::named(1, name);
    let (ground, ink) = *dice.pick(&COLOURS);
    let shape = match dice.below(4) {
        0 => r#"<circle cx="320" cy="320" r="210"/>"#.to_string(),
        1 => r#"<path d="M130 530V320a190 190 0 0 1 380 0v210z"/>"#.to_string(),
        2 => r#"<rect x="130" y="130" width="380" height="380" rx="96"/>"#.to_string(),
        _ => format!(
            r#"<rect x="155" y="155" width="330" height="330" rx="60" transform="rotate({} 320 320)"/>"#,
            dice.between(30, 60)
        ),
    };
    let svg = format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640" width="640" height="640">"#,
            r#"<rect width="640" height="640" fill="{ground}"/><g fill="{ink}" fill-opacity=".12">{shape}</g>"#,
            r#"<text x="320" y="326" fill="{ink}" font-family="ui-rounded,system-ui,sans-serif" font-size="150" "#,
            r#"font-weight="700" text-anchor="middle" dominant-baseline="central">{letters}</text></svg>"#
        ),
        ground = ground,
        ink = ink,
        shape = shape,
        letters = letters,
    );
    (svg, ground)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_are_named_as_the_file_says() {
        assert_eq!(author("paul-weaver-1120584"), "Paul Weaver");
        assert_eq!(author("oscar-ivan-esquivel-arteaga-687447"), "Oscar Ivan Esquivel Arteaga");
    }

    #[test]
    fn without_a_folder_there_is_a_drawing_with_initials() {
        let wanted = or_drawing(None, Wanted::Photo("x".into()), "lampe", "Lampe à poser Corolle");
        assert_eq!(wanted, Wanted::Drawing("lampe".into(), "LP".into()));
        let (svg, ground) = draw(&wanted);
        assert!(svg.contains(">LP</text>") && svg.contains(ground));
        assert_eq!(draw(&wanted), draw(&wanted));
    }
}
