//! What came back, asked through selectors as a person would look at it.

use poem::Response;
use poem::http::{HeaderMap, StatusCode, header};
use scraper::{Html, Selector};

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub async fn read(response: Response) -> Answer {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().into_vec().await.expect("body");
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<String> {
        self.status
            .is_redirection()
            .then(|| self.header(header::LOCATION.as_str()).map(str::to_string))
            .flatten()
    }

    /// The texts of all elements that match, white space folded.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        page.select(&selector(css))
            .map(|e| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// The text of the first match; fails the test when there is none.
    pub fn text(&self, css: &str) -> String {
        self.texts(css)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("nothing matches {css} in:\n{}", self.body))
    }

    pub fn has(&self, css: &str) -> bool {
        Html::parse_document(&self.body).select(&selector(css)).next().is_some()
    }

    pub fn count(&self, css: &str) -> usize {
        Html::parse_document(&self.body).select(&selector(css)).count()
    }

    /// An attribute of the first match.
    pub fn attr(&self, css: &str, name: &str) -> Option<String> {
        Html::parse_document(&self.body)
            .select(&selector(css))
            .next()
            .and_then(|e| e.value().attr(name).map(str::to_string))
    }

    /// An attribute of every match.
    pub fn attrs(&self, css: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        page.select(&selector(css)).filter_map(|e| e.value().attr(name).map(str::to_string)).collect()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|e| panic!("{css}: {e}"))
}
