//! Writing the ledger, on both engines.

use domain::access::Role;
use domain::units::PoolUnit;
use testkit::{actor, on_both_engines};

on_both_engines! {
    fn a_test_center_has_its_pools(t) {
        let pools = t.center.read(&actor(Role::Auditor), |cx| Ok(store::capacity::pools(cx.tx)?)).expect("readable");
        assert_eq!(pools.len(), 2);
        assert!(pools.iter().all(|pool| pool.unit == PoolUnit::Device));
    }
}
