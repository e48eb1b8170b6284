//! A person with a browser without JavaScript: keeps cookies, sends the tokens of forms, follows nothing by itself.

use std::collections::BTreeMap;
use std::sync::Mutex;

use platform::web::{csrf, session};
use poem::http::{HeaderMap, Method, header};
use poem::{Endpoint, Request};

use super::{Answer, TestApp};

pub struct Client<'a> {
    pub app: &'a TestApp,
    cookies: Mutex<BTreeMap<String, String>>,
    ip: String,
}

impl<'a> Client<'a> {
    pub fn new(app: &'a TestApp) -> Client<'a> {
        let n: [u8; 3] = rand_bytes();
        Client { app, cookies: Mutex::default(), ip: format!("10.{}.{}.{}", n[0], n[1], n[2]) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// With headers of its own.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, None, headers).await
    }

    /// As htmx asks for a part of a page.
    pub async fn get_part(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[("hx-request", "true"), ("hx-request-type", "partial")]).await
    }

    /// Sends a form with a valid token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token();
        let mut all = vec![(csrf::FIELD, token.as_str())];
        all.extend_from_slice(fields);
        self.send(Method::POST, path, Some(encode(&all)), &[]).await
    }

    /// Sends a form as it is.
    pub async fn post_raw(&self, path: &str, body: String, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, Some(body), headers).await
    }

    /// Follows redirects to the page they end on.
    pub async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..5 {
            let Some(to) = answer.location() else { return answer };
            answer = self.get(&to).await;
        }
        panic!("redirected in circles");
    }

    pub fn token(&self) -> String {
        let seed = self.cookie(session::cookie_name(&self.app.app)).unwrap_or_else(|| "guest".into());
        csrf::token(&self.app.app, &seed)
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("cookies").get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.into(), value.into());
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut req = Request::builder()
            .method(method)
            .uri_str(path)
            .header("x-real-ip", &self.ip)
            .header("host", "shop.test");
        let cookies: Vec<String> =
            self.cookies.lock().expect("cookies").iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !cookies.is_empty() {
            req = req.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in headers {
            req = req.header(*name, *value);
        }
        let req = match body {
            Some(body) => {
                let typed = headers.iter().any(|(n, _)| n.eq_ignore_ascii_case("content-type"));
                let req = if typed { req } else { req.content_type("application/x-www-form-urlencoded") };
                req.body(body)
            }
            None => req.finish(),
        };
        let response = self.app.endpoint.call(req).await.expect("the router answers every request");
        self.keep_cookies(response.headers());
        Answer::read(response).await
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().expect("cookies");
        for line in headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok()) {
            let Some((name, value)) = line.split(';').next().and_then(|p| p.split_once('=')) else {
                continue;
            };
            if value.is_empty() || line.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.into(), value.into());
            }
        }
    }
}

/// `a=1&b=2`, escaped.
pub fn encode(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(n, v)| format!("{n}={}", kit::urls::query(v))).collect::<Vec<_>>().join("&")
}

fn rand_bytes() -> [u8; 3] {
    let b = uuid::Uuid::new_v4();
    [b.as_bytes()[0], b.as_bytes()[1], b.as_bytes()[2]]
}
