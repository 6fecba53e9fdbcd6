"""A customer who asks again until there is an answer: uploads, submissions, cancels, redrives."""
import http.client, json, threading, time, urllib.parse

AGAIN = (409, 429, 503)  # in flight, too much at once, something is away


class Customer:
    def __init__(self, port, key, patience):
        self.port, self.key, self.until = port, key, time.monotonic() + patience
        self.asked_again, self.mistakes, self.lock = 0, [], threading.Lock()

    def once(self, method, path, body=None, headers=(), timeout=30, port=None):
        """Status, headers and bytes; `None` where no answer came."""
        line = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=timeout)
        try:
            line.request(method, path, body, dict(headers))
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()

    def ask(self, method, path, body=None, headers=(), good=(200, 201, 202)):
        """Asks until the answer is good."""
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json", **dict(headers)}
        text = None if body is None else json.dumps(body)
        while time.monotonic() < self.until:
            answer = self.once(method, path, text, headers)
            if answer and answer[0] in good:
                return json.loads(answer[2] or b"null")
            if answer and answer[0] not in AGAIN:
                with self.lock:
                    self.mistakes.append(f"{method} {path} was answered with {answer[0]}: {answer[2][:300]!r}")
                if answer[0] < 500:
                    raise RuntimeError(self.mistakes[-1])
            self.again()
        raise TimeoutError(f"{method} {path}: no good answer in time")

    def again(self):
        with self.lock:
            self.asked_again += 1
        time.sleep(0.2)

    def upload(self, name, data):
        """Uploads a photo, in parts, from wherever it broke off; returns its id."""
        upload = self.ask("POST", "/v1/uploads", {"kind": "photo", "name": name, "size": len(data)})
        while True:
            parts, rest = {p["number"]: p["etag"] for p in upload["arrived"]}, upload["links"]
            for link in rest:
                at = (link["number"] - 1) * upload["part_size"]
                url = urllib.parse.urlsplit(link["url"])
                answer = self.once("PUT", f"{url.path}?{url.query}", data[at:at + link["size"]], port=url.port)
                if answer and answer[0] == 200:
                    parts[link["number"]] = answer[1]["etag"]
            if len(parts) == upload["part_count"]:
                listed = [{"number": n, "etag": parts[n]} for n in sorted(parts)]
                return self.ask("POST", f"/v1/uploads/{upload['id']}/complete", {"parts": listed})["id"]
            self.again()
            upload = self.ask("GET", f"/v1/uploads/{upload['id']}")

    def submit(self, key, photos, priority):
        """Submits a batch under this name; returns its id."""
        order = {"recipe": {"name": "tiny"}, "photos": photos, "priority": priority}
        return self.ask("POST", "/v1/batches", order, {"idempotency-key": key})["id"]

    def submit_twice(self, key, photos, priority):
        """The same from two places at once; both get the same id."""
        ids = []
        threads = [threading.Thread(target=lambda: ids.append(self.submit(key, photos, priority))) for _ in range(2)]
        for step in (threading.Thread.start, threading.Thread.join):
            for thread in threads:
                step(thread)
        if len(ids) != 2 or ids[0] != ids[1]:
            self.mistakes.append(f"two submissions under {key} gave {ids}")
        return ids[0]

    def batch(self, batch):
        return self.ask("GET", f"/v1/batches/{batch}")


class Listener(threading.Thread):
    """Hears the events of a batch from the first to the last, over every break of the line."""

    def __init__(self, customer, batch):
        super().__init__(daemon=True)
        self.customer, self.batch, self.heard, self.breaks, self.over = customer, batch, [], 0, threading.Event()
        self.start()

    def run(self):
        while True:
            last_round = self.over.is_set()
            whole = self.listen()
            self.breaks += not whole
            if last_round and whole:
                return
            time.sleep(0.2)

    def listen(self):
        """Reads one stream; says whether it ended in order."""
        line = http.client.HTTPConnection("127.0.0.1", self.customer.port, timeout=20)
        headers = {"authorization": f"Bearer {self.customer.key}", "last-event-id": str(self.heard[-1][0] if self.heard else 0)}
        try:
            line.request("GET", f"/v1/batches/{self.batch}/events", headers=headers)
            answer = line.getresponse()
            frame = {}
            for text in answer if answer.status == 200 else ():
                field, _, value = text.decode().rstrip("\n").partition(": ")
                if field:
                    frame[field] = value
                elif "id" in frame:
                    task = json.loads(frame["data"]).get("task")
                    self.heard.append((int(frame["id"]), frame["event"], task and int(task.split("_")[1])))
                    frame = {}
            return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
