"""Can the witness see anything? What it has found good is spoiled in a copy, one way after the other."""
from .witness import Witness

SPOILED = {
    "a bill is missing": "DELETE FROM usage WHERE id = (SELECT min(id) FROM usage)",
    "a photo is missing": "DELETE FROM task WHERE id = (SELECT max(id) FROM task)",
    "a photo waits for ever": "UPDATE task SET state = 'ready' WHERE id = (SELECT min(task) FROM output)",
    "an attempt never ended": "UPDATE attempt SET state = 'running' WHERE task = (SELECT min(task) FROM output)",
    "a dead letter has no reason": "UPDATE attempt SET class = NULL WHERE class = 'input'",
    "a rendition is missing": "DELETE FROM output WHERE id = (SELECT min(id) FROM output)",
    "a rendition of another attempt": "UPDATE output SET attempt = attempt + 1 WHERE id = (SELECT min(id) FROM output)",
    "a number of an event is missing": "DELETE FROM event WHERE id = (SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET 3)",
    "an event was not numbered": "UPDATE event SET number = NULL WHERE id = (SELECT max(id) FROM event)",
    "a total is wrong": "UPDATE batch SET succeeded = succeeded + 1 WHERE id = (SELECT min(batch) FROM event)",
    "a batch never closed": "UPDATE batch SET state = 'sealed' WHERE id = (SELECT min(batch) FROM event)",
    "a seat stays taken": "INSERT INTO seat (task, attempt, pool, count) VALUES (1, 1, 'x', 1)",
    "work that nobody rang for": "INSERT INTO dispatch (batch, due) VALUES (1, 0)",
}


def unseen(engine, witness, heard):
    """Ways of spoiling that the witness does not see."""
    found, copies = [], engine.copies()
    for name, sql in (SPOILED | {"a batch that nobody submitted": engine.ledger.STRANGER}).items():
        ledger, store = next(copies)
        assert ledger.change(sql) > 0, name
        found += [name] if looks_good(ledger, store, witness, heard) else []
    ledger, store = next(copies)
    key = sorted(key for key in store.keys() if witness.names(key))[0]
    whole = store.get(key)
    for name, data in {"an object is cut": whole[:-1], "an object has another byte": whole[:-1] + bytes([whole[-1] ^ 1])}.items():
        store.put(key, data)
        found += [name] if looks_good(ledger, store, witness, heard) else []
    store.remove(key)
    found += ["an object is gone"] if looks_good(ledger, store, witness, heard) else []
    store.put(key, whole)
    return found + ([] if looks_good(ledger, store, witness, heard) else ["what is whole again"])


def looks_good(ledger, store, witness, heard):
    again = Witness(ledger, store, witness.asked, witness.expected, witness.broken)
    again.look(heard)
    return not again.bad()
