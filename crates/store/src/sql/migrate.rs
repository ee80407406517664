//! Brings the schema up to date: one list of migrations for both engines.

use super::Error;
use crate::Result;

refinery::embed_migrations!("migrations");

pub(super) fn run<C: refinery::Migrate>(connection: &mut C) -> Result<()> {
    migrations::runner().run(connection).map_err(|error| Error::Migration(super::error::chain(&error)))?;
    Ok(())
}
