//! A provider that does what it should, and one that does not: who it says somebody is is believed in the one case, and in
//! the other is not, with a word that says why.

use oidc::{Leave, OidcError, Provider, Settings};
use serde_json::{Value, json};
use servers::Issuer;
use servers::issuer::{CLIENT, Keys, Page, SECRET, Sign};
use std::time::{SystemTime, UNIX_EPOCH};

const VERIFIER: &str = "a verifier, of which the provider knows the hash";
/// Its hash, by `openssl dgst -sha256 -binary | basenc --base64url`.
const CHALLENGE: &str = "tjdgu44cwo6_bfR4AxrYL8ob1G18AfT6ma9a4cFKY-k";
const NONCE: &str = "a nonce";

fn settings(issuer: &Issuer) -> Settings {
    Settings {
        issuer: issuer.url(),
        client_id: CLIENT.into(),
        client_secret: Some(SECRET.into()),
        scopes: vec!["openid".into(), "email".into()],
        redirect_uri: "http://127.0.0.1:8080/v1/oidc/callback".into(),
        ca_file: None,
    }
}

/// An issuer, and whoever asks it.
fn both() -> (Issuer, Provider) {
    let issuer = Issuer::start();
    let provider = Provider::new(settings(&issuer)).unwrap();
    (issuer, provider)
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed()
}

/// Somebody leaves; the code that they bring back.
async fn code(issuer: &Issuer, provider: &Provider) -> Result<String, OidcError> {
    let url = provider.begin(&Leave { state: "s", nonce: NONCE, challenge: CHALLENGE }).await?;
    let back = issuer.consent(&url);
    let query = back.strip_prefix("http://127.0.0.1:8080/v1/oidc/callback?code=").expect("it goes back to us");
    Ok(query.strip_suffix("&state=s").unwrap().into())
}

/// Somebody goes there and comes back.
async fn come(issuer: &Issuer, provider: &Provider) -> Result<String, OidcError> {
    let code = code(issuer, provider).await?;
    Ok(provider.finish(&code, VERIFIER, NONCE, now()).await?.subject)
}

/// The word by which somebody stays outside.
async fn refused(issuer: &Issuer, provider: &Provider, why: &str) {
    let error = come(issuer, provider).await.expect_err(why).to_string();
    assert!(error.contains(why), "expected {why:?}, found {error:?}");
}

#[tokio::test]
async fn whoever_comes_back_is_known() {
    let (issuer, provider) = both();
    for sign in [Sign::Rs256, Sign::Ps256, Sign::Es256, Sign::EdDsa] {
        issuer.behaviour().sign = sign;
        assert_eq!(come(&issuer, &provider).await.unwrap(), "7", "{sign:?}");
    }
    let behaviour = issuer.behaviour();
    assert_eq!((behaviour.asked["/keys"], behaviour.asked["/.well-known/openid-configuration"]), (1, 1), "kept");
}

#[tokio::test]
async fn the_secret_goes_where_the_provider_wants_it() {
    for (methods, is_in) in [
        (json!(["client_secret_basic"]), true),
        (json!(["client_secret_post"]), true),
        (json!(["client_secret_post", "client_secret_basic"]), true),
        (Value::Null, true),
        (json!(["private_key_jwt"]), false),
    ] {
        let (issuer, provider) = both();
        issuer.behaviour().document = json!({ "token_endpoint_auth_methods_supported": methods });
        assert_eq!(come(&issuer, &provider).await.is_ok(), is_in, "{methods}");
    }
    let (issuer, _) = both();
    let wrong = Provider::new(Settings { client_secret: Some("guessed".into()), ..settings(&issuer) }).unwrap();
    refused(&issuer, &wrong, "invalid_client").await;
}

#[tokio::test]
async fn a_code_is_good_once_and_for_whoever_has_the_verifier() {
    let (issuer, provider) = both();
    let first = code(&issuer, &provider).await.unwrap();
    assert!(provider.finish(&first, VERIFIER, NONCE, now()).await.is_ok());
    let again = provider.finish(&first, VERIFIER, NONCE, now()).await.err().unwrap();
    assert_eq!(again, OidcError::Code("invalid_grant".into()));
    let second = code(&issuer, &provider).await.unwrap();
    let stolen = provider.finish(&second, "another verifier", NONCE, now()).await.err().unwrap();
    assert_eq!(stolen, OidcError::Code("invalid_grant".into()));
    let third = code(&issuer, &provider).await.unwrap();
    let replayed = provider.finish(&third, VERIFIER, "another nonce", now()).await.err().unwrap();
    assert!(replayed.to_string().contains("another login"), "{replayed}");
}

#[tokio::test]
async fn nothing_but_a_good_signature_is_taken() {
    for (sign, why) in [
        (Sign::Unsigned, "in a way that is not taken"),
        (Sign::Hs256, "in a way that is not taken"),
        (Sign::PsAsRs, "its signature is wrong"),
    ] {
        let (issuer, provider) = both();
        issuer.behaviour().sign = sign;
        refused(&issuer, &provider, why).await;
    }
    for (header, why) in [
        (json!({ "alg": "ES256" }), "does not name"),
        (json!({ "alg": "NONE" }), "in a way that is not taken"),
        (json!({ "alg": null }), "it is no signed token"),
        (json!({ "alg": ["RS256"] }), "in a way that is not taken"),
        (json!({ "kid": "oct-1" }), "does not name"),
        (json!({ "kid": "ec-1" }), "does not name"),
        (json!({ "crit": ["b64"], "b64": false }), "extension"),
    ] {
        let (issuer, provider) = both();
        issuer.behaviour().header = header.clone();
        refused(&issuer, &provider, why).await;
    }
}

#[tokio::test]
async fn another_key_of_the_same_name_signs_nothing() {
    for sign in [Sign::Es256, Sign::EdDsa] {
        let (issuer, provider) = both();
        {
            let mut behaviour = issuer.behaviour();
            behaviour.sign = sign;
            behaviour.shown = Some(Keys::make("1"));
        }
        refused(&issuer, &provider, "its signature is wrong").await;
    }
}

#[tokio::test]
async fn claims_that_are_wrong_let_nobody_in() {
    let soon = now();
    for (claims, why) in [
        (json!({ "iss": "https://id.example" }), "another issuer's"),
        (json!({ "aud": "another" }), "for somebody else"),
        (json!({ "aud": [CLIENT, "another"] }), "for several"),
        (json!({ "azp": "another" }), "somebody else has asked"),
        (json!({ "nonce": "another" }), "another login"),
        (json!({ "nonce": null }), "another login"),
        (json!({ "exp": soon - 61 }), "is over"),
        (json!({ "iat": soon + 300 }), "not begun"),
        (json!({ "sub": null }), "nobody"),
        (json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }), "another access token"),
    ] {
        let (issuer, provider) = both();
        issuer.behaviour().claims = claims.clone();
        refused(&issuer, &provider, why).await;
    }
}

#[tokio::test]
async fn keys_that_were_changed_are_found_once() {
    let (issuer, provider) = both();
    assert!(come(&issuer, &provider).await.is_ok());
    issuer.behaviour().signing = Keys::make("2");
    assert!(come(&issuer, &provider).await.is_ok(), "they are asked for once more");
    issuer.behaviour().shown = Some(Keys::make("2"));
    issuer.behaviour().signing = Keys::make("3");
    for _ in 0..3 {
        refused(&issuer, &provider, "a key that the provider does not name").await;
    }
    assert_eq!(issuer.behaviour().asked["/keys"], 2, "and not again and again");
}

#[tokio::test]
async fn a_document_that_is_not_its_own_is_not_believed() {
    let document = "/.well-known/openid-configuration";
    for (change, why) in [
        (json!({ "issuer": "https://id.example" }), "names another issuer"),
        (json!({ "issuer": null }), "not expected"),
        (json!({ "jwks_uri": null }), "not expected"),
        (json!({ "response_types_supported": ["id_token"] }), "authorization code flow"),
        (json!({ "code_challenge_methods_supported": ["plain"] }), "PKCE"),
        (json!({ "authorization_endpoint": "javascript:alert(1)" }), "not https://"),
        (json!({ "authorization_endpoint": "nowhere" }), "no URL"),
        (json!({ "token_endpoint": "file:///etc/passwd" }), "no URL of the web"),
    ] {
        let (issuer, provider) = both();
        issuer.behaviour().document = change.clone();
        refused(&issuer, &provider, why).await;
    }
    for (page, why) in [
        (Page::Says(302, "https://id.example/", String::new()), "no redirect is followed"),
        (Page::Says(500, "", String::new()), "the status 500"),
        (Page::Says(200, "", "<html>".into()), "not expected"),
        (Page::Endless, "more than 262144 bytes"),
    ] {
        let (issuer, provider) = both();
        issuer.behaviour().pages.insert(document, page);
        refused(&issuer, &provider, why).await;
        refused(&issuer, &provider, why).await;
        assert_eq!(issuer.behaviour().asked[document], 1, "a failure is remembered for a moment");
    }
}

#[tokio::test]
async fn huge_slow_and_broken_answers_end() {
    for (path, page, why) in [
        ("/token", Page::Endless, "more than 262144 bytes"),
        ("/token", Page::Never, "no whole answer within 8 s"),
        ("/token", Page::Says(307, "/elsewhere", String::new()), "the status 307"),
        ("/token", Page::Says(200, "", "{}".into()), "no ID token"),
        (
            "/token",
            Page::Says(200, "", json!({ "access_token": "a", "token_type": "Bearer", "id_token": "a.b" }).to_string()),
            "no signed token",
        ),
        (
            "/token",
            Page::Says(200, "", json!({ "access_token": "a", "token_type": "mac", "id_token": "a.b.c" }).to_string()),
            "another type",
        ),
        ("/keys", Page::Endless, "more than 262144 bytes"),
        ("/keys", Page::Says(200, "", "{\"keys\":[]}".into()), "does not name"),
        ("/keys", Page::Says(302, "/token", String::new()), "no redirect is followed"),
    ] {
        let (issuer, provider) = both();
        issuer.behaviour().pages.insert(path, page);
        refused(&issuer, &provider, why).await;
    }
}

#[tokio::test]
async fn what_it_tells_of_somebody_is_of_them() {
    let (issuer, provider) = both();
    issuer.behaviour().claims = json!({ "name": "signed" });
    issuer.behaviour().userinfo = json!({ "sub": "7", "name": "told", "email": "ida@lab.example" });
    let asked = code(&issuer, &provider).await.unwrap();
    let granted = provider.finish(&asked, VERIFIER, NONCE, now()).await.unwrap();
    let claims = provider.profile(&granted).await.unwrap();
    assert_eq!((&claims["name"], &claims["email"]), (&json!("signed"), &json!("ida@lab.example")));
    issuer.behaviour().userinfo = json!({ "sub": "8", "email": "eve@lab.example" });
    let error = provider.profile(&granted).await.unwrap_err().to_string();
    assert!(error.contains("of somebody else"), "{error}");
}

#[tokio::test]
async fn an_answer_names_its_issuer() {
    let (issuer, provider) = both();
    assert!(provider.check_answer(None).await.is_ok() && provider.check_answer(Some(&issuer.url())).await.is_ok());
    assert!(provider.check_answer(Some("https://id.example")).await.is_err());
    let (strict, provider) = both();
    strict.behaviour().document = json!({ "authorization_response_iss_parameter_supported": true });
    assert!(provider.check_answer(None).await.is_err(), "it always does, so this is not its answer");
}

#[tokio::test]
async fn a_token_without_the_name_of_a_key_is_of_the_only_one() {
    let (issuer, provider) = both();
    issuer.behaviour().header = json!({ "kid": null });
    assert!(come(&issuer, &provider).await.is_ok());
    let (issuer, provider) = both();
    issuer.behaviour().header = json!({ "kid": null });
    let keys = [Keys::make("1").public(), Keys::make("2").public()].concat();
    issuer.behaviour().pages.insert("/keys", Page::Says(200, "", json!({ "keys": keys }).to_string()));
    refused(&issuer, &provider, "which of several keys").await;
}
