//! Public keys by which people sign in to the cluster: what is accepted, and how it is kept.

use ssh_key::public::{EcdsaPublicKey, KeyData};
use ssh_key::{HashAlg, PublicKey};

use crate::{Code, Reason};

words! {
    /// What a public key is made of.
    SshKeyKind in "ssh-key-kind" {
        /// An Ed25519 key.
        Ed25519 = "ed25519",
        /// A key on one of NIST's curves.
        Ecdsa = "ecdsa",
        /// An RSA key of at least [`RSA_BITS_MIN`] bits.
        Rsa = "rsa",
        /// An Ed25519 key in a security key.
        Ed25519Sk = "ed25519_sk",
        /// A key on NIST's curve P-256 in a security key.
        EcdsaSk = "ecdsa_sk",
    }
}

/// The most keys that a person may have.
pub const KEYS_MAX: usize = 20;
/// The shortest RSA key.
pub const RSA_BITS_MIN: u32 = 3072;
/// The longest RSA key: sshd reads no longer ones.
pub const RSA_BITS_MAX: u32 = 16_384;
/// The longest comment, in characters; what is longer is cut.
pub const COMMENT_MAX: usize = 100;
/// The longest text that is looked at, in bytes: the longest key with room for what may stand around
/// it in a file.
pub const TEXT_MAX: usize = 16_384;

/// The names by which lines of public keys begin, whether or not such keys are accepted.
const NAMES: [&str; 9] = [
    "ssh-ed25519",
    "ssh-rsa",
    "ssh-dss",
    "ssh-ed448",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];

/// How private keys are told, whatever they are wrapped in: PEM, PuTTY's files, the first SSH's, and
/// OpenSSH's own without the lines around it. Looked for in lower case, and without blanks.
const PRIVATE: [&str; 6] = [
    "privatekey--",
    "putty-user-key-file",
    "private-lines:",
    "private-mac:",
    "sshprivatekeyfileformat",
    // The base64 of `openssh-key-v1`.
    "b3blbnnzac1rzxktdje",
];

/// A public key that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshKey {
    kind: SshKeyKind,
    bits: u32,
    line: String,
    comment: String,
    fingerprint: String,
}

impl SshKey {
    /// What it is made of.
    #[must_use]
    pub fn kind(&self) -> SshKeyKind {
        self.kind
    }

    /// How long it is.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Its name and its data, as they stand in `authorized_keys`, without the comment.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }

    /// What its owner calls it; may be empty.
    #[must_use]
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// `SHA256:` and the hash of its data, as `ssh-keygen -l` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

impl std::str::FromStr for SshKey {
    type Err = Reason;

    /// Reads one line, or a file of one key.
    ///
    /// # Errors
    /// Why it is not accepted. Nothing of the text is part of the reason.
    fn from_str(text: &str) -> Result<Self, Reason> {
        // Before all else: of a private key nothing more is looked at.
        if holds_private_key(text) {
            return Err(Code::SshKeyPrivate.into());
        }
        if text.len() > TEXT_MAX {
            return Err(Reason::new(Code::TooLong).with("max", i64::try_from(TEXT_MAX).unwrap_or(i64::MAX)));
        }
        if crate::text::is_blank(text) {
            return Err(Code::Required.into());
        }
        let lines: Vec<&str> =
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let line = match lines.as_slice() {
            [line] => line,
            several if several.iter().filter(|line| is_named(line)).count() > 1 => {
                return Err(Code::SshKeySeveral.into());
            }
            _ => return Err(Code::SshKeyUnreadable.into()),
        };
        one(line)
    }
}

/// Whether there is a private key in a text, or a part of one.
#[must_use]
pub fn holds_private_key(text: &str) -> bool {
    let dense: String = text.chars().filter(|c| !crate::text::is_unseen(*c)).collect::<String>().to_lowercase();
    PRIVATE.iter().any(|mark| dense.contains(mark)) || text.lines().any(|line| begins_private(line.trim()))
}

/// Whether base64 begins as that of a private key does that lost the lines around it: a sequence whose
/// first part is a version, of any length that such keys have.
fn begins_private(line: &str) -> bool {
    let at = |from: usize, part: &str| line.get(from..).is_some_and(|rest| rest.starts_with(part));
    (at(0, "MII") && at(6, "IBA"))
        || (at(0, "MIG") && at(4, "AgE"))
        || ["MHcCAQEE", "MC4CAQA", "MHQCAQEE", "MIHcAgEBBEI"].iter().any(|start| at(0, start))
}

fn is_name(word: &str) -> bool {
    NAMES.contains(&word) || word.ends_with("-cert-v01@openssh.com")
}

fn is_named(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(is_name)
}

fn one(line: &str) -> Result<SshKey, Reason> {
    let mut words = line.split_whitespace();
    let (Some(name), Some(data)) = (words.next(), words.next()) else { return Err(Code::SshKeyUnreadable.into()) };
    if !is_name(name) {
        // `command="…",no-pty ssh-ed25519 AAAA…`
        let optioned = line.split_whitespace().skip(1).any(is_name) || line.contains("=\"");
        return Err(if optioned { Code::SshKeyOptions } else { Code::SshKeyUnreadable }.into());
    }
    let comment = cleaned(words.collect::<Vec<_>>().join(" ").as_str());
    if name.ends_with("-cert-v01@openssh.com") {
        return Err(Code::SshKeyCertificate.into());
    }
    if name == "ssh-dss" {
        return Err(Code::SshKeyDsa.into());
    }
    let given = format!("{name} {data}");
    let read = PublicKey::from_openssh(&given).map_err(|_| Code::SshKeyUnreadable)?;
    let (kind, bits) = measured(read.key_data())?;
    let plain = PublicKey::new(read.key_data().clone(), "");
    let line = plain.to_openssh().map_err(|_| Code::SshKeyUnreadable)?.trim().to_owned();
    // The reader forgives lengths that are wrong; sshd does not, and one key has one fingerprint.
    if line != given {
        return Err(Code::SshKeyUnreadable.into());
    }
    Ok(SshKey { kind, bits, line, comment, fingerprint: plain.fingerprint(HashAlg::Sha256).to_string() })
}

fn measured(data: &KeyData) -> Result<(SshKeyKind, u32), Reason> {
    Ok(match data {
        KeyData::Ed25519(_) => (SshKeyKind::Ed25519, 256),
        KeyData::SkEd25519(_) => (SshKeyKind::Ed25519Sk, 256),
        KeyData::SkEcdsaSha2NistP256(_) => (SshKeyKind::EcdsaSk, 256),
        KeyData::Ecdsa(EcdsaPublicKey::NistP256(_)) => (SshKeyKind::Ecdsa, 256),
        KeyData::Ecdsa(EcdsaPublicKey::NistP384(_)) => (SshKeyKind::Ecdsa, 384),
        KeyData::Ecdsa(EcdsaPublicKey::NistP521(_)) => (SshKeyKind::Ecdsa, 521),
        KeyData::Rsa(rsa) => {
            let (n, e) = (rsa.n.as_positive_bytes(), rsa.e.as_positive_bytes());
            let (Some(n), Some(e)) = (n, e) else { return Err(Code::SshKeyUnreadable.into()) };
            // An even factor or exponent is no RSA key.
            if n.last().is_none_or(|byte| byte % 2 == 0) || e.last().is_none_or(|byte| byte % 2 == 0) || e == [1] {
                return Err(Code::SshKeyUnreadable.into());
            }
            let bits = bits(n);
            if bits < RSA_BITS_MIN {
                let reason = Reason::new(Code::SshKeyShort).with("bits", i64::from(bits));
                return Err(reason.with("min", i64::from(RSA_BITS_MIN)));
            }
            if bits > RSA_BITS_MAX {
                return Err(Reason::new(Code::SshKeyLong).with("max", i64::from(RSA_BITS_MAX)));
            }
            (SshKeyKind::Rsa, bits)
        }
        KeyData::Dsa(_) => return Err(Code::SshKeyDsa.into()),
        _ => return Err(Code::SshKeyUnreadable.into()),
    })
}

/// How many bits a number has, of which the highest byte comes first.
fn bits(number: &[u8]) -> u32 {
    let digits = number.iter().skip_while(|byte| **byte == 0);
    let (first, count) = digits.fold((None, 0_u32), |(first, count), byte| (first.or(Some(*byte)), count + 1));
    first.map_or(0, |first| count.saturating_mul(8).saturating_sub(first.leading_zeros()))
}

/// A comment on one line, without what cannot be shown, and not too long.
fn cleaned(comment: &str) -> String {
    let seen: String = comment.chars().filter(|c| !c.is_control() && !crate::text::is_refused(*c)).collect();
    if crate::text::is_blank(&seen) {
        return String::new();
    }
    let text = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().take(COMMENT_MAX).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD as BASE64;
    use proptest::prelude::*;

    use super::*;

    /// What stands in a key's data: each part with its length before it.
    fn packed(parts: &[&[u8]]) -> String {
        let mut out = Vec::new();
        for part in parts {
            out.extend(u32::try_from(part.len()).expect("short").to_be_bytes());
            out.extend(*part);
        }
        BASE64.encode(out)
    }

    fn ed25519(byte: u8) -> String {
        format!("ssh-ed25519 {}", packed(&[b"ssh-ed25519", &[byte; 32]]))
    }

    /// An odd number of so many bits as RSA's modulus.
    fn rsa(bits: usize) -> String {
        let mut n = vec![0xFF_u8; bits.div_ceil(8)];
        n[0] = u8::try_from((1_u32 << ((bits - 1) % 8 + 1)) - 1).expect("a byte");
        if n[0] & 0x80 != 0 {
            n.insert(0, 0);
        }
        format!("ssh-rsa {}", packed(&[b"ssh-rsa", &[1, 0, 1], &n]))
    }

    fn ecdsa(curve: &str, point: usize) -> String {
        let (name, mut q) = (format!("ecdsa-sha2-{curve}"), vec![7; point]);
        q[0] = 4;
        format!("{name} {}", packed(&[name.as_bytes(), curve.as_bytes(), &q]))
    }

    fn sk(name: &str, curve: Option<&str>, point: usize) -> String {
        let mut q = vec![7; point];
        q[0] = 4;
        let mut parts = vec![name.as_bytes()];
        parts.extend(curve.map(str::as_bytes));
        parts.extend([q.as_slice(), b"ssh:"]);
        format!("{name} {}", packed(&parts))
    }

    fn read(text: &str) -> Result<SshKey, Code> {
        text.parse::<SshKey>().map_err(|reason| reason.code)
    }

    #[test]
    fn what_is_accepted() {
        for (text, kind, bits) in [
            (ed25519(3), SshKeyKind::Ed25519, 256),
            (ecdsa("nistp256", 65), SshKeyKind::Ecdsa, 256),
            (ecdsa("nistp384", 97), SshKeyKind::Ecdsa, 384),
            (ecdsa("nistp521", 133), SshKeyKind::Ecdsa, 521),
            (rsa(3072), SshKeyKind::Rsa, 3072),
            (rsa(4095), SshKeyKind::Rsa, 4095),
            (rsa(16_384), SshKeyKind::Rsa, 16_384),
            (sk("sk-ssh-ed25519@openssh.com", None, 32), SshKeyKind::Ed25519Sk, 256),
            (sk("sk-ecdsa-sha2-nistp256@openssh.com", Some("nistp256"), 65), SshKeyKind::EcdsaSk, 256),
        ] {
            let key = read(&format!("{text} kim@laptop")).expect(&text);
            assert_eq!((key.kind(), key.bits(), key.line(), key.comment()), (kind, bits, text.as_str(), "kim@laptop"));
            assert!(key.fingerprint().starts_with("SHA256:") && key.fingerprint().len() == 50, "{key:?}");
            assert_eq!(read(key.line()).map(|again| again.fingerprint), Ok(key.fingerprint));
        }
    }

    #[test]
    fn a_fingerprint_is_what_ssh_keygen_prints() {
        // ssh-keygen -lf of this very line.
        let key =
            read("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD").expect("a key");
        assert_eq!(key.fingerprint(), "SHA256:gnDfULwoGkHCZ0cpikt5ZjeLoa9Yyo7dmFepI3UZQWc");
    }

    #[test]
    fn what_is_refused_says_why() {
        let key = ed25519(3);
        let short = rsa(2048).parse::<SshKey>().expect_err("too short");
        assert_eq!(short, Reason::new(Code::SshKeyShort).with("bits", 2048).with("min", 3072));
        for (text, code) in [
            (String::new(), Code::Required),
            (" \n\u{200B}\n".to_owned(), Code::Required),
            ("# only a remark".to_owned(), Code::SshKeyUnreadable),
            (format!("ssh-dss {}", packed(&[b"ssh-dss", &[1], &[1], &[1], &[1]])), Code::SshKeyDsa),
            (rsa(1024), Code::SshKeyShort),
            (rsa(3071), Code::SshKeyShort),
            (rsa(16_385), Code::SshKeyLong),
            (format!("{key}\n{}", ed25519(4)), Code::SshKeySeveral),
            (format!("command=\"echo {key}\" {key}"), Code::SshKeyOptions),
            (format!("no-pty,from=\"10.0.0.1\" {key}"), Code::SshKeyOptions),
            (format!("restrict {key} kim"), Code::SshKeyOptions),
            ("command=\"rm -r ~\"".to_owned(), Code::SshKeyOptions),
            ("ssh-ed25519-cert-v01@openssh.com AAAA".to_owned(), Code::SshKeyCertificate),
            ("ssh-ed25519".to_owned(), Code::SshKeyUnreadable),
            (key.replace("ssh-ed25519", "ssh-rsa"), Code::SshKeyUnreadable),
            (key.replace("AAAAC3", "AAAAC4"), Code::SshKeyUnreadable),
            (format!("{key}AAAA"), Code::SshKeyUnreadable),
            (key.replace("AAAAIAMD", "AAAAIAMD\n"), Code::SshKeyUnreadable),
            ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----".to_owned(), Code::SshKeyUnreadable),
            ("x".repeat(TEXT_MAX + 1), Code::TooLong),
            ("안녕하세요 반갑습니다".to_owned(), Code::SshKeyUnreadable),
        ] {
            assert_eq!(read(&text), Err(code), "{text}");
        }
    }

    #[test]
    fn private_keys_are_told_from_all_else() {
        let key = ed25519(3);
        for text in [
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE\n",
            "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE",
            "b3BlbnNzaC1r\r\nZXktdjEAAAAABG5vbmU",
            "-----BEGIN RSA PRIVATE KEY-----",
            "AAAA\n-----END ENCRYPTED PRIVATE KEY-----",
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----",
            "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none",
            "Private-Lines: 1\nAAAA",
            "SSH PRIVATE KEY FILE FORMAT 1.1",
            "MIIEpAIBAAKCAQEAr8eAGG0pZ1",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ",
            "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg",
            "MHcCAQEEIBkg4LVWM9nuwNSk3yByxZpYRTBnVJk5GkMpJUeb",
            "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v",
        ] {
            assert_eq!(read(text), Err(Code::SshKeyPrivate), "{text}");
            assert_eq!(read(&format!("{key}\n{text}")), Err(Code::SshKeyPrivate), "{text}");
        }
        assert!(read(&format!("{key} not my private key")).is_ok());
        assert_eq!(read("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), Err(Code::SshKeyUnreadable));
    }

    #[test]
    fn comments_are_cleaned() {
        let comment = |text: &str| read(&format!("{}{text}", ed25519(3))).expect("a key").comment;
        assert_eq!(comment(""), "");
        assert_eq!(comment("  홍길동의   노트북\t 2 "), "홍길동의 노트북 2");
        assert_eq!(comment(" a\u{0}b\u{1B}[31m\u{202E}c"), "ab[31mc");
        assert_eq!(comment(" \u{200B}\u{3164}"), "");
        assert_eq!(comment(&format!(" {}", "가".repeat(300))).chars().count(), COMMENT_MAX);
        assert_eq!(read(&format!("# of my laptop\r\n\r\n{} x\r\n", ed25519(3))).map(|key| key.comment), Ok("x".into()));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_answered(text in "\\PC{0,300}") {
            let _ = read(&text);
        }

        #[test]
        fn whatever_stands_for_the_data_is_answered(name in 0..NAMES.len(), data in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&format!("{} {}", NAMES[name], BASE64.encode(data)));
        }

        #[test]
        fn a_key_with_broken_data_is_no_key_or_another(at in 0..51_usize, to in any::<u8>()) {
            let mut data = BASE64.decode(ed25519(9).trim_start_matches("ssh-ed25519 ")).expect("base64");
            data[at] = to;
            let text = format!("ssh-ed25519 {}", BASE64.encode(&data));
            match read(&text) {
                Ok(key) => prop_assert_eq!(key.line(), text.as_str()),
                Err(code) => prop_assert!(at < 19, "{}", code),
            }
        }

        #[test]
        fn what_is_kept_is_one_line_that_reads_as_the_same_key(byte in any::<u8>(), comment in ".{0,200}") {
            let comment = comment.replace(['\n', '\r'], " ");
            let Ok(key) = read(&format!("{} {comment}", ed25519(byte))) else {
                prop_assert!(holds_private_key(&comment));
                return Ok(());
            };
            let line = format!("{} {}", key.line(), key.comment());
            prop_assert_eq!(line.lines().count(), 1);
            prop_assert!(!line.chars().any(|c| c.is_control() || crate::text::is_refused(c)));
            prop_assert!(key.comment().chars().count() <= COMMENT_MAX);
            prop_assert_eq!(read(&line), Ok(key));
        }

        #[test]
        fn rsa_goes_by_its_bits(bits in 1000..20_000_usize) {
            let fits = (3072..=16_384).contains(&bits);
            prop_assert_eq!(read(&rsa(bits)).is_ok(), fits);
        }
    }
}
