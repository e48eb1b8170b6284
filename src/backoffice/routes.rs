//! The table of the back office: every address, method, right and handler. What is not here does not exist.

mod backups;
mod customers;
mod dashboard;
mod finding;
mod goods;
mod jobs;
mod live;
mod order;
mod orders;
mod products;
mod search;
mod sign_in;

pub use finding::{PERIODS, RuleForm};
pub use goods::StockQuery;
pub use products::{LinksForm, ProductQuery};

use accounts::Permission::*;
use kit::urls::admin;
use poem::http::Method;
use poem::{EndpointExt, Route, RouteMethod, get};

use crate::access::Needs::{Nobody, Staff};
use crate::access::{self, Rule, guarded};

/// Where the JSON protocol is spoken. It has its own door: 401 or 403 before the upgrade.
pub const SOCKET: &str = "/ws/admin/orders/";

macro_rules! table {
    ($( $path:expr => { $( $method:ident $needs:expr => $handler:expr ),+ $(,)? } )+) => {
        /// The table, for tests that walk over every route.
        pub fn rules() -> Vec<Rule> {
            vec![ $( $( Rule { method: Method::$method, path: $path.to_string(), needs: $needs } ),+ ),+ ]
        }

        fn office() -> Route {
            Route::new()
                $( .at($path, RouteMethod::new() $( .method(Method::$method, guarded($needs, $handler)) )+) )+
        }
    };
}

const ID: &str = ":id<\\d+>";

table! {
    admin::SIGN_IN => { GET Nobody => sign_in::show, POST Nobody => sign_in::create }
    admin::SIGN_OUT => { POST Staff(SeeOffice) => sign_in::destroy }
    admin::HOME => { GET Staff(SeeOffice) => dashboard::show }
    admin::MENU => { GET Staff(SeeOffice) => dashboard::menu }
    admin::SEARCH => { GET Staff(SeeOffice) => search::show }
    admin::ORDERS => { GET Staff(SeeOrders) => orders::index }
    admin::ORDERS_STREAM => { GET Staff(SeeOrders) => live::stream }
    format!("{}/lot", admin::ORDERS) => { POST Staff(HandleOrders) => orders::update_many }
    admin::order(ID) => { GET Staff(SeeOrders) => order::show }
    format!("{}/etapes", admin::order(ID)) => { POST Staff(SeeOrders) => order::update }
    format!("{}/annulation", admin::order(ID)) => { GET Staff(CancelOrders) => order::cancellation }
    format!("{}/notes", admin::order(ID)) => { POST Staff(HandleOrders) => order::create_note }
    admin::PRODUCTS => { GET Staff(SeeProducts) => products::index }
    admin::product(ID) => { GET Staff(SeeProducts) => products::edit, POST Staff(EditProducts) => products::update }
    format!("{}/brouillons", admin::product(ID)) => { POST Staff(EditProducts) => products::draft }
    format!("{}/liens", admin::product(ID)) => { POST Staff(EditProducts) => products::update_links }
    admin::FINDING => { GET Staff(SeeSearch) => finding::report }
    admin::FINDING_RULES => { GET Staff(SeeSearch) => finding::rules }
    format!("{}/synonymes", admin::FINDING_RULES) => { POST Staff(EditSearch) => finding::add_synonyms }
    format!("{}/synonymes/{ID}/suppression", admin::FINDING_RULES) => { POST Staff(EditSearch) => finding::remove_synonyms }
    format!("{}/redirections", admin::FINDING_RULES) => { POST Staff(EditSearch) => finding::add_redirect }
    format!("{}/redirections/{ID}/suppression", admin::FINDING_RULES) => { POST Staff(EditSearch) => finding::remove_redirect }
    format!("{}/epingles", admin::FINDING_RULES) => { POST Staff(EditSearch) => finding::set_pins }
    format!("{}/clics", admin::FINDING_RULES) => { POST Staff(EditSearch) => finding::use_clicks }
    admin::FINDING_INDEX => { GET Staff(SeeSearch) => finding::learned_files }
    format!("{}/reconstruction", admin::FINDING_INDEX) => { POST Staff(RetryJobs) => finding::rebuild }
    format!("{}/retour", admin::FINDING_INDEX) => { POST Staff(RetryJobs) => finding::roll_back }
    admin::STOCK => { GET Staff(SeeStock) => goods::stock }
    format!("{}/{ID}", admin::STOCK) => { POST Staff(CorrectStock) => goods::correct }
    admin::CUSTOMERS => { GET Staff(SeeCustomers) => customers::index }
    format!("{}/{ID}", admin::CUSTOMERS) => { GET Staff(SeeCustomers) => customers::show }
    admin::BACKUPS => { GET Staff(SeeBackups) => backups::index }
    admin::JOBS => { GET Staff(SeeJobs) => jobs::index }
    format!("{}/{ID}/relance", admin::JOBS) => { POST Staff(RetryJobs) => jobs::retry }
}

/// Adds the back office.
pub fn routes(route: Route) -> Route {
    route.at(SOCKET, get(live::socket)).nest_no_strip("/admin", office().around(access::layer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sign_in_page_is_open() {
        let open: Vec<_> = rules().into_iter().filter(|r| r.needs == Nobody).map(|r| r.path).collect();
        assert_eq!(open, [admin::SIGN_IN, admin::SIGN_IN]);
    }

    #[test]
    fn every_address_lies_below_the_layer_and_stands_once() {
        let mut seen = std::collections::HashSet::new();
        for rule in rules() {
            assert!(rule.path.starts_with("/admin/"), "{}", rule.path);
            assert!(seen.insert((rule.method.clone(), rule.path.clone())), "{} {}", rule.method, rule.path);
        }
    }

    #[test]
    fn what_changes_something_is_never_a_get() {
        for rule in rules().iter().filter(|r| r.method == Method::GET) {
            let writes = [HandleOrders, MarkPaid, EditProducts, CorrectStock, RetryJobs, EditSearch];
            assert!(!writes.iter().any(|w| rule.needs == Staff(*w)), "{}", rule.path);
        }
    }
}
