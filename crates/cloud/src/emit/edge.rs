//! Caches at the edge by CloudFront. The first origin that is no bucket takes what no path says; a bucket `media` beside it
//! takes `/media/*`.

use super::template::{Resource, attribute, id, reference};
use super::yaml::{Yaml, map};
use super::{Done, EmitError, Emitter};
use crate::design::{Distribution, Text};

/// Policies of AWS, with the same ids everywhere: what is kept, and what is passed on
/// (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>,
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>).
const CACHE_ALL: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const CACHE_NOTHING: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const PASS_ALL_ON: &str = "216adef6-5c7f-47e4-b989-5493eafa07d3";

impl Emitter<'_> {
    pub(super) fn distributions(&mut self) -> Done {
        for (name, edge) in &self.design.distributions {
            let key = name.get_ref();
            if edge.signed {
                self.key_group(key)?;
            }
            if edge.origins.iter().any(|origin| self.is_bucket(origin)) {
                self.access(key)?;
            }
            self.distribution(name, edge)?;
        }
        Ok(())
    }

    fn distribution(&mut self, name: &Text, edge: &Distribution) -> Done {
        let key = name.get_ref();
        let origins: Result<Vec<Yaml>, _> = edge.origins.iter().map(|origin| self.origin(key, origin)).collect();
        let aliases: Vec<Yaml> = self.names_of(name);
        let first = edge.origins.iter().find(|origin| !self.is_bucket(origin)).or(edge.origins.first());
        let first = first.ok_or_else(|| EmitError::unsupported(format!("distribution `{key}`"), "it has no origin"))?;
        let others = edge.origins.iter().filter(|origin| *origin != first);
        let paths: Vec<Yaml> = others.map(|origin| self.path(key, edge, origin)).collect();
        let config = map! { "Enabled" => true, "Comment" => key.as_str(), "HttpVersion" => "http2and3" }
            .with("Origins", origins?)
            .with("DefaultCacheBehavior", self.behaviour(key, edge, first))
            .with_some("CacheBehaviors", (!paths.is_empty()).then_some(paths));
        let config = if aliases.is_empty() { config } else { self.with_names(config, aliases) };
        let properties = map! { "DistributionConfig" => config, "Tags" => self.tags(key) };
        let resource = Resource::new(id(key, "Distribution"), "AWS::CloudFront::Distribution", key).named();
        self.template.add(resource, properties)?;
        let domain = attribute(&id(key, "Distribution"), "DomainName");
        self.template.output(id(key, "DistributionDomain"), &format!("Where {key} answers"), domain);
        Ok(())
    }

    fn is_bucket(&self, name: &Text) -> bool {
        self.design.buckets.contains_key(name.get_ref().as_str())
    }

    fn origin(&self, edge: &str, origin: &Text) -> Result<Yaml, EmitError> {
        let name = origin.get_ref().as_str();
        let of = |domain: Yaml| map! { "Id" => name, "DomainName" => domain };
        if self.is_bucket(origin) {
            let access = attribute(&id(edge, "OriginAccess"), "Id");
            let domain = attribute(&id(name, "Bucket"), "RegionalDomainName");
            return Ok(of(domain)
                .with("OriginAccessControlId", access)
                .with("S3OriginConfig", map! { "OriginAccessIdentity" => "" }));
        }
        let custom = |protocol: &str| map! { "OriginProtocolPolicy" => protocol };
        if let Some(balancer) = self.design.load_balancers.get(name) {
            let https = balancer.listeners.iter().any(|listener| listener.protocol == "https");
            let domain = attribute(&id(name, "LoadBalancer"), "DNSName");
            let custom = custom(if https { "https-only" } else { "http-only" });
            return Ok(of(domain).with("CustomOriginConfig", custom));
        }
        if !self.design.instances[name].public_address {
            let what = format!("origin `{name}` of distribution `{edge}`");
            return Err(EmitError::unsupported(what, "the edge cannot reach an instance without a public address"));
        }
        let domain = attribute(&id(name, "Instance"), "PublicDnsName");
        Ok(of(domain).with("CustomOriginConfig", custom("http-only")))
    }

    /// What is done with requests: objects of a bucket are kept, answers of a machine are not, and get all of a request.
    fn behaviour(&self, name: &str, edge: &Distribution, origin: &Text) -> Yaml {
        let bucket = self.is_bucket(origin);
        let methods: &[&str] = if bucket {
            &["GET", "HEAD", "OPTIONS"]
        } else {
            &["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
        };
        map! {
            "TargetOriginId" => origin.get_ref().as_str(),
            "ViewerProtocolPolicy" => "redirect-to-https",
            "AllowedMethods" => methods.iter().map(|method| Yaml::from(*method)).collect::<Vec<_>>(),
            "Compress" => true,
            "CachePolicyId" => if bucket { CACHE_ALL } else { CACHE_NOTHING },
        }
        .with_some("OriginRequestPolicyId", (!bucket).then_some(PASS_ALL_ON))
        .with_some("TrustedKeyGroups", edge.signed.then(|| vec![reference(id(name, "KeyGroup"))]))
    }

    fn path(&self, name: &str, edge: &Distribution, origin: &Text) -> Yaml {
        let mut path = map! { "PathPattern" => format!("/{}/*", origin.get_ref()) };
        path.entries().append(self.behaviour(name, edge, origin).entries());
        path
    }

    /// The names by which it is asked.
    fn names_of(&self, edge: &Text) -> Vec<Yaml> {
        let records = self.design.records.iter().filter(|(_, record)| record.targets.contains(edge));
        records.map(|(name, _)| name.get_ref().as_str().into()).collect()
    }

    fn with_names(&mut self, config: Yaml, names: Vec<Yaml>) -> Yaml {
        let about = "Certificate of the edge, in us-east-1 (AWS Certificate Manager)";
        self.template.parameter("EdgeCertificateArn", "String", about, None);
        let certificate = map! {
            "AcmCertificateArn" => reference("EdgeCertificateArn"),
            "SslSupportMethod" => "sni-only",
            "MinimumProtocolVersion" => "TLSv1.2_2021",
        };
        config.with("Aliases", names).with("ViewerCertificate", certificate)
    }

    /// A bucket answers the edge alone.
    fn access(&mut self, name: &str) -> Done {
        let config = map! {
            "Name" => Yaml::Tag("!Sub", Box::new(format!("${{AWS::StackName}}-{}", id(name, "")).into())),
            "OriginAccessControlOriginType" => "s3",
            "SigningBehavior" => "always",
            "SigningProtocol" => "sigv4",
        };
        let properties = map! { "OriginAccessControlConfig" => config };
        let kind = "AWS::CloudFront::OriginAccessControl";
        self.template.add(Resource::new(id(name, "OriginAccess"), kind, name), properties)
    }

    /// The key by which signed links are known; the half that signs is nowhere here.
    fn key_group(&mut self, name: &str) -> Done {
        let about = "The public key, PEM, of the key that signs links";
        self.template.parameter("SigningPublicKey", "String", about, None);
        let unique = |what: &str| Yaml::Tag("!Sub", Box::new(format!("${{AWS::StackName}}-{}", id(name, what)).into()));
        let key = map! {
            "Name" => unique("Key"),
            "CallerReference" => unique("Key"),
            "EncodedKey" => reference("SigningPublicKey"),
        };
        let key = map! { "PublicKeyConfig" => key };
        self.template.add(Resource::new(id(name, "Key"), "AWS::CloudFront::PublicKey", name), key)?;
        let group = map! { "Name" => unique("KeyGroup"), "Items" => vec![reference(id(name, "Key"))] };
        let group = map! { "KeyGroupConfig" => group };
        self.template.add(Resource::new(id(name, "KeyGroup"), "AWS::CloudFront::KeyGroup", name), group)
    }
}
