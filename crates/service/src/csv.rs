//! Rows as CSV for spreadsheets: files that people take away.

/// A cell that no spreadsheet takes for a formula, quoted where it must be. Whole numbers stay as
/// they are.
#[must_use]
pub fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<i64>().is_err();
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r', '\t']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A line of cells. A file begins with U+FEFF, which tells spreadsheets that it is UTF-8.
#[must_use]
pub fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let mut out = cells.iter().map(|text| cell(text.as_ref())).collect::<Vec<_>>().join(",");
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas_and_keep_their_commas() {
        assert_eq!(cell("=1+2"), "'=1+2");
        assert_eq!(cell("-8"), "-8");
        assert_eq!(cell("-8+x, \"y\""), "\"'-8+x, \"\"y\"\"\"");
        assert_eq!(cell("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(cell("\t=1"), "\"'\t=1\"");
        assert_eq!(cell("\r=1"), "\"'\r=1\"");
        assert_eq!(cell("반납"), "반납");
        assert_eq!(line(&["a", "+1+1", "b,c"]), "a,'+1+1,\"b,c\"\r\n");
    }
}
