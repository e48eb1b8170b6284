//! The three mails of the accounts, each as text and as HTML, in the reader's language.

use kit::{Lang, tr, urls};
use platform::App;
use platform::infra::mail::Mail;

use crate::model::Account;
use crate::views::mail::{Letter, html, text};

pub fn verify(app: &App, account: &Account, link: &str, message_id: String) -> Mail {
    let lang = account.lang;
    let letter = Letter {
        title: tr!(lang, "accounts.mail.verify_title").into(),
        hello: hello(lang, account),
        paragraphs: vec![tr!(lang, "accounts.mail.verify_text").into()],
        action: Some((tr!(lang, "accounts.mail.verify_action").into(), link.to_string())),
        small: tr!(lang, "accounts.mail.verify_small").into(),
    };
    mail(app, account, "verify_address", letter, message_id)
}

pub fn already_registered(app: &App, account: &Account, message_id: String) -> Mail {
    let lang = account.lang;
    let forgot = app.absolute(urls::forgot_password(lang));
    let letter = Letter {
        title: tr!(lang, "accounts.mail.known_title").into(),
        hello: hello(lang, account),
        paragraphs: vec![
            tr!(lang, "accounts.mail.known_text").into(),
            tr!(lang, "accounts.mail.known_forgot", link = forgot).into(),
        ],
        action: Some((tr!(lang, "accounts.mail.known_action").into(), app.absolute(urls::sign_in(lang)))),
        small: tr!(lang, "accounts.mail.known_small").into(),
    };
    mail(app, account, "already_registered", letter, message_id)
}

pub fn reset(app: &App, account: &Account, link: &str, message_id: String) -> Mail {
    let lang = account.lang;
    let letter = Letter {
        title: tr!(lang, "accounts.mail.reset_title").into(),
        hello: hello(lang, account),
        paragraphs: vec![tr!(lang, "accounts.mail.reset_text").into()],
        action: Some((tr!(lang, "accounts.mail.reset_action").into(), link.to_string())),
        small: tr!(lang, "accounts.mail.reset_small").into(),
    };
    mail(app, account, "reset_password", letter, message_id)
}

fn hello(lang: Lang, account: &Account) -> String {
    match account.user.name.as_str() {
        "" => tr!(lang, "accounts.mail.hello").into(),
        name => tr!(lang, "accounts.mail.hello_name", name = name).into(),
    }
}

fn mail(app: &App, account: &Account, template: &'static str, letter: Letter, message_id: String) -> Mail {
    let lang = account.lang;
    Mail {
        message_id,
        template,
        to: account.user.email.clone(),
        lang,
        subject: letter.title.clone(),
        text: text(app, lang, &letter),
        html: html(app, lang, &letter),
        order_id: None,
    }
}
