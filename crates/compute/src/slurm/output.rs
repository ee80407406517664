//! Where jobs print to, and reading it. People's own programs write in that folder: nothing there is
//! believed to be what its name says.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use domain::job::Stream;
use nix::fcntl::OFlag;

use crate::{EngineError, JobKey, Printed};

/// Whether a text is a tag: it becomes part of a file's name.
pub(super) fn is_tag(tag: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !tag.is_empty() && tag.len() <= 100 && tag.bytes().all(fine)
}

/// The file of a stream. `task` is the number of a task, or what Slurm puts it in for.
pub(super) fn file(folder: &Path, tag: &str, task: Option<&str>, stream: Stream) -> PathBuf {
    let task = task.map(|task| format!("_{task}")).unwrap_or_default();
    folder.join(format!("{tag}{task}.{}", stream.as_str()))
}

/// A part of what a job printed.
pub(super) fn read(
    folder: &Path,
    job: JobKey<'_>,
    stream: Stream,
    from: u64,
    limit: usize,
) -> Result<Printed, EngineError> {
    // What somebody submitted by hand prints elsewhere.
    if folder.as_os_str().is_empty() || !is_tag(job.tag) {
        return Ok(Printed::default());
    }
    let task = job.task.map(|task| task.to_string());
    let path = file(folder, job.tag, task.as_deref(), stream);
    let cannot =
        |error: &std::io::Error| EngineError::Refused(format!("what job {} printed cannot be read: {error}", job.id));
    let mut file = match open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Printed::default()),
        Err(error) => return Err(cannot(&error)),
    };
    let size = file.metadata().map_err(|error| cannot(&error))?.len();
    let begin = from.min(size);
    file.seek(SeekFrom::Start(begin)).map_err(|error| cannot(&error))?;
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).min(size - begin);
    file.take(most).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    Ok(Printed { bytes, from: begin, size })
}

/// Opens a file that is nothing but a file of one name: a link would lead to what only the portal
/// may read, and a pipe would hold it up.
fn open(path: &Path) -> std::io::Result<File> {
    let file = OpenOptions::new().read(true).custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits()).open(path)?;
    let data = file.metadata()?;
    if data.is_file() && data.nlink() == 1 { Ok(file) } else { Err(ErrorKind::InvalidInput.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_and_only_of_files() {
        let folder = std::env::temp_dir().join(format!("mudeung-output-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).expect("made");
        let key = |tag| JobKey { id: "17", tag, task: None };
        let part = |tag, from, limit| read(&folder, key(tag), Stream::Out, from, limit);
        assert_eq!(part("a", 5, 10), Ok(Printed::default()));
        std::fs::write(folder.join("a.out"), "0123456789").expect("written");
        assert_eq!(part("a", 3, 4), Ok(Printed { bytes: b"3456".to_vec(), from: 3, size: 10 }));
        assert_eq!(part("a", 8, 100), Ok(Printed { bytes: b"89".to_vec(), from: 8, size: 10 }));
        assert_eq!(part("a", 50, 100), Ok(Printed { bytes: Vec::new(), from: 10, size: 10 }));
        let task = JobKey { task: Some(3), ..key("a") };
        std::fs::write(folder.join("a_3.err"), "x").expect("written");
        assert_eq!(read(&folder, task, Stream::Err, 0, 9).map(|printed| printed.size), Ok(1));
        // Links, pipes and ways out.
        std::os::unix::fs::symlink("a.out", folder.join("b.out")).expect("linked");
        assert!(matches!(part("b", 0, 9), Err(EngineError::Refused(_))));
        std::fs::hard_link(folder.join("a_3.err"), folder.join("c.out")).expect("linked");
        assert!(matches!(part("c", 0, 9), Err(EngineError::Refused(_))));
        let made = std::process::Command::new("mkfifo").arg(folder.join("d.out")).status().expect("there");
        assert!(made.success());
        assert!(matches!(part("d", 0, 9), Err(EngineError::Refused(_))));
        assert_eq!(part("../a", 0, 9), Ok(Printed::default()));
        let _ = std::fs::remove_dir_all(&folder);
    }
}
