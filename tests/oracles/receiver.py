#!/usr/bin/env python3
"""A receiver of webhooks that knows nothing of ours: it verifies messages with `standardwebhooks` (PyPI), the reference
implementation of the form.

usage: receiver.py FOLDER

Prints its port. In FOLDER, `secrets` holds a secret a line and `mode` how to answer: a status, `hang`, or `STATUS URL` with
a location; both are read anew for every message. Every message becomes a line of `messages`: its id, which of the secrets
verify it, and what it says.
"""
import json, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

folder = Path(sys.argv[1])
writing = threading.Lock()


def verifies(secret, body, headers):
    try:
        Webhook(secret).verify(body, headers)
        return True
    except WebhookVerificationError:
        return False


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        secrets = (folder / "secrets").read_text().split()
        told = {
            "id": headers["webhook-id"],
            "verified": [verifies(secret, body, headers) for secret in secrets],
            "forged": any(verifies(secret, body + " ", headers) for secret in secrets),
            "signatures": len(headers["webhook-signature"].split()),
            "type": headers["content-type"],
            "says": json.loads(body),
        }
        with writing, (folder / "messages").open("a") as log:
            log.write(json.dumps(told) + "\n")
        mode = (folder / "mode").read_text().split()
        if mode[0] == "hang":
            time.sleep(3600)
        self.send_response(int(mode[0]))
        if len(mode) > 1:
            self.send_header("location", mode[1])
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
