//! Form fields: visible label, hint, error tied to the input, value kept.

use kit::{Lang, tr, trn};
use maud::{Markup, html};

use crate::web::Ctx;
use crate::web::csrf;
use crate::web::form::FieldErrors;

/// The hidden field that every form with `method="post"` carries.
pub fn csrf(ctx: &Ctx) -> Markup {
    html! { input type="hidden" name=(csrf::FIELD) value=(ctx.csrf_token()); }
}

/// One labelled input. Build with [`Field::new`], finish with [`Field::render`].
pub struct Field<'a> {
    name: &'a str,
    label: String,
    value: &'a str,
    kind: &'a str,
    autocomplete: Option<&'a str>,
    inputmode: Option<&'a str>,
    hint: Option<String>,
    required: bool,
    optional_mark: bool,
    size: &'a str,
    maxlength: Option<u32>,
    id_prefix: &'a str,
}

impl<'a> Field<'a> {
    /// A required text field.
    pub fn new(name: &'a str, label: impl Into<String>, value: &'a str) -> Field<'a> {
        Field {
            name,
            label: label.into(),
            value,
            kind: "text",
            autocomplete: None,
            inputmode: None,
            hint: None,
            required: true,
            optional_mark: true,
            size: "",
            maxlength: Some(200),
            id_prefix: "",
        }
    }

    pub fn kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }

    pub fn autocomplete(mut self, token: &'a str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    pub fn inputmode(mut self, mode: &'a str) -> Self {
        self.inputmode = Some(mode);
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Width: `xs`, `s` or `m`.
    pub fn size(mut self, size: &'a str) -> Self {
        self.size = size;
        self
    }

    pub fn maxlength(mut self, n: u32) -> Self {
        self.maxlength = Some(n);
        self
    }

    /// For two forms on one page: makes the ids differ.
    pub fn id_prefix(mut self, prefix: &'a str) -> Self {
        self.id_prefix = prefix;
        self
    }

    pub fn render(self, lang: Lang, errors: &FieldErrors) -> Markup {
        let error = errors.of(self.name);
        let id = format!("{}{}", self.id_prefix, self.name);
        let described = described_by(&id, self.hint.is_some(), error.is_some());
        let class =
            if self.size.is_empty() { "input".to_string() } else { format!("input input--{}", self.size) };
        // A password is never sent back.
        let value = if self.kind == "password" { "" } else { self.value };
        let input = html! {
            input class=(class) id=(id) name=(self.name) type=(self.kind) value=(value) maxlength=[self.maxlength]
                autocomplete=[self.autocomplete] inputmode=[self.inputmode] required[self.required]
                aria-describedby=[described] aria-invalid=[error.map(|_| "true")];
        };
        html! {
            div.field {
                label.label for=(id) { (self.label) @if !self.required && self.optional_mark { " " (optional(lang)) } }
                @if let Some(hint) = &self.hint { p.hint id=(format!("{id}-aide")) { (hint) } }
                (error_text(lang, &id, error))
                @if self.kind == "password" {
                    div.pwd { (input) button."pwd__eye"."js" type="button" data-pwd aria-pressed="false" data-hide=(tr!(lang, "platform.field.hide")) { (tr!(lang, "platform.field.show")) } }
                } @else { (input) }
            }
        }
    }
}

/// A labelled choice from a list of (value, text).
pub fn select(
    lang: Lang,
    name: &str,
    label: &str,
    options: &[(String, String)],
    value: &str,
    autocomplete: Option<&str>,
    errors: &FieldErrors,
) -> Markup {
    let error = errors.of(name);
    let described = described_by(name, false, error.is_some());
    html! {
        div.field {
            label.label for=(name) { (label) }
            (error_text(lang, name, error))
            select.select id=(name) name=(name) autocomplete=[autocomplete] aria-describedby=[described] aria-invalid=[error.map(|_| "true")] {
                @for (v, text) in options { option value=(v) selected[v == value] { (text) } }
            }
        }
    }
}

/// A labelled text of several lines.
pub fn textarea(
    lang: Lang,
    name: &str,
    label: &str,
    value: &str,
    rows: u32,
    required: bool,
    errors: &FieldErrors,
) -> Markup {
    let error = errors.of(name);
    let described = described_by(name, false, error.is_some());
    html! {
        div.field {
            label.label for=(name) { (label) @if !required { " " (optional(lang)) } }
            (error_text(lang, name, error))
            textarea.input id=(name) name=(name) rows=(rows) required[required] aria-describedby=[described] aria-invalid=[error.map(|_| "true")] { (value) }
        }
    }
}

/// A tick box with its text; an error stands above it.
pub fn check(lang: Lang, name: &str, text: Markup, checked: bool, errors: &FieldErrors) -> Markup {
    let error = errors.of(name);
    let described = described_by(name, false, error.is_some());
    html! {
        div.field {
            (error_text(lang, name, error))
            label.check { input type="checkbox" id=(name) name=(name) value="1" checked[checked] aria-describedby=[described] aria-invalid=[error.map(|_| "true")]; span."check__t" { (text) } }
        }
    }
}

/// What is wrong, on top of the form, each line a link to its field; takes the focus.
pub fn summary(lang: Lang, errors: &FieldErrors) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.errsum tabindex="-1" autofocus data-autofocus aria-labelledby="errsum-t" {
                div role="alert" {
                    h2 id="errsum-t" { (trn!(lang, "platform.field.errors", errors.iter().count())) }
                    ul { @for (field, text) in errors.iter() { li { a href=(format!("#{field}")) { (text) } } } }
                }
            }
        }
    }
}

/// Title of a page whose form has errors.
pub fn title(lang: Lang, title: &str, errors: &FieldErrors) -> String {
    if errors.is_empty() {
        title.to_string()
    } else {
        format!("{} {title}", tr!(lang, "platform.field.error_prefix"))
    }
}

fn optional(lang: Lang) -> Markup {
    html! { span."label__opt" { "(" (tr!(lang, "platform.field.optional")) ")" } }
}

fn error_text(lang: Lang, id: &str, error: Option<&str>) -> Markup {
    html! { @if let Some(text) = error { p.err id=(format!("{id}-err")) { span.vh { (tr!(lang, "platform.field.error_prefix")) " " } (text) } } }
}

fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("{id}-aide {id}-err")),
        (true, false) => Some(format!("{id}-aide")),
        (false, true) => Some(format!("{id}-err")),
        (false, false) => None,
    }
}
