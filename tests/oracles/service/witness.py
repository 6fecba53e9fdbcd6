"""Looks at the ledger's rows and the store's objects by itself, and compares them with what the customer asked for and heard.

It shares no counting with rawmill: see `ledgers` and `stores` for how it looks.
"""
import collections, json, threading, time

from .ledgers import Away

ENDED = {"succeeded", "failed", "cancelled"}
LAST = {"batch.closed", "batch.cancelled"}
TOLD = {"succeeded": "task.succeeded", "failed": "task.dead", "cancelled": "task.cancelled"}


class Watch(threading.Thread):
    """Looks on while work goes on: how much is done, when each attempt was first seen, and when it was first seen ended."""

    def __init__(self, ledger):
        super().__init__(daemon=True)
        self.ledger, self.done, self.left, self.seen, self.gone, self.wrong, self.ending = ledger.again(), 0, 0, {}, {}, set(), False
        self.running = set()
        self.start()

    def run(self):
        while not self.ending:
            try:
                for row in self.ledger.new_attempts():
                    self.seen[row["task"], row["number"]] = time.monotonic(), row["worker"]
                self.look()
            except Away:
                pass
            time.sleep(0.05)
        self.ledger.close()

    def look(self):
        counts = self.ledger.rows("SELECT t.state, count(*) AS count FROM task t JOIN batch b ON b.id = t.batch WHERE b.state <> 'open' GROUP BY 1")
        counts = {row["state"]: row["count"] for row in counts}
        self.done = sum(n for state, n in counts.items() if state in ENDED)
        self.left = sum(counts.values()) - self.done + self.ledger.rows("SELECT count(*) AS count FROM event WHERE number IS NULL")[0]["count"]
        running = {(row["task"], row["number"]) for row in self.ledger.rows("SELECT task, number FROM attempt WHERE state = 'running'")}
        for attempt in self.running - running:
            self.gone[attempt] = time.monotonic()
        self.running = running
        twice = collections.Counter(task for task, _ in running)
        self.wrong |= {f"task {task} had two running attempts at once" for task, n in twice.items() if n > 1}

    def holds(self, pid):
        """Does this worker have a photo right now."""
        try:
            return bool(self.ledger.rows("SELECT 1 AS one FROM attempt WHERE state = 'running' AND worker = ? LIMIT 1", str(pid)))
        except Away:
            return False

    def takeovers(self, attempts, deaths):
        """Of photos that dead or stalled workers had: seconds until they were ready again, and until somebody began them
        again, who may have had first tries to do before."""
        ready, begun = [], []
        for a in attempts:
            key = a["task"], a["number"]
            if a["class"] == "expiry" and key in self.seen and key in self.gone:
                died = max((t for t, pid in deaths if pid == a["worker"].rpartition(":")[2] and self.seen[key][0] <= t < self.gone[key]), default=None)
                if died:
                    ready.append(self.gone[key] - died)
                    again = self.seen.get((a["task"], a["number"] + 1))
                    begun += [again[0] - died] if again else []
        return ready, begun


class Witness:
    """`asked`: the batches of the customer, `expected`: SHA-256 of each rendition by photo and name, `broken`: photos that are none."""

    def __init__(self, ledger, store, asked, expected, broken):
        self.ledger, self.store, self.asked, self.expected, self.broken = ledger, store, asked, expected, broken
        self.faults, self.lost, self.double, self.stuck, self.rows = [], 0, 0, 0, ledger.rows

    def fault(self, words):
        self.faults.append(words)

    def expect(self, found, wanted, what):
        if found != wanted:
            self.fault(f"{what}: found {found!r}, expected {wanted!r}")

    def bad(self):
        return bool(self.faults or self.lost or self.double or self.stuck)

    def names(self, key):
        """Is this object an output of a photo that succeeded."""
        return any(row["path"] == key for rows in self.outputs.values() for row in rows)

    def look(self, heard):
        """All of it; `heard` are the events by batch, as the customer heard them."""
        for check, good in self.ledger.CHECKS.items():
            self.expect([r[0] for r in self.rows(check)], good, check)
        submitted = {r[0] for r in self.rows("SELECT id FROM batch WHERE state <> 'open'")}
        self.double += len(submitted - set(self.asked))
        self.expect(submitted, set(self.asked), "submitted batches")
        self.tasks = {b: self.rows("SELECT * FROM task WHERE batch = ? ORDER BY id", b) for b in submitted}
        self.attempts, self.outputs = collections.defaultdict(list), collections.defaultdict(list)
        for row in self.rows("SELECT * FROM attempt ORDER BY task, number"):
            self.attempts[row["task"]].append(row)
        for row in self.rows("SELECT * FROM output"):
            self.outputs[row["task"]].append(row)
        for batch in sorted(submitted & set(self.asked)):
            self.look_at_batch(batch, heard[batch])
        self.look_at_bills()
        self.look_at_store()
        self.look_at_leftovers()

    def look_at_batch(self, batch, heard):
        photos, tasks = self.asked[batch], self.tasks[batch]
        found = [json.loads(t["detail"])["photo"] for t in tasks]
        self.lost += sum((collections.Counter(photos) - collections.Counter(found)).values())
        self.double += sum((collections.Counter(found) - collections.Counter(photos)).values())
        self.expect(found, photos, f"photos of batch {batch}")
        events = self.rows("SELECT * FROM event WHERE batch = ? ORDER BY number", batch)
        for task in tasks:
            self.look_at_task(task, [e["kind"] for e in events if e["task"] == task["id"]])
        self.look_at_events(batch, events, heard)

    def look_at_task(self, task, told):
        """One state, and everything else fits to it."""
        name, state, attempts = f"task {task['id']}", task["state"], self.attempts[task["id"]]
        self.stuck += state not in ENDED
        self.lost += state == "failed" and not self.is_due(task)
        self.expect([a["number"] for a in attempts], list(range(1, task["attempt"] + 1)), f"attempts of {name}")
        won = [a["number"] for a in attempts if a["state"] == "succeeded"]
        self.double += max(0, len(won) - 1)
        self.expect(len(won), int(state == "succeeded"), f"successful attempts of {name}")
        self.expect([a["number"] for a in attempts if a["state"] == "running"], [], f"running attempts of {name} at the end")
        self.expect(task["lease"], None, f"lease of {name} at the end")
        self.expect(told[-1:], [TOLD.get(state)], f"last event of {name}")
        self.expect(told[:-1], ["task.dead", "task.redriven"] * (len(told) // 2), f"events of {name} before its last")
        self.look_at_outputs(task, won)

    def is_due(self, task):
        """A dead letter must have earned it: no photo, three crashes, or five lost leases since it was last redriven."""
        last = [a["class"] for a in self.attempts[task["id"]]]
        due = last.count("expiry") >= 5 or last.count("photo") >= 3
        if json.loads(task["detail"])["photo"] in self.broken:
            due = due or last[-1] == "input"
        if not due:
            self.fault(f"task {task['id']} is a dead letter after {last}")
        return due

    def look_at_outputs(self, task, won):
        wanted = self.expected.get(json.loads(task["detail"])["photo"], {}) if task["state"] == "succeeded" else {}
        rows = self.outputs[task["id"]]
        self.expect(sorted(r["rendition"] for r in rows), sorted(wanted), f"renditions of task {task['id']}")
        for row in rows:
            self.expect(row["attempt"], won[0] if won else None, f"attempt of {row['path']}")
            self.expect(row["path"].split("/")[-2], f"{task['id']}.{row['attempt']}", f"token in {row['path']}")

    def look_at_events(self, batch, events, heard):
        row = self.rows("SELECT * FROM batch WHERE id = ?", batch)[0]
        self.stuck += row["state"] not in ("closed", "cancelled")
        self.expect([e["number"] for e in events], list(range(1, row["last_event"] + 1)), f"numbers of the events of batch {batch}")
        kinds = [e["kind"] for e in events]
        self.expect(kinds[:1], ["batch.submitted"], f"first event of batch {batch}")
        self.expect(kinds[-1:], [f"batch.{row['state']}"], f"last event of batch {batch}")
        for kind, after in zip(kinds, kinds[1:]):
            if kind in LAST and after != "task.redriven":
                self.fault(f"batch {batch} told of {after} after its end")
        counted = collections.Counter(t["state"] for t in self.tasks[batch])
        folded = {state: row[state] for state in ENDED}
        self.expect(folded, {state: counted[state] for state in ENDED}, f"folded totals of batch {batch}")
        self.expect(row["found"], len(self.tasks[batch]), f"found of batch {batch}")
        self.expect(heard, [(e["number"], e["kind"], e["task"]) for e in events], f"events of batch {batch} as heard over HTTP")

    def look_at_bills(self):
        """Exactly one usage row for each task with an outcome."""
        bills = collections.Counter(r["task"] for r in self.rows("SELECT task FROM usage"))
        states = {r["task"]: r["state"] for r in self.rows("SELECT task, state FROM usage")}
        ended = {t["id"]: t["state"] for tasks in self.tasks.values() for t in tasks if t["state"] in ENDED}
        self.lost += len(set(ended) - set(bills))
        self.double += sum(bills.values()) - len(bills) + len(set(bills) - set(ended))
        self.expect(states, ended, "usage rows")

    def look_at_store(self):
        """What is named is there, byte for byte; what is not named belongs to an attempt that did not win."""
        there = set(self.store.keys())
        photo_of = {t["id"]: json.loads(t["detail"])["photo"] for tasks in self.tasks.values() for t in tasks}
        won = {(r["task"], r["attempt"]) for rows in self.outputs.values() for r in rows}
        for row in (row for rows in self.outputs.values() for row in rows):
            if row["path"] not in there:
                self.lost += 1
                self.fault(f"{row['path']} is not in the store")
                continue
            there.remove(row["path"])
            *seen, hashed = self.store.look(row["path"])
            digest = self.expected.get(photo_of.get(row["task"]), {}).get(row["rendition"])
            self.expect(seen, [row["size"], row["crc32"]], f"size and CRC-32 of {row['path']}")
            self.expect(hashed, digest, f"bytes of {row['path']}")
        self.losing = sorted(key for key in there if key.startswith("out/"))
        for key in self.losing:
            task, attempt = map(int, key.split("/")[3].split("."))
            if (task, attempt) in won or task not in photo_of:
                self.fault(f"{key} is in the store, and its attempt did not name it")

    def look_at_leftovers(self):
        for what, sql in {
            "events without a number": "SELECT count(*) FROM event WHERE number IS NULL",
            "dispatch rows that nobody rang for": "SELECT count(*) FROM dispatch",
            "seats that are taken": "SELECT count(*) FROM seat",
            "tasks that count as queued or running": self.ledger.SUM_OF_COUNTS,
        }.items():
            self.expect(self.rows(sql)[0][0], 0, what)
