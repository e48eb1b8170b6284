//! Page links: real links, the current page marked, neighbours named.

use kit::paging::Page;
use kit::{Lang, tr};
use maud::{Markup, html};

/// Links to the pages around the current one. `url` gives the address of a page; nothing is shown for a single page.
pub fn pager(lang: Lang, page: Page, total: i64, url: impl Fn(u32) -> String) -> Markup {
    let last = page.count(total);
    let current = page.number.min(last);
    html! {
        @if last > 1 {
            nav.pages aria-label=(tr!(lang, "platform.pager.label")) { ul role="list" {
                @if current > 1 {
                    li { a."pages__edge" rel="prev" href=(url(current - 1)) { (super::icon("chevron-left")) span { (tr!(lang, "platform.pager.previous")) } } }
                }
                @for n in shown(current, last) {
                    @match n {
                        None => li."pages__far" { span aria-hidden="true" { "…" } },
                        Some(n) => li."pages__far"[n.abs_diff(current) > 1 && n != last] {
                            a href=(url(n)) aria-current=[(n == current).then_some("page")] aria-label=(tr!(lang, "platform.pager.page", n = n)) { (n) }
                        },
                    }
                }
                @if current < last {
                    li { a."pages__edge" rel="next" href=(url(current + 1)) { span { (tr!(lang, "platform.pager.next")) } (super::icon("chevron-right")) } }
                }
            } }
        }
    }
}

/// First, last and two around the current page; `None` is a gap.
fn shown(current: u32, last: u32) -> Vec<Option<u32>> {
    let mut out = Vec::new();
    let mut before = 0;
    for n in 1..=last {
        if n == 1 || n == last || n.abs_diff(current) <= 1 {
            if n > before + 1 {
                out.push(None);
            }
            out.push(Some(n));
            before = n;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn far_pages_are_left_out() {
        assert_eq!(super::shown(5, 9), [Some(1), None, Some(4), Some(5), Some(6), None, Some(9)]);
        assert_eq!(super::shown(1, 3), [Some(1), Some(2), Some(3)]);
    }
}
