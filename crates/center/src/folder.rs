//! A center's files in a folder like `centers/<name>/`, read as they are now.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::year::{FILES, Files};

/// The texts of a center's folder.
#[derive(Clone, Debug)]
pub struct Folder {
    /// `center.toml`.
    pub center: String,
    year: [String; FILES.len()],
}

impl Folder {
    /// Reads `center.toml` and all files of `year/`.
    ///
    /// # Errors
    /// The file that cannot be read, and why: it is not there, or not in UTF-8.
    pub fn read(folder: &Path) -> Result<Self> {
        let text = |path: PathBuf| std::fs::read_to_string(&path).with_context(|| path.display().to_string());
        let center = text(folder.join("center.toml"))?;
        let mut year = [const { String::new() }; FILES.len()];
        for (slot, name) in year.iter_mut().zip(FILES) {
            *slot = text(folder.join("year").join(name))?;
        }
        Ok(Self { center, year })
    }

    /// The files of its sample year.
    #[must_use]
    pub fn year(&self) -> Files<'_> {
        Files::of(self.year.each_ref().map(String::as_str))
    }
}
