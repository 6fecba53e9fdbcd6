//! What a part of a template is worth.

/// A value that knows where it stands.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Where, counted from 1.
    pub line: usize,
    /// What.
    pub value: Value,
}

/// What a part of a template is worth.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// `AWS::NoValue`, or nothing at all.
    Nothing,
    Text(String),
    List(Vec<Item>),
    Map(Vec<(String, Item)>),
    /// A resource by its logical id, or an attribute of it.
    Resource(String, Option<String>),
    /// The prefix list of this service of AWS, whose id is another in every region.
    Service(String),
    /// A text of parts, of which AWS chooses at least one: texts, resources, and what is not known.
    Mixed(Vec<Value>),
    /// Why it is not known.
    Unknown(String),
}

/// A value as it is needed, or why it is not known.
pub(super) type Known<T> = Result<T, String>;

impl Value {
    pub fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown(why.into())
    }

    /// Parts one behind the other: a text where all are known. Where resources are among them they stay as they are.
    pub fn joined(parts: Vec<Self>) -> Self {
        let mut mixed: Vec<Self> = Vec::new();
        for part in parts.into_iter().flat_map(Self::flat) {
            match (mixed.last_mut(), part) {
                (Some(Self::Text(before)), Self::Text(text)) => before.push_str(&text),
                (_, part) => mixed.push(part),
            }
        }
        if mixed.iter().any(|part| matches!(part, Self::Resource(..))) {
            return Self::Mixed(mixed);
        }
        let unknown = mixed.iter().find_map(|part| part.text().err());
        match (unknown, mixed.pop()) {
            (Some(why), _) => Self::Unknown(why),
            (None, Some(text)) => text,
            (None, None) => Self::Text(String::new()),
        }
    }

    fn flat(self) -> Vec<Self> {
        match self {
            Self::Mixed(parts) => parts,
            other => vec![other],
        }
    }

    /// As a text.
    pub fn text(&self) -> Known<&str> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Unknown(why) => Err(why.clone()),
            Self::Resource(id, None) => Err(format!("AWS chooses the id of `{id}`")),
            Self::Resource(id, Some(attribute)) => Err(format!("AWS chooses `{id}.{attribute}`")),
            Self::Service(service) => Err(format!("AWS chooses the id of the prefix list of {service}")),
            Self::Mixed(parts) => Err(parts.iter().find_map(|part| part.text().err()).unwrap_or_default()),
            Self::Nothing => Err("there is none".to_owned()),
            Self::List(_) | Self::Map(_) => Err("expected a text".to_owned()),
        }
    }
}

impl Item {
    /// The value of a key; none where it is left out.
    pub fn get(&self, key: &str) -> Option<&Item> {
        let Value::Map(entries) = &self.value else { return None };
        let found = entries.iter().find(|(name, _)| name == key).map(|(_, item)| item);
        found.filter(|item| !matches!(item.value, Value::Nothing))
    }

    /// All entries of a map; none where it is something else.
    pub fn entries(&self) -> &[(String, Item)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key within keys.
    pub fn at(&self, path: &[&str]) -> Option<&Item> {
        path.iter().try_fold(self, |item, key| item.get(key))
    }

    /// The items of a list; what is no list is a list of one.
    pub fn items(&self) -> &[Item] {
        match &self.value {
            Value::List(items) => items,
            Value::Nothing => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The items of a list, and of the lists in it: several ids joined by a comma are a list.
    pub fn flat(&self) -> Vec<&Item> {
        let flat = |item| match item {
            &Item { value: Value::List(_), .. } => Item::flat(item),
            _ => vec![item],
        };
        self.items().iter().flat_map(flat).collect()
    }

    /// As true or false.
    pub fn truth(&self) -> Known<bool> {
        match self.value.text()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true),
            "false" | "no" | "0" => Ok(false),
            other => Err(format!("expected true or false, found `{other}`")),
        }
    }

    /// As a number.
    pub fn number<T: std::str::FromStr>(&self) -> Known<T> {
        let text = self.value.text()?.trim();
        text.parse().map_err(|_| format!("expected a number, found `{text}`"))
    }

    /// As the logical id of a resource.
    pub fn resource(&self) -> Known<&str> {
        match &self.value {
            Value::Resource(id, _) => Ok(id),
            Value::Text(text) => Err(format!("`{text}` is not in this template")),
            other => other.text().map(|_| ""),
        }
    }
}
