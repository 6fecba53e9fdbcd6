//! People at a browser: how they come in, what they may do, and that it ends at once.

mod coming;
mod oidc;
mod roles;
mod secrets;
mod servers;
mod tries;

use super::lab::Lab;
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// Good for anybody here.
pub const PASSWORD: &str = "a horse with a hat";

/// A browser: it keeps one cookie, and says where its requests come from.
pub struct Browser {
    agent: Agent,
    pub url: String,
    /// Name and value.
    pub cookie: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Browser {
    /// One without a cookie.
    pub fn at(url: &str) -> Self {
        // A body that nobody reads ends its connection, which a request right behind it cannot know.
        let config = Agent::config_builder().http_status_as_error(false).max_idle_connections(0);
        // Where it is led is looked at first.
        let config = config.max_redirects(0).max_redirects_will_error(false);
        Self { agent: config.build().into(), url: url.to_owned(), cookie: None }
    }

    /// The same cookie at another server.
    pub fn also_at(&self, url: &str) -> Self {
        Self { cookie: self.cookie.clone(), ..Self::at(url) }
    }

    /// A request with these headers and nothing else but the host.
    pub fn send(&self, method: &str, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Reply {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = match body {
            Some(body) => {
                self.agent.run(request.header("content-type", "application/json").body(body.to_string()).unwrap())
            }
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut answer = answer.unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Reply { status: answer.status().as_u16(), headers: answer.headers().clone(), body }
    }

    /// A request as a page of ours makes it; what the answer says of the cookie is done.
    pub fn ask(&mut self, method: &str, path: &str, body: Value) -> Reply {
        let cookie = self.cookie.clone().unwrap_or_default();
        let mut headers = vec![("sec-fetch-site", "same-origin"), ("user-agent", "a browser")];
        if self.cookie.is_some() {
            headers.push(("cookie", &cookie));
        }
        let reply = self.send(method, path, (!body.is_null()).then_some(body), &headers);
        if let Some(set) = reply.headers.get("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            self.cookie = Some(pair.to_owned()).filter(|pair| !pair.ends_with('='));
        }
        reply
    }

    /// The status of a look.
    pub fn look(&mut self, path: &str) -> u16 {
        self.ask("GET", path, Value::Null).status
    }

    /// What a list holds.
    pub fn list(&mut self, path: &str) -> Vec<Value> {
        let reply = self.ask("GET", path, Value::Null);
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.body["items"].as_array().unwrap().clone()
    }

    pub fn log_in(&mut self, login: &str, password: &str) -> Reply {
        self.ask("POST", "/v1/login", json!({ "login": login, "password": password }))
    }

    /// Invites somebody, who comes at once; their browser.
    pub fn bring(&mut self, login: &str, role: &str) -> Browser {
        let made = self.ask("POST", "/v1/invitations", json!({ "role": role }));
        assert_eq!(made.status, 201, "{made:?}");
        accept(&self.url, made.body["token"].as_str().unwrap(), login)
    }

    /// Number of the user of this login.
    pub fn id_of(&mut self, login: &str) -> String {
        let users = self.list("/v1/users");
        let user = users.iter().find(|user| user["login"] == login).unwrap();
        user["id"].as_str().unwrap().to_owned()
    }
}

/// Somebody accepts an invitation.
pub fn accept(url: &str, token: &str, login: &str) -> Browser {
    let mut browser = Browser::at(url);
    let body = json!({ "token": token, "login": login, "name": format!("The {login}"), "password": PASSWORD });
    let reply = browser.ask("POST", "/v1/invitations/accept", body);
    assert_eq!(reply.status, 200, "{reply:?}");
    browser
}

/// The token of an invitation that an operator makes.
pub fn invited(lab: &Lab, arguments: &[&str]) -> String {
    let link = lab.admin(&[&["invite"], arguments].concat());
    let (page, token) = link.trim().split_once('#').unwrap();
    assert!(page.starts_with("http://127.0.0.1:") && page.ends_with("/invite"), "{link}");
    token.to_owned()
}

/// An owner of a tenant, brought by an operator.
pub fn owner_of(lab: &Lab, tenant: &str, login: &str) -> Browser {
    accept(&lab.url, &invited(lab, &["--tenant", tenant]), login)
}

/// The owner of the first tenant.
pub fn owner(lab: &Lab) -> Browser {
    owner_of(lab, "default", "anna@lab.example")
}
