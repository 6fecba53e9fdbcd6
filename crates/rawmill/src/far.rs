//! Buckets on the command line of `rawmill run`: which they are, and how they are reached.

use crate::args::{FarArgs, RunArgs};
use crate::client::state_folder;
use crate::say::{Trouble, words};
use batch::far::{Address, Buckets, Carrier, FarError, Ferry};
use batch::plan::Existing;
use batch::run::Workers;
use batch::shelf::{Listed, Shelf};
use batch::{Listing, WalkOptions, lock};
use darkroom::Listener;
use identity::{Cached, Chain, Place};
use service::config::StoreAt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::{ETag, S3Options};
use tokio::runtime::{Builder, Runtime};

/// A bucket that does not answer at the start is told soon; later it is waited for.
const PATIENCE: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(60)];

/// What a run needs that reads from buckets or writes into one.
pub struct Far {
    runtime: Runtime,
    /// For the questions at the start.
    brief: Buckets,
    /// For the work.
    patient: Arc<Buckets>,
    /// Where outputs go, if not into a folder.
    out: Option<Address>,
}

impl Far {
    /// `None` where all is on this machine. Otherwise `args.out` becomes a folder of this machine.
    pub fn open(args: &mut RunArgs, roots: &[PathBuf]) -> Result<Option<Self>, Trouble> {
        let out = Address::of(&args.out).map(|out| out.folder());
        if out.is_none() && roots.iter().all(|root| Address::of(root).is_none()) {
            return Ok(None);
        }
        let bucket = out.iter().chain(&roots.iter().find_map(|root| Address::of(root))).next().cloned();
        let options = options(&args.far, &bucket.map(|at| at.bucket).unwrap_or_default())?;
        if let Some(out) = &out {
            args.out = work(args, out)?;
        }
        let credentials = Cached::new(Chain::new(Place::here())).shared();
        let [brief, patient] = PATIENCE.map(|patience| {
            let options = S3Options { patience, timeout: patience.max(Duration::from_secs(30)), ..options.clone() };
            Buckets::new(options, credentials.clone())
        });
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|e| Trouble::new("cannot start", words(&e), ""))?;
        Ok(Some(Self { runtime, brief, patient: Arc::new(patient), out }))
    }

    /// Adds the photos that are in buckets to those of this machine.
    pub fn list(&self, roots: &[PathBuf], options: &WalkOptions, listing: &mut Listing) -> Result<(), Trouble> {
        let roots: Vec<_> = roots.iter().filter_map(|root| Address::of(root)).collect();
        let listed = batch::far::list(&roots, &self.brief, options, self.out.as_ref(), listing);
        self.runtime.block_on(listed).map_err(|e| unreached("cannot list the photos", &e))
    }

    /// What is where outputs go; `folder` where that is a folder.
    pub fn shelf(&self, folder: &Path, existing: Existing) -> Result<Box<dyn Shelf>, Trouble> {
        let Some(out) = &self.out else { return Ok(Box::new(folder.to_path_buf())) };
        if existing == Existing::Force {
            return Ok(Box::new(Listed::default()));
        }
        let listed = self.runtime.block_on(batch::far::shelf(out, &self.brief));
        Ok(Box::new(listed.map_err(|e| unreached("cannot list what is at --out", &e))?))
    }

    /// The whole path of an output, for people.
    pub fn shown(&self, out: &Path, path: &str) -> PathBuf {
        self.out.as_ref().map_or_else(|| out.join(path), |at| at.join(path).to_string().into())
    }

    /// Who carries photos here and outputs away.
    pub fn carrier(&self, out: &Path, listing: &Listing) -> Result<Carrier, Trouble> {
        let tag = |photo: &batch::Found| {
            let hash = Address::of(&photo.path).and(photo.input.hash.as_deref());
            Some((photo.path.clone(), ETag::parse(&format!("\"{}\"", hash?)).ok()?))
        };
        let incoming = out.join(lock::FOLDER).join("incoming");
        let carrier = Carrier {
            buckets: self.patient.clone(),
            tags: Arc::new(listing.photos.iter().filter_map(tag).collect()),
            incoming,
            made: out.to_path_buf(),
            out: self.out.clone(),
        };
        carrier.clear().map_err(|e| Trouble::from(darkroom::output::cannot_write(&carrier.incoming, &e)))?;
        Ok(carrier)
    }

    /// Workers with a ferry before them.
    pub fn ferry<W: Workers + Send + Sync + 'static>(
        &self,
        carrier: Carrier,
        tell: Listener,
        start: impl FnOnce(Listener) -> Result<W, darkroom::Failure>,
    ) -> Result<Ferry<W>, darkroom::Failure> {
        Ferry::start(carrier, self.runtime.handle().clone(), tell, start)
    }

    /// Puts the report beside the outputs too; returns where people find it.
    pub fn report(&self, files: [&Path; 2]) -> Result<Option<PathBuf>, Trouble> {
        let Some(out) = &self.out else { return Ok(None) };
        let at = |file: &Path| {
            out.join(&format!("{}/report.{}", lock::FOLDER, file.extension().unwrap_or_default().display()))
        };
        self.runtime
            .block_on(async {
                let names = self.patient.of(&out.bucket)?;
                for file in files {
                    names.put(&at(file).name, file).await?;
                }
                Ok(())
            })
            .map_err(|e| unreached("cannot put the report beside the renditions", &e))?;
        Ok(Some(at(files[1]).to_string().into()))
    }
}

/// How a bucket is reached, in the words of `[store]`.
fn options(args: &FarArgs, bucket: &str) -> Result<S3Options, Trouble> {
    let place = Place::here();
    let missing =
        || Trouble::new("cannot reach a bucket", "its region is not known", "give --region, or set AWS_REGION");
    let at = StoreAt {
        url: format!("s3://{bucket}"),
        region: args.region.clone().or_else(|| place.region()).ok_or_else(missing)?,
        endpoint: args.endpoint.clone().or_else(|| {
            place
                .var("AWS_ENDPOINT_URL_S3")
                .or_else(|| place.var("AWS_ENDPOINT_URL"))
                .map(|url| url.trim_end_matches('/').into())
        }),
        public_endpoint: None,
        path_style: args.path_style,
        encryption: args.encryption.clone(),
        kms_key: args.kms_key.clone(),
        ca_file: args.ca_file.clone(),
    };
    at.options()
        .map_err(|e| Trouble::new("cannot reach a bucket", e, "these are the words of [store] in docs/service.md"))
}

/// The folder of this machine that stands for a bucket: its lock, its ledger, and files on their way.
fn work(args: &RunArgs, out: &Address) -> Result<PathBuf, Trouble> {
    if let Some(folder) = &args.far.work {
        return Ok(folder.clone());
    }
    let words = format!("{}\0{out}", args.far.endpoint.as_deref().unwrap_or_default());
    Ok(state_folder()?.join(format!("run-{}", &blake3::hash(words.as_bytes()).to_hex()[..16])))
}

fn unreached(what: &str, error: &FarError) -> Trouble {
    let hint =
        "see that the bucket is there, that --endpoint and --region are right, and that this identity may use it";
    Trouble::new(what, error, hint)
}
