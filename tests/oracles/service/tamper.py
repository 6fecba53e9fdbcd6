"""Can the witness see anything? What it has found good is spoiled in a copy, one way after the other."""
import os, shutil, sqlite3

from .witness import Witness, objects

SPOILED = {
    "a bill is missing": "DELETE FROM usage WHERE id = (SELECT min(id) FROM usage)",
    "a photo is missing": "DELETE FROM task WHERE id = (SELECT max(id) FROM task)",
    "a photo waits for ever": "UPDATE task SET state = 'ready' WHERE id = (SELECT min(task) FROM output)",
    "an attempt never ended": "UPDATE attempt SET state = 'running' WHERE task = (SELECT min(task) FROM output)",
    "a dead letter has no reason": "UPDATE attempt SET class = NULL WHERE class = 'input'",
    "a rendition is missing": "DELETE FROM output WHERE id = (SELECT min(id) FROM output)",
    "a rendition of another attempt": "UPDATE output SET attempt = attempt + 1 WHERE id = (SELECT min(id) FROM output)",
    "a number of an event is missing": "DELETE FROM event WHERE id = (SELECT max(id) - 3 FROM event)",
    "an event was not numbered": "UPDATE event SET number = NULL WHERE id = (SELECT max(id) FROM event)",
    "a total is wrong": "UPDATE batch SET succeeded = succeeded + 1 WHERE id = (SELECT min(batch) FROM event)",
    "a batch never closed": "UPDATE batch SET state = 'sealed' WHERE id = (SELECT min(batch) FROM event)",
    "a batch that nobody submitted": "INSERT INTO batch (id, recipe, state, opened) VALUES (999999, 'x', 'sealed', 0)",
    "a seat stays taken": "INSERT INTO seat (task, attempt, pool, count) VALUES (1, 1, 'x', 1)",
    "work that nobody rang for": "INSERT INTO dispatch (batch, due) VALUES (1, 0)",
}


def unseen(data, copy, witness, heard):
    """Ways of spoiling that the witness does not see."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(data, copy)
    ledger, found = os.path.join(copy, "ledger.sqlite"), []
    for name, sql in SPOILED.items():
        shutil.copyfile(os.path.join(data, "ledger.sqlite"), ledger)
        with sqlite3.connect(ledger) as db:
            assert db.execute(sql).rowcount > 0, name
        found += [name] if looks_good(copy, witness, heard) else []
    shutil.copyfile(os.path.join(data, "ledger.sqlite"), ledger)
    path = sorted(path for key, path in objects(copy) if witness.names(key))[0]
    whole = open(path, "rb").read()
    for name, data in {"an object is cut": whole[:-1], "an object has another byte": whole[:-1] + bytes([whole[-1] ^ 1])}.items():
        open(path, "wb").write(data)
        found += [name] if looks_good(copy, witness, heard) else []
    os.remove(path)
    return found + (["an object is gone"] if looks_good(copy, witness, heard) else [])


def looks_good(copy, witness, heard):
    again = Witness(copy, witness.asked, witness.expected, witness.broken)
    again.look(heard)
    return not again.bad()
