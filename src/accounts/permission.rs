//! What staff may do. Default deny: a role may do what stands here, nothing else.

use platform::web::visitor::Role;

/// One right in the back office. Routes and buttons both ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Dashboard, search, the shell itself.
    SeeOffice,
    SeeOrders,
    /// Prepare, send, deliver, write notes.
    HandleOrders,
    /// Say that money has arrived.
    MarkPaid,
    CancelOrders,
    SeeCustomers,
    SeeProducts,
    EditProducts,
    SeeStock,
    CorrectStock,
    SeeJobs,
    RetryJobs,
    /// What shoppers search, rules, the learned files.
    SeeSearch,
    EditSearch,
    /// The record of backups: names and errors of the machine room.
    SeeBackups,
}

impl Permission {
    pub const ALL: [Permission; 15] = [
        Permission::SeeOffice,
        Permission::SeeOrders,
        Permission::HandleOrders,
        Permission::MarkPaid,
        Permission::CancelOrders,
        Permission::SeeCustomers,
        Permission::SeeProducts,
        Permission::EditProducts,
        Permission::SeeStock,
        Permission::CorrectStock,
        Permission::SeeJobs,
        Permission::RetryJobs,
        Permission::SeeSearch,
        Permission::EditSearch,
        Permission::SeeBackups,
    ];
}

/// Whether a role has a right.
pub fn allows(role: Role, permission: Permission) -> bool {
    use Permission::*;
    match role {
        Role::Customer => false,
        Role::Support => {
            matches!(permission, SeeOffice | SeeOrders | HandleOrders | SeeCustomers | SeeProducts | SeeStock)
        }
        Role::Manager => !matches!(permission, RetryJobs | SeeBackups),
        Role::Admin => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_have_no_right_and_admins_have_all() {
        for p in Permission::ALL {
            assert!(!allows(Role::Customer, p), "{p:?}");
            assert!(allows(Role::Admin, p), "{p:?}");
        }
    }

    #[test]
    fn support_touches_neither_money_nor_goods_nor_machines() {
        use Permission::*;
        for p in [MarkPaid, CancelOrders, EditProducts, CorrectStock, SeeJobs, RetryJobs, SeeBackups] {
            assert!(!allows(Role::Support, p), "{p:?}");
        }
        assert!(allows(Role::Support, HandleOrders));
        assert!(!allows(Role::Manager, RetryJobs));
    }
}
