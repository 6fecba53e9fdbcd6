//! A customer with a link.

use std::io::Read;
use store::ETag;

/// What a customer is answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub etag: Option<ETag>,
    pub kind: String,
    pub disposition: String,
    pub body: Vec<u8>,
}

/// Asks as a customer does, who has nothing but a link.
pub fn ask(method: &str, url: &str, headers: &[(&str, String)], body: &[u8]) -> Answer {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = ureq::http::Request::builder().method(method).uri(url);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    let mut answer = match method {
        "PUT" => agent.run(request.body(body.to_vec()).unwrap()).unwrap(),
        _ => agent.run(request.body(()).unwrap()).unwrap(),
    };
    let header = |name: &str| answer.headers().get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    let (etag, kind, disposition) = (header("etag"), header("content-type"), header("content-disposition"));
    let (status, etag) = (answer.status().as_u16(), ETag::parse(&etag).ok());
    let mut body = Vec::new();
    answer.body_mut().as_reader().read_to_end(&mut body).unwrap();
    Answer { status, etag, kind, disposition, body }
}
