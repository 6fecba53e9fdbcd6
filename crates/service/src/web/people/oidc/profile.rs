//! What a user is called and may do who is made on the word of the provider.

use super::refused::{Refused, Why};
use crate::config::Oidc;
use crate::people;
use ledger::people::{Identity, NewUser, Proof, Role};
use oidc::Claims;
use serde_json::Value;

/// The user that somebody becomes. A login that the invitation names goes first; an e-mail address counts only where the
/// provider has verified it.
pub fn user(identity: Identity, claims: &Claims, login: Option<&str>) -> Result<NewUser, Refused> {
    let named = [login, email(claims), text(claims, "preferred_username"), Some(&identity.subject)];
    let login = named.into_iter().flatten().find_map(|text| people::login(text).ok());
    let login =
        login.ok_or_else(|| Refused::new(Why::Invalid, "the provider calls you nothing that can be a login"))?;
    let name: String = text(claims, "name").unwrap_or(&login).chars().filter(|c| !c.is_control()).take(100).collect();
    let name = people::name(&name).unwrap_or_else(|_| login.chars().take(100).collect());
    Ok(NewUser { login, name, proof: Proof::Identity(identity) })
}

/// What somebody may do whom nobody has invited.
pub fn role(config: &Oidc, claims: &Claims) -> Result<Role, Refused> {
    let stranger = |why: &str| Refused::new(Why::Stranger, why);
    let told = config.roles_claim.as_ref().map(|name| words(find(claims, name))).unwrap_or_default();
    let roles: Vec<_> = told.iter().filter_map(|word| config.roles.get(*word)).collect();
    // The strongest comes first.
    let role = Role::ALL.iter().find(|role| roles.contains(role)).copied().or(config.default_role);
    let role = role.ok_or_else(|| stranger("nobody here knows you; ask an owner for an invitation"))?;
    if config.domains.is_empty() {
        return Ok(role);
    }
    let domain = email(claims).and_then(|email| email.rsplit_once('@')).map(|(_, domain)| domain.to_lowercase());
    match domain.filter(|domain| config.domains.iter().any(|one| one.to_lowercase() == *domain)) {
        Some(_) => Ok(role),
        None => Err(stranger("the provider has verified no e-mail address of yours in a domain that is let in")),
    }
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The e-mail address that the provider has verified; some write the boolean as a text.
fn email(claims: &Claims) -> Option<&str> {
    let is_verified = match claims.get("email_verified") {
        Some(Value::Bool(is)) => *is,
        Some(Value::String(is)) => is == "true",
        _ => false,
    };
    text(claims, "email").filter(|_| is_verified)
}

/// A claim of this name, or what its dots lead to.
fn find<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        rest.split('.').try_fold(claims.get(first)?, |value, part| value.get(part))
    })
}

/// A text, or a list of them.
fn words(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        one => one.and_then(Value::as_str).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Claims {
        value.as_object().unwrap().clone()
    }

    fn config(lines: &str) -> Oidc {
        let text = format!("name = \"ID\"\nissuer = \"https://id.example\"\nclient_id = \"us\"\n{lines}");
        toml::from_str(&text).unwrap()
    }

    fn login_of(value: Value, invited: Option<&str>) -> (String, String) {
        let identity = Identity { issuer: "https://id.example".into(), subject: "S-7".into() };
        let user = user(identity, &claims(value), invited).unwrap();
        (user.login, user.name)
    }

    #[test]
    fn only_a_verified_address_becomes_a_login() {
        let all = json!({ "email": "Ida@Lab.example", "preferred_username": "ida", "name": "Ida\n Au" });
        let with = |verified: Value| {
            let mut all = all.clone();
            all["email_verified"] = verified;
            all
        };
        for yes in [json!(true), json!("true")] {
            assert_eq!(login_of(with(yes), None), ("ida@lab.example".into(), "Ida Au".into()));
        }
        for no in [json!(false), json!("false"), json!(1), json!(null), json!("True")] {
            assert_eq!(login_of(with(no.clone()), None).0, "ida", "{no}");
        }
        assert_eq!(login_of(json!({}), None), ("s-7".into(), "s-7".into()));
        assert_eq!(login_of(json!({ "preferred_username": "no login" }), None).0, "s-7");
        assert_eq!(login_of(with(json!(true)), Some("invited")).0, "invited");
    }

    #[test]
    fn strangers_have_a_role_only_where_one_is_given() {
        let role = |lines: &str, value: Value| role(&config(lines), &claims(value)).ok();
        assert_eq!(role("", json!({ "email": "a@lab.example", "email_verified": true })), None);
        assert_eq!(role("default_role = \"viewer\"", json!({})), Some(Role::Viewer));
        let lines = "roles_claim = \"realm.roles\"\nroles = { crew = \"operator\", boss = \"owner\" }";
        assert_eq!(role(lines, json!({ "realm": { "roles": ["x", "crew"] } })), Some(Role::Operator));
        assert_eq!(role(lines, json!({ "realm": { "roles": ["crew", "boss"] } })), Some(Role::Owner), "the strongest");
        assert_eq!(role(lines, json!({ "realm.roles": "crew" })), Some(Role::Operator));
        for none in [json!({}), json!({ "realm": "crew" }), json!({ "realm": { "roles": [7, ["boss"]] } })] {
            assert_eq!(role(lines, none), None);
        }
    }

    #[test]
    fn domains_are_whole_and_verified() {
        let lines = "default_role = \"viewer\"\ndomains = [\"Lab.example\"]";
        let comes = |email: &str, verified: bool| {
            role(&config(lines), &claims(json!({ "email": email, "email_verified": verified }))).is_ok()
        };
        assert!(comes("ida@lab.example", true) && comes("ida@LAB.EXAMPLE", true));
        assert!(!comes("ida@lab.example", false));
        for other in
            ["ida@evil.example", "ida@sub.lab.example", "ida@evillab.example", "ida@lab.example@evil", "lab.example"]
        {
            assert!(!comes(other, true), "{other}");
        }
    }
}
