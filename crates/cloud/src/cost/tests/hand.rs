//! Totals that were computed by hand.

use super::*;

/// Seoul, by the hour, without load:
///
/// | | | least | most |
/// |---|---|---|---|
/// | app | t3.medium 0.052 x 730 = 37.96 each, 2 to 6 | 75.92 | 227.76 |
/// | their disks | 8 GB x 0.0912 = 0.7296 each | 1.4592 | 4.3776 |
/// | wallet | db.t3.medium in two zones | unpriced | unpriced |
/// | its disk | 20 GB x 0.262 | 5.24 | 5.24 |
/// | front | 0.0225 x 730 | 16.425 | 16.425 |
/// | nat-a, nat-b | 2 x 0.059 x 730 | 86.14 | 86.14 |
/// | addresses | 2 NATs + 2 nodes of the balancer = 4 x 0.005 x 730 | 14.60 | 14.60 |
/// | | | 199.7842 | 354.5426 |
#[test]
fn securewallet_in_seoul() {
    let bill = bill(securewallet(), Plan::AsDesigned);
    assert_eq!(amounts(&bill, "app", "t3.medium"), ["75.9200", "227.7600"]);
    assert_eq!(amounts(&bill, "app", "disk"), ["1.4592", "4.3776"]);
    assert_eq!(amounts(&bill, "wallet", "disk"), ["5.2400", "5.2400"]);
    assert_eq!(amounts(&bill, "front", "load balancer"), ["16.4250", "16.4250"]);
    assert_eq!(amounts(&bill, "nat-a", "NAT gateway"), ["43.0700", "43.0700"]);
    assert_eq!(amounts(&bill, "network", "public IPv4"), ["14.6000", "14.6000"]);
    assert_eq!(totals(&bill), ["199.7842", "354.5426"]);
    assert_eq!(bill.unpriced, ["wallet (rds.postgres.db.t3.medium.multi-az)"]);
    assert!(bill.to_string().contains("≥ 199.78 .. 354.54"), "{bill}");
    assert_eq!(bill.total.mean, None);
}

/// us-east-1 with a database that has a price: 2 x 0.0416 x 730 = 60.736, disks 16 x 0.08 = 1.28, database 0.13 x 730 =
/// 94.90, its disk 20 x 0.23 = 4.60, balancer 16.425, NATs 2 x 0.045 x 730 = 65.70, addresses 14.60: 258.241 in all.
#[test]
fn securewallet_in_virginia_with_all_prices_known() {
    let text = securewallet().replace("ap-northeast-2", "us-east-1").replace("db.t3.medium", "db.t4g.medium");
    let bill = bill(&text, Plan::OnDemand);
    assert!(!bill.is_bound(), "{bill}");
    assert_eq!(bill.total.least.exact(), "258.2410");
    assert!(!bill.to_string().contains('≥'), "{bill}");
}

/// 50 requests a second are 2 capacity units, 2 x 730 x 0.008 = 11.68 (500 GB would be 500 unit hours, fewer than 1460);
/// NAT 200 x 0.059 = 11.80; 100 GB between zones, paid at both ends, 200 x 0.01 = 2.00; out 500 x 0.126 = 63.00.
/// At 20 requests a second an instance, 3 instances: 3 x 38.6896 in place of 2 x 38.6896.
#[test]
fn securewallet_under_load() {
    let load = "\n[load]\nrequests_per_s = 50.0\nrequests_per_s_an_instance = 20.0\negress_gb = 500.0\nnat_gb = 200.0\n\
                cross_zone_gb = 100.0\n";
    let bill = bill(&format!("{}{load}", securewallet()), Plan::AsDesigned);
    assert_eq!(amounts(&bill, "load balancers", "capacity units")[0], "11.6800");
    assert_eq!(amounts(&bill, "NAT gateways", "processed")[0], "11.8000");
    assert_eq!(amounts(&bill, "network", "between zones")[0], "2.0000");
    assert_eq!(amounts(&bill, "network", "to the internet")[0], "63.0000");
    assert_eq!(totals(&bill), ["288.2642", "443.0226"]);
    assert_eq!(bill.total.mean.unwrap().exact(), "326.9538");
}

/// All of `all.toml`, us-east-1: a line for each component, amounts by hand.
#[test]
fn one_of_everything() {
    let bill = bill(ALL, Plan::AsDesigned);
    for (name, what, least, most) in [
        ("web-servers", "t3.micro, on-demand", "7.5920", "30.3680"), // 0.0104 x 730
        ("web-servers", "disk", "0.8000", "3.2000"),                 // 10 x 0.08
        ("workers", "c5.xlarge, spot", "64.8970", "194.6910"),       // 0.0889 x 730
        ("bastion", "t4g.micro, spot", "2.5550", "2.5550"),          // 0.0035 x 730
        ("data", "db.t4g.micro", "11.6800", "11.6800"),              // 0.016 x 730
        ("data", "disk", "5.7500", "5.7500"),                        // 50 x 0.115
        ("sessions", "cache.t3.micro", "24.8200", "24.8200"),        // 2 x 0.017 x 730
        ("front", "load balancer", "16.4250", "16.4250"),            // 0.0225 x 730
        ("load balancers", "capacity units", "7.0080", "7.0080"),    // 30 / 25 x 730 x 0.008
        ("nat", "NAT gateway", "32.8500", "32.8500"),                // 0.045 x 730
        ("NAT gateways", "processed", "13.5000", "13.5000"),         // 300 x 0.045
        ("messages", "interface endpoint", "14.6000", "14.6000"),    // 2 zones x 0.01 x 730
        ("interface endpoints", "processed", "0.4000", "0.4000"),    // 40 x 0.01
        ("network", "public IPv4", "18.2500", "29.2000"),            // (4 + 1 .. 4) x 0.005 x 730
        ("network", "between zones", "1.2000", "1.2000"),            // 2 x 60 x 0.01
        ("network", "to the internet", "18.0000", "18.0000"),        // 200 x 0.09
        ("edge", "to the internet", "127.5000", "127.5000"),         // 1500 x 0.085
        ("edge", "requests", "12.0000", "12.0000"),                  // 1200 x 0.01
        ("buckets", "stored", "9.2000", "9.2000"),                   // 400 x 0.023
        ("buckets", "writes", "0.5000", "0.5000"),                   // 100 x 0.005
        ("buckets", "reads", "0.3600", "0.3600"),                    // 900 x 0.0004
        ("queues", "requests", "3.6000", "3.6000"),                  // 3 x 3 x 0.4
        ("names", "hosted zone", "0.5000", "0.5000"),
        ("names", "health checks", "0.5000", "0.5000"),
        ("names", "questions", "0.8000", "0.8000"), // 2 x 0.4
        ("alarms", "alarms", "0.1000", "0.1000"),
    ] {
        assert_eq!(amounts(&bill, name, what), [least, most], "{name}: {what}");
    }
    assert_eq!(bill.lines.len(), 28, "{bill}");
    let sum = bill.lines.iter().map(|line| line.amount.unwrap().least).sum::<money::Usd>();
    assert_eq!(sum, bill.total.least);
    assert_eq!(bill.unpriced, Vec::<String>::new());
}

/// 12,000 GB in Seoul: 10,240 x 0.126 = 1290.24 and 1,760 x 0.122 = 214.72.
#[test]
fn traffic_has_its_price_in_steps() {
    let bill = bill(&format!("{}\n[load]\negress_gb = 12000.0\n", securewallet()), Plan::AsDesigned);
    let steps: Vec<_> = bill.lines.iter().filter(|line| line.item.starts_with("egress")).collect();
    let costs: Vec<String> = steps.iter().map(|line| line.amount.unwrap().least.exact()).collect();
    assert_eq!(costs, ["1290.2400", "214.7200"]);
}

#[test]
fn what_lies_beyond_the_last_step_that_has_a_price_is_unpriced() {
    let text =
        ALL.replace("egress_gb = 200.0", "egress_gb = 160000.0").replace("stored_gb = 400.0", "stored_gb = 60000.0");
    let bill = bill(&text, Plan::AsDesigned);
    assert_eq!(bill.unpriced, ["network (egress.internet.over-150tb)", "buckets (s3.standard.over-50tb)"]);
    // 51,200 x 0.023
    assert_eq!(amounts(&bill, "buckets", "stored")[0], "1177.6000");
}

#[test]
fn a_plan_is_for_instances_alone_and_wins_over_the_purchase() {
    let spot = bill(ALL, Plan::Spot);
    assert_eq!(amounts(&spot, "web-servers", "t3.micro, spot")[0], "3.7230"); // 0.0051 x 730
    assert_eq!(amounts(&spot, "data", "db.t4g.micro")[0], "11.6800");
    let demand = bill(ALL, Plan::OnDemand);
    assert_eq!(amounts(&demand, "bastion", "t4g.micro, on-demand")[0], "6.1320"); // 0.0084 x 730
    let saving = bill(ALL, Plan::SavingsPlan);
    assert!(saving.unpriced.contains(&"bastion (ec2.t4g.micro)".to_owned()), "{saving}");
}

#[test]
fn a_nat_instance_is_an_instance_and_nothing_is_asked_for_what_goes_through() {
    let text = ALL.replace(
        "nat = { subnet = \"a\" }",
        "nat = { subnet = \"a\", kind = \"instance\", instance_type = \"t3.nano\" }",
    );
    let bill = bill(&text, Plan::AsDesigned);
    assert_eq!(amounts(&bill, "nat", "t3.nano")[0], "3.7960"); // 0.0052 x 730
    assert_eq!(amounts(&bill, "nat", "disk")[0], "0.6400"); // 8 x 0.08
    assert!(!bill.lines.iter().any(|line| line.item.starts_with("nat-gateway")), "{bill}");
    let unnamed = super::bill(&text.replace(", instance_type = \"t3.nano\"", ""), Plan::AsDesigned);
    assert_eq!(unnamed.unpriced, ["nat (ec2.of no named type)"]);
}

#[test]
fn beside_a_gateway_a_nat_instance_may_carry_any_part_of_it() {
    let more = "nat = { subnet = \"a\" }\nsmall = { subnet = \"b\", kind = \"instance\", instance_type = \"t3.nano\" }";
    let bill = bill(&ALL.replace("nat = { subnet = \"a\" }", more), Plan::AsDesigned);
    assert_eq!(amounts(&bill, "NAT gateways", "processed"), ["0.0000", "13.5000"]);
}

#[test]
fn rules_beyond_ten_count_where_they_are_the_largest_dimension() {
    // 36 rules, 26 paid: 30 x 26 / 1000 = 0.78 units, fewer than 30 / 25 = 1.2; 61 rules, 51 paid: 1.53 units.
    let with = |count: usize| {
        let rule = "{ path = \"/x/*\", target = \"web\" }";
        let rules = vec![rule; count].join(", ");
        let text = ALL.replace("target = \"web\" }]", &format!("target = \"web\", rules = [{rules}] }}]"));
        amounts(&bill(&text, Plan::AsDesigned), "load balancers", "capacity units")[0].clone()
    };
    assert_eq!(with(36), "7.0080");
    assert_eq!(with(61), "8.9352"); // 1.53 x 730 x 0.008
}

#[test]
fn a_figure_of_the_load_without_a_component_is_named() {
    let bill = bill(&format!("{}\n[load]\nstored_gb = 5.0\n", securewallet()), Plan::AsDesigned);
    assert!(bill.notes.iter().any(|note| note.contains("load.stored_gb is not counted")), "{bill}");
}

#[test]
fn a_region_without_prices_and_a_load_that_is_none_are_refused() {
    let refused = |text: &str| cost(&Design::parse(text).unwrap(), Plan::OnDemand).unwrap_err().to_string();
    let error = refused(&securewallet().replace("ap-northeast-2", "eu-west-1"));
    assert_eq!(error, "there are no prices for the region `eu-west-1`, only for ap-northeast-2 and us-east-1");
    for wrong in ["-1.0", "nan", "inf", "1e300"] {
        let error = refused(&format!("{}\n[load]\nnat_gb = {wrong}\n", securewallet()));
        assert!(error.starts_with("expected load.nat_gb from 0 to 1e15, found "), "{error}");
    }
}
