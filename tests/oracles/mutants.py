#!/usr/bin/env python3
"""Rules are taken out of the ledger one by one; its tests must fail each time.

    mutants.py [NAME...]

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


def copy(to):
    """The workspace as cargo needs it, with whole sources of this crate alone."""
    shutil.rmtree(to, ignore_errors=True)
    names = subprocess.run(["git", "ls-files", "Cargo.*", "crates", "rustfmt.toml"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in names.stdout.splitlines():
        if name.endswith((".toml", ".lock", ".rs", ".sql")):
            path = os.path.join(to, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.copyfile(os.path.join(ROOT, name), path)


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


def tests(folder):
    """Runs the tests; what was red, or why they did not run."""
    command = ["cargo", "test", "--offline", "-q", "-p", "ledger", "--lib", "--tests", "--no-fail-fast"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    red = sorted({line.split()[1] for line in (run.stdout + run.stderr).splitlines() if line.startswith("---- ")})
    if run.returncode != 0 and not red:
        sys.exit(f"the copy does not compile or run:\n{run.stderr[-4000:]}")
    return red


def main():
    target = os.environ.get("CARGO_TARGET_DIR") or os.path.join(ROOT, "target")
    folder = os.path.join(target, "mutants")
    chosen = sys.argv[1:] or list(MUTANTS)
    copy(folder)
    red = tests(folder)
    if red:
        sys.exit(f"the tests fail without a mutant: {red}")
    alive = 0
    for name in chosen:
        before = mutate(os.path.join(folder, "crates/ledger/src"), MUTANTS[name])
        red = tests(folder)
        alive += not red
        print(("killed  " if red else "ALIVE   ") + f"{name}: {', '.join(red)}", flush=True)
        for path, text in before.items():
            open(path, "w").write(text)
    print(f"{len(chosen) - alive} killed, {alive} alive")
    return alive > 0


if __name__ == "__main__":
    sys.exit(main())
