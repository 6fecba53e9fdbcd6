#!/usr/bin/env python3
"""The API against its own description: schemathesis asks every operation, every second time for things that exist.

    schema.py RAWMILL WORKDIR [--seconds 60]

No answer may be a 5xx, every answer must fit the description, nothing may be told without a key, and every operation must
have answered 2xx at least once. Needs schemathesis in the Python that runs this.
"""
import argparse, json, os, subprocess, sys, threading

from service.engines import Embedded
from service.lab import Lab

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,ignored_auth"
# The token for the first key works once: the laboratory has used it. The rest is for somebody who is logged in, and a login
# is soon refused after so many wrong ones; no provider is configured there.
DONE_BEFORE = {"POST /v1/setup", "POST /v1/login", "POST /v1/logout", "GET /v1/me", "POST /v1/me/password",
               "DELETE /v1/me/identity", "GET /v1/oidc/start", "POST /v1/oidc/start", "GET /v1/oidc/callback"}


def operations(description):
    for path, methods in json.load(open(description))["paths"].items():
        yield from (f"{method.upper()} {path}" for method in methods if method in ("get", "post", "put", "patch", "delete"))


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("rawmill")
    words.add_argument("work")
    words.add_argument("--seconds", type=int, default=60)
    args = words.parse_args()
    os.makedirs(args.work, exist_ok=True)
    lab = Lab(args.rawmill, Embedded(os.path.abspath(args.work)), 1, 1)
    lab.start()
    threading.Thread(target=lab.watch, daemon=True).start()
    try:
        assert lab.ready(), "the service does not answer"
        code, answers = ask(lab, args.seconds)
    finally:
        lab.stop()
    description = os.path.join(HERE, "../../docs/openapi.json")
    silent = [name for name in operations(description) if name not in DONE_BEFORE and not good(answers.get(name, {}))]
    print(f"{sum(sum(told.values()) for told in answers.values())} requests, {len(answers)} operations; never 2xx: {silent or 'none'}")
    sys.exit(code or bool(silent) or bool(lab.troubles and print(lab.troubles)))


def good(told):
    return any(200 <= int(status) < 300 for status in told)


def ask(lab, seconds):
    """Runs schemathesis; its exit code, and how often each operation answered what."""
    key, answers = lab.first_key(), os.path.join(lab.work, "answers.json")
    env = os.environ | {
        "SCHEMATHESIS_HOOKS": "service.real", "PYTHONPATH": HERE, "SCHEMA_PORT": str(lab.port), "SCHEMA_KEY": key, "SCHEMA_ANSWERS": answers,
        "SCHEMA_PHOTO": os.path.join(HERE, "../../crates/photo/tests/samples/ljpeg_tiles.dng"),
        "SCHEMA_LOGO": os.path.join(HERE, "../../recipes/assets/logo.png"),
    }
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run", f"{lab.url}/v1/openapi.json"]
    flags = ["-H", f"Authorization: Bearer {key}", "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-time", str(seconds), "--seed", "1", "--warnings", "off"]
    code = subprocess.run([*command, *flags], env=env, cwd=lab.work).returncode
    return code, json.load(open(answers))


main()
