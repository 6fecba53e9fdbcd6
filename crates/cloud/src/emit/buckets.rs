//! Buckets by S3, and who may read them.

use super::roles::document;
use super::template::{Resource, attribute, id, reference, sub};
use super::yaml::{Yaml, map};
use super::{Done, Emitter};
use crate::design::{Bucket, Text};

impl Emitter<'_> {
    pub(super) fn buckets(&mut self) -> Done {
        for (name, bucket) in &self.design.buckets {
            self.bucket(name.get_ref(), bucket)?;
            let statements = self.statements(name, bucket);
            if !statements.is_empty() {
                let name = name.get_ref();
                let properties = map! {
                    "Bucket" => reference(id(name, "Bucket")),
                    "PolicyDocument" => document(statements),
                };
                self.template
                    .add(Resource::new(id(name, "BucketPolicy"), "AWS::S3::BucketPolicy", name), properties)?;
            }
        }
        Ok(())
    }

    fn bucket(&mut self, name: &str, bucket: &Bucket) -> Done {
        let by_default = map! { "ServerSideEncryptionByDefault" => map! { "SSEAlgorithm" => "AES256" } };
        let encryption = map! { "ServerSideEncryptionConfiguration" => vec![by_default] };
        let properties = map! {
            "PublicAccessBlockConfiguration" => map! {
                "BlockPublicAcls" => true,
                "IgnorePublicAcls" => true,
                "BlockPublicPolicy" => !bucket.public,
                "RestrictPublicBuckets" => !bucket.public,
            },
        };
        let properties = properties
            .with_some("BucketEncryption", bucket.encrypted.then_some(encryption))
            .with("OwnershipControls", map! { "Rules" => vec![map! { "ObjectOwnership" => "BucketOwnerEnforced" }] })
            .with("Tags", self.tags(name));
        let resource = Resource::new(id(name, "Bucket"), "AWS::S3::Bucket", name).named();
        let resource = resource.meta("presigned", bucket.presigned.then_some(true));
        let resource = resource.meta("encrypted", (!bucket.encrypted).then_some(false));
        let releases = self.design.colours.as_ref().and_then(|colours| colours.releases.as_ref());
        let resource = resource.meta("releases", releases.is_some_and(|own| own.get_ref() == name).then_some(true));
        let kept = resource.attribute("DeletionPolicy", "Retain").attribute("UpdateReplacePolicy", "Retain");
        self.template.add(kept, properties)?;
        self.template.output(id(name, "BucketName"), &format!("The bucket {name}"), reference(id(name, "Bucket")));
        Ok(())
    }

    fn statements(&self, name: &Text, bucket: &Bucket) -> Vec<Yaml> {
        let objects = sub(format!("${{{}.Arn}}/*", id(name.get_ref(), "Bucket")));
        let everybody = bucket.public.then(|| {
            map! {
                "Sid" => "EverybodyReads",
                "Effect" => "Allow",
                "Principal" => "*",
                "Action" => "s3:GetObject",
                "Resource" => objects.clone(),
            }
        });
        let edges = self.design.distributions.iter().filter(|(_, edge)| edge.origins.contains(name));
        let edges = edges.map(|(edge, _)| from_edge(edge.get_ref(), objects.clone()));
        let locked = bucket.only_through.as_ref().map(|endpoint| only_through(name.get_ref(), endpoint));
        everybody.into_iter().chain(edges).chain(locked).collect()
    }
}

/// One distribution reads, and no other
/// (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>).
fn from_edge(edge: &str, objects: Yaml) -> Yaml {
    let distribution = id(edge, "Distribution");
    let arn = sub(format!("arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/${{{distribution}}}"));
    map! {
        "Sid" => id(edge, "Reads"),
        "Effect" => "Allow",
        "Principal" => map! { "Service" => "cloudfront.amazonaws.com" },
        "Action" => "s3:GetObject",
        "Resource" => objects,
        "Condition" => map! { "StringEquals" => map! { "AWS:SourceArn" => arn } },
    }
}

/// Whoever does not come through the endpoint is denied what is stored; the bucket itself stays in the hands of the stack
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html>).
fn only_through(name: &str, endpoint: &Text) -> Yaml {
    let bucket = id(name, "Bucket");
    let actions = ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:AbortMultipartUpload", "s3:List*"];
    let endpoint = reference(id(endpoint.get_ref(), "Endpoint"));
    map! {
        "Sid" => "OnlyThroughEndpoint",
        "Effect" => "Deny",
        "Principal" => "*",
        "Action" => actions.map(Yaml::from).to_vec(),
        "Resource" => vec![attribute(&bucket, "Arn"), sub(format!("${{{bucket}.Arn}}/*"))],
        "Condition" => map! { "StringNotEquals" => map! { "aws:sourceVpce" => endpoint } },
    }
}
