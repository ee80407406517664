use super::*;
use domain::units::Gflops;
use jiff::civil::date;

#[test]
fn every_reason_has_a_text() {
    assert_eq!(missing_words::<domain::reason::Code>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::access::Role>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::access::Tie>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::capacity::Rung>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::adjustment::AdjustmentKind>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::adjustment::AdjustmentState>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::ledger::EntryKind>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::policy::PolicyKey>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::accelerator::PfBasis>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::units::PoolKind>(), [] as [String; 0]);
    assert_eq!(missing_words::<domain::units::PoolUnit>(), [] as [String; 0]);
}

#[test]
fn numbers_are_written_as_koreans_write_them() {
    let ko = Texts::new(Lang::Ko);
    assert_eq!(ko.won(24_000_000_000), "240억 원");
    assert_eq!(ko.won(411_900_000_000), "4,119억 원");
    assert_eq!(ko.won(100_000), "10만 원");
    assert_eq!(ko.won(234_560_001), "2억 3,456만 1 원");
    assert_eq!(ko.won(0), "0 원");
    assert_eq!(ko.won(i64::MIN), "-9,223,372조 368억 5,477만 5,808 원");
    assert_eq!(ko.date(date(2026, 11, 23)), "2026. 11. 23.(월)");
    assert_eq!(ko.datetime(date(2026, 11, 23).at(14, 0, 0, 0)), "2026. 11. 23.(월) 14:00");
    assert_eq!(Texts::new(Lang::En).date(date(2026, 11, 23)), "Mon 23 Nov 2026");
    assert_eq!(ko.pf(Gflops(10_740_000)), "10.74 PF");
    assert_eq!(ko.pf(Gflops(85_920)), "0.086 PF");
    assert_eq!(ko.pf(Gflops(0)), "0.00 PF");
    assert_eq!(ko.pf(Gflops(-8_850_000)), "-8.85 PF");
    assert_eq!(ko.bytes(10_700_000_000_000_000), "10.7 PB");
    assert_eq!(ko.bytes(10_000_000_000_000), "10 TB");
    assert_eq!(ko.permille(624), "62.4%");
    assert_eq!(ko.int(-1_234_567), "-1,234,567");
}

#[test]
fn personal_data_is_masked() {
    assert_eq!(masked_name("홍길동"), "홍*동");
    assert_eq!(masked_name("김산"), "김*");
    assert_eq!(masked_phone("010-1234-5678"), "010-****-5678");
    assert_eq!(masked_email("hong@mail.example"), "ho***@mail.example");
    assert_eq!(masked_email("a@mail.example"), "***@mail.example");
}

#[test]
fn a_deadline_at_midnight_is_the_end_of_the_day_before() {
    let at = |text: &str| text.parse::<jiff::Timestamp>().expect("an instant");
    assert_eq!(Texts::new(Lang::Ko).deadline(at("2026-11-22T15:00:00Z")), "2026. 11. 22.(일) 24:00");
    assert_eq!(Texts::new(Lang::En).deadline(at("2026-11-23T05:00:00Z")), "Mon 23 Nov 2026 14:00");
}

#[test]
fn a_reason_names_its_pool_and_counts_what_the_pool_counts() {
    use domain::units::PoolUnit;
    use domain::{Code, Reason};
    let pool = |id: &str, ko: &str, en: &str, unit, peak| PoolName {
        id: id.parse().expect("a slug"),
        ko: ko.to_owned(),
        en: en.to_owned(),
        unit,
        peak,
    };
    let pools: Pools = [
        pool("gpu-v100", "GPU 클라우드 V100", "GPU cloud V100", PoolUnit::Device, Some(Gflops(15_700))),
        pool("store", "스토리지", "", PoolUnit::Byte, None),
    ]
    .into_iter()
    .collect();
    let (ko, en) = (Texts::new(Lang::Ko), Texts::new(Lang::En));
    // As it was always stored: the short name and a plain number.
    let stored = r#"{"code":"cut_to_fit","args":{"asked":{"int":8},"given":{"int":4},"pool":{"text":"gpu-v100"}}}"#;
    let cut: Reason = serde_json::from_str(stored).expect("a reason");
    for part in ["GPU 클라우드 V100", "8장", "4장"] {
        assert!(ko.reason(&cut, &pools).contains(part), "{}", ko.reason(&cut, &pools));
    }
    assert!(en.reason(&cut, &pools).contains("GPU cloud V100") && en.reason(&cut, &pools).contains("8 devices"));
    let short = Reason::new(Code::OrgShare).with("pool", "store").with("max", 10_000_000_000_000);
    assert!(ko.reason(&short, &pools).contains("스토리지") && ko.reason(&short, &pools).contains("10 TB"));
    assert!(en.reason(&short, &pools).contains("스토리지"), "a pool without an English name goes by the other");
    let gone = Reason::new(Code::CameFree).with("pool", "gpu-k80");
    assert!(ko.reason(&gone, &pools).contains("gpu-k80"), "one that is not known goes by its short name");
    let place = Reason::new(Code::RankedAt).with("rank", 3);
    assert!(ko.reason(&place, &pools).contains("3위"), "without a pool a number is a number");
    let v100 = "gpu-v100".parse().expect("a slug");
    assert_eq!(pools.change(en, &v100, 8), "+8 devices");
    assert_eq!(pools.pf(ko, &v100, 8), "0.13 PF");
    assert_eq!(pools.pf(ko, &"store".parse().expect("a slug"), 8), "");
}

/// Words that were given up, each beside the one that is written instead: one thing, one word
/// (domain.md §2).
const GIVEN_UP: &[(&str, &str)] = &[
    ("결재자", "결재권자"),
    ("배정 계획", "선정 계획"),
    ("배분 계획", "선정 계획"),
    ("자원 관리자", "자원관리자"),
    ("시스템 관리자", "시스템관리자"),
    ("기관 관리자", "기관관리자"),
    ("설문 담당", "조사담당"),
    ("자격 검토", "자격검토"),
    ("보완 요청", "보완요청"),
    ("회원가입", "회원 가입"),
    ("이용 기관", "이용기관"),
    ("연산 자원", "연산자원"),
    ("사양", "거절"),
    ("보존", "보관"),
    ("이해관계", "이해충돌"),
    ("답해 주", "회신해 주"),
    ("기한 경과", "기한 만료"),
    ("상신", "결재 요청"),
    ("순위 확정", "평가 완료"),
    ("요약값", "해시"),
    ("까닭", "사유"),
    ("programme", "program"),
    ("verification mail", "confirmation e-mail"),
    ("a mail ", "an e-mail"),
    ("by mail", "by e-mail"),
    ("hand in", "submit"),
    ("handed in", "submitted"),
    ("hand out", "offer"),
    ("taken back", "withdrawn"),
    ("taken over", "imported"),
    ("Digest", "Hash"),
    ("Change request", "Adjustment request"),
];

/// The lines of a language's catalogs that people read.
fn read_lines(sources: &[&'static str]) -> Vec<&'static str> {
    sources.iter().flat_map(|source| source.lines()).filter(|line| !line.starts_with('#')).collect()
}

#[test]
fn one_thing_has_one_word() {
    let mut faults = Vec::new();
    for line in read_lines(KO).into_iter().chain(read_lines(EN)) {
        for (given_up, instead) in GIVEN_UP {
            if line.contains(given_up) {
                faults.push(format!("“{given_up}” is written “{instead}”: {line}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn particles_follow_their_word() {
    let pairs =
        ["이(가)", "가(이)", "을(를)", "를(을)", "은(는)", "는(은)", "와(과)", "과(와)", "(으)로", "(이)", "(아)"];
    let faults: Vec<_> =
        read_lines(KO).into_iter().filter(|line| pairs.iter().any(|pair| line.contains(pair))).collect();
    assert!(faults.is_empty(), "write JOSA() instead:\n{}", faults.join("\n"));
    // A particle that depends on the word, written behind one that is not known.
    let behind = ["이 ", "가 ", "을 ", "를 ", "은 ", "는 ", "과 ", "와 ", "으로 ", "로 "];
    let guessed: Vec<_> = read_lines(KO)
        .into_iter()
        .filter(|line| {
            behind
                .iter()
                .any(|particle| line.contains(&format!("}}{particle}")) || line.contains(&format!("}}”{particle}")))
        })
        .collect();
    assert!(guessed.is_empty(), "write JOSA() instead:\n{}", guessed.join("\n"));
}
