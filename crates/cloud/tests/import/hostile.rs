//! Whatever the text: it is refused, or becomes a design; and neither takes long.

use super::*;
use cloud::Design;
use proptest::prelude::*;
use std::sync::LazyLock;

#[test]
fn a_text_that_is_too_long_is_refused_unread() {
    let long = "[".repeat(10 << 20);
    assert_eq!(refused(&long).to_string(), "the template has 10485760 bytes; CloudFormation takes 1048576 at most");
}

#[test]
fn levels_without_end_are_refused() {
    for deep in
        ["[".repeat(1000), "{a: ".repeat(1000), "- ".repeat(1000), "!Not [".repeat(100_000), "{\"a\":".repeat(200_000)]
    {
        let said = refused(&deep).to_string();
        assert!(said.contains("more than 64 levels") || said.contains("recursion limit"), "{said}");
    }
}

#[test]
fn aliases_that_double_are_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..30 {
        bomb += &format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "));
    }
    let said = refused(&bomb).to_string();
    assert!(said.contains("more than 200000 parts, with those of aliases"), "{said}");
}

#[test]
fn an_alias_stands_for_what_it_repeats() {
    let text = with("").replace("{CidrBlock: 10.0.0.0/16}", "&net {CidrBlock: 10.0.0.0/16}")
        + "  Again: {Type: Custom::X, Properties: *net}\n";
    assert_eq!(imported(&text).design.subnets.len(), 2);
    assert!(refused("a: &a [*a]\n").to_string().contains("alias"));
}

#[test]
fn texts_that_double_are_refused() {
    let doubled = (0..50).fold("x".to_owned(), |inner, _| format!("!Sub ['${{a}}${{a}}', {{a: {inner}}}]"));
    let said =
        refused(&with(&format!("  C: {{Type: AWS::EC2::Subnet, Properties: {{CidrBlock: {doubled}}}}}\n"))).to_string();
    assert!(said.contains("of text") || said.contains("levels"), "{said}");
    let twenty =
        (0..20).fold("xxxxxxxxxxxxxxxx".to_owned(), |inner, _| format!("!Sub ['${{a}}${{a}}', {{a: {inner}}}]"));
    let said =
        refused(&with(&format!("  C: {{Type: AWS::EC2::Subnet, Properties: {{CidrBlock: {twenty}}}}}\n"))).to_string();
    assert!(said.contains("functions that make more than 16 MiB of text"), "{said}");
    let ids = (0..20).fold("!Ref Net".to_owned(), |inner, _| format!("!Sub ['${{a}}/${{a}}', {{a: {inner}}}]"));
    let said =
        refused(&with(&format!("  C: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {ids}}}}}\n"))).to_string();
    assert!(said.contains("functions that make more than 16 MiB of text"), "{said}");
}

#[test]
fn metadata_that_doubles_is_refused() {
    let long = "x".repeat(100_000);
    let many = vec!["*long"; 1000].join(", ");
    let text =
        with(&format!("  C: {{Type: AWS::S3::Bucket, Metadata: {{rawmill: {{a: &long {long}, b: [{many}]}}}}}}\n"));
    assert!(refused(&text).to_string().contains("more than 16 MiB of text"));
    let whole = with("").replacen(
        "Resources",
        &format!("Metadata: {{rawmill: {{a: &long {long}, b: [{many}]}}}}\nResources"),
        1,
    );
    assert!(refused(&whole).to_string().contains("more than 16 MiB of text"));
}

#[test]
fn circles_are_refused_by_name() {
    let conditions = "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}\nResources: {Net: {Type: AWS::EC2::VPC, Condition: A}}\n";
    assert_eq!(refused(conditions).to_string(), "line 1: these need each other in a circle: A > B > A");
    let resources = with("  X: {Type: T, Properties: {P: !Ref Y}}\n  Y: {Type: T, Properties: {P: !GetAtt X.Q}}\n");
    assert_eq!(refused(&resources).to_string(), "line 7: these need each other in a circle: X > Y > X");
    let range = "Resources: {Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !GetAtt Net.CidrBlock}}}\n";
    assert!(refused(range).to_string().contains("Net.CidrBlock > Net.CidrBlock"));
}

#[test]
fn conditions_in_a_long_row_are_refused() {
    let row: String = (0..5000).map(|n| format!("  C{n}: !Not [!Condition C{}]\n", n + 1)).collect();
    let text = format!(
        "Conditions:\n{row}  C5000: !Equals [a, a]\nResources: {{Net: {{Type: AWS::EC2::VPC, Condition: C0}}}}\n"
    );
    assert!(refused(&text).to_string().contains("more than 200 levels of conditions and values"));
}

#[test]
fn what_is_no_template_is_refused_in_words() {
    for (text, expected) in [
        ("", "this is no CloudFormation template: it is empty"),
        ("hello", "this is no CloudFormation template: it has no `Resources`"),
        ("Resources: {}", "there is no VPC in this template; a design is one VPC and what stands in it"),
        ("Resources: {'a b': {Type: T}}", "line 1: expected a logical id of letters and digits, found `a b`"),
        ("Resources:\n  A: {Type: T}\n  A: {Type: T}", "line 3: `A` is there twice"),
        ("a: 1\n<<: {b: 2}", "line 2: `<<` is not supported, nor is it by CloudFormation"),
    ] {
        assert_eq!(refused(text).to_string(), expected, "{text}");
    }
    let unknown =
        "Parameters: {R: {Type: String}}\nResources:\n  Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref R}}\n";
    let said = refused(unknown).to_string();
    assert_eq!(
        said,
        "line 3: the range of the VPC `Net` is not known: parameter `R` has no value; give it with --parameter R=…"
    );
}

#[test]
fn json_is_read_with_its_tabs_and_lines() {
    let text = "{\n\t\"Resources\": {\n\t\t\"Net\": {\"Type\": \"AWS::EC2::VPC\",\n\t\t\t\"Properties\": {\"CidrBlock\":\"10.0.0.0/8\"}}}}";
    assert!(matches!(refused(text), ImportError::Design(_)), "a range that is too wide");
    let text = text.replace("\"10.0.0.0/8\"", "{\"Ref\":\"X\"}");
    assert_eq!(
        refused(&text).to_string(),
        "line 4: the range of the VPC `Net` is not known: there is no parameter or resource `X`"
    );
}

/// Refused, or a design that is read back from its own text.
fn holds(text: &str) {
    if let Ok(imported) = import(text, &Options::default()) {
        let again = Design::parse(&imported.design.to_toml());
        assert_eq!(again.as_ref(), Ok(&imported.design), "{text}");
    }
}

/// Parts of templates that fit anywhere, more or less.
const PARTS: &[&str] = &[
    "!Ref A",
    "!Ref Net",
    "!Ref Nobody",
    "!GetAtt Net.CidrBlock",
    "!Sub '${A}'",
    "-1",
    "0",
    "80",
    "65536",
    "tcp",
    "10.0.3.0/24",
    "10.0.1.0/24",
    "0.0.0.0/0",
    "::/0",
    "true",
    "[]",
    "{}",
    "~",
    "!If [X, 1, 2]",
    "!Select [0, [!Ref A]]",
    "[!Ref A, !Ref B]",
    "!ImportValue x",
    "internet",
    "unknown",
    "default",
    "é",
    "'\"'",
    "*x",
    "!Ref",
    "!Cidr [10.0.0.0/16, 2, 8]",
];

/// Three by others and two of our own.
static TEMPLATES: LazyLock<[String; 5]> = LazyLock::new(|| {
    let ours = |text: &str| back::written(&Design::parse(text).unwrap());
    [
        include_str!("templates/startup-kit.yml").to_owned(),
        include_str!("templates/mysql-provider.yaml").to_owned(),
        include_str!("templates/black-frames.yml").to_owned(),
        ours(include_str!("../designs/shop.toml")),
        ours(include_str!("../designs/reports.toml")),
    ]
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_refused_or_a_design(text in "[ \\n\\t\\[\\]{}:,&*!|>'\"#%@`~a-zA-Z0-9.-]{0,200}") {
        holds(&text);
    }

    #[test]
    fn any_change_of_a_template_is_refused_or_a_design(
        template in 0..5_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(PARTS)), 1..6),
    ) {
        let whole = &TEMPLATES[template];
        // A change puts another value behind a key.
        let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
        for (at, part) in changes {
            let line = at.get(&lines).clone();
            if let Some((key, _)) = line.split_once(": ") {
                let at = at.index(lines.len());
                lines[at] = format!("{key}: {part}");
            }
        }
        holds(&lines.join("\n"));
    }
}
