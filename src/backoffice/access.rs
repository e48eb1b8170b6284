//! Who may do what in the back office. Nothing is open unless the table of routes says so.

use std::sync::Arc;

use accounts::Permission;
use platform::web::{Ctx, Error, route_name};
use poem::http::{Method, StatusCode};
use poem::{Endpoint, EndpointExt, IntoEndpoint, IntoResponse, Request, Response};

use crate::views::shell;

/// What a route asks of who comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Open to everybody: the sign-in page alone.
    Nobody,
    /// A member of staff with this right.
    Staff(Permission),
}

/// One line of the table of routes.
#[derive(Clone, Debug)]
pub struct Rule {
    pub method: Method,
    pub path: String,
    pub needs: Needs,
}

/// The handler of a route behind what it needs.
pub fn guarded<E>(needs: Needs, handler: E) -> impl Endpoint<Output = Response>
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    handler.into_endpoint().around(move |next, req: Request| async move {
        if let Needs::Staff(permission) = needs {
            let ctx = context(&req)?;
            let user = ctx.staff()?;
            if !accounts::allows(user.role, permission) {
                return Err(Error::Forbidden.into());
            }
        }
        next.call(req).await.map(IntoResponse::into_response)
    })
}

/// Layer around every address of the back office, known or not: whoever is not signed in learns nothing but where to sign
/// in; what goes wrong for staff is shown inside the shell. While nobody can say who it is, everybody may come back later.
pub async fn layer<E: Endpoint>(next: Arc<E>, req: Request) -> poem::Result<Response> {
    let ctx = context(&req)?;
    ctx.visitor.known()?;
    if ctx.visitor.staff.is_none() && ctx.path != kit::urls::admin::SIGN_IN {
        return Ok(refuse(&ctx));
    }
    match next.call(req).await {
        Ok(response) => Ok(response.into_response()),
        Err(e) => {
            let shown = matches!(e.status().as_u16(), 403 | 404 | 405 | 409);
            let redirect = matches!(e.downcast_ref::<Error>(), Some(Error::Redirect(_)));
            if shown && !redirect && ctx.visitor.staff.is_some() {
                let mut response = shell::refusal(&ctx, e.status());
                response.set_data(route_name::of_error(&e));
                return Ok(response);
            }
            Err(e)
        }
    }
}

/// To the sign-in page and back; streams get a plain 401, which no reconnection follows anywhere.
fn refuse(ctx: &Ctx) -> Response {
    use kit::urls;
    if ctx.path == urls::admin::ORDERS_STREAM {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let here = if ctx.query.is_empty() { ctx.path.clone() } else { format!("{}?{}", ctx.path, ctx.query) };
    platform::web::page::redirect(&format!("{}?next={}", urls::admin::SIGN_IN, urls::query(&here)))
}

fn context(req: &Request) -> Result<Ctx, Error> {
    req.data::<Ctx>().cloned().ok_or_else(|| Error::internal(anyhow::anyhow!("context is missing")))
}
