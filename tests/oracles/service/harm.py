"""What happens to a fleet: its database, its bucket, its Redis, the clock of one host."""
import json, threading, time

from .ledgers import Away
from .trouble import Trouble

REACHES = 12  # seconds for which a process on its way up waits for a database, and some more
FAULTS = [
    {"matching": "", "action": {"kind": "status", "status": 503, "code": "SlowDown"}},
    {"matching": "", "action": {"kind": "delay", "ms": 2_000}},
    {"matching": "PUT /", "action": {"kind": "reset", "after": 1_000}},
    {"matching": "PUT /", "action": {"kind": "lose"}},
    {"matching": "GET /", "action": {"kind": "truncate", "after": 1_000}},
]


class Harm(Trouble):
    """`longest`: seconds of the longest trouble of an engine."""
    OTHERS = Trouble.OTHERS | {"restart": 25, "cut": 12, "freeze": 50, "bucket": 12}
    OTHERS_OF_REDIS = {"flush": 20, "without_redis": 25, "silent_redis": 50}
    OTHERS_OF_THE_QUEUE = {"purge": 20, "double": 8}
    FARTHEST = FARTHEST_OF_WEB = 300

    def __init__(self, lab, watch, chance, longest):
        super().__init__(lab, watch, chance)
        self.engines, self.fleet, self.longest = lab.engine.engines, lab.engine, longest
        self.psql, self.database, self.redis = self.fleet.ledger.again(), threading.Lock(), threading.Lock()
        if self.engines.has("redis"):
            self.OTHERS = self.OTHERS | self.OTHERS_OF_REDIS
        if self.engines.has("sqs"):
            self.OTHERS = self.OTHERS | self.OTHERS_OF_THE_QUEUE

    def some_seconds(self):
        """Mostly a few; now and then as long as it may be."""
        return self.longest if self.chance.random() < 0.2 else self.chance.uniform(1, min(5, self.longest))

    def away(self, lock, engine, begin, end, seconds):
        """An engine is away for so long, once nothing else is done to it."""
        def act():
            with lock:
                self.lab.goes_away(1)
                self.engines.tell(f"{engine} {begin}")
                time.sleep(seconds)
                self.engines.tell(f"{engine} {end}")  # a database recovers first
                self.lab.excuse(REACHES)
                self.lab.goes_away(-1)
        self.beside(act)

    def restart(self):
        """The database is killed and started again."""
        self.counts["restarts of the database"] += 1
        self.away(self.database, "postgres", "kill", "revive", self.chance.uniform(0.2, 3))

    def freeze(self):
        """The database is there and answers nothing."""
        self.counts["times a silent database"] += 1
        self.away(self.database, "postgres", "freeze", "thaw", self.some_seconds())

    def cut(self):
        """Some connections to the database are cut, again and again."""
        sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'rawmill' AND random() < 0.4;"

        def strike():
            for _ in range(10):
                with self.database:
                    self.lab.excuse(REACHES)
                    self.counts["connections cut"] += int(self.sql(sql))
                time.sleep(0.1)
        self.beside(strike)

    def sql(self, sql):
        """The connection may be one to the server before."""
        try:
            return self.psql.tell(sql)
        except Away:
            return self.psql.tell(sql)

    def busy(self):
        """Somebody holds a lock that everybody needs."""
        seconds = self.chance.uniform(2, 8)

        def hold():
            with self.database:
                self.lab.excuse(seconds + REACHES)
                self.sql(f"BEGIN; LOCK TABLE task IN EXCLUSIVE MODE; SELECT 1, pg_sleep({seconds}); ROLLBACK;")
        self.beside(hold)
        self.counts["times a busy ledger"] += 1

    def bucket(self):
        """It answers with errors, slowly, or breaks off."""
        fault = self.chance.choice(FAULTS) | {"for_ms": int(self.some_seconds() * 1_000)}
        self.engines.tell(f"s3 fault {json.dumps(fault)}")
        self.counts["times a bad bucket"] += 1

    def flush(self):
        with self.redis:
            self.engines.tell("redis flush")
        self.counts["times a flushed Redis"] += 1

    def without_redis(self):
        self.counts["times no Redis"] += 1
        self.away(self.redis, "redis", "kill", "revive", self.some_seconds())

    def silent_redis(self):
        self.counts["times a silent Redis"] += 1
        self.away(self.redis, "redis", "freeze", "thaw", self.some_seconds())

    def purge(self):
        """All messages are lost."""
        self.fleet.queue.purge()
        self.counts["purges of the queue"] += 1

    def double(self):
        """Messages come twice, out of order, to others while somebody has them."""
        self.counts["messages doubled"] += self.fleet.queue.double(self.chance)

    def calm(self):
        super().calm()
        self.engines.tell("s3 clear")

    def close(self):
        self.psql.close()
