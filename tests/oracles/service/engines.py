"""What stands behind the service: where it is, how it is configured, and how it is looked into.

`embedded` is the SQLite file and the folder of one machine. A fleet's engines are started by `engines` (an example of
crates/servers), which also does them harm.
"""
import json, os, shutil, subprocess, threading

from .ledgers import Database, File
from .queues import Queue
from .stores import Bucket, Folder

# By the name of `--engines`. One more is a name here, and what it needs in `configure`. The queue is in moto beside the bucket.
FLEETS = {"pg-s3": ["postgres", "s3"], "pg-s3-redis": ["postgres", "s3", "redis"], "pg-s3-sqs-redis": ["postgres", "s3", "sqs", "redis"]}


class Embedded:
    """A ledger in a file and a store in a folder; every process shares them."""

    def __init__(self, work):
        self.work, self.data = work, os.path.join(work, "data")
        self.ledger, self.store = self.at(self.data)
        self.configuration, self.env = "", {}

    def at(self, data):
        return File(os.path.join(data, "ledger.sqlite")), Folder(os.path.join(data, "store", "objects"))

    def data_of(self, process):
        return self.data

    def remove(self):
        pass

    def copies(self):
        """Yields ledger and store, the same each time, to be spoiled."""
        copy = os.path.join(self.work, "tampered")
        shutil.copytree(self.data, copy)
        while True:
            ledger, store = self.at(copy)
            for name in os.listdir(copy):
                if name.startswith("ledger.sqlite"):  # what was spoiled before may be in the file beside it
                    os.remove(os.path.join(copy, name))
            for name in os.listdir(self.data):
                if name.startswith("ledger.sqlite"):
                    shutil.copyfile(os.path.join(self.data, name), os.path.join(copy, name))
            yield ledger, store
            ledger.close()


class Engines:
    """Real engines, as long as this process lives."""

    def __init__(self, program, kinds, work):
        self.kinds, self.lock = kinds, threading.Lock()
        log = open(os.path.join(work, "engines.log"), "w")
        self.popen = subprocess.Popen([program, *(kind for kind in kinds if kind != "sqs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.popen.stdout.readline()
        if not line:
            raise SystemExit("the engines do not start:\n" + open(log.name).read())
        self.places = json.loads(line)

    def tell(self, command):
        with self.lock:
            self.popen.stdin.write(command + "\n")
            self.popen.stdin.flush()
            answer = self.popen.stdout.readline().strip()
        assert answer and not answer.startswith("unknown"), (command, answer)
        return answer

    def has(self, kind):
        return kind in self.kinds

    def stop(self):
        self.popen.stdin.close()
        self.popen.wait()


class Fleet:
    """A database and a part of the bucket of their own; each process has its own folder."""

    def __init__(self, engines, work, name):
        self.engines, self.work, self.name = engines, work, name
        self.url = engines.tell(f"postgres create {name}")
        self.ledger, self.store = Database(self.url), Bucket(engines.places["moto"], "lab", name)
        self.queue = Queue(engines.places["moto"], name) if engines.has("sqs") else None
        self.configuration = self.configure(engines.places)
        self.env = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ACCESS_KEY_ID": engines.places["key"], "AWS_SECRET_ACCESS_KEY": engines.places["secret"]}

    def configure(self, places):
        lines = [f'[ledger]\nurl = "{self.url}"\nlisten_url = "{self.url}"']
        lines += [f'[store]\nurl = "s3://lab/{self.name}"\nregion = "us-east-1"\nendpoint = "{places["s3"]}"\npath_style = true']
        if self.engines.has("redis"):
            lines += [f'[redis]\nurl = "{places["redis"]}"\nprefix = "{self.name}"']
        if self.queue:
            lines += [f'[queue]\nurl = "{self.queue.url}"\nregion = "us-east-1"\nendpoint = "{places["s3"]}"']
        return "\n".join(lines) + "\n"

    def data_of(self, process):
        return os.path.join(self.work, f"data-{process}")

    def remove(self):
        self.ledger.close()

    def copies(self):
        self.ledger.close()
        root = Database(self.engines.places["postgres"] + "postgres")
        for number in range(1_000):
            copy = f"{self.name}_tampered_{number}"
            root.tell(f"CREATE DATABASE {copy} TEMPLATE {self.name}; SELECT 1;")
            ledger = Database(self.engines.places["postgres"] + copy)
            yield ledger, self.store
            ledger.close()
