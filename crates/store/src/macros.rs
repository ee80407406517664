//! A macro for rows that mirror their table.

/// A row type whose fields mirror columns of one table: the struct, `COLUMNS`, reading a row and
/// inserting one.
macro_rules! mirror {
    ($(#[$meta:meta])* $name:ident in $table:literal {
        $(#[$fmeta:meta])* $field:ident: $type:ty = $column:literal
        $(, $(#[$rmeta:meta])* $rfield:ident: $rtype:ty = $rcolumn:literal)* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct $name {
            $(#[$fmeta])* pub $field: $type,
            $($(#[$rmeta])* pub $rfield: $rtype,)*
        }

        #[allow(dead_code, reason = "some rows are only read, some only written")]
        impl $name {
            pub(crate) const COLUMNS: &'static str = concat!($column $(, ", ", $rcolumn)*);

            /// The columns of a table that a statement calls `alias`.
            pub(crate) fn columns_of(alias: &str) -> String {
                format!("{alias}.{}", Self::COLUMNS.replace(", ", &format!(", {alias}.")))
            }

            pub(crate) fn read(row: &$crate::Row) -> $crate::Result<Self> {
                Ok(Self { $field: row.get($column)?, $($rfield: row.get($rcolumn)?),* })
            }

            pub(crate) fn put(&self, tx: &mut $crate::Tx<'_>) -> $crate::Result<()> {
                let values = [$crate::sql::ToValue::to_value(&self.$field) $(, $crate::sql::ToValue::to_value(&self.$rfield))*];
                let places: Vec<String> = (1..=values.len()).map(|n| format!("${n}")).collect();
                let sql = format!("INSERT INTO {} ({}) VALUES ({})", $table, Self::COLUMNS, places.join(", "));
                tx.run(&sql, &values)?;
                Ok(())
            }
        }
    };
}
