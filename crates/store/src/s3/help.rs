//! What the operator sets on the bucket, as JSON that `aws s3api` takes.

use serde_json::json;

/// The least that lets a browser on these origins (`https://photos.example`) use presigned URLs: send parts, read the tag
/// of each, and read objects in ranges. For `aws s3api put-bucket-cors --bucket B --cors-configuration file://cors.json`.
pub fn cors(origins: &[&str]) -> String {
    pretty(&json!({
        "CORSRules": [{
            "ID": "rawmill-presigned",
            "AllowedOrigins": origins,
            "AllowedMethods": ["GET", "HEAD", "PUT"],
            "AllowedHeaders": ["content-type", "range", "x-amz-checksum-sha256"],
            "ExposeHeaders": ["ETag", "Content-Length", "Content-Range", "Accept-Ranges"],
            "MaxAgeSeconds": 3_600,
        }],
    }))
}

/// The rule that removes what uploads leave that nobody completes, after so many days and one at least. For
/// `aws s3api put-bucket-lifecycle-configuration --bucket B --lifecycle-configuration file://lifecycle.json`, which
/// replaces all rules of the bucket.
pub fn lifecycle(prefix: &str, days: u32) -> String {
    let under = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    pretty(&json!({
        "Rules": [{
            "ID": "rawmill-incomplete-uploads",
            "Status": "Enabled",
            "Filter": { "Prefix": under },
            "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": days.max(1) },
        }],
    }))
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
