//! The names of fields in the summary of what is wrong. The summary stands above the fields, whose
//! labels are known only once the page is written: they are read from it, so that both always agree.

/// How a fault begins in the summary (`components/form.html`).
const FAULT: &str = "<a class=\"fault\" href=\"#";

/// The page with each fault of its summary named by the label of its field.
pub(crate) fn name_faults(page: String) -> String {
    if !page.contains(FAULT) {
        return page;
    }
    let mut out = String::with_capacity(page.len() + 512);
    let mut rest = page.as_str();
    while let Some(start) = rest.find(FAULT) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let Some(end) = from.find('>') else { break };
        let (tag, after) = from.split_at(end + 1);
        out.push_str(tag);
        let name = tag.strip_prefix(FAULT).and_then(|name| name.split('"').next()).unwrap_or_default();
        if let Some(label) = label(&page, name) {
            out.push_str(&label);
            out.push_str(": ");
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The label of a field, with that of its row before it.
fn label(page: &str, name: &str) -> Option<String> {
    let at = page.find(&format!(" id=\"{name}\""))?;
    let own = labelled(page, name).or_else(|| legend(page, at)).or_else(|| titled(page, at))?;
    let row = name.split('.').find_map(|part| part.parse::<usize>().ok());
    match (row, enclosing(page, at)) {
        // A row whose legend does not say which it is.
        (Some(row), Some(legend)) if !legend.contains(|c: char| c.is_ascii_digit()) => {
            Some(format!("{legend} {} · {own}", row + 1))
        }
        (Some(_), Some(legend)) => Some(format!("{legend} · {own}")),
        _ => Some(own),
    }
}

fn labelled(page: &str, name: &str) -> Option<String> {
    let start = format!("<label for=\"{name}\">");
    let text = page.split_once(&start)?.1.split_once("</label>")?.0;
    // What is said behind the label, such as that the field is optional, is not its name.
    Some(plain(text.split('<').next()?)).filter(|text| !text.is_empty())
}

/// The legend of a group of fields that has the id itself.
fn legend(page: &str, at: usize) -> Option<String> {
    let inside = page.get(at..)?.split_once('>')?.1.trim_start();
    Some(plain(inside.strip_prefix("<legend>")?.split_once("</legend>")?.0))
}

/// The heading of a part of the page that has the id itself.
fn titled(page: &str, at: usize) -> Option<String> {
    let tag = page.get(at..)?.split_once('>')?.0;
    let title = tag.split_once("aria-labelledby=\"")?.1.split_once('"')?.0;
    let inside = page.split_once(&format!(" id=\"{title}\""))?.1.split_once('>')?.1;
    Some(plain(inside.split('<').next()?))
}

/// The legend of the group of fields around a place.
fn enclosing(page: &str, at: usize) -> Option<String> {
    let before = page.get(..at)?;
    let start = before.rfind("<legend>")?;
    let group = before.get(start..)?;
    if group.contains("</fieldset>") {
        return None;
    }
    Some(plain(group.strip_prefix("<legend>")?.split_once("</legend>")?.0))
}

fn plain(text: &str) -> String {
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r##"<ul><li><a class="fault" href="#email">Fill in.</a></li>
<li><a class="fault" href="#rows.1.points">Too large.</a></li><li><a class="fault" href="#rounds.0.day">Bad.</a></li>
<li><a class="fault" href="#roles">Choose.</a></li><li><a class="fault" href="#rounds">Many.</a></li>
<li><a class="fault" href="#gone">Odd.</a></li></ul>
<label for="email">E-mail <span class="optional">(optional)</span></label><input id="email">
<fieldset id="roles"><legend>Roles</legend></fieldset>
<fieldset><legend>Criteria</legend><label for="rows.1.points">Points</label><input id="rows.1.points"></fieldset>
<section id="rounds" aria-labelledby="t"><h2 id="t">Rounds</h2>
<fieldset><legend>Round 1</legend><label for="rounds.0.day">Day</label><input id="rounds.0.day"></fieldset></section>"##;

    #[test]
    fn each_fault_is_named_by_the_label_of_its_field() {
        let page = name_faults(PAGE.to_owned());
        for text in [
            ">E-mail: Fill in.<",
            ">Criteria 2 · Points: Too large.<",
            ">Round 1 · Day: Bad.<",
            ">Roles: Choose.<",
            ">Rounds: Many.<",
            ">Odd.<",
        ] {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert_eq!(name_faults("<p>x</p>".to_owned()), "<p>x</p>");
    }
}
