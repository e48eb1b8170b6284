//! Every address of the shop. Views and redirects call these; a router calls them with `":slug"` for its patterns.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::Lang;

/// Characters that must be escaped in a query value.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?');

/// Escapes a query value.
pub fn query(value: &str) -> String {
    utf8_percent_encode(value, QUERY).to_string()
}

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident: $fr:literal, $en:literal;)+) => {
        $($(#[$doc])* pub const fn $name(lang: Lang) -> &'static str {
            match lang { Lang::Fr => $fr, Lang::En => concat!("/en", $en) }
        })+
    };
}

pages! {
    /// Search results; the words stand in `?q=`.
    search: "/recherche", "/search";
    /// What may be meant while words are still being typed.
    suggestions: "/recherche/suggestions", "/search/suggestions";
    /// Proposals for this visitor, and what they may do about them.
    for_you: "/pour-vous", "/for-you";
    for_you_clear: "/pour-vous/effacement", "/for-you/removal";
    for_you_choice: "/pour-vous/choix", "/for-you/choice";
    deals: "/bons-plans", "/deals";
    new_products: "/nouveautes", "/new";
    all_categories: "/univers", "/departments";
    cart: "/panier", "/cart";
    cart_lines: "/panier/lignes", "/cart/lines";
    wishlist: "/favoris", "/wishlist";
    wishlist_sharing: "/favoris/partage", "/wishlist/sharing";
    checkout: "/commande", "/checkout";
    checkout_address: "/commande/coordonnees", "/checkout/address";
    checkout_delivery: "/commande/livraison", "/checkout/delivery";
    checkout_payment: "/commande/paiement", "/checkout/payment";
    checkout_review: "/commande/recapitulatif", "/checkout/review";
    tracking: "/suivi", "/track";
    sign_in: "/connexion", "/sign-in";
    sign_out: "/deconnexion", "/sign-out";
    register: "/inscription", "/register";
    forgot_password: "/mot-de-passe-oublie", "/forgot-password";
    /// Pages behind the links of mails; the token stands in `?jeton=`, so that no access log keeps it.
    reset_password_page: "/nouveau-mot-de-passe", "/new-password";
    verify_email_page: "/verifier-adresse", "/verify-email";
    verify_email_resend: "/verifier-adresse/renvoi", "/verify-email/resend";
    account: "/compte", "/account";
    account_orders: "/compte/commandes", "/account/orders";
    account_addresses: "/compte/adresses", "/account/addresses";
    account_address_new: "/compte/adresses/nouvelle", "/account/addresses/new";
    account_profile: "/compte/profil", "/account/profile";
    account_password: "/compte/mot-de-passe", "/account/password";
    theme: "/affichage", "/display";
    credits: "/credits", "/credits";
    /// Questions to the shop; the question stands in `?question=`.
    assistant: "/assistant", "/assistant";
    /// The same answer as it is written.
    assistant_stream: "/assistant/flux", "/assistant/stream";
}

/// `/` or `/en/`.
pub const fn home(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "/",
        Lang::En => "/en/",
    }
}

fn prefix(lang: Lang) -> &'static str {
    lang.pick("", "/en")
}

pub fn category(lang: Lang, slug: &str) -> String {
    format!("{}/c/{slug}", prefix(lang))
}

pub fn product(lang: Lang, slug: &str) -> String {
    format!("{}/p/{slug}", prefix(lang))
}

pub fn product_reviews(lang: Lang, slug: &str) -> String {
    format!("{}/p/{slug}/{}", prefix(lang), lang.pick("avis", "reviews"))
}

/// A legal or help page.
pub fn page(lang: Lang, slug: &str) -> String {
    format!("{}/{}/{slug}", prefix(lang), lang.pick("infos", "info"))
}

/// A list of favourites as others see it.
pub fn shared_wishlist(lang: Lang, token: impl std::fmt::Display) -> String {
    format!("{}/{}/{token}", wishlist(lang), lang.pick("liste", "list"))
}

/// One line of the cart: change or remove.
pub fn cart_line(lang: Lang, variant: impl std::fmt::Display) -> String {
    format!("{}/{variant}", cart_lines(lang))
}

/// The order page of whoever holds the link, guests included.
pub fn order(lang: Lang, token: impl std::fmt::Display) -> String {
    format!("{}/{token}", tracking(lang))
}

/// The thank-you page right after the order.
pub fn confirmation(lang: Lang, token: impl std::fmt::Display) -> String {
    format!("{}/{}/{token}", prefix(lang), lang.pick("merci", "thank-you"))
}

pub fn account_order(lang: Lang, number: &str) -> String {
    format!("{}/{number}", account_orders(lang))
}

pub fn account_address(lang: Lang, id: impl std::fmt::Display) -> String {
    format!("{}/{id}", account_addresses(lang))
}

pub fn account_address_default(lang: Lang, id: impl std::fmt::Display) -> String {
    format!("{}/{}", account_address(lang, id), lang.pick("defaut", "default"))
}

pub fn account_address_delete(lang: Lang, id: impl std::fmt::Display) -> String {
    format!("{}/{}", account_address(lang, id), lang.pick("suppression", "removal"))
}

pub fn verify_email(lang: Lang, token: &str) -> String {
    format!("{}?jeton={token}", verify_email_page(lang))
}

pub fn reset_password(lang: Lang, token: &str) -> String {
    format!("{}?jeton={token}", reset_password_page(lang))
}

/// A picture of `media`: width is 320, 640 or 1024 for photographs; drawings have one file.
pub fn media(key: &str, kind: &str, width: u32) -> String {
    if kind == "svg" { format!("/media/{key}.svg") } else { format!("/media/{key}-{width}.webp") }
}

/// The back office speaks French; its addresses are not translated.
pub mod admin {
    pub const HOME: &str = "/admin/";
    pub const SIGN_IN: &str = "/admin/connexion";
    pub const SIGN_OUT: &str = "/admin/deconnexion";
    pub const ORDERS: &str = "/admin/commandes";
    pub const ORDERS_STREAM: &str = "/admin/commandes/flux";
    pub const PRODUCTS: &str = "/admin/produits";
    pub const STOCK: &str = "/admin/stocks";
    pub const SEARCH: &str = "/admin/recherche";
    /// What shoppers search, the rules of the search, the learned files.
    pub const FINDING: &str = "/admin/recherche-boutique";
    pub const FINDING_RULES: &str = "/admin/recherche-boutique/regles";
    pub const FINDING_INDEX: &str = "/admin/recherche-boutique/index";
    pub const MENU: &str = "/admin/menu";
    pub const CUSTOMERS: &str = "/admin/clients";
    pub const JOBS: &str = "/admin/taches";
    pub const BACKUPS: &str = "/admin/sauvegardes";

    pub fn order(id: impl std::fmt::Display) -> String {
        format!("{ORDERS}/{id}")
    }

    pub fn product(id: impl std::fmt::Display) -> String {
        format!("{PRODUCTS}/{id}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_their_own_words() {
        assert_eq!(cart(Lang::Fr), "/panier");
        assert_eq!(cart(Lang::En), "/en/cart");
        assert_eq!(product(Lang::En, "blue-kettle"), "/en/p/blue-kettle");
        assert_eq!(query("a&b=c é"), "a%26b%3Dc%20%C3%A9");
    }
}
