//! Korean particles that depend on the last sound of the word before them: `JOSA($name, "이/가")`.

use fluent_bundle::{FluentArgs, FluentValue};

/// The Fluent function: the word followed by the particle that fits it.
pub(crate) fn function<'a>(positional: &[FluentValue<'a>], _: &FluentArgs<'_>) -> FluentValue<'a> {
    let text = |value: &FluentValue<'a>| match value {
        FluentValue::String(text) => text.to_string(),
        FluentValue::Number(number) => number.as_string().into_owned(),
        _ => String::new(),
    };
    let word = positional.first().map(text).unwrap_or_default();
    let pair = positional.get(1).map(text).unwrap_or_default();
    FluentValue::String(format!("{word}{}", particle(&word, &pair)).into())
}

/// The particle of `pair` ("이/가": after a consonant / after a vowel) that fits `word`. "으로/로"
/// follows its own rule: ㄹ counts as a vowel.
pub(crate) fn particle<'p>(word: &str, pair: &'p str) -> &'p str {
    let (closed, open) = pair.split_once('/').unwrap_or((pair, pair));
    match last_sound(word) {
        Sound::Vowel => open,
        Sound::Rieul if closed == "으로" => open,
        Sound::Rieul | Sound::Consonant => closed,
    }
}

enum Sound {
    Vowel,
    Rieul,
    Consonant,
}

fn last_sound(word: &str) -> Sound {
    let Some(last) = word.chars().rev().find(|c| c.is_alphanumeric()) else { return Sound::Vowel };
    match last {
        // Hangul syllables are laid out by initial, vowel and final: the remainder by 28 is the final.
        '가'..='힣' => match (u32::from(last) - 0xAC00) % 28 {
            0 => Sound::Vowel,
            8 => Sound::Rieul,
            _ => Sound::Consonant,
        },
        // Digits as they are read in Korean: 영 일 이 삼 사 오 육 칠 팔 구.
        '1' | '7' | '8' => Sound::Rieul,
        '0' | '3' | '6' => Sound::Consonant,
        // Letters by their Korean names: 엘, 알 end in ㄹ; 엠, 엔 in a nasal.
        'l' | 'L' | 'r' | 'R' => Sound::Rieul,
        'm' | 'M' | 'n' | 'N' => Sound::Consonant,
        _ => Sound::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::particle;

    #[test]
    fn the_particle_follows_the_last_sound() {
        for (word, pair, expected) in [
            ("과제", "이/가", "가"),
            ("제안", "이/가", "이"),
            ("서울", "으로/로", "로"),
            ("광산", "으로/로", "으로"),
            ("8", "을/를", "을"),
            ("2", "을/를", "를"),
            ("H100", "은/는", "은"),
            ("GPU", "은/는", "는"),
            ("빛고을(주)", "과/와", "와"),
        ] {
            assert_eq!(particle(word, pair), expected, "{word}");
        }
    }
}
