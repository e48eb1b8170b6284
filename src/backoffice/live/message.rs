//! Events as what a page swaps in: rows, figures, counts. Rendered for one viewer and one filter.

use std::collections::BTreeMap;

use platform::App;
use platform::infra::live::Event;
use platform::web::visitor::User;

use crate::model::OrderFilter;
use crate::store;
use crate::views::live as views;
use crate::views::rows::Viewer;

/// Lines of the activity feed.
pub const FEED: i64 = 8;

/// What a stream shows.
#[derive(Clone)]
pub struct Subject {
    pub user: User,
    pub lang: kit::Lang,
    pub filter: OrderFilter,
    /// Whether the page has figures and orders; other pages have the number in the navigation only.
    pub full: bool,
}

/// The partials for some events, to be sent as one message under the number of the last. Empty when none of them matters here.
pub async fn partials(app: &App, s: &Subject, events: &[Event]) -> sqlx::Result<String> {
    let changed: BTreeMap<i64, i64> =
        events.iter().filter(|e| e.topic == "order").map(|e| (e.subject, e.seq)).collect();
    if changed.is_empty() {
        return Ok(String::new());
    }
    let (db, now) = (&app.db, app.clock.now());
    let mut out = views::to_do(store::orders::count_to_do(db).await?).into_string();
    if s.full {
        let ids: Vec<i64> = changed.keys().copied().collect();
        let (shown, _) = store::orders::list_orders(db, &s.filter, Some(&ids), ids.len() as i64, 0).await?;
        let viewer = Viewer { lang: s.lang, role: s.user.role, now };
        out.push_str(&views::rows(viewer, &changed, &shown).into_string());
        let figures = store::figures::load_figures(db, now).await?;
        let counts = store::orders::count_tabs(db).await?;
        let activity = store::orders::list_activity(db, FEED).await?;
        out.push_str(&views::figures(s.lang, &figures, &s.filter, &counts, &activity).into_string());
    }
    Ok(out)
}

/// One message of the stream. Line ends inside would end it early, so each line gets its own `data:`.
pub fn sse(id: Option<i64>, event: Option<&str>, data: Option<&str>) -> String {
    let mut out = String::new();
    if let Some(event) = event {
        out.push_str(&format!("event: {event}\n"));
    }
    if let Some(id) = id {
        out.push_str(&format!("id: {id}\n"));
    }
    if let Some(data) = data {
        for line in data.split(['\n', '\r']) {
            out.push_str(&format!("data: {line}\n"));
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_in_a_name_does_not_end_the_message() {
        assert_eq!(
            sse(Some(7), None, Some("a\nid: 9\r\nb")),
            "id: 7\ndata: a\ndata: id: 9\ndata: \ndata: b\n\n"
        );
        assert_eq!(sse(Some(7), None, None), "id: 7\n\n");
        assert_eq!(sse(Some(9), Some("recharger"), Some("")), "event: recharger\nid: 9\ndata: \n\n");
    }
}
