//! What people type: characters that are refused everywhere, texts in which there is nothing to see, and
//! what is said of a decision.

use crate::{Code, Reason};

/// Characters that can neither be shown nor stored, or that change how the text around them is
/// shown (bidirectional overrides and isolates, tags): good for deceiving, for nothing else here.
/// Line breaks and tabs are let pass.
#[must_use]
pub fn is_refused(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        || matches!(c,
            '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFD}'
            | '\u{E0000}'..='\u{E007F}')
}

/// Characters that take part in a text but show nothing by themselves: blanks of every kind, joiners
/// and marks of direction, the fillers of Hangul, variation selectors.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || is_refused(c)
        || matches!(c,
            '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}' | '\u{1160}'
            | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FFA0}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0100}'..='\u{E01EF}')
}

/// Whether there is nothing to see in a text: it is empty, or made of unseen characters only. Such a
/// text is as good as none.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_unseen)
}

/// The most letters of what somebody says of a decision.
pub const SAID_MAX: i64 = 1000;

/// What somebody says of a decision, without blanks around it.
///
/// # Errors
/// That it is needed and there is none, or that it is too long.
pub fn said(text: &str, needed: bool) -> Result<&str, Reason> {
    let text = text.trim();
    if needed && is_blank(text) {
        return Err(Code::Required.into());
    }
    let is_short = i64::try_from(text.chars().count()).is_ok_and(|count| count <= SAID_MAX);
    if is_short { Ok(text) } else { Err(Reason::new(Code::TooLong).with("max", SAID_MAX)) }
}

/// As much of a part of a text as does not end within a letter. Bytes that are no text stay.
#[must_use]
pub fn whole_letters(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        Err(_) => {
            // Something before is no text, but the last letter may still be cut.
            let begun = bytes.iter().rposition(|byte| byte & 0xC0 != 0x80).unwrap_or(0);
            let cut = std::str::from_utf8(&bytes[begun..]).is_err_and(|error| error.error_len().is_none());
            if cut { &bytes[..begun] } else { bytes }
        }
        Ok(_) => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_not_cut() {
        let text = "가나".as_bytes();
        assert_eq!(whole_letters(text), text);
        assert_eq!(whole_letters(&text[..4]), "가".as_bytes());
        assert_eq!(whole_letters(&text[..2]), b"");
        assert_eq!(whole_letters(b"\xff\xfe"), b"\xff\xfe", "what is no text goes through");
        assert_eq!(whole_letters(b"\xff\xea\xb0"), b"\xff");
    }

    #[test]
    fn texts_without_anything_to_see_are_blank() {
        for text in
            ["", " \t\n", "\u{200B}", "\u{3164}\u{3164}", "\u{FFA0}\u{115F}\u{1160}", "\u{2800}", "\u{200E}\u{FE0F} "]
        {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["가", "A\u{200D}B", "\u{3164}김\u{3164}", "0", "-"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn characters_that_deceive_are_refused_and_line_breaks_are_not() {
        for c in [
            '\u{0}',
            '\u{7}',
            '\u{1B}',
            '\u{7F}',
            '\u{85}',
            '\u{202E}',
            '\u{2066}',
            '\u{FEFF}',
            '\u{FFFD}',
            '\u{E0041}',
        ] {
            assert!(is_refused(c), "{c:?}");
        }
        for c in ['\n', '\r', '\t', '가', ' ', '\u{200D}', '\u{3164}'] {
            assert!(!is_refused(c), "{c:?}");
        }
    }
}
