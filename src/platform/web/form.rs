//! Forms and queries into structs. Repeated keys become lists; unknown keys are ignored; nonsense is a 400 page.

use poem::http::StatusCode;
use poem::{FromRequest, Request, RequestBody};
use serde::de::DeserializeOwned;

use super::{Error, csrf};

/// The body of a form. Fields should be `String` (with `#[serde(default)]`), checked by the feature's `forms.rs`.
pub struct Form<T>(pub T);

impl<'a, T: DeserializeOwned> FromRequest<'a> for Form<T> {
    async fn from_request(_: &'a Request, body: &mut RequestBody) -> poem::Result<Form<T>> {
        let bytes = body.take()?.into_bytes_limit(csrf::BODY_LIMIT).await?;
        let parsed =
            serde_html_form::from_bytes(&bytes).map_err(|_| Error::Status(StatusCode::BAD_REQUEST))?;
        Ok(Form(parsed))
    }
}

/// The query of an address. What does not parse is taken as absent: an odd link shows the plain page.
pub struct Query<T>(pub T);

impl<'a, T: DeserializeOwned + Default> FromRequest<'a> for Query<T> {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Query<T>> {
        let query = req.uri().query().unwrap_or_default();
        Ok(Query(serde_html_form::from_str(query).unwrap_or_default()))
    }
}

/// Errors of a form by field: the name of the input and a text in the reader's language.
#[derive(Debug, Default, Clone)]
pub struct FieldErrors(Vec<(&'static str, String)>);

impl FieldErrors {
    pub fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push((field, text.into()));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first error of a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(f, _)| *f == field).map(|(_, t)| t.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(f, t)| (*f, t.as_str()))
    }
}
