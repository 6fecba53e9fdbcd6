#!/usr/bin/env python3
"""Rules are taken out of the ledger one by one; its tests must fail each time.

    mutants.py [--postgres] [NAME...]

The first list is for the rules and SQLite, the second one (`--postgres`) for PostgreSQL: a real server is there.

The crate is copied beside its compiled dependencies (below CARGO_TARGET_DIR), so that nothing but the copy is compiled.
A mutant whose text is no longer found is an error: whoever moved the rule moves the mutant. Ends with "N killed, M alive".
"""
import os, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")

# Name: what is replaced by what, in which file of crates/ledger/src.
MUTANTS = {
    "without the token check": [
        ("states.rs", "if standing.number != standing.newest {", "if false {"),
    ],
    "without the dispatch row": [
        ("sqlite/list.rs", "    dispatch(tx, batch, 0).await?;\n    Ok(Submitted::Accepted)", "    Ok(Submitted::Accepted)"),
    ],
    "without the dispatch row of a retry": [
        ("sqlite/record.rs", "None => dispatch(tx, held.batch, due(tx, ending)).await,", "None => Ok(()),"),
    ],
    # What is new is read while others fold too.
    "without the batch lock": [
        ("sqlite/fold.rs", "    let new = new(&mut tx, batch).await?;\n",
         "    tx.commit().await?;\n    let new = new(&mut *ledger.read().await?, batch).await?;\n"
         "    let mut tx = ledger.begin().await?;\n"),
    ],
    "without the lock of the file": [
        ("sqlite/writer.rs", 'run("BEGIN IMMEDIATE")', 'run("BEGIN")'),
    ],
    "a lost reply counts again": [
        ("states.rs", "if standing.attempt == end.attempt() {", "if false {"),
    ],
    "a cancelled batch takes completions": [
        ("states.rs", "End::Succeeded => Verdict::Refused(Refusal::BatchEnded),", "End::Succeeded => Verdict::Recorded(TaskState::Succeeded),"),
    ],
    "seats do not rest": [
        ("sqlite/seats.rs", "let until = lease - ms(KILL_MARGIN) + ms(SEAT_REST);", "let until = lease - ms(KILL_MARGIN);"),
    ],
    "who waits for seats has no right to them": [
        ("sqlite/seats.rs", "let aged = tx.ticks.saturating_sub(ms(AGED));", "let aged = i64::MIN;"),
    ],
    "one lease more": [
        ("states.rs", "pub const EXPIRIES_ALLOWED: u32 = 5;", "pub const EXPIRIES_ALLOWED: u32 = 6;"),
    ],
    "a redrive leaves the usage row": [
        ("sqlite/sql/drop_usage.sql", "IN (SELECT value FROM json_each(?))", "IN (SELECT value FROM json_each(?)) AND 0"),
    ],
}

# The same with a server. Each is tried on the suites and the crowd first, then on the failures.
POSTGRES = {
    "without the token check": [
        ("states.rs", "if standing.number != standing.newest {", "if false {"),
    ],
    "leases run for ever": [
        ("postgres/sql/expired.sql", "WHERE lease > $1", "WHERE FALSE AND lease > $1"),
    ],
    "nobody sweeps": [
        ("postgres/upkeep.rs", "    let expired = expire_all(ledger).await?;", "    let expired = 0;"),
    ],
    "without the cap of a tenant": [
        ("postgres/pace.rs", '"queued > running AND running < running_cap AND NOT paused"', '"queued > running AND NOT paused"'),
        ("postgres/turns.rs", "self.pace.running_cap - self.pace.running\n", "i64::MAX - self.pace.running\n"),
    ],
    "leases by the clock of the host": [
        ("postgres/tx.rs", "            let (now, read_only) = opened(&found)?;\n",
         "            let (_, read_only) = opened(&found)?;\n"
         "            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, ms);\n"),
    ],
    "a claim locks no tenant": [
        ("postgres/turns.rs", '"LIMIT {most} FOR UPDATE SKIP LOCKED"', '"LIMIT {most}"'),
    ],
    "a claim locks no seats": [
        ("postgres/claim.rs", "ORDER BY name FOR UPDATE; ", "ORDER BY name; "),
    ],
    "nobody is called": [
        ("postgres/open.rs", "tx.last.push_str(&format!(\"SELECT pg_notify('{}', '{}'); \", super::CHANNEL, self.0.name));", "let _ = tx;"),
    ],
    "who lost its connection listens no more": [
        ("postgres/calls.rs", "                hears.send_replace(Some(false));\n", "                hears.send_replace(Some(false));\n                return;\n"),
    ],
    "a commit without an answer counts": [
        ("postgres/tx.rs", "        ended?;\n", "        let _ = ended;\n"),
    ],
    "a lost reply counts again": [
        ("states.rs", "if standing.attempt == end.attempt() {", "if false {"),
    ],
    "any host is good": [
        ("postgres/hosts.rs", '(0)? == "off").then_some(db)', '(0)?.len() > 1).then_some(db)'),
        ("postgres/tx.rs", "            if read_only {\n", "            if read_only && false {\n"),
    ],
    "transactions may stay open": [
        ("postgres/tx.rs", "SET LOCAL idle_in_transaction_session_timeout = {idle}; ", "SET LOCAL idle_in_transaction_session_timeout = 0; "),
    ],
}
OWN_VERSION = 'version = "0.1.0"'  # of all crates
PATIENCE = 900  # seconds for one suite, with its compilation
# What to run, in this order, until something is red.
WITHOUT_A_SERVER = ("conformance", "doorbell", "migration", "moving", "plans", "registry", "sqlite")
ALL = [["--lib", *(f"--test={name}" for name in WITHOUT_A_SERVER)]]
WITH_A_SERVER = [["--test", "postgres"], ["--test", "postgres_failures"]]


def copy(to):
    """The workspace as cargo needs it, with whole sources of this crate alone."""
    shutil.rmtree(to, ignore_errors=True)
    names = subprocess.run(["git", "ls-files", "Cargo.*", "crates", "rustfmt.toml"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in names.stdout.splitlines():
        if name.endswith((".toml", ".lock", ".rs", ".sql", ".py")):
            path = os.path.join(to, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copyfile(os.path.join(ROOT, name), path)
    # Cargo takes what it built of one folder for that of another, if package, version and features are the same. What was
    # built of a mutant must never be tested as ours.
    workspace = os.path.join(to, "Cargo.toml")
    text = open(workspace).read()
    if text.count(OWN_VERSION) != 1:
        sys.exit(f"Cargo.toml has `{OWN_VERSION}` {text.count(OWN_VERSION)} times, expected once")
    open(workspace, "w").write(text.replace(OWN_VERSION, OWN_VERSION[:-1] + '-mutant"'))


def mutate(source, changes):
    """Applies the changes; returns what the files were."""
    before = {}
    for file, old, new in changes:
        path = os.path.join(source, file)
        text = open(path).read()
        if text.count(old) != 1:
            sys.exit(f"crates/ledger/src/{file} has this {text.count(old)} times, expected once:\n{old}")
        before.setdefault(path, text)
        open(path, "w").write(text.replace(old, new))
    return before


def tests(folder, suites):
    """Runs the tests; what was red, and what they said, or why they did not run."""
    for suite in suites:
        command = ["timeout", str(PATIENCE), "cargo", "test", "--offline", "-q", "-p", "ledger", *suite, "--no-fail-fast"]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        red = sorted({line.split()[1] for line in (run.stdout + run.stderr).splitlines() if line.startswith("---- ")})
        if run.returncode == 124:
            red.append("without end")
        if run.returncode != 0 and not red:
            sys.exit(f"the copy does not compile or run:\n{run.stderr[-4000:]}")
        if red:
            return red, run.stdout + run.stderr
    return [], ""


def main():
    target = os.environ.get("CARGO_TARGET_DIR") or os.path.join(ROOT, "target")
    folder = os.path.join(target, "mutants")
    names = [word for word in sys.argv[1:] if word != "--postgres"]
    mutants, suites = (POSTGRES, WITH_A_SERVER) if len(names) < len(sys.argv) - 1 else (MUTANTS, ALL)
    chosen = names or list(mutants)
    copy(folder)
    red, said = tests(folder, suites)
    if red:
        sys.exit(f"{said[-20000:]}\nthe tests fail without a mutant: {red}")
    alive = 0
    for name in chosen:
        before = mutate(os.path.join(folder, "crates/ledger/src"), mutants[name])
        red, _ = tests(folder, suites)
        alive += not red
        print(("killed  " if red else "ALIVE   ") + f"{name}: {', '.join(red)}", flush=True)
        for path, text in before.items():
            open(path, "w").write(text)
    print(f"{len(chosen) - alive} killed, {alive} alive")
    return alive > 0


if __name__ == "__main__":
    sys.exit(main())
