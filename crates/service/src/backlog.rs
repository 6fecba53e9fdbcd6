//! How much work there is, told to CloudWatch once a minute by whoever sweeps.

use crate::house::House;
use crate::upkeep::UpkeepError;
use crate::web::scale;
use identity::signed::Service;
use ledger::Ledger;

/// Tells it, if somebody wants to know.
pub async fn tell(house: &House) -> Result<(), UpkeepError> {
    let wanted = &house.config.metrics;
    let Some(namespace) = wanted.cloudwatch_namespace.as_ref().filter(|_| house.has_broom()) else { return Ok(()) };
    let cloud = &house.cloud;
    let service = Service::cloudwatch(&cloud.place, &cloud.region(wanted.region.as_deref())?, &cloud.identity);
    let figures = figures(house).await?;
    let mut asked = vec![("Namespace".to_owned(), namespace.clone())];
    for (at, (name, value)) in figures.into_iter().enumerate() {
        let field = |field: &str| format!("MetricData.member.{}.{field}", at + 1);
        asked.push((field("MetricName"), name.into()));
        asked.push((field("Value"), value.to_string()));
    }
    let asked: Vec<_> = asked.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    service.call("PutMetricData", &asked).await?;
    Ok(())
}

async fn figures(house: &House) -> Result<[(&'static str, f64); 5], UpkeepError> {
    let depth = house.ledger.depth().await?;
    let hint = scale::now(house, &depth).await?;
    let age = depth.oldest_ready.map_or(0, |since| (house.clock.wall().0 - since.0).max(0));
    Ok([
        ("Ready", depth.ready as f64),
        ("Running", depth.running as f64),
        ("OldestReadySeconds", age as f64 / 1e3),
        ("BacklogPerSlot", hint.backlog_per_slot),
        ("Workers", hint.workers as f64),
    ])
}
