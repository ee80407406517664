//! Tables of `squeue`, `sinfo` and `sacct`. Names, comments and reasons are anybody's text and may
//! hold any character, even the end of a line. So fields end with a mark that is another one each
//! time: whoever writes such a text cannot know it.

use std::hash::{BuildHasher as _, RandomState};

use crate::EngineError;

/// What ends each field of one table.
#[derive(Clone, Debug)]
pub(super) struct Mark(String);

impl Mark {
    /// One that nobody knows.
    pub fn new() -> Self {
        Self(format!("~{:016x}~", RandomState::new().hash_one(0_u8)))
    }

    /// The argument of `sacct` that makes it end fields.
    pub fn delimiter(&self) -> String {
        format!("--delimiter={}", self.0)
    }

    /// The columns as `squeue` and `sinfo` want them: each in full, and ended by the mark.
    pub fn columns(&self, names: &[&str]) -> String {
        let columns: Vec<String> = names.iter().map(|name| format!("{name}:{}", self.0)).collect();
        columns.join(",")
    }

    /// The rows of a table of `N` columns. One that is cut off is an error.
    pub fn rows<'a, const N: usize>(&self, text: &'a str) -> Result<Vec<[&'a str; N]>, EngineError> {
        let cut_off = || EngineError::Refused("what Slurm printed is cut off".to_owned());
        let mut fields: Vec<&str> = text.split(self.0.as_str()).collect();
        let rest = fields.pop().unwrap_or_default();
        if !rest.trim().is_empty() || N == 0 || !fields.len().is_multiple_of(N) {
            return Err(cut_off());
        }
        let row = |fields: &[&'a str]| {
            let mut row: [&str; N] = fields.try_into().map_err(|_| cut_off())?;
            row[0] = row[0].trim_start_matches(['\r', '\n']);
            Ok(row)
        };
        fields.chunks(N).map(row).collect()
    }
}

#[cfg(test)]
impl From<&str> for Mark {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_field() {
        let mark = Mark::from("~x~");
        let rows = mark.rows::<2>("1~x~a|b~x~\n2~x~학습\n3~x~\n").expect("whole");
        assert_eq!(rows, [["1", "a|b"], ["2", "학습\n3"]]);
        assert_eq!(mark.rows::<2>("").map(|rows| rows.len()), Ok(0));
        for cut in ["1~x~", "1~x~a", "1~x~a~x~\n2", "1~x~a~x~\n2~x~"] {
            assert!(mark.rows::<2>(cut).is_err(), "{cut}");
        }
    }

    #[test]
    fn marks_differ() {
        assert_ne!(Mark::new().delimiter(), Mark::new().delimiter());
    }
}
