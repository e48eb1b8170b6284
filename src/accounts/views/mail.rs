//! How a mail of the accounts looks: plain text, and HTML that any mail program shows.

use kit::{Lang, tr};
use maud::{DOCTYPE, PreEscaped};
use platform::App;

/// What is in a letter.
pub struct Letter {
    pub title: String,
    pub hello: String,
    pub paragraphs: Vec<String>,
    /// The one thing to do: text and address.
    pub action: Option<(String, String)>,
    pub small: String,
}

/// In the head, where every program that knows styles reads them; the rest shows plain, readable text.
const STYLE: &str = "body{margin:0;background:#f6f3ec;color:#16211c;font:16px/1.55 system-ui,-apple-system,Segoe UI,Roboto,sans-serif}\
.in{max-width:36rem;margin:0 auto;padding:24px 16px}.card{background:#fff;border-radius:12px;padding:24px}\
h1{font-size:22px;line-height:1.25;margin:0 0 16px}p{margin:0 0 16px}.btn{display:inline-block;background:#0b4f3a;color:#fff;\
padding:12px 20px;border-radius:10px;text-decoration:none;font-weight:600}.small{font-size:13px;color:#5f6b65}";

pub fn text(app: &App, lang: Lang, letter: &Letter) -> String {
    let mut out = vec![letter.hello.clone()];
    out.extend(letter.paragraphs.iter().cloned());
    if let Some((name, link)) = &letter.action {
        let colon = lang.pick("\u{a0}:", ":");
        out.push(format!("{name}{colon}\n{link}"));
    }
    out.push(letter.small.clone());
    out.push(format!("SmartMarket\n{}", app.absolute(kit::urls::home(lang))));
    out.join("\n\n")
}

pub fn html(app: &App, lang: Lang, letter: &Letter) -> String {
    let page = maud::html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (letter.title) }
                style { (PreEscaped(STYLE)) }
            }
            body bgcolor="#f6f3ec" {
                div.in {
                    p { strong { a href=(app.absolute(kit::urls::home(lang))) { "SmartMarket" } } }
                    div.card {
                        h1 { (letter.title) }
                        p { (letter.hello) }
                        @for p in &letter.paragraphs { p { (p) } }
                        @if let Some((name, link)) = &letter.action {
                            p { a.btn href=(link) { (name) } }
                            p.small { (tr!(lang, "accounts.mail.copy_link")) br; (link) }
                        }
                        p.small { (letter.small) }
                    }
                }
            }
        }
    };
    page.into_string()
}
