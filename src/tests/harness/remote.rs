//! A shopper without JavaScript against a running process: cookies, forms, patience.

use std::collections::BTreeMap;

/// Talks HTTP to `base`; a request that finds no process fails and may be sent again, as a person would.
pub struct Remote {
    pub base: String,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

pub struct Reply {
    pub status: u16,
    pub to: Option<String>,
    pub body: String,
}

impl Remote {
    pub fn new(base: &str) -> Remote {
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("client");
        Remote { base: base.into(), http, cookies: BTreeMap::new() }
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.into(), value.into());
    }

    pub async fn get(&mut self, path: &str) -> reqwest::Result<Reply> {
        let request = self.http.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(String, String)]) -> reqwest::Result<Reply> {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(super::client::encode(&pairs));
        self.send(request).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> reqwest::Result<Reply> {
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let response = request.header("cookie", cookies.join("; ")).send().await?;
        let status = response.status().as_u16();
        let text = |v: &reqwest::header::HeaderValue| v.to_str().unwrap_or_default().to_string();
        for line in response.headers().get_all("set-cookie").iter().map(text) {
            if let Some((name, value)) = line.split(';').next().and_then(|p| p.split_once('=')) {
                self.cookies.insert(name.into(), value.into());
            }
        }
        let to = response.headers().get("location").map(text);
        Ok(Reply { status, to, body: response.text().await? })
    }
}
