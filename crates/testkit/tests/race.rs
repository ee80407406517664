//! Two processes race for the last devices of a pool on PostgreSQL.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use domain::term::Term;
use jiff::civil::date;
use testkit::{TestAward, TestCenter, TestDb, TestLine};

struct Writer {
    process: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Writer {
    fn start(url: &str, award: &TestAward, amount: i64) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_racing-writer"))
            .args([url, &award.award.to_string(), "gpu-a100", &amount.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the helper starts");
        let said = BufReader::new(process.stdout.take().expect("piped")).lines();
        let mut writer = Self { process, said };
        assert_eq!(writer.answer(), "ready");
        writer
    }

    fn go(&mut self, term: Term) {
        let input = self.process.stdin.as_mut().expect("piped");
        writeln!(input, "{} {}", term.from(), term.to()).expect("the helper listens");
    }

    fn answer(&mut self) -> String {
        self.said.next().expect("the helper answers").expect("text")
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

#[test]
fn on_postgres_of_two_processes_that_want_the_last_devices_exactly_one_wins_and_the_other_learns_what_is_short() {
    let t = TestCenter::new(TestDb::postgres());
    let whole = testkit::term((2021, 6, 1), (2022, 6, 1));
    let awards: Vec<TestAward> = (1..=2)
        .map(|n| {
            let line = TestLine { pool: "gpu-a100", product: "gpu_long", grain: 1, term: whole };
            t.add_award(n, &[line], (false, false))
        })
        .collect();
    // 164 devices: each asks for 100, so one fits and both together are short by 36.
    let mut writers: Vec<Writer> = awards.iter().map(|award| Writer::start(&t.db.url, award, 100)).collect();
    for month in 0..12 {
        let term = Term::months(date(2021, 6, 1), month + 1)
            .and_then(|long| Term::new(domain::term::add_days(long.to(), -20), long.to()))
            .expect("days");
        for writer in &mut writers {
            writer.go(term);
        }
        let mut answers: Vec<String> = writers.iter_mut().map(Writer::answer).collect();
        answers.sort();
        assert_eq!(answers, [format!("over {} {} 36", term.from(), term.to()), "won".to_owned()]);
    }
}
