//! The users that projects run as.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use super::folder::Projects;

/// Whether this program may start others as whom it likes.
pub(super) fn may_choose() -> bool {
    nix::unistd::geteuid().is_root()
}

/// The user number of a project: the one that it has, or the next.
pub(super) fn number(projects: &mut Projects, project: &str, base: u32) -> u32 {
    let next = projects.uids.values().copied().max().map_or(base, |last| last.saturating_add(1).max(base));
    *projects.uids.entry(project.to_owned()).or_insert(next)
}

/// Makes a folder that is one user's alone.
pub(super) fn own(folder: &Path, uid: Option<u32>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    if let Some(uid) = uid {
        chown(folder, Some(uid), Some(uid))?;
    }
    Ok(())
}

/// The folder on the way to another through which not everybody can go.
pub(super) fn shut(folder: &Path) -> Option<PathBuf> {
    let is_shut = |folder: &&Path| fs::metadata(folder).is_ok_and(|it| it.permissions().mode() & 0o001 == 0);
    folder.ancestors().find(is_shut).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_keeps_its_number_and_no_other_gets_it() {
        let mut projects = Projects::default();
        assert_eq!(number(&mut projects, "P2021-0001", 200_000), 200_000);
        assert_eq!(number(&mut projects, "P2021-0002", 200_000), 200_001);
        assert_eq!(number(&mut projects, "P2021-0001", 300_000), 200_000);
        assert_eq!(number(&mut projects, "P2021-0003", 300_000), 300_000);
    }

    #[test]
    fn a_folder_on_the_way_that_is_shut_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        assert_eq!(shut(&below).as_deref(), Some(folder.path()));
        fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
        assert_ne!(shut(&below).as_deref(), Some(folder.path()));
    }
}
