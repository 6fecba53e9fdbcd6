"""Reading a ledger without rawmill: rows of a SQLite file by Python's own module, of PostgreSQL by its own `psql`."""
import json, sqlite3, subprocess, threading


class Away(Exception):
    """The ledger cannot be read at the moment."""


class File:
    """SQLite."""
    SUM_OF_COUNTS = "SELECT sum(queued + running) FROM tenant"
    STRANGER = "INSERT INTO batch (id, recipe, state, opened) VALUES (999999, 'x', 'sealed', 0)"
    CHECKS = {"PRAGMA integrity_check": ["ok"], "PRAGMA foreign_key_check": []}

    def __init__(self, path):
        self.path, self.last, self.db = path, 0, None

    def rows(self, sql, *values):
        try:
            self.db = self.db or self.open()
            return self.db.execute(sql, values).fetchall()
        except sqlite3.OperationalError as e:  # the disk is full, or everything was just killed
            raise Away(str(e)) from e

    def open(self):
        db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        return db

    def again(self):
        """Another reader of the same."""
        return File(self.path)

    def new_attempts(self):
        """Those begun since it was last asked."""
        found = self.rows("SELECT rowid, task, number, worker FROM attempt WHERE rowid > ?", self.last)
        self.last = max((row["rowid"] for row in found), default=self.last)
        return found

    def change(self, sql):
        db = sqlite3.connect(self.path, isolation_level=None)
        changed = db.execute(sql).rowcount
        db.close()
        return changed

    def close(self):
        self.db = self.db and self.db.close()


class Row(dict):
    """A row whose columns have names and numbers."""

    def __getitem__(self, at):
        return list(self.values())[at] if isinstance(at, int) else super().__getitem__(at)


class Database:
    """PostgreSQL."""
    SUM_OF_COUNTS = "SELECT coalesce(sum(queued + running), 0) FROM pace"
    STRANGER = ("INSERT INTO batch (id, tenant, recipe, work, priority, seated, state, opened) "
                "VALUES (999999, 1, 'x', '{}', 0, FALSE, 'sealed', 0)")
    CHECKS = {}
    END = "-- that was all --"
    RECENT_MS = 30_000

    def __init__(self, url):
        self.url, self.psql, self.lock, self.known = url, None, threading.Lock(), set()

    def rows(self, sql, *values):
        for value in values:
            sql = sql.replace("?", str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'", 1)
        found = self.tell(f"SELECT coalesce(json_agg(t), '[]') FROM ({sql}) AS t;")
        return json.loads(found, object_pairs_hook=Row)

    def tell(self, sql):
        """What `psql` prints for it."""
        with self.lock:
            if self.psql is None or self.psql.poll() is not None:
                pipe = subprocess.PIPE
                self.psql = subprocess.Popen(["psql", "-XAqt", "-d", self.url], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
            try:
                self.psql.stdin.write(f"{sql}\n\\echo '{self.END}'\n")
                self.psql.stdin.flush()
            except OSError as e:
                raise Away(str(e)) from e
            said = []
            for line in self.psql.stdout:
                if line.rstrip("\n") == self.END:
                    break
                said.append(line)
            if not said:
                raise Away(f"{self.url} says nothing to: {sql[:200]}")
            return "".join(said)

    def again(self):
        return Database(self.url)

    def new_attempts(self):
        recent = f"started > (extract(epoch FROM clock_timestamp()) * 1000)::BIGINT - {self.RECENT_MS}"
        found = self.rows(f"SELECT task, number, worker FROM attempt WHERE {recent}")
        new = [row for row in found if (row["task"], row["number"]) not in self.known]
        self.known |= {(row["task"], row["number"]) for row in new}
        return new

    def change(self, sql):
        return int(self.tell(f"WITH changed AS ({sql} RETURNING 1) SELECT count(*) FROM changed;"))

    def close(self):
        if self.psql is not None:
            self.psql.stdin.close()
            self.psql.wait()
