//! What the page tells.

use super::*;
use crate::examples::named;

/// The example without what it says of its load, changed.
fn design(change: impl Fn(&str) -> String) -> Design {
    Design::parse(&change(named("securewallet").unwrap().text.split("\n[load]").next().unwrap())).unwrap()
}

/// All prices known: 258.241, and four instances more at the most, 31.008 each with its disk: 382.273.
fn sound() -> Entry {
    let known = |text: &str| {
        text.replace("ap-northeast-2", "us-east-1").replace("db.t3.medium", "db.t4g.medium")
            + "\n[load]\nrequests_per_s_an_instance = 40.0\n"
    };
    Entry::new(&design(known), Plan::AsDesigned, Some(4.4)).unwrap()
}

fn unsound() -> Entry {
    let named = |text: &str| text.replace("name = \"securewallet\"", "name = \"<b>&\\\"cheap\"");
    Entry::new(&design(named), Plan::AsDesigned, None).unwrap()
}

/// Nobody can ask what is here, so that nothing is promised.
fn shut() -> Entry {
    let text = "version = 1\nname = \"shut\"\nregion = \"us-east-1\"\n[vpc]\ncidr = \"10.0.0.0/16\"\n[subnets]\n\
                p = { zone = \"a\", cidr = \"10.0.1.0/24\" }\n";
    Entry::new(&Design::parse(text).unwrap(), Plan::AsDesigned, None).unwrap()
}

fn options() -> Options {
    Options { revenue_per_hour: Some(1500.0), outage_hours: Some(2.5), ..Options::default() }
}

/// 4.4 h x 1500 = 6600; 258.241 + 6600 = 6858.24; 6 x 40 = 240; 2.5 h x 1500 = 3750.
#[test]
fn the_figures_of_an_owner() {
    let page = page(&[sound()], &options());
    for text in [
        ">$258.24 to $382.27<",
        ">4 h 24 min<",
        ">$6,600<",
        ">$6,858.24 to $6,982.27<",
        ">240 requests a second<",
        "One outage of 2 h 30 min costs $3,750, ",
    ] {
        assert!(page.contains(text), "no {text} in\n{page}");
    }
}

#[test]
fn what_is_not_known_is_called_so() {
    let page = page(&[unsound(), shut()], &options());
    assert_eq!(page.matches(">not known<").count(), 1 + 4, "{page}");
    assert!(page.contains(">at least $199.78 to $354.54<"), "{page}");
    assert!(page.contains("rds.postgres.db.t3.medium.multi-az"), "{page}");
}

#[test]
fn a_bar_without_a_loss_says_so_where_others_have_one() {
    let both = page(&[sound(), shut()], &options());
    assert!(both.contains(">$0, loss not known<"), "{both}");
    let none = page(&[sound(), shut()], &Options::default());
    assert!(none.contains(">$0<"), "{none}");
}

/// One instance: 99.5 % are promised for it, so 0.5 % of 730 h are 3 h 39 min, which lose 3.65 x 1500. Its zone and the
/// region are promised nothing.
#[test]
fn downtime_is_composed_of_what_aws_promises() {
    let design = Design::parse(named("booknook-v1").unwrap().text).unwrap();
    let composed = Entry::new(&design, Plan::AsDesigned, None).unwrap();
    let told = page(&[composed], &options());
    assert!(told.contains(">3 h 39 min<") && told.contains(">$5,475<"), "{told}");
    assert!(told.contains("SLA-composed, not measured") && !told.contains("as measured"), "{told}");
    let measured = Entry::new(&design, Plan::AsDesigned, Some(1.0)).unwrap();
    let told = page(&[measured], &options());
    assert!(told.contains(">1 h<") && !told.contains("SLA-composed"), "{told}");
    assert!(told.contains("The downtime of booknook-v1 was given"), "{told}");
}

/// The page of every example tells what `availability` does.
#[test]
fn the_page_and_availability_agree() {
    for example in crate::examples::EXAMPLES {
        let design = Design::parse(example.text).unwrap();
        let percent = availability(&design).percent;
        let hours = Entry::new(&design, Plan::AsDesigned, None).unwrap().downtime.unwrap().hours;
        assert!((hours - (1.0 - percent / 100.0) * 730.0).abs() < 1e-9, "{}: {percent} % and {hours} h", example.name);
    }
}

#[test]
fn names_are_text_and_never_markup() {
    let page = page(&[unsound()], &options());
    assert!(!page.contains("<b>"), "{page}");
    assert!(page.contains("&lt;b&gt;&amp;&quot;cheap"), "{page}");
}

#[test]
fn in_korean_and_won() {
    let won = Currency::Krw { per_usd: 1400.0, date: "2026-11-25".to_owned() };
    let options =
        Options { lang: Lang::Ko, currency: won, revenue_per_hour: Some(2_000_000.0), outage_hours: Some(1.0) };
    let page = page(&[sound(), unsound()], &options);
    for text in [
        "<html lang=\"ko\">",
        ">361,537원 ~ 535,182원<",
        ">8,800,000원<",
        ">4시간 24분<",
        ">초당 요청 240건<",
        ">279,698원 ~ 496,360원 이상<",
        "환율은 1달러에 1,400원입니다(2026-11-25 기준)",
        "1시간 동안 한 번 중단되면",
    ] {
        assert!(page.contains(text), "no {text} in\n{page}");
    }
}

#[test]
fn the_page_needs_nothing_else() {
    for lang in [Lang::En, Lang::Ko] {
        let page = page(&[sound(), unsound()], &Options { lang, ..options() });
        for outside in ["http://", "https://", "src=", "@import", "url(", "<script", "<link"] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(!page.contains("{}"), "{page}");
    }
}

/// Every tag that is opened is closed, in order.
#[test]
fn the_page_is_well_formed() {
    let page = page(&[sound(), unsound()], &options());
    let mut open: Vec<String> = Vec::new();
    for tag in page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let name = tag.split_whitespace().next().unwrap();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop().as_deref(), Some(closed), "{tag}"),
            None if ["!doctype", "meta"].contains(&name) => {}
            None => open.push(name.to_owned()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// The pieces of a bar lie end to end, and the longest bar is as wide as the chart.
#[test]
fn bars_are_as_long_as_their_sums() {
    let page = page(&[sound(), unsound()], &options());
    let of = |rect: &str, key: &str| -> f64 {
        let at = rect.split(&format!("{key}=\"")).nth(1).unwrap();
        at.split('%').next().unwrap().parse().unwrap()
    };
    let rects: Vec<(f64, f64)> = page.split("<rect ").skip(1).map(|rect| (of(rect, "x"), of(rect, "width"))).collect();
    assert_eq!(rects.len(), 6, "{rects:?}");
    let end = rects[..3].iter().fold(0.0, |end, (at, width)| {
        assert!((at - end).abs() < 0.02, "{rects:?}");
        at + width
    });
    assert!((end - 100.0).abs() < 0.02, "{rects:?}");
    // 354.5426 / (382.273 + 6600)
    let second = rects[3].1 + rects[4].1;
    assert!((second - 5.08).abs() < 0.03, "{second}");
}

#[test]
fn capacity_counts_a_member_of_two_groups_once_and_an_instance_as_one() {
    let more = |text: &str| {
        let group = "[target_groups.more]\nport = 80\nmembers = [\"app\", \"old\"]\n\n[instances.old]\nsubnet = \"private-app-a\"\n\
                     security_groups = [\"app\"]\ninstance_type = \"t3.medium\"\n\n[load]\nrequests_per_s_an_instance = 10.0\n";
        format!("{text}\n{group}")
    };
    assert_eq!(capacity(&design(more)), Some(70.0));
    assert_eq!(capacity(&design(str::to_owned)), None);
}
