//! Functions, parameters, conditions and mappings.

use super::*;

/// The range of a subnet that is worked out, or why it is not.
fn range(head: &str, value: &str) -> Result<String, String> {
    let subnet = format!("  C: {{Type: AWS::EC2::Subnet, Properties: {{VpcId: !Ref Net, CidrBlock: {value}}}}}\n");
    let imported = imported(&format!("{head}{}", with(&subnet)));
    let found = imported.design.subnets.get("C").map(|subnet| subnet.cidr.get_ref().0.to_string());
    found.ok_or_else(|| notes(&imported, NoteKind::LeftOut).join("\n"))
}

#[test]
fn functions_are_worked_out_in_both_forms() {
    for (value, expected) in [
        ("!Select [3, !Cidr [!GetAtt Net.CidrBlock, 4, 8]]", "10.0.3.0/24"),
        ("{'Fn::Select': ['3', {'Fn::Cidr': [{'Fn::GetAtt': [Net, CidrBlock]}, '4', '8']}]}", "10.0.3.0/24"),
        ("!Join ['.', [10, 0, 7, 0/24]]", "10.0.7.0/24"),
        ("!Sub ['10.0.${Third}.0/24', {Third: !Select [1, !Split ['-', 'x-9-y']]}]", "10.0.9.0/24"),
        ("!FindInMap [Ranges, !Ref 'AWS::Region', C]", "10.0.30.0/24"),
        ("!If [Yes, 10.0.40.0/24, 10.0.41.0/24]", "10.0.40.0/24"),
        ("!If [No, 10.0.40.0/24, 10.0.41.0/24]", "10.0.41.0/24"),
        ("!Ref Given", "10.0.50.0/24"),
        ("!Sub '${Given}'", "10.0.50.0/24"),
        ("!Select [1, !Ref Several]", "10.0.61.0/24"),
    ] {
        assert_eq!(range(HEAD, value), Ok(expected.to_owned()), "{value}");
    }
}

const HEAD: &str = "\
Parameters:
  Given: {Type: String, Default: 10.0.50.0/24}
  Several: {Type: CommaDelimitedList, Default: '10.0.60.0/24, 10.0.61.0/24'}
  Missing: {Type: String}
Mappings: {Ranges: {us-east-1: {C: 10.0.30.0/24}}}
Conditions:
  Yes: !And [!Equals [!Ref Given, 10.0.50.0/24], !Not [!Condition No]]
  No: !Or [!Equals [a, b], !Equals [!Ref 'AWS::Region', eu-west-1]]
  Perhaps: !Equals [!Ref Missing, x]
  Never: !And [!Condition Perhaps, !Condition No]
  Always: !Or [!Condition Perhaps, !Condition Yes]
";

#[test]
fn what_is_not_known_is_named_with_its_line() {
    for (value, expected) in [
        ("!Ref Missing", "parameter `Missing` has no value; give it with --parameter Missing=…"),
        ("!ImportValue other-range", "another stack exports `other-range`"),
        ("!If [Perhaps, 10.0.40.0/24, 10.0.41.0/24]", "condition `Perhaps` is not known"),
        ("!Ref Nobody", "there is no parameter or resource `Nobody`"),
        ("!Select [9, !Ref Several]", "there is no item 9 in a list of 2"),
        ("!FindInMap [Ranges, eu-west-1, C]", "there is no `Ranges.eu-west-1.C` in the mappings"),
        ("!Sub '${AWS::AccountId}'", "`AWS::AccountId` is known to AWS alone"),
        ("!Select [0, !Cidr [10.0.0.0/16, 1, 40]]", "10.0.0.0/16 does not hold 1 ranges of 40 bits"),
        ("!Transform {Name: x}", "the function Fn::Transform is not supported"),
    ] {
        let said = range(HEAD, value).unwrap_err();
        assert_eq!(said, format!("line 18: C: left out: its range is not known: {expected}"), "{value}");
    }
}

#[test]
fn a_condition_is_known_where_what_is_missing_cannot_turn_it() {
    assert_eq!(range(HEAD, "!If [Never, 10.0.40.0/24, 10.0.41.0/24]"), Ok("10.0.41.0/24".to_owned()));
    assert_eq!(range(HEAD, "!If [Always, 10.0.40.0/24, 10.0.41.0/24]"), Ok("10.0.40.0/24".to_owned()));
}

#[test]
fn values_that_are_given_come_before_defaults() {
    let text = format!(
        "{HEAD}{}",
        with("  C: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: !Ref Given}}\n")
    );
    let given = |name: &str, value: &str| {
        let parameters = [(name.to_owned(), value.to_owned())].into();
        import(&text, &Options { parameters, ..Options::default() })
    };
    let design = given("Given", "10.0.77.0/24").unwrap().design;
    assert_eq!(design.subnets["C"].cidr.get_ref().0.to_string(), "10.0.77.0/24");
    let error = given("Gvien", "x").unwrap_err().to_string();
    assert_eq!(error, "there is no parameter `Gvien`; there are Given, Several, Missing");
}

#[test]
fn one_of_several_networks_is_chosen() {
    let other = "  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.9.0.0/16}}\n  C: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Other, CidrBlock: 10.9.1.0/24}}\n";
    let error = refused(&with(other)).to_string();
    assert_eq!(error, "there are several VPCs, and a design has one; choose with --vpc Net or --vpc Other");
    let chosen = |vpc: &str| import(&with(other), &Options { vpc: Some(vpc.to_owned()), ..Options::default() });
    let names =
        |vpc: &str| chosen(vpc).unwrap().design.subnets.into_keys().map(|name| name.into_inner()).collect::<Vec<_>>();
    assert_eq!((names("Net"), names("Other")), (vec!["A".to_owned(), "B".to_owned()], vec!["C".to_owned()]));
    assert!(chosen("A").is_err());
}

#[test]
fn a_resource_stands_where_its_name_does() {
    let text = with(
        "  C:\n    Type: AWS::EC2::Subnet\n    Properties:\n      VpcId: !Ref Net\n      CidrBlock:\n        Ref: Nobody\n  D:\n    Type: X\n",
    );
    let lines: Vec<_> = imported(&text).notes.iter().map(|note| (note.of.clone(), note.line)).collect();
    assert_eq!(lines, [("C".to_owned(), 11), ("D".to_owned(), 13)]);
}
