//! Files that people bring: read whatever their encoding, refused when they are hostile, tried
//! before anything is written, all or nothing, and once.

mod calls_support;

use std::io::Write as _;

use calls_support::{input, join, published};
use domain::access::Role;
use domain::ids::RoundId;
use domain::organization::BusinessNumber;
use service::import::{self, Fault, Kind, Limits, Options, Report, Source, sheet};
use service::{Actor, Error};
use testkit::{TestCenter, actor, on_both_engines};
use texts::{Lang, Pools, Texts};

const SMALL: Limits = Limits { bytes: 1 << 20, unpacked: 1 << 20, rows: 5, columns: 8, cell: 100 };

fn said(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(|fault| format!("{}:{} {}", fault.line, fault.column, fault.reason.code)).collect()
}

fn refused(bytes: &[u8]) -> Vec<String> {
    said(&sheet::read(bytes, &SMALL).expect_err("it must be refused"))
}

fn cells(bytes: &[u8]) -> (&'static str, Vec<Vec<String>>) {
    let sheet = sheet::read(bytes, &SMALL).unwrap_or_else(|faults| panic!("{:?}", said(&faults)));
    let rows = std::iter::once(sheet.head).chain(sheet.rows).map(|row| row.cells).collect();
    (sheet.form, rows)
}

fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

const TEXT: &str = "기관명,유형\n빛고을,기업\n";

#[test]
fn text_is_read_in_the_encodings_of_korean_offices() {
    let expected = rows(&[&["기관명", "유형"], &["빛고을", "기업"]]);
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let units = if mark { "\u{feff}" } else { "" }.encode_utf16().chain(TEXT.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let (cp949, _, _) = encoding_rs::EUC_KR.encode(TEXT);
    for (form, bytes) in [
        ("UTF-8", TEXT.as_bytes().to_vec()),
        ("UTF-8", format!("\u{feff}{TEXT}").into_bytes()),
        ("EUC-KR", cp949.into_owned()),
        ("UTF-16LE", utf16(false, true)),
        ("UTF-16BE", utf16(true, true)),
        ("UTF-16LE", utf16(false, false)),
        ("UTF-16BE", utf16(true, false)),
    ] {
        assert_eq!(cells(&bytes), (form, expected.clone()));
    }
    // Letters that CP949 has beyond KS X 1001, which Excel writes.
    let (beyond, _, unmapped) = encoding_rs::EUC_KR.encode("a,b\n똠방,햏\n");
    assert!(!unmapped);
    // A lone NUL does not make it UTF-16.
    assert_eq!(
        refused("a,b\n1,x\0y and more letters than a few, so that one of them is no sign\n".as_bytes()),
        ["2:2 bad_characters"]
    );
    assert_eq!(cells(&beyond).1, rows(&[&["a", "b"], &["똠방", "햏"]]));
}

#[test]
fn separators_quotes_and_line_ends_are_read_as_spreadsheets_write_them() {
    let both = rows(&[&["a", "b"], &["1", "2"]]);
    for text in ["a,b\n1,2\n", "a;b\r\n1;2\r\n", "a\tb\r1\t2\r", "a,b\n\n1,2", "\n\na,b\n1,2\n,\n", "a , b\n 1 ,2"] {
        assert_eq!(cells(text.as_bytes()).1, both, "{text:?}");
    }
    let quoted = "a,b\n\"x, \"\"y\"\"\",\"1\r\n2\"\n";
    assert_eq!(cells(quoted.as_bytes()).1, rows(&[&["a", "b"], &["x, \"y\"", "1\n2"]]));
    // The separator within quotes of the head counts for nothing.
    assert_eq!(cells(b"\"a,a,a\";b\n1;2\n").1, rows(&[&["a,a,a", "b"], &["1", "2"]]));
    let sheet = sheet::read("a,b\n\"1\n1\",2\n3,4\n".as_bytes(), &SMALL).expect("read");
    assert_eq!(sheet.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4], "lines as an editor counts them");
}

#[test]
fn hostile_and_broken_text_is_refused_with_its_place() {
    let long = format!("a,b\n1,{}\n", "가".repeat(101));
    let many = format!("a,b\n{}", "1,2\n".repeat(6));
    let wide = format!("a,b\n{}\n", "1,".repeat(9));
    for (text, expected) in [
        ("a,b\n1,\"2\n3,4\n", "2:2 broken_quote"),
        ("a,b\n\"1\"x,2\n", "2:1 broken_quote"),
        ("a,b\n1\"2,3\n", "2:1 broken_quote"),
        ("a,b\n1,=cmd|' /C calc'!A0\n", "2:2 formula_cell"),
        ("a,b\n@SUM(A1),2\n", "2:1 formula_cell"),
        ("a,b\n1,\"=1+1\"\n", "2:2 formula_cell"),
        ("a,b\n1,x\u{7}y\n", "2:2 bad_characters"),
        ("a,b\n1,abc\u{202E}fdp\n", "2:2 bad_characters"),
        (long.as_str(), "2:2 too_long"),
        (many.as_str(), "7:0 too_many_rows"),
        (wide.as_str(), "2:0 too_many_columns"),
        ("", "0:0 file_empty"),
        ("a,b\n", "0:0 file_empty"),
        (" ,\n,,\n", "0:0 file_empty"),
    ] {
        assert_eq!(refused(text.as_bytes()), [expected], "{text:?}");
    }
    // Everything that is wrong, not only the first.
    assert_eq!(refused(b"a,b\n=1,@2\nx\"y,3\n"), ["2:1 formula_cell", "2:2 formula_cell", "3:1 broken_quote"]);
    assert_eq!(refused(b"a,b\n1,\xff\xff\xff\n"), ["2:0 file_encoding"]);
    assert_eq!(refused(&vec![b'a'; (1 << 20) + 1]), ["0:0 file_too_large"]);
    // However many faults, the report stays readable.
    let bad = format!("a,b\n{}", "=1,=2\n".repeat(500));
    let limits = Limits { rows: 1_000, ..SMALL };
    assert!(sheet::read(bad.as_bytes(), &limits).expect_err("refused").len() <= sheet::MAX_FAULTS + 1);
    for (bytes, what) in [
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), "xls and hwp"),
        (b"%PDF-1.7", "pdf"),
        (b"\x1F\x8B\x08", "gzip"),
        (b"PK\x05\x06", "an empty archive"),
    ] {
        assert_eq!(refused(bytes), ["0:0 file_kind"], "{what}");
    }
}

fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().expect("a workbook in memory")
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("an archive").into_inner()
}

#[test]
fn workbooks_are_read_as_they_look() {
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2021, 7, 1).expect("a date");
    let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let bytes = workbook(|sheet| {
        for (column, head) in (0..).zip(["기관명", "번호", "날짜", "예"]) {
            sheet.write(0, column, head).expect("written");
        }
        sheet.write(2, 0, " 빛고을 ").expect("written");
        sheet.write(2, 1, 1_234_567_891.0).expect("written");
        sheet.write_datetime_with_format(2, 2, &day, &format).expect("written");
        sheet.write(2, 3, true).expect("written");
    });
    let sheet = sheet::read(&bytes, &SMALL).unwrap_or_else(|faults| panic!("{:?}", said(&faults)));
    assert_eq!((sheet.form, sheet.rows[0].line), ("XLSX", 3));
    assert_eq!(sheet.rows[0].cells, ["빛고을", "1234567891", "2021-07-01", "Y"]);
}

#[test]
fn hostile_workbooks_are_refused_without_harm() {
    let formula = workbook(|sheet| {
        sheet.write(0, 0, "a").expect("written");
        sheet.write_formula(1, 0, "=1+1").expect("written");
        sheet.write(1, 1, "=HYPERLINK(\"x\")").expect("written");
    });
    assert_eq!(refused(&formula), ["2:1 formula_cell", "2:2 formula_cell"]);
    // A single cell in the farthest corner: as a grid these would be 17 billion cells.
    let corner = workbook(|sheet| {
        sheet.write(0, 0, "a").expect("written");
        sheet.write(1_048_575, 16_383, "x").expect("written");
    });
    assert_eq!(refused(&corner), ["1048576:0 too_many_columns"]);
    let long = workbook(|sheet| {
        for row in 0..20 {
            sheet.write(row, 0, row).expect("written");
        }
    });
    assert_eq!(refused(&long), ["7:0 too_many_rows"]);
    // 4 MiB of zeros in a few kilobytes.
    let bomb = archive(&[("[Content_Types].xml", b"<x/>"), ("xl/sharedStrings.xml", &vec![0; 4 << 20])]);
    assert!(bomb.len() < SMALL.bytes, "{}", bomb.len());
    assert_eq!(refused(&bomb), ["0:0 archive_too_large"]);
    // A small file that promises texts without number: memory for them is not asked for.
    for promise in [r#"<sst count="1" uniqueCount="4294967295"></sst>"#, "<sst uniqueCount = '99999999999999999999'/>"]
    {
        let workbook = archive(&[("[Content_Types].xml", b"<x/>"), ("xl/sharedStrings.xml", promise.as_bytes())]);
        assert_eq!(refused(&workbook), ["0:0 archive_too_large"], "{promise}");
    }
    for (bytes, what) in [
        (archive(&[("hello.txt", b"hello")]), "an archive that is no workbook"),
        (formula[..formula.len() / 2].to_vec(), "half a workbook"),
        (b"PK\x03\x04".to_vec(), "the beginning of an archive"),
    ] {
        assert_eq!(refused(&bytes), ["0:0 file_unreadable"], "{what}");
    }
    // Every single flipped byte is told or read, never a panic.
    let good = workbook(|sheet| {
        sheet.write(0, 0, "a").expect("written");
        sheet.write(1, 0, "b").expect("written");
    });
    for at in (0..good.len()).step_by(37) {
        let mut bytes = good.clone();
        bytes[at] ^= 0xFF;
        let _ = sheet::read(&bytes, &SMALL);
    }
}

// With the database.

fn office() -> Actor {
    actor(Role::OfficeStaff)
}

fn organizations() -> Options {
    Options { kind: Kind::Organizations, round: None, submits: false, late: false }
}

fn source(text: &str) -> Source {
    Source::read("기관.csv", text.as_bytes(), &Limits::PAGE).unwrap_or_else(|faults| panic!("{:?}", said(&faults)))
}

fn tried(t: &TestCenter, text: &str, options: &Options) -> Report {
    import::dry_run(&t.center, &office(), &source(text), options).expect("may import")
}

fn applied(t: &TestCenter, text: &str, options: &Options) -> Report {
    import::apply(&t.center, &office(), &source(text), options).expect("may import")
}

fn count(t: &TestCenter, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    t.db.db.read(|tx| tx.scalar(&sql, &[])).expect("counted")
}

fn in_words(report: &Report) -> Vec<String> {
    report.faults.iter().map(|fault| import::place(fault, Texts::new(Lang::En), &Pools::default())).collect()
}

fn number(n: u32) -> BusinessNumber {
    BusinessNumber::made_of(n)
}

const HEAD: &str = "기관명,사업자등록번호,유형,규모,시도,시군구,개업일,청년창업,관리자 전자우편\n";

fn good() -> String {
    format!(
        "{HEAD}빛고을,{},기업,중소기업,광주,북구,2018.3.2,N,\n무등대학교,,university,대학,서울특별시,,,,lead@mail.example\n",
        number(101_010_101)
    )
}

fn with_lead(t: &TestCenter) -> Actor {
    t.add_person(100, "lead")
}

/// The round of a published call, on a day on which it is open.
fn round(t: &TestCenter) -> RoundId {
    let (_, round) = published(t, &input());
    t.set((2021, 5, 12), 10);
    round
}

fn proposals(round: RoundId, submits: bool) -> Options {
    Options { kind: Kind::Proposals, round: Some(round), submits, late: false }
}

const P_HEAD: &str = "과제명,사업자등록번호,책임자 전자우편,분야,과제 개요,이용계획,상품,자원풀,수량,최소 수량,시작 희망일,종료 기한,기간\n";

/// The lead with an organization that has a number.
fn with_organization(t: &TestCenter) -> String {
    let lead = with_lead(t);
    join(t, 100, lead.user);
    let number = number(202_020_202).to_string();
    t.db.db
        .write(|tx| tx.run("UPDATE organization SET business_number = $1", store::values![number]))
        .expect("numbered");
    number
}

fn proposal_lines(number: &str) -> String {
    format!(
        "{P_HEAD}영상 판독,{number},lead@mail.example,헬스케어,개요,계획,gpu_mid,gpu-a100,4,2,2021-07-01,2021. 12. 31.,6\n\
         영상 판독,{number},lead@mail.example,,,,gpu_mid,gpu-a100,8,8,20210701,2021-12-31,6\n\
         신약 탐색,{number},LEAD@mail.example,energy,개요,계획,gpu_mid,gpu-a100,2,,2021-07-01,2021-12-31,3\n"
    )
}

on_both_engines! {
    fn organizations_are_tried_then_registered_and_the_same_file_is_known(t) {
        with_lead(&t);
        let report = tried(&t, &good(), &organizations());
        assert!(report.is_good(), "{:?}", in_words(&report));
        assert_eq!((report.rows, report.counts.new, report.counts.there), (2, 2, 0));
        assert_eq!((count(&t, "organization"), count(&t, "audit")), (0, 0), "a trial leaves nothing");

        let report = applied(&t, &good(), &organizations());
        assert!(report.is_good(), "{:?}", in_words(&report));
        assert_eq!((count(&t, "organization"), count(&t, "organization_member")), (2, 1));
        let again = applied(&t, &good(), &organizations());
        assert!(again.already.is_some() && again.counts.new == 0);
        // Another file with the same organizations and one more: those there stay.
        let more = format!("{}새기관,,단체,기타,부산광역시,,,,\n", good());
        let report = applied(&t, &more, &organizations());
        assert_eq!((report.counts.new, report.counts.there), (1, 2), "{:?}", in_words(&report));
        assert_eq!(count(&t, "organization"), 3);
        let trail = t.center.read(&actor(Role::Auditor), |cx| {
            let only = service::audit::Narrowed { action: Some("import.applied".to_owned()), ..Default::default() };
            service::audit::list(cx, &only, None, 10)
        }).expect("may read");
        assert_eq!(trail.len(), 2);
        assert_eq!((trail[0].reason.as_str(), trail[0].actor), ("기관.csv", office().user));
    }

    fn every_fault_is_named_at_its_line_and_column_and_nothing_is_written(t) {
        let text = format!(
            "{HEAD}\
             ,123-45-67890,가게,중소기업,광주,북구,2018-02-30,글쎄,\n\
             둘,{0},기업,중소기업,광주광역시,,2018-01-01,,nobody@mail.example\n\
             셋,{1},기업,중소기업,전북,,2031-01-01,,\n\
             넷,{0},기업,중소기업,서울,,,,\n\
             다섯,{2},기업,중소기업,서울,,,,\n",
            number(1), number(2), number(3)
        );
        let report = applied(&t, &text, &organizations());
        begin_with(&report, &[
            "Line 2, column 1 (기관명)",
            "Line 2, column 2 (사업자등록번호)",
            "Line 2, column 3 (유형): Must be one of",
            "Line 2, column 7 (개업일)",
            "Line 2, column 8 (청년창업)",
            "Line 3, column 6 (시군구)",
            "Line 3, column 9 (관리자 전자우편)",
            "Line 4, column 5 (시도)",
            "Line 5, column 2 (사업자등록번호): The same as line 3.",
        ]);
        assert_eq!((count(&t, "organization"), count(&t, "audit"), count(&t, "import_file")), (0, 0, 0));
    }

    fn columns_are_found_by_either_name_and_none_is_left_out_in_silence(t) {
        let english = "Name,Kind,Size,Region,District\nAlpha,Company,Small or medium-sized company,29,북구\n";
        let report = tried(&t, english, &organizations());
        assert!(report.faults.iter().all(|fault| fault.line != 1), "{:?}", in_words(&report));
        let odd = "기관명,기관명,유형,규모,비고\nA,A,기업,중소기업,x\n";
        assert_eq!(said(&tried(&t, odd, &organizations()).faults),
            ["1:0 column_missing", "1:2 column_twice", "1:5 column_unknown"]);
        let beside = "기관명,유형,규모,시도\nA,단체,기타,서울,뭐\n";
        assert_eq!(said(&tried(&t, beside, &organizations()).faults), ["2:5 too_many_cells"]);
    }

    fn proposals_become_drafts_or_are_handed_in_by_the_rules_of_the_pages(t) {
        let number = with_organization(&t);
        let round = round(&t);
        let text = proposal_lines(&number);
        let report = tried(&t, &text, &proposals(round, true));
        assert!(report.is_good(), "{:?}", in_words(&report));
        assert_eq!((report.rows, report.counts.new, count(&t, "proposal")), (3, 2, 0));

        let report = applied(&t, &text, &proposals(round, true));
        assert!(report.is_good(), "{:?}", in_words(&report));
        assert_eq!((count(&t, "proposal"), count(&t, "request_line")), (2, 3));
        let states = t.db.db.read(|tx| -> store::Result<i64> {
            tx.scalar("SELECT COUNT(*) FROM proposal WHERE state = 'submitted' AND receipt_no IS NOT NULL", &[])
        });
        assert_eq!(states.ok(), Some(2));
        let by = t.center.read(&actor(Role::Auditor), |cx| {
            let only = service::audit::Narrowed { action: Some("proposal.submitted".to_owned()), ..Default::default() };
            service::audit::list(cx, &only, None, 10)
        }).expect("may read");
        assert!(by.iter().all(|row| row.actor == office().user && row.reason == "기관.csv"), "who brought it, and from where");
        // The same proposals in another file are there already.
        let drafts = applied(&t, &format!("{text}\n"), &proposals(round, false));
        assert_eq!((drafts.counts.new, drafts.counts.there), (0, 2));
    }

    fn what_is_wrong_with_proposals_is_named_at_the_line_that_says_it(t) {
        let number = with_organization(&t);
        let round = round(&t);
        let text = format!(
            "{P_HEAD}가,{number},lead@mail.example,헬스케어,개요,계획,gpu_mid,gpu-a100,4,2,2021-12-01,2021-07-31,6\n\
             가,{number},lead@mail.example,에너지,,,gpu_mid,gpu-a100,999,,2021-07-01,2021-12-31,6\n\
             나,{number},nobody@mail.example,,,,gpu_mid,gpu-a100,1,,2021-07-01,2021-12-31,6\n\
             다,1234567890,lead@mail.example,,,,gpu_mid,gpu-a100,1,,2021-07-01,2021-12-31,6\n\
             라,{number},lead@mail.example,헬스케어,개요,계획,gpu_mid,없는풀,넷,,어제,2021-12-31,6\n\
             라,{number},lead@mail.example,헬스케어,개요,계획,gpu_mid,없는풀,넷,,어제,2021-12-31,6\n"
        );
        let report = applied(&t, &text, &proposals(round, true));
        assert_eq!(said(&report.faults), [
            "2:12 end_before_start",
            "3:4 differs_from_line",
            "3:9 too_large",
            "4:3 no_account",
            "5:2 business_number",
            "6:8 not_a_choice",
            "6:9 not_a_number",
            "6:11 not_a_date",
            "7:1 row_twice",
        ]);
        assert_eq!((count(&t, "proposal"), count(&t, "import_file")), (0, 0));
    }

    fn a_closed_round_takes_files_only_from_the_machines_owner_who_says_so(t) {
        let number = with_organization(&t);
        let round = round(&t);
        t.set((2021, 6, 1), 10);
        let text = proposal_lines(&number);
        let late = Options { late: true, ..proposals(round, true) };
        assert_eq!(said(&tried(&t, &text, &proposals(round, true)).faults), ["0:0 deadline_passed"]);
        assert_eq!(said(&tried(&t, &text, &late).faults), ["0:0 deadline_passed"], "a page is no command line");
        let report = import::apply(&t.center, &Actor::operator(), &source(&text), &late).expect("may import");
        assert!(report.is_good(), "{:?}", in_words(&report));
        assert_eq!(count(&t, "proposal"), 2);
        let nowhere = Options { round: Some("018f0000-0000-7000-8000-000000000000".parse().expect("an id")), ..late };
        assert_eq!(said(&tried(&t, &text, &nowhere).faults), ["0:0 no_such_round"]);
    }

    fn a_tried_file_waits_for_its_owner_and_for_a_day_only(t) {
        let (owner, other) = (office(), actor(Role::Sysadmin));
        let (file, options) = (source(&good()), organizations());
        let id = t.center.write(&owner, |cx| import::keep(cx, &file, &options)).expect("kept");
        let (back, same) = t.center.read(&owner, |cx| import::kept(cx, id)).expect("is there");
        assert_eq!((back, same), (file.clone(), options.clone()));
        assert!(matches!(t.center.read(&other, |cx| import::kept(cx, id)), Err(Error::NotFound)));
        t.set((2021, 5, 5), 12);
        t.center.write(&other, |cx| import::keep(cx, &file, &options)).expect("kept");
        assert!(matches!(t.center.read(&owner, |cx| import::kept(cx, id)), Err(Error::NotFound)));
        let refused = import::dry_run(&t.center, &actor(Role::Operator), &file, &options);
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
}

/// Each fault in words begins as expected.
fn begin_with(report: &Report, expected: &[&str]) {
    let lines = in_words(report);
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, begin) in lines.iter().zip(expected) {
        assert!(line.starts_with(begin), "{line:?} does not begin with {begin:?} in {lines:#?}");
    }
}
