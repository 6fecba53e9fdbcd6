//! The words of the page, in English and Korean. `{}` is where a figure stands.

use std::str::FromStr;

/// A language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl FromStr for Lang {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "en" => Ok(Self::En),
            "ko" => Ok(Self::Ko),
            _ => Err(format!("expected en or ko, found `{text}`")),
        }
    }
}

/// Every sentence of the page.
pub(super) struct Words {
    pub code: &'static str,
    pub title: &'static str,
    pub intro: &'static str,
    pub design: &'static str,
    pub cost: &'static str,
    pub downtime: &'static str,
    pub loss: &'static str,
    pub sum: &'static str,
    pub capacity: &'static str,
    pub requests: &'static str,
    pub unknown: &'static str,
    pub at_least: &'static str,
    pub from_to: &'static str,
    pub chart: &'static str,
    pub chart_least: &'static str,
    pub chart_most: &'static str,
    pub chart_loss: &'static str,
    pub no_loss: &'static str,
    pub notes: &'static str,
    pub list_prices: &'static str,
    pub least_and_most: &'static str,
    pub loss_is: &'static str,
    pub outage: &'static str,
    pub downtime_composed: &'static str,
    pub downtime_measured: &'static str,
    pub capacity_is: &'static str,
    pub rate: &'static str,
    pub unpriced: &'static str,
    hour: &'static str,
    minute: &'static str,
    no_time: &'static str,
}

const EN: Words = Words {
    code: "en",
    title: "Which design?",
    intro: "What {} ways of running the same service cost, and what they risk, in a month.",
    design: "Design",
    cost: "Cost a month",
    downtime: "Expected downtime a month",
    loss: "Expected loss a month",
    sum: "Cost and loss together",
    capacity: "Handles up to",
    requests: "{} requests a second",
    unknown: "not known",
    at_least: "at least {}",
    from_to: "{} to {}",
    chart: "A month in money",
    chart_least: "cost at the smallest size",
    chart_most: "more at the largest size",
    chart_loss: "expected loss by downtime",
    no_loss: "{}, loss not known",
    notes: "How to read this",
    list_prices: "Costs are list prices of AWS before tax, for a month of 730 hours.",
    least_and_most: "Where there are two amounts, the service grows and shrinks by itself: the first is for its smallest size, the second for its largest.",
    loss_is: "The expected loss is the expected downtime, times what an hour brings in ({}).",
    outage: "One outage of {} costs {}, whichever the design; designs differ in how often it happens.",
    downtime_composed: "The expected downtime is SLA-composed, not measured: it is worked out from the uptime that AWS promises for each part of a design. A broken promise is paid for with a credit on the bill, and faults of the service itself come on top.",
    downtime_measured: "The downtime of {} was given by whoever made this page, as measured; it was not worked out from the design.",
    capacity_is: "What a design handles is what one server handles, times the servers at the largest size; the database behind them may be the first to give in.",
    rate: "One dollar is {} won (rate of {}).",
    unpriced: "“At least”: no price was found for a part of {}, so that it costs more than is shown: {}.",
    hour: "{} h",
    minute: "{} min",
    no_time: "none",
};

const KO: Words = Words {
    code: "ko",
    title: "어떤 구성을 고를까요?",
    intro: "같은 서비스를 운영하는 {}가지 구성의 비용과 위험을 한 달 기준으로 비교했습니다.",
    design: "구성",
    cost: "월 비용",
    downtime: "월 예상 중단 시간",
    loss: "월 예상 손실",
    sum: "비용과 손실 합계",
    capacity: "처리 한도",
    requests: "초당 요청 {}건",
    unknown: "알 수 없음",
    at_least: "{} 이상",
    from_to: "{} ~ {}",
    chart: "한 달 동안 드는 돈",
    chart_least: "최소 규모일 때의 비용",
    chart_most: "최대 규모일 때 늘어나는 비용",
    chart_loss: "중단으로 예상되는 손실",
    no_loss: "{}, 손실은 알 수 없음",
    notes: "읽는 방법",
    list_prices: "비용은 AWS 정가 기준이며 세금은 포함하지 않았습니다. 한 달은 730시간으로 계산했습니다.",
    least_and_most: "금액이 두 개인 구성은 이용량에 따라 규모가 자동으로 늘거나 줄어듭니다. 앞은 최소 규모, 뒤는 최대 규모일 때의 금액입니다.",
    loss_is: "예상 손실은 예상 중단 시간에 시간당 매출({})을 곱한 금액입니다.",
    outage: "{} 동안 한 번 중단되면 어떤 구성이든 {}의 손실이 생깁니다. 구성에 따라 달라지는 것은 중단이 얼마나 자주 생기는지입니다.",
    downtime_composed: "예상 중단 시간은 실제로 측정한 값이 아니라, 구성 요소마다 AWS가 SLA(서비스 수준 계약)로 약속한 가동률을 조합해 계산한 값입니다. AWS는 약속을 지키지 못하면 요금 일부를 돌려줄 뿐이며, 서비스 자체의 장애는 이 시간에 들어 있지 않습니다.",
    downtime_measured: "{} 구성의 중단 시간은 이 페이지를 만든 사람이 입력한 측정값이며, 구성을 분석해 계산한 값이 아닙니다.",
    capacity_is: "처리 한도는 서버 한 대의 처리량에 최대 규모일 때의 서버 수를 곱한 값입니다. 그 뒤의 데이터베이스가 먼저 한계에 이를 수 있습니다.",
    rate: "환율은 1달러에 {}원입니다({} 기준).",
    unpriced: "‘이상’으로 표시한 금액: {} 구성에는 가격을 확인하지 못한 항목이 있어 실제 비용은 표시된 금액보다 많습니다. 해당 항목: {}.",
    hour: "{}시간",
    minute: "{}분",
    no_time: "없음",
};

impl Words {
    /// Those of a language.
    pub fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Ko => &KO,
        }
    }

    /// A time in hours and minutes.
    pub fn hours(&self, hours: f64) -> String {
        let minutes = (hours * 60.0).round() as u64;
        let parts = [(self.hour, minutes / 60), (self.minute, minutes % 60)];
        let told: Vec<String> =
            parts.iter().filter(|(_, n)| *n > 0).map(|(word, n)| word.replace("{}", &n.to_string())).collect();
        if told.is_empty() { self.no_time.to_owned() } else { told.join(" ") }
    }
}
