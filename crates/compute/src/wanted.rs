//! What settings of engines have to be.

/// What a value of the settings has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A name of lower-case letters, digits, `-` and `_`; of an account, not `root`.
    Name,
    /// A number within its range.
    Number,
    /// At least one pool.
    Pool,
    /// The address of an HTTP server.
    Url,
    /// A folder, from the root on, without `%`.
    Folder,
    /// A command with `{image}` in it.
    Command,
}
