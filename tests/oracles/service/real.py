"""Hooks of schemathesis: every second request is made of things that exist, so that each operation also succeeds."""
import json, os, random, sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import schemathesis  # noqa: E402

from service.customer import Customer  # noqa: E402

RECIPE = 'version = 1\n[[renditions]]\nname = "web"\nwidth = 32\nencode = { format = "jpeg" }\n'
PHOTO = open(os.environ["SCHEMA_PHOTO"], "rb").read()
customer = Customer(int(os.environ["SCHEMA_PORT"]), os.environ["SCHEMA_KEY"], 1e9)
chance = random.Random(1)
answers = {}


def upload():
    return customer.ask("POST", "/v1/uploads", {"kind": "photo", "name": "a.dng", "size": len(PHOTO)})


def put(upload):
    """Puts its only part; the etag."""
    status, headers, _ = customer.once("PUT", "/" + upload["links"][0]["url"].split("/", 3)[3], PHOTO)
    return headers["etag"]


def photo():
    return customer.upload("a.dng", PHOTO)


def asset():
    made = customer.ask("POST", "/v1/uploads", {"kind": "asset", "name": "logo.png", "size": len(LOGO)})
    status, headers, _ = customer.once("PUT", "/" + made["links"][0]["url"].split("/", 3)[3], LOGO)
    parts = {"parts": [{"number": 1, "etag": headers["etag"]}]}
    return customer.ask("POST", f"/v1/uploads/{made['id']}/complete", parts)["id"]


def batch():
    """A batch that is over."""
    made = customer.ask("POST", "/v1/batches", {"recipe": {"name": "tiny"}, "photos": [photo()]})["id"]
    while customer.batch(made)["state"] != "closed":
        customer.again()
    return made


def key():
    return customer.ask("POST", "/v1/keys", {"name": "short", "scopes": ["read"]})["id"]


def invitation():
    return customer.ask("POST", "/v1/invitations", {"role": "viewer"})


def acceptance():
    login = f"user-{chance.getrandbits(64)}"
    return {"token": invitation()["token"], "login": login, "name": "Somebody", "password": "a horse with a hat"}


def person():
    """Somebody who has just come in."""
    return customer.ask("POST", "/v1/invitations/accept", acceptance())


def whole():
    """An upload whose part is there, and the words that complete it."""
    made = upload()
    return made["id"], {"parts": [{"number": 1, "etag": put(made)}]}


LOGO = open(os.environ["SCHEMA_LOGO"], "rb").read()
customer.ask("POST", "/v1/recipes", {"name": "tiny", "text": RECIPE})
OVER, PICTURE, LOGO_ID = batch(), photo(), asset()
# Nothing may remove what everything else needs.
PRECIOUS = {OVER, PICTURE, LOGO_ID, *(key["id"] for key in customer.ask("GET", "/v1/keys")["items"])}

BODIES = {
    "POST /v1/uploads": lambda: {"kind": "photo", "name": "a.dng", "size": len(PHOTO)},
    "POST /v1/uploads/{id}/parts:sign": lambda: {"numbers": [1]},
    "POST /v1/recipes": lambda: {"name": "tiny", "text": RECIPE},
    "POST /v1/recipes/check": lambda: {"name": "tiny", "text": RECIPE},
    "POST /v1/recipes/preview": lambda: {"photo": PICTURE, "text": RECIPE},
    "POST /v1/batches": lambda: {"recipe": {"name": "tiny"}, "photos": [PICTURE]},
    "POST /v1/invitations": lambda: {"role": "viewer"},
    "POST /v1/invitations/accept": acceptance,
    "PATCH /v1/users/{id}": lambda: {"role": "operator"},
    "POST /v1/keys": lambda: {"name": "short", "scopes": ["read"]},
}
PATHS = {
    "GET /v1/recipes/{name}": lambda: {"name": "tiny"},
    "GET /v1/recipes/{name}/versions/{version}": lambda: {"name": "tiny", "version": 1},
    "GET /v1/photos/{id}": lambda: {"id": PICTURE},
    "GET /v1/assets/{id}": lambda: {"id": LOGO_ID},
    "DELETE /v1/photos/{id}": lambda: {"id": photo()},
    "DELETE /v1/assets/{id}": lambda: {"id": asset()},
    "DELETE /v1/batches/{id}": lambda: {"id": batch()},
    "DELETE /v1/keys/{id}": lambda: {"id": key()},
    "DELETE /v1/invitations/{id}": lambda: {"id": invitation()["id"]},
    "DELETE /v1/sessions/{id}": lambda: {"id": person()["session"]},
    "PATCH /v1/users/{id}": lambda: {"id": person()["id"]},
    "DELETE /v1/users/{id}": lambda: {"id": person()["id"]},
    "DELETE /v1/uploads/{id}": lambda: {"id": upload()["id"]},
    "GET /v1/uploads/{id}": lambda: {"id": upload()["id"]},
    "POST /v1/uploads/{id}/parts:sign": lambda: {"id": upload()["id"]},
}


@schemathesis.hook
def before_call(context, case, kwargs):
    name = case.operation.label
    precious = name.startswith("DELETE") and case.path_parameters.get("id") in PRECIOUS
    if not precious and chance.random() < 0.5:
        return
    if name == "POST /v1/uploads/{id}/complete":
        case.path_parameters["id"], case.body = whole()
        return
    if name in BODIES:
        case.body, case.media_type = BODIES[name](), "application/json"
    if name in PATHS:
        case.path_parameters = PATHS[name]()
    elif "/v1/batches/{id}" in name:
        case.path_parameters = {"id": OVER}
    if name in BODIES or name in PATHS or "/v1/batches/{id}" in name or name.startswith("GET"):
        case.query = {}
        # A name of a submission would be that of another body.
        case.headers = {k: v for k, v in (case.headers or {}).items() if k.lower() != "idempotency-key"}


@schemathesis.hook
def after_call(context, case, response):
    told = answers.setdefault(case.operation.label, {})
    told[response.status_code] = told.get(response.status_code, 0) + 1
    with open(os.environ["SCHEMA_ANSWERS"], "w") as f:
        json.dump(answers, f, indent=1, sort_keys=True)
