//! Messages: one after a redirect, and boxes inside a page.

use kit::{Lang, tr};
use maud::{Markup, html};

use super::icon;
use crate::web::Ctx;

/// How a message is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Ok,
    Info,
    Warn,
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Tone::Ok => "flash flash--ok",
            Tone::Info => "flash flash--info",
            Tone::Warn => "flash flash--warn",
            Tone::Bad => "flash flash--bad",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Tone::Ok => "check",
            Tone::Info => "info",
            Tone::Warn | Tone::Bad => "triangle-alert",
        }
    }
}

/// A box with a message that is part of the page.
pub fn notice(tone: Tone, body: Markup) -> Markup {
    html! { div class=(tone.class()) { (icon(tone.icon())) div { (body) } } }
}

/// The message left by the request before, if it is one of ours.
pub fn flash(ctx: &Ctx) -> Markup {
    html! {
        @if let Some((tone, text)) = ctx.flash.as_deref().and_then(|key| text_of(ctx.lang, key)) {
            div class=(tone.class()) role="status" { (icon(tone.icon())) div { p { (text) } } }
        }
    }
}

/// Only keys listed here are shown: the cookie is the client's to change.
fn text_of(lang: Lang, key: &str) -> Option<(Tone, String)> {
    let (tone, text) = match key {
        "signed-in" => (Tone::Ok, tr!(lang, "platform.flash.signed_in")),
        "signed-out" => (Tone::Ok, tr!(lang, "platform.flash.signed_out")),
        "registered" => (Tone::Ok, tr!(lang, "platform.flash.registered")),
        "email-verified" => (Tone::Ok, tr!(lang, "platform.flash.email_verified")),
        "password-changed" => (Tone::Ok, tr!(lang, "platform.flash.password_changed")),
        "reset-sent" => (Tone::Info, tr!(lang, "platform.flash.reset_sent")),
        "verify-sent" => (Tone::Info, tr!(lang, "platform.flash.verify_sent")),
        "job-retried" => (Tone::Ok, tr!(lang, "platform.flash.job_retried")),
        "job-queued" => (Tone::Ok, tr!(lang, "platform.flash.job_queued")),
        "version-unusable" => (Tone::Bad, tr!(lang, "platform.flash.version_unusable")),
        "link-invalid" => (Tone::Bad, tr!(lang, "platform.flash.link_invalid")),
        "saved" => (Tone::Ok, tr!(lang, "platform.flash.saved")),
        "deleted" => (Tone::Ok, tr!(lang, "platform.flash.deleted")),
        "wishlist-added" => (Tone::Ok, tr!(lang, "platform.flash.wishlist_added")),
        "wishlist-full" => (Tone::Warn, tr!(lang, "platform.flash.wishlist_full")),
        "cart-added" => (Tone::Ok, tr!(lang, "platform.flash.cart_added")),
        "cart-capped" => (Tone::Warn, tr!(lang, "platform.flash.cart_capped")),
        "cart-sold-out" => (Tone::Warn, tr!(lang, "platform.flash.cart_sold_out")),
        "cart-bad-quantity" => (Tone::Bad, tr!(lang, "platform.flash.cart_bad_quantity")),
        "cart-lowered" => (Tone::Warn, tr!(lang, "platform.flash.cart_lowered")),
        "cart-changed" => (Tone::Warn, tr!(lang, "platform.flash.cart_changed")),
        "session-ended" => (Tone::Warn, tr!(lang, "platform.flash.session_ended")),
        _ => return None,
    };
    Some((tone, text.into_owned()))
}
