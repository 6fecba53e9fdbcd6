//! The binary as a user meets it: standard output, standard error and exit code, word for word.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const RECIPE: &str = "version = 1\n[[renditions]]\nname = \"web\"\nwidth = 64\nencode = { format = \"jpeg\" }\n";

/// Runs rawmill in `folder`.
fn rawmill(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rawmill")).args(arguments).current_dir(folder).output().unwrap()
}

/// Compares exit code, standard output and standard error; `DIR` stands for the folder.
fn check(folder: &Path, arguments: &[&str], code: i32, out: &str, err: &str) {
    let found = rawmill(folder, arguments);
    let here = folder.canonicalize().unwrap().display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&here, "DIR");
    assert_eq!(text(&found.stderr), err, "standard error of {arguments:?}");
    assert_eq!(text(&found.stdout), out, "standard output of {arguments:?}");
    assert_eq!(found.status.code(), Some(code), "exit code of {arguments:?}");
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

#[test]
fn a_recipe_is_checked_with_line_and_nearest_word() {
    let folder = folder(&[("good.toml", RECIPE), ("bad.toml", &RECIPE.replace("width", "widht"))]);
    check(folder.path(), &["recipe", "check", "good.toml"], 0, "", "");
    let found = rawmill(folder.path(), &["recipe", "check", "good.toml", "bad.toml"]);
    let text = String::from_utf8(found.stderr).unwrap();
    assert_eq!(found.status.code(), Some(2));
    assert!(text.starts_with("error: `bad.toml` has mistakes\n  caused by: line 4: "), "{text}");
    assert!(text.contains("width"), "{text}");
    assert!(text.ends_with("\n\nhint: `rawmill recipe schema` lists what may stand in it\n"), "{text}");
}

#[test]
fn a_shown_recipe_is_a_recipe() {
    let folder = folder(&[("r.toml", RECIPE)]);
    let shown = rawmill(folder.path(), &["recipe", "show", "r.toml"]);
    assert_eq!(shown.status.code(), Some(0));
    fs::write(folder.path().join("shown.toml"), &shown.stdout).unwrap();
    check(folder.path(), &["recipe", "check", "shown.toml"], 0, "", "");
    let schema = rawmill(folder.path(), &["recipe", "schema"]);
    assert!(serde_json::from_slice::<serde_json::Value>(&schema.stdout).unwrap().is_object());
}

#[test]
fn what_cannot_run_says_why() {
    let folder = folder(&[("r.toml", RECIPE), ("empty/readme.txt", "")]);
    let run = |paths: &[&'static str]| [&["run"], paths, &["--out", "out"]].concat();
    check(
        folder.path(),
        &run(&["empty", "--recipe", "none.toml"]),
        2,
        "",
        "error: cannot read `none.toml`\n  caused by: no such file or directory\n",
    );
    check(
        folder.path(),
        &run(&["empty", "--recipe", "r.toml"]),
        2,
        "",
        "error: there is no photo to work on\n\nhint: a folder yields camera RAW only; --kinds raw,jpeg takes JPEG too\n",
    );
    let usage = rawmill(folder.path(), &["run"]);
    assert_eq!((usage.status.code(), usage.stdout.len()), (Some(2), 0));
}

#[test]
fn a_dry_run_says_what_would_be_made_and_makes_nothing() {
    let folder = folder(&[("r.toml", RECIPE), ("in/a.nef", "x"), ("in/b/c.dng", "x"), ("in/b/c.xmp", "")]);
    let out = "DIR/in/a.nef\tout/a_web.jpg\nDIR/in/b/c.dng\tout/b/c_web.jpg\n";
    check(folder.path(), &["run", "in", "--recipe", "r.toml", "--out", "out", "--dry-run"], 0, out, "");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn hostile_files_fail_by_name_and_the_exit_code_says_so() {
    let folder = folder(&[("r.toml", RECIPE), ("in/empty.nef", ""), ("in/text.nef", "this is no photo\n")]);
    let found = rawmill(folder.path(), &["run", "in", "--recipe", "r.toml", "--out", "out", "--quiet", "--json"]);
    let err = String::from_utf8(found.stderr).unwrap();
    assert_eq!(found.status.code(), Some(1), "{err}");
    let here = folder.path().canonicalize().unwrap();
    assert!(
        err.contains(&format!(
            "error: cannot read `{}/in/empty.nef`\n  caused by: the file is empty\n",
            here.display()
        )),
        "{err}"
    );
    assert!(err.contains(&format!("error: cannot develop `{}/in/text.nef`\n  caused by: ", here.display())), "{err}");
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!((report["totals"]["found"].as_u64(), report["totals"]["failed"].as_u64()), (Some(2), Some(2)));
}

#[test]
fn of_many_failures_the_first_are_told_and_the_rest_counted_by_cause() {
    let names: Vec<String> = (0..30).map(|i| format!("in/{i:02}.nef")).collect();
    let content = |name: &str| if name < "in/23.nef" { "" } else { "this is no photo" };
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), content(name))).collect();
    let folder = folder(&[&[("r.toml", RECIPE)], &files[..]].concat());
    let found = rawmill(folder.path(), &["run", "in", "--recipe", "r.toml", "--out", "out", "--quiet"]);
    let err = String::from_utf8(found.stderr).unwrap();
    assert_eq!(err.matches("error: cannot").count(), 20, "{err}");
    assert!(err.contains("and 10 more photos failed:\n  7 × ") && err.contains("\n  3 × the file is empty\n"), "{err}");
}

#[test]
fn every_bundled_recipe_makes_all_its_renditions() {
    let folder = folder(&[]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sample = root.join("samples/real_kodak_dc50_DC0011M.KDC");
    let recipes = fs::read_dir(root.join("recipes")).unwrap().map(|entry| entry.unwrap().path());
    for recipe in recipes.filter(|path| path.extension().is_some_and(|e| e == "toml")) {
        let out = recipe.file_stem().unwrap().to_str().unwrap();
        let paths = [&sample, &recipe].map(|path| path.to_str().unwrap());
        let found = rawmill(folder.path(), &["run", paths[0], "--recipe", paths[1], "--out", out, "--quiet"]);
        assert_eq!((String::from_utf8_lossy(&found.stderr).as_ref(), found.status.code()), ("", Some(0)), "{out}");
    }
}

#[test]
fn inspect_tells_what_a_sample_is_and_names_what_it_does_not_know() {
    let folder = folder(&[("text.nef", "this is no photo\n")]);
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/dev_xtrans_14bit_ljpeg.dng");
    let found = rawmill(folder.path(), &["inspect", "--json", sample.to_str().unwrap(), "text.nef"]);
    let err = String::from_utf8(found.stderr).unwrap();
    assert!(err.starts_with("error: cannot look at `text.nef`\n  caused by: "), "{err}");
    assert_eq!(found.status.code(), Some(1));
    let facts: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!((facts.as_array().unwrap().len(), facts[0]["bits"].as_u64()), (1, Some(14)));
}

#[test]
fn completions_and_man_page_come_from_the_same_table() {
    let folder = folder(&[]);
    for arguments in [&["completions", "bash"][..], &["man"]] {
        let found = rawmill(folder.path(), arguments);
        let text = String::from_utf8(found.stdout).unwrap();
        assert_eq!(found.status.code(), Some(0));
        assert!(text.contains("max") && text.contains("resume"), "{arguments:?}: {text}");
    }
}

/// A run that waits inside a tool until it is killed: the tool makes `started`.
fn waiting_run(folder: &Path) -> std::process::Child {
    let tools = format!(
        "[wait]\nprogram = \"/bin/sh\"\nargs = [\"-c\", \"echo $$ > {}/started.part; mv {0}/started.part {0}/started; sleep 1000\"]\n",
        folder.display()
    );
    fs::write(folder.join("tools.toml"), tools).unwrap();
    fs::write(
        folder.join("wait.toml"),
        RECIPE.replace("width", "filters = [{ op = \"exec\", tool = \"wait\" }]\nwidth"),
    )
    .unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_rawmill"))
        .args([
            "run",
            "in",
            "--recipe",
            "wait.toml",
            "--tools",
            "tools.toml",
            "--out",
            "out",
            "--jobs",
            "1",
            "--json",
            "--quiet",
        ])
        .current_dir(folder)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !folder.join("started").exists() {
        std::thread::yield_now();
    }
    run
}

fn three_samples() -> tempfile::TempDir {
    let folder = folder(&[("r.toml", RECIPE), ("in/readme", "")]);
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/real_kodak_dc50_DC0011M.KDC");
    for name in ["a.kdc", "b.kdc", "c.kdc"] {
        fs::copy(&sample, folder.path().join("in").join(name)).unwrap();
    }
    folder
}

fn signal(process: &std::process::Child, name: &str) {
    let kill = Command::new("kill").args([name, &process.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

/// Resumes without the tool, and checks that everything is there and adds up.
fn resume(folder: &Path) {
    let found = rawmill(folder, &["run", "in", "--recipe", "r.toml", "--out", "out", "--resume", "--json", "--quiet"]);
    assert_eq!(found.status.code(), Some(0), "{}", String::from_utf8_lossy(&found.stderr));
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(report["totals"]["succeeded"].as_u64(), Some(3), "{report}");
    let mut names: Vec<_> = fs::read_dir(folder.join("out")).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".rawmill", "a_web.jpg", "b_web.jpg", "c_web.jpg"]);
}

#[test]
fn two_interrupts_stop_at_once_and_the_totals_add_up() {
    let folder = three_samples();
    let run = waiting_run(folder.path());
    // Two of one kind may become one on the way.
    signal(&run, "-INT");
    signal(&run, "-TERM");
    let found = run.wait_with_output().unwrap();
    assert_eq!(found.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    let count = |what: &str| report["totals"][what].as_u64().unwrap();
    assert_eq!((count("found"), count("succeeded"), count("failed"), count("remaining")), (3, 0, 0, 3));
    resume(folder.path());
}

#[test]
fn a_killed_run_takes_its_tool_along_and_can_be_resumed() {
    let folder = three_samples();
    let mut run = waiting_run(folder.path());
    let tool: u32 = fs::read_to_string(folder.path().join("started")).unwrap().trim().parse().unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    while fs::read_to_string(format!("/proc/{tool}/stat")).is_ok_and(|stat| !stat.contains(") Z")) {
        std::thread::yield_now();
    }
    assert!(fs::read_dir(folder.path().join("out")).unwrap().count() > 1, "an unfinished file was left");
    resume(folder.path());
}

/// A tool that writes down how many of its kind are at work while it is.
fn counting_tool(folder: &Path) -> String {
    let script = "mkdir DIR/in.$$; ls -d DIR/in.* | wc -l >> DIR/counts; sleep 0.05; rmdir DIR/in.$$; cp {in} {out}";
    let script = script.replace("DIR", &folder.display().to_string());
    format!("[count]\nprogram = \"/bin/sh\"\nargs = [\"-c\", \"{script}\"]\n")
}

#[test]
fn two_runs_at_a_time_share_the_seats_of_the_machine() {
    let folder = three_samples();
    let recipe =
        RECIPE.replace("width", "filters = [{ op = \"exec\", tool = \"count\" }]\nwidth") + "[seats]\ncard = 1\n";
    fs::write(folder.path().join("count.toml"), recipe).unwrap();
    fs::write(folder.path().join("tools.toml"), counting_tool(folder.path())).unwrap();
    let run = |out| {
        Command::new(env!("CARGO_BIN_EXE_rawmill"))
            .args(["run", "in", "--recipe", "count.toml", "--tools", "tools.toml", "--seats", "card=1", "--out", out])
            .args(["--jobs", "3", "--quiet"])
            .current_dir(folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .spawn()
            .unwrap()
    };
    for mut child in ["one", "two"].map(run) {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    assert_eq!(fs::read_to_string(folder.path().join("counts")).unwrap(), "1\n".repeat(6));
}
