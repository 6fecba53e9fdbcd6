//! Changes to a design, at random: whatever stays a design that has a template is kept.

use cloud::Design;
use cloud::emit::{Format, emit};
use cloud::rule::{AclEntry, GroupRule};
use ipnet::Ipv4Net;
use toml::{Table, Value};

/// A change: what is done, where, and what comes there. Any numbers will do.
pub type Change = (usize, usize, u64);

type Done = Option<()>;

/// What can be done.
pub const KINDS: [fn(&mut Value, usize, u64) -> Done; 6] = [change, drop_one, turn, add, rename, double];

/// Places in `KINDS`.
pub const ADD: usize = 3;
pub const RENAME: usize = 4;

/// The design with those changes that leave it a design with a template.
pub fn changed(design: &Design, changes: &[Change]) -> Design {
    let next = |design: Design, change: &Change| try_one(&design, *change).unwrap_or(design);
    changes.iter().fold(design.clone(), next)
}

/// The design with a change, where it is one, and has a template.
pub fn try_one(design: &Design, (kind, place, what): Change) -> Option<Design> {
    let mut tree = Value::Table(toml::from_str(&design.to_toml()).ok()?);
    KINDS[kind % KINDS.len()](&mut tree, place, what)?;
    let changed = Design::parse(&toml::to_string(&tree).ok()?).ok()?;
    emit(&changed, Format::CloudFormation).ok().map(|_| changed)
}

/// Another value in place of one.
fn change(tree: &mut Value, place: usize, what: u64) -> Done {
    let at = pick(tree, place, |value| !matches!(value, Value::Table(_) | Value::Array(_)))?;
    let value = follow(tree, &at)?;
    *value = match &*value {
        Value::Integer(_) => Value::Integer(number(what)),
        Value::Float(_) => Value::Float((what % 100_000) as f64 / 8.0),
        Value::Boolean(old) => Value::Boolean(!old),
        Value::String(old) => Value::String(text(old, what)),
        _ => return None,
    };
    Some(())
}

fn number(what: u64) -> i64 {
    const NUMBERS: &[i64] = &[0, 1, 2, 3, 5, 6, 22, 300, 3306, 5432, 8080, 43_200, 65_535];
    NUMBERS[what as usize % NUMBERS.len()]
}

/// A text of the same sort.
fn text(old: &str, what: u64) -> String {
    let ports = ["80", "any", "1-65535", "0", "65535", "1024-2048"][what as usize / 16 % 6];
    let traffic = ["all", "icmp", &format!("tcp {ports}"), &format!("udp {ports}")][what as usize % 4].to_owned();
    let range =
        ["0.0.0.0/0", "10.0.0.0/8", "127.0.0.1/32", "192.0.2.7/32", "255.255.255.255/32"][what as usize / 4 % 5];
    let way = if old.contains(" from ") { "from" } else { "to" };
    if old.parse::<AclEntry>().is_ok() {
        let verb = ["allow", "deny"][what as usize / 8 % 2];
        return format!("{} {verb} {traffic} {way} {range}", 1 + what % 32_766);
    }
    if old.parse::<GroupRule>().is_ok() {
        let peer = old.split(&format!(" {way} ")).nth(1).unwrap_or_default();
        let peers = [range, peer, "prefix s3", "prefix com.x.y"];
        return format!("{traffic} {way} {}", peers[what as usize / 64 % peers.len()]);
    }
    if let Ok(net) = old.parse::<Ipv4Net>() {
        let length = net.prefix_len() + what as u8 % 4;
        return Ipv4Net::new(net.network(), length).map_or_else(|_| old.to_owned(), |net| net.trunc().to_string());
    }
    const WORDS: &[&str] = &["a", "b", "f", "http", "internal", "spot", "savings-plan", "on-demand", "mysql", "cpu"];
    const MORE: &[&str] = &["latency", "geolocation", "simple", "memory", "s3:List* on *", "t4g.nano", "a: b #c", "s3"];
    let words: Vec<&str> = WORDS.iter().chain(MORE).copied().collect();
    words[what as usize % words.len()].to_owned()
}

/// Without one of its parts.
fn drop_one(tree: &mut Value, place: usize, _: u64) -> Done {
    let mut at = pick(tree, place, |_| true)?;
    let last = at.pop()?;
    match (follow(tree, &at)?, last) {
        (Value::Table(table), Step::Key(key)) => drop(table.remove(&key)),
        (Value::Array(list), Step::Index(index)) => drop(list.remove(index)),
        _ => return None,
    }
    Some(())
}

/// A list in another order.
fn turn(tree: &mut Value, place: usize, what: u64) -> Done {
    let at = pick(tree, place, |value| value.as_array().is_some_and(|list| list.len() > 1))?;
    let list = follow(tree, &at)?.as_array_mut()?;
    let by = what as usize % list.len();
    if what.is_multiple_of(2) {
        list.reverse()
    } else {
        list.rotate_left(by)
    }
    Some(())
}

/// An item of a list twice.
fn double(tree: &mut Value, place: usize, what: u64) -> Done {
    let at = pick(tree, place, |value| value.as_array().is_some_and(|list| !list.is_empty()))?;
    let list = follow(tree, &at)?.as_array_mut()?;
    let item = list[what as usize % list.len()].clone();
    list.push(item);
    Some(())
}

/// What things may have besides: `@` stands for something of that section.
pub const MORE: &[(&str, &str, &str)] = &[
    ("nats", "kind", "'instance'\nsecurity_groups = ['@security_groups']"),
    ("nats", "instance_type", "'t3.nano'"),
    ("nats", "security_groups", "['@security_groups']"),
    ("subnets", "network_acl", "'@network_acls'"),
    ("endpoints", "security_groups", "['@security_groups']"),
    ("target_groups", "health", "{ needs = ['@databases', '@queues'], interval_s = 7, path = '/h' }"),
    ("target_groups", "members", "['@auto_scaling_groups', '@instances']"),
    ("auto_scaling_groups", "scale", "{ on = 'cpu', target = 12.5, queue = '@queues' }"),
    ("auto_scaling_groups", "scale", "{ on = 'messages', target = 3.0, queue = '@queues' }"),
    ("auto_scaling_groups", "scale", "{ on = 'backlog-per-instance', target = 3.0, queue = '@queues' }"),
    ("auto_scaling_groups", "role", "'@roles'"),
    ("auto_scaling_groups", "protected", "true"),
    ("auto_scaling_groups", "processes", "['a b', \"it's\", '- x', '']"),
    ("auto_scaling_groups", "subnets", "[]"),
    ("instances", "role", "'@roles'"),
    ("instances", "purchase", "'spot'"),
    ("instances", "purchase", "'savings-plan'"),
    ("databases", "port", "5432"),
    ("databases", "subnets", "[]"),
    ("queues", "heartbeat_s", "10"),
    ("queues", "work_p99_s", "20"),
    ("queues", "dead_letters", "'@queues'\nreceives = 4"),
    ("buckets", "only_through", "'@endpoints'"),
    ("buckets", "encrypted", "false"),
    ("buckets", "public", "true"),
    ("buckets", "presigned", "true"),
    ("distributions", "origins", "['@buckets', '@load_balancers']"),
    ("distributions", "signed", "true"),
    ("records", "policy", "'failover'\ntargets = ['@distributions', '@load_balancers']\nhealth_path = '/x'"),
    ("records", "health_path", "'/x y'"),
    ("roles", "allow", "['s3:GetObject on @buckets', 's3:GetObject on @buckets/*', 's3:* on @buckets/*']"),
    ("roles", "allow", "['s3:* on @buckets', 's3:ListBucket on @buckets/*', 's3:ListBucket on @buckets']"),
    ("roles", "allow", "['* on *', 'sqs:* on @queues', 's3:PutObject on @buckets/${a}/b']"),
    ("alarms", "above", "0.5\nqueue = '@queues'"),
];

fn add(tree: &mut Value, place: usize, what: u64) -> Done {
    let (section, key, value) = MORE[what as usize % MORE.len()];
    let names = |tree: &Value, section: &str| -> Vec<String> {
        tree.get(section).and_then(Value::as_table).map(|all| all.keys().cloned().collect()).unwrap_or_default()
    };
    let mut text = format!("{key} = {value}");
    while let Some((before, rest)) = text.split_once('@') {
        let end = rest.find(|c: char| c != '_' && !c.is_ascii_lowercase()).unwrap_or(rest.len());
        let all = names(tree, &rest[..end]);
        let name = all.get(place % all.len().max(1))?;
        text = format!("{before}{name}{}", &rest[end..]);
    }
    let more: Table = toml::from_str(&text).ok()?;
    let all = names(tree, section);
    let thing = tree.get_mut(section)?.get_mut(all.get(place / 3 % all.len().max(1))?)?.as_table_mut()?;
    thing.extend(more);
    Some(())
}

/// Names that YAML, TOML or an import might take for something else.
pub const NAMES: &[&str] = &[
    "yes",
    "1e3",
    "서울",
    "a b",
    "it's",
    "x: y",
    "",
    "~",
    "null",
    "default",
    "unknown",
    "default-1",
    "prefix",
    "blackhole",
    "Vpc",
    "tab\there",
    "line\n",
    "#",
    "${AWS::Region}",
    "*",
    "- a",
    "x/y",
    "A-b",
];

/// Another name for something, wherever it stands.
fn rename(tree: &mut Value, place: usize, what: u64) -> Done {
    let sections = tree.as_table()?.iter().filter(|(key, _)| !matches!(key.as_str(), "vpc" | "load"));
    let sections = sections.filter_map(|(_, section)| section.as_table());
    let all: Vec<String> = sections.flat_map(|section| section.keys().cloned()).collect();
    let old = all.get(place % all.len().max(1))?;
    replace(tree, old, NAMES[what as usize % NAMES.len()]);
    Some(())
}

fn replace(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text == old => new.clone_into(text),
        Value::String(text) => {
            for way in [" from ", " to ", " on "] {
                let Some((before, name)) = text.split_once(way) else { continue };
                let (name, path) = name.split_once('/').map_or((name, None), |(name, path)| (name, Some(path)));
                if name == old {
                    *text = format!("{before}{way}{new}{}", path.map_or(String::new(), |path| format!("/{path}")));
                    return;
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|item| replace(item, old, new)),
        Value::Table(table) => {
            *table = std::mem::take(table)
                .into_iter()
                .map(|(key, mut value)| {
                    replace(&mut value, old, new);
                    (if key == old { new.to_owned() } else { key }, value)
                })
                .collect();
        }
        _ => {}
    }
}

#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
}

/// The way to one of those parts that fit.
fn pick(tree: &Value, place: usize, fits: fn(&Value) -> bool) -> Option<Vec<Step>> {
    let mut found = Vec::new();
    walk(tree, &mut Vec::new(), &mut |at, value| {
        if !at.is_empty() && fits(value) {
            found.push(at.to_vec());
        }
    });
    let place = place % found.len().max(1);
    (place < found.len()).then(|| found.swap_remove(place))
}

fn walk(value: &Value, at: &mut Vec<Step>, see: &mut impl FnMut(&[Step], &Value)) {
    see(at, value);
    let steps: Vec<(Step, &Value)> = match value {
        Value::Table(table) => table.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(n, value)| (Step::Index(n), value)).collect(),
        _ => return,
    };
    for (step, value) in steps {
        at.push(step);
        walk(value, at, see);
        at.pop();
    }
}

fn follow<'v>(value: &'v mut Value, at: &[Step]) -> Option<&'v mut Value> {
    at.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(*index),
    })
}
