"""What happens to one machine with everything on it."""
import errno, os, sqlite3, threading, time

from .trouble import Trouble


class Machine(Trouble):
    """`tmpfs`: the data folder is a disk of its own, which may fill up."""
    OTHERS = Trouble.OTHERS | {"full": 25}

    def __init__(self, lab, watch, chance, tmpfs):
        super().__init__(lab, watch, chance)
        self.tmpfs, self.disk = tmpfs, threading.Lock()
        self.missing = "" if tmpfs else " (the disk is never full: no right to mount one)"

    def busy(self):
        """Another process writes to the ledger and does not come to an end."""
        seconds = self.chance.uniform(2, 8)
        self.lab.excuse(seconds + 12)

        def hold():
            db = sqlite3.connect(self.lab.engine.ledger.path, isolation_level=None, timeout=30)
            db.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            db.execute("ROLLBACK")
            db.close()
        self.beside(hold)
        self.counts["times a busy ledger"] += 1

    def full(self):
        """The disk has no byte left for a few seconds."""
        if not self.tmpfs or not self.disk.acquire(blocking=False):
            return
        filler, seconds = os.path.join(self.lab.engine.data, "filler"), self.chance.uniform(2, 5)
        self.lab.excuse(seconds + 12)
        end = time.monotonic() + seconds

        def hold():
            with open(filler, "wb", buffering=0) as f:
                while time.monotonic() < end:
                    fill(f)
                    time.sleep(0.02)  # whatever somebody else let go of is taken too
            os.remove(filler)
            self.disk.release()
        self.beside(hold)
        self.counts["times a full disk"] += 1


def fill(f):
    for size in (1 << 20, 4_096, 1):
        try:
            while f.write(b"\0" * size):
                pass
        except OSError as e:
            if e.errno != errno.ENOSPC:
                raise
