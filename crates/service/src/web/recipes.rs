//! Recipes: versions that never change.

use super::Shop;
use super::auth::{Reader, Writer};
use super::extract::{Body, Path};
use super::ids::AssetId;
use super::page::Listed;
use super::problem::{Mistake, Problem};
use super::time::rfc3339;
use crate::house::House;
use crate::media;
use crate::order;
use crate::shared::cache::{FOR_GOOD, Subject};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use develop::recipe::{AssetKind, RecipeError};
use ledger::TenantId;
use ledger::registry::{ObjectKind, Recipe as Row, Registry};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Most bytes of a recipe.
const MOST: usize = 256 << 10;

/// A recipe to add or to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecipe {
    /// Letters, digits, `-` and `_`; at most 64.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub name: String,
    /// TOML or JSON. Pictures are named by the id of an asset.
    #[schema(max_length = 262144)]
    pub text: String,
}

/// A version of a recipe.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recipe {
    /// Its name.
    pub name: String,
    /// From 1.
    pub version: u32,
    /// As it was added.
    pub text: String,
    /// Its renditions.
    pub renditions: Vec<String>,
    /// Assets that it names.
    pub assets: Vec<String>,
    /// When it was added.
    pub created: String,
}

/// Whether a recipe can be used.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checked {
    /// It can.
    pub valid: bool,
    /// All that is wrong with it.
    pub errors: Vec<Mistake>,
}

/// A recipe, and what it needs from the store.
pub struct Parsed {
    /// The recipe.
    pub recipe: develop::Recipe,
    /// Keys of its assets.
    pub assets: BTreeMap<String, String>,
    /// Tools that it uses.
    pub tools: Vec<String>,
}

/// Add a version of a recipe
#[utoipa::path(post, operation_id = "add_recipe", path = "/v1/recipes", tag = "recipes", request_body = NewRecipe, responses(
    (status = 201, description = "Added; or the newest version, if it has this text", body = Recipe),
    (status = "4XX", description = "Not added", body = Problem, content_type = "application/problem+json"),
))]
pub async fn add(
    State(house): Shop,
    Writer(caller): Writer,
    Body(new): Body<NewRecipe>,
) -> Result<(StatusCode, Json<Recipe>), Problem> {
    check_name(&new.name)?;
    check(&house, caller.tenant, &new.text).await?;
    let row = house.ledger.add_recipe(caller.tenant, &new.name, &new.text).await?;
    Ok((StatusCode::CREATED, Json(show(row))))
}

/// Say what is wrong with a recipe, without adding it
#[utoipa::path(post, operation_id = "check_recipe", path = "/v1/recipes/check", tag = "recipes", request_body = NewRecipe, responses(
    (status = 200, description = "Whether it can be used", body = Checked),
    (status = "4XX", description = "Not checked", body = Problem, content_type = "application/problem+json"),
))]
pub async fn validate(
    State(house): Shop,
    Reader(caller): Reader,
    Body(new): Body<NewRecipe>,
) -> Result<Json<Checked>, Problem> {
    let checked = check_name(&new.name).map(|()| check(&house, caller.tenant, &new.text));
    let problem = match checked {
        Ok(checking) => checking.await.err(),
        Err(problem) => Some(problem),
    };
    match problem {
        None => Ok(Json(Checked { valid: true, errors: Vec::new() })),
        Some(problem) if problem.code == "invalid" => Ok(Json(Checked { valid: false, errors: mistakes(problem) })),
        Some(problem) => Err(problem),
    }
}

/// The newest version of each recipe
#[utoipa::path(get, operation_id = "list_recipes", path = "/v1/recipes", tag = "recipes", responses(
    (status = 200, description = "By name", body = Listed<Recipe>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(house): Shop, Reader(caller): Reader) -> Result<Json<Listed<Recipe>>, Problem> {
    let rows = house.ledger.recipes(caller.tenant).await?;
    Ok(Json(Listed { items: rows.into_iter().map(show).collect(), next: None }))
}

/// The newest version of a recipe
#[utoipa::path(get, operation_id = "get_recipe", path = "/v1/recipes/{name}", tag = "recipes", params(("name" = String, Path)), responses(
    (status = 200, description = "The newest version", body = Recipe),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn newest(
    State(house): Shop,
    Reader(caller): Reader,
    Path(name): Path<String>,
) -> Result<Json<Recipe>, Problem> {
    Ok(Json(show(find(&house, caller.tenant, &name, None).await?)))
}

/// A version of a recipe
#[utoipa::path(get, operation_id = "get_recipe_version", path = "/v1/recipes/{name}/versions/{version}", tag = "recipes",
    params(("name" = String, Path), ("version" = u32, Path, minimum = 1)), responses(
    (status = 200, description = "This version", body = Recipe),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn version(
    State(house): Shop,
    Reader(caller): Reader,
    Path((name, version)): Path<(String, u32)>,
) -> Result<Json<Recipe>, Problem> {
    Ok(Json(show(find(&house, caller.tenant, &name, Some(version)).await?)))
}

/// A recipe of a tenant.
pub async fn find(house: &House, tenant: TenantId, name: &str, version: Option<u32>) -> Result<Row, Problem> {
    let read = house.ledger.recipe(tenant, name, version);
    let row = match version {
        None => read.await?,
        Some(version) => {
            let subject = Subject::Recipe(tenant, name.to_owned(), version);
            let keep = |row: &Option<Row>| row.as_ref().map(|_| FOR_GOOD);
            house.shared.cached(tenant, subject, keep, read).await?
        }
    };
    row.ok_or_else(|| {
        let which = version.map(|v| format!(" in version {v}")).unwrap_or_default();
        Problem::not_found(format!("there is no recipe `{}`{which}", name.escape_debug()))
    })
}

/// Names of the recipes of which the newest version names this asset.
pub async fn users_of(house: &House, tenant: TenantId, asset: &str) -> Result<Vec<String>, Problem> {
    let rows = house.ledger.recipes(tenant).await?.into_iter().map(show);
    Ok(rows.filter(|recipe| recipe.assets.iter().any(|id| id == asset)).map(|recipe| recipe.name).collect())
}

/// Reads a recipe and finds what it names; all mistakes at once.
pub async fn check(house: &House, tenant: TenantId, text: &str) -> Result<Parsed, Problem> {
    check_size(text)?;
    let recipe = order::parse(text).map_err(|e| wrong(&e))?;
    let mut errors = Vec::new();
    let assets = assets(house, tenant, &recipe, &mut errors).await?;
    let tools = order::tools(&recipe);
    check_tools(house, tenant, &tools, &mut errors).await?;
    check_seats(house, &recipe, &mut errors);
    if errors.is_empty() {
        return Ok(Parsed { recipe, assets, tools });
    }
    Err(Problem::invalid("the recipe names what is not there").with(errors))
}

/// A text of a recipe is not endless.
pub fn check_size(text: &str) -> Result<(), Problem> {
    if text.len() <= MOST {
        return Ok(());
    }
    Err(Problem::too_large(format!("a recipe may have {MOST} bytes, this one has {}", text.len())))
}

async fn assets(
    house: &House,
    tenant: TenantId,
    recipe: &develop::Recipe,
    errors: &mut Vec<Mistake>,
) -> Result<BTreeMap<String, String>, Problem> {
    let mut keys = BTreeMap::new();
    for (id, kind) in recipe.assets() {
        let found = match id.parse::<AssetId>() {
            Ok(AssetId(number)) => house.ledger.object(tenant, ObjectKind::Asset, number).await?,
            Err(_) => None,
        };
        match found {
            Some(asset) if media::asset_kind(&asset.media_type) != Some(kind) => {
                let what = format!("`{id}` is {}; {} is wanted here", asset.media_type, media::wanted(kind));
                errors.push(mistake(key_of(kind), what));
            }
            Some(asset) => drop(keys.insert(id.to_owned(), asset.key)),
            None => {
                let what = format!("`{id}` is no asset; upload it and use its id, such as ast_12");
                errors.push(mistake(key_of(kind), what));
            }
        }
    }
    Ok(keys)
}

/// The key under which a recipe names such an asset.
fn key_of(kind: AssetKind) -> &'static str {
    match kind {
        AssetKind::Picture => "image",
        AssetKind::Font => "font",
        AssetKind::Profile => "profile",
        AssetKind::Lut => "lut.file",
    }
}

async fn check_tools(
    house: &House,
    tenant: TenantId,
    tools: &[String],
    errors: &mut Vec<Mistake>,
) -> Result<(), Problem> {
    if tools.is_empty() {
        return Ok(());
    }
    let name = house.standing(tenant).await?.tenant.name;
    let allowed = house.config.tools_of.get(&name).map(Vec::as_slice).unwrap_or_default();
    for tool in tools.iter().filter(|t| !allowed.contains(t) || !house.config.tools.contains_key(*t)) {
        errors.push(mistake("tool", format!("the operator allows you no tool `{tool}`")));
    }
    Ok(())
}

fn check_seats(house: &House, recipe: &develop::Recipe, errors: &mut Vec<Mistake>) {
    for (pool, need) in &recipe.seats {
        let have = house.config.seats.get(pool).copied().unwrap_or(0);
        if *need > have {
            errors.push(mistake("seats", format!("`{pool}` has {have} seats, the recipe needs {need}")));
        }
    }
}

fn check_name(name: &str) -> Result<(), Problem> {
    let good =
        (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let what = "expected 1 to 64 letters, digits, `-` or `_`";
    if good {
        Ok(())
    } else {
        Err(Problem::invalid("the name cannot be used").with(vec![mistake("name", what.into())]))
    }
}

/// What the parser says.
pub fn wrong(error: &RecipeError) -> Problem {
    Problem::invalid("the recipe has mistakes").with(mistakes_of(&error.problems))
}

/// The parser's problems as mistakes.
pub fn mistakes_of(problems: &[develop::recipe::Problem]) -> Vec<Mistake> {
    problems.iter().map(|p| Mistake { path: p.path.clone(), line: Some(p.line), what: p.what.clone() }).collect()
}

fn mistake(path: &str, what: String) -> Mistake {
    Mistake { path: path.into(), line: None, what }
}

fn mistakes(problem: Problem) -> Vec<Mistake> {
    if problem.errors.is_empty() { vec![mistake("", problem.detail)] } else { problem.errors }
}

fn show(row: Row) -> Recipe {
    let parsed = order::parse(&row.text).ok();
    let names = |f: fn(&develop::Recipe) -> Vec<String>| parsed.as_ref().map(f).unwrap_or_default();
    Recipe {
        renditions: names(|r| r.renditions.iter().map(|r| r.name.clone()).collect()),
        assets: names(|r| r.assets().into_iter().map(|(id, _)| id.to_owned()).collect()),
        created: rfc3339(row.created),
        name: row.name,
        version: row.version,
        text: row.text,
    }
}
