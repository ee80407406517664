//! What the machine has.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Settings;

/// How long the driver's program may take to say what there is.
const LIMIT: Duration = Duration::from_secs(10);

/// What a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Nvidia,
    Amd,
    Plain,
}

/// The machine, and its slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Devices {
    pub kind: Kind,
    /// What the driver calls each slot.
    pub slots: Vec<String>,
    pub host: String,
    pub cpus: i64,
    pub memory_mb: i64,
    pub cpus_per_slot: i64,
    pub memory_mb_per_slot: i64,
}

impl Devices {
    /// Looks at the machine.
    pub fn find(settings: &Settings) -> Self {
        let cpus = std::thread::available_parallelism().ok().and_then(|n| i64::try_from(n.get()).ok()).unwrap_or(1);
        let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
        let nvidia = nvidia(&said("nvidia-smi", &["--query-gpu=index,uuid,name", "--format=csv,noheader"], LIMIT));
        let found =
            if nvidia.is_empty() { (Kind::Amd, amd(Path::new("/sys/class/drm"))) } else { (Kind::Nvidia, nvidia) };
        Self::share(settings, found, host, cpus, memory_mb(&meminfo))
    }

    fn share(settings: &Settings, found: (Kind, Vec<String>), host: String, cpus: i64, memory_mb: i64) -> Self {
        let (mut kind, mut slots) = found;
        let asked = usize::try_from(settings.slots).unwrap_or(0);
        if asked > 0 && asked <= slots.len() {
            slots.truncate(asked);
        } else if asked > 0 || slots.is_empty() {
            if !slots.is_empty() {
                tracing::warn!(
                    found = slots.len(),
                    slots = asked,
                    "fewer accelerators than slots: jobs are not told which are theirs"
                );
            }
            kind = Kind::Plain;
            let plain = if asked > 0 { asked } else { usize::try_from(cpus).unwrap_or(1).max(1) };
            slots = (0..plain).map(|n| n.to_string()).collect();
        }
        let count = i64::try_from(slots.len()).unwrap_or(i64::MAX).max(1);
        let or_share = |said: i64, all: i64| if said > 0 { said } else { (all / count).max(1) };
        let cpus_per_slot = or_share(settings.cpus_per_slot, cpus);
        let memory_mb_per_slot = or_share(settings.memory_mb_per_slot, memory_mb);
        Self { kind, slots, host, cpus, memory_mb, cpus_per_slot, memory_mb_per_slot }
    }

    /// The variables that tell a job which devices are its own.
    pub fn variables(&self, slots: &[usize]) -> Vec<(String, String)> {
        let names = slots.iter().filter_map(|slot| self.slots.get(*slot)).map(String::as_str);
        let names = names.collect::<Vec<_>>().join(",");
        let numbers =
            |numbers: &mut dyn Iterator<Item = usize>| numbers.map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let mut variables = vec![("MUDEUNG_SLOTS", numbers(&mut slots.iter().copied()))];
        match self.kind {
            Kind::Nvidia => variables.push(("CUDA_VISIBLE_DEVICES", names)),
            // HIP counts what ROCr leaves.
            Kind::Amd => variables
                .extend([("ROCR_VISIBLE_DEVICES", names), ("HIP_VISIBLE_DEVICES", numbers(&mut (0..slots.len())))]),
            Kind::Plain => {}
        }
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// What a program prints; nothing if it is not there, fails or does not end in time.
fn said(program: &str, args: &[&str], limit: Duration) -> String {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return String::new() };
    let reader = child.stdout.take().map(|mut out| {
        std::thread::spawn(move || {
            let mut text = String::new();
            out.read_to_string(&mut text).map(|_| text).unwrap_or_default()
        })
    });
    let begun = Instant::now();
    let good = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status.success(),
            Ok(None) if begun.elapsed() < limit => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) | Err(_) => {
                tracing::warn!(program, "does not answer");
                let _ = child.kill();
                let _ = child.wait();
                return String::new();
            }
        }
    };
    let text = reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    if good { text } else { String::new() }
}

/// The names of the devices that `nvidia-smi` lists: unlike numbers they do not depend on an order.
fn nvidia(text: &str) -> Vec<String> {
    let uuid = |line: &str| line.split(',').nth(1).map(|uuid| uuid.trim().to_owned());
    text.lines().filter_map(uuid).filter(|uuid| uuid.starts_with("GPU-")).collect()
}

/// The numbers of AMD's devices among the kernel's.
fn amd(drm: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(drm) else { return Vec::new() };
    let is_card = |name: &str| {
        name.strip_prefix("card").is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_amd = |entry: &fs::DirEntry| {
        is_card(&entry.file_name().to_string_lossy())
            && fs::read_to_string(entry.path().join("device/vendor")).is_ok_and(|vendor| vendor.trim() == "0x1002")
    };
    let count = entries.filter_map(Result::ok).filter(is_amd).count();
    (0..count).map(|n| n.to_string()).collect()
}

fn memory_mb(meminfo: &str) -> i64 {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<i64>().ok());
    kib.unwrap_or(0) / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(settings: &Settings, found: (Kind, Vec<String>)) -> Devices {
        Devices::share(settings, found, "here".to_owned(), 16, 64_000)
    }

    #[test]
    fn nvidia_is_told_by_uuid() {
        let text = "0, GPU-aa, NVIDIA A100-SXM4-80GB\n1, GPU-bb, NVIDIA A100-SXM4-80GB\n";
        let devices = share(&Settings::default(), (Kind::Nvidia, nvidia(text)));
        assert_eq!((devices.slots.len(), devices.cpus_per_slot, devices.memory_mb_per_slot), (2, 8, 32_000));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(devices.variables(&[1]), [pair("MUDEUNG_SLOTS", "1"), pair("CUDA_VISIBLE_DEVICES", "GPU-bb")]);
        assert_eq!(nvidia("No devices were found\n"), Vec::<String>::new());
    }

    #[test]
    fn hip_counts_what_rocr_leaves() {
        let folder = tempfile::tempdir().unwrap();
        for (card, vendor) in [("card0", "0x1a03"), ("card1", "0x1002"), ("card2", "0x1002"), ("card1-DP-1", "0x1002")]
        {
            let device = folder.path().join(card).join("device");
            fs::create_dir_all(&device).unwrap();
            fs::write(device.join("vendor"), format!("{vendor}\n")).unwrap();
        }
        let devices = share(&Settings::default(), (Kind::Amd, amd(folder.path())));
        let value = |name: &str| devices.variables(&[1]).into_iter().find(|pair| pair.0 == name).map(|pair| pair.1);
        assert_eq!(value("ROCR_VISIBLE_DEVICES").as_deref(), Some("1"));
        assert_eq!(value("HIP_VISIBLE_DEVICES").as_deref(), Some("0"));
    }

    #[test]
    fn without_accelerators_each_cpu_is_a_slot_unless_said() {
        assert_eq!(share(&Settings::default(), (Kind::Amd, Vec::new())).slots.len(), 16);
        let said = Settings { slots: 4, memory_mb_per_slot: 100, ..Settings::default() };
        let devices = share(&said, (Kind::Amd, vec!["0".to_owned()]));
        assert_eq!((devices.kind, devices.slots.len(), devices.memory_mb_per_slot), (Kind::Plain, 4, 100));
        assert_eq!(devices.variables(&[0, 3]), [("MUDEUNG_SLOTS".to_owned(), "0,3".to_owned())]);
    }

    #[test]
    fn a_program_that_hangs_says_nothing() {
        assert_eq!(said("sleep", &["60"], Duration::from_millis(50)), "");
        assert_eq!(said("no-such-program", &[], LIMIT), "");
        assert_eq!(said("echo", &["yes"], LIMIT), "yes\n");
        assert_eq!(memory_mb("MemTotal:       16384000 kB\nMemFree: 1 kB\n"), 16_000);
    }
}
