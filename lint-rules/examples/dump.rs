use lint_rules::engine::{self, Input, Settings, Profile};
use lint_rules::source::FileId;
fn main() {
    let mut settings = Settings::default();
    let mut only = None;
    let mut files = vec![];
    for a in std::env::args().skip(1) {
        if a == "--pedantic" { settings.profile = Profile::Pedantic; continue }
        if a == "--target" { settings.limits.api_outage_target = Some(lint_rules::programs::duration::Nanos::from_seconds(30)); continue }
        if let Some(r) = a.strip_prefix("--group=") { only = Some(r.to_owned()); continue }
        files.push(a);
    }
    let read = files.iter().enumerate().map(|(i, f)| engine::read_file(FileId(i as u32), f, &std::fs::read(f).unwrap(), false, Default::default())).collect();
    let input = Input::new(read);
    let out = engine::judge(&input, &settings);
    for f in &out.findings {
        if only.as_deref().is_some_and(|g| g != f.rule.group.as_str()) { continue }
        println!("{}:{}:{} {} [{}] {}{}", input.name(f.location.place.file), f.location.start.line, f.location.start.column, f.severity.as_str(), f.rule.id, f.message, if f.suppressed.is_some() {" (suppressed)"} else {""});
        println!("    {}", f.help);
        for r in &f.related { println!("    related {}:{} {}", r.location.start.line, r.location.start.column, r.message); }
        for x in &f.fixes { println!("    fix {} safe={}", x.title, x.safe); }
    }
    for n in &out.not_judged { println!("NJ {}:{} [{}] {} {}", n.location.start.line, n.location.start.column, n.rule.id, n.code, n.reason); }
    for e in &out.electors { println!("ELECTOR {} {:?} {:?} L={:?} R={:?} P={:?}", e.program.id, e.state, e.container.name(), e.lease.value(), e.renew.value(), e.retry.value()); }
    for u in &out.unread { println!("UNREAD {:?}", u); }
}
