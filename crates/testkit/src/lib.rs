//! For tests only: databases of both engines, a clock that is moved by hand, and a center with
//! pools, products, policy and people in one line.
//!
//! Tests that use it live in a crate's `tests/` folder.

mod award;
mod center;
mod database;
mod slurm;

pub use award::{TestAward, TestLine, hold_offer, release_offer};
pub use center::{TestCenter, actor, at, identity, term};
pub use database::TestDb;
pub use slurm::{PEOPLE, TestSlurm};

/// Makes two tests of one body: `NAME::sqlite` and `NAME::postgres`. The body is given a fresh
/// [`TestCenter`] by value.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* fn $name:ident($center:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            $(#[$meta])*
            fn story($center: $crate::TestCenter) $body
            #[test]
            fn sqlite() { story($crate::TestCenter::new($crate::TestDb::sqlite())); }
            #[test]
            fn postgres() { story($crate::TestCenter::new($crate::TestDb::postgres())); }
        }
    )+};
}
