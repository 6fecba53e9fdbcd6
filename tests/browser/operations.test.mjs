// Whoever runs the house sees what all tenants do, while they do it; and everybody sees usage, limits and reports.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Lab, browser, samples } from "./lab.mjs";
import { Visitor } from "./visitor.mjs";

// Slow enough for a page that looks every two seconds.
const RECIPE = 'version = 1\n[develop]\ndemosaic = "best"\n[output]\npath = "{stem}/{rendition}"\n[[renditions]]\nname = "web"\nwidth = 1600\nencode = { format = "jpeg" }\n';
const photos = readdirSync(samples).filter((name) => /\.(dng|kdc|crw)$/i.test(name));
const TIMES = 8;
let lab, chromium, owner, batch;

before(async () => {
  lab = await Lab.open("[worker]\nslots = 2\n");
  chromium = await browser();
  owner = await Visitor.come(chromium, lab);
  await owner.accept(await lab.invite("owner"), "ada", "Ada");
});
after(async () => {
  await chromium?.close();
  lab?.close();
});

const text = (selector) => owner.page.locator(selector).innerText();
const figure = (name) => owner.page.locator(".now .figures div").filter({ has: owner.page.locator("dt", { hasText: new RegExp(`^${name}$`) }) }).locator("dd").first().innerText();
const until = (what, ...given) => owner.page.waitForFunction(what, given, { timeout: 60_000 });
async function sure(selector) { // presses a button that asks first
  owner.page.once("dialog", (dialog) => dialog.accept());
  await owner.page.click(selector);
}

test("before anything is done the pages say so", async () => {
  for (const page of ["operations", "usage", "limits"]) {
    await owner.go(`/${page}`);
    await owner.look(`${page}-empty`);
  }
  assert.equal(await owner.page.locator("nav a[href='/operations']").count(), 1);
});

test("the queue stands still while it is paused, and a worker is seen at its photo", async () => {
  await owner.go("/operations");
  await sure("text=Pause the queue");
  await owner.page.waitForSelector("text=The queue is paused");
  await lab.post("/v1/recipes", { name: "web", text: RECIPE });
  const ids = [];
  for (const name of Array(TIMES).fill(photos).flat()) ids.push(await lab.upload(name, readFileSync(samples + name)));
  ids.push(await lab.upload("letter.nef", Buffer.from("this is no photo")));
  batch = (await lab.post("/v1/batches", { recipe: { name: "web" }, photos: ids })).id;
  await owner.page.waitForFunction((n) => [...document.querySelectorAll(".now dd")].some((dd) => dd.textContent === String(n)), ids.length);
  assert.equal(await figure("Photos that wait"), String(ids.length), "the figures came by themselves");
  await owner.look("operations-paused");
  await owner.page.evaluate(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((e) => (window.shifts += e.hadRecentInput ? 0 : e.value))).observe({ type: "layout-shift" });
    const seen = (window.seen = new Set());
    new MutationObserver(() => document.querySelectorAll("#workers tbody tr").forEach((row) => seen.add(row.innerText))).observe(document.querySelector(".now"), { childList: true, subtree: true, characterData: true });
  });
  await lab.post("/v1/operations/queue", { paused: false });
  await owner.page.waitForSelector("#workers tbody tr", { timeout: 60_000 });
  await owner.look("operations-working");
  const rows = await owner.page.evaluate(() => [...window.seen]);
  assert.ok(rows.some((row) => photos.some((name) => row.includes(name)) && row.includes(batch) && row.includes("default")), rows.join("\n"));
  assert.equal(await owner.page.evaluate(() => document.querySelector(".now").closest("[aria-live]")), null, "numbers are not read out");
});

test("afterwards it was done in the last minute, and the dead letter is there", async () => {
  while ((await lab.get(`/v1/batches/${batch}`)).totals.remaining > 0) await new Promise((later) => setTimeout(later, 300));
  const done = TIMES * photos.length;
  await owner.page.waitForFunction((done) => [...document.querySelectorAll(".now dd")].some((dd) => dd.textContent === String(done)), done);
  assert.deepEqual([await figure("Last hour"), await figure("Dead letters"), await figure("Photos at work")], [String(done), "1", "0"]);
  assert.match(await text("#dead tbody tr"), /letter\.nef[\s\S]*default/);
  const told = await lab.get("/v1/operations");
  assert.equal(told.throughput[2].photos, done);
  const shifts = await owner.page.evaluate(() => window.shifts);
  assert.ok(shifts < 0.1, `the page moved by ${shifts}`);
  await owner.look("operations");
  await owner.page.click("#dead a");
  await owner.page.waitForURL(/\/photos\/tsk_/);
});

test("nobody asks while nobody looks", async () => {
  await owner.go("/operations");
  let asked = 0;
  owner.page.on("request", (request) => (asked += request.url().endsWith("/operations/now") ? 1 : 0));
  await owner.page.waitForResponse(/operations\/now/);
  await owner.page.evaluate(() => Object.defineProperty(document, "hidden", { get: () => true, configurable: true }));
  await owner.page.waitForTimeout(100);
  const before = asked;
  await owner.page.waitForTimeout(4500);
  assert.equal(asked, before);
  await owner.page.evaluate(() => delete document.hidden);
  await owner.page.waitForResponse(/operations\/now/);
});

test("an engine that is down is said to be down, and comes back", async () => {
  const store = join(lab.folder, "rawmill-data", "store");
  renameSync(store, `${store}-away`);
  writeFileSync(store, "no folder");
  await owner.page.waitForSelector(".now dd.bad", { timeout: 20_000 });
  assert.equal(await figure("Object store"), "does not answer");
  assert.equal(await figure("Database"), "answers");
  await owner.look("operations-store-down");
  rmSync(store);
  renameSync(`${store}-away`, store);
  await until(() => !document.querySelector(".now dd.bad"));
});

test("what the database does not tell is said in its place, and without it nobody is known", { skip: process.env.ENGINES && "its tables are in a file here" }, async () => {
  const rename = (from, to) => execFileSync("python3", ["-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=30).execute(f'ALTER TABLE {sys.argv[2]} RENAME TO {sys.argv[3]}')", join(lab.folder, "rawmill-data", "ledger.sqlite"), from, to]);
  await owner.go("/operations");
  rename("usage", "usage_away");
  await owner.page.waitForSelector(".now .empty:has-text('The database does not tell this')");
  assert.deepEqual([await owner.page.locator(".now .empty").count(), await figure("Database")], [1, "answers"]);
  await owner.look("operations-unread");
  rename("usage_away", "usage");
  await owner.page.waitForSelector(".now .empty", { state: "detached" });
  for (const table of ["session", "house"]) rename(table, `${table}_away`);
  await owner.page.waitForSelector("text=did not tell who you are");
  assert.equal(await figure("Database"), "does not answer");
  assert.equal((await owner.go("/operations")).status(), 503);
  assert.equal(await owner.page.locator("nav a").count(), 0);
  await owner.look("operations-ledger-down");
  const korean = await Visitor.come(chromium, lab, { locale: "ko-KR", viewport: { width: 360, height: 800 }, colorScheme: "dark" });
  await korean.context.addCookies(await owner.context.cookies());
  await korean.go("/operations");
  assert.match(await korean.page.innerText(".now"), /로그인 정보를 읽지 못해/);
  await korean.look("operations-ledger-down-ko-phone");
  await korean.leave();
  for (const table of ["session", "house"]) rename(`${table}_away`, table);
  await owner.page.click("text=Look again");
  await owner.page.waitForSelector("nav a[href='/operations']");
});

test("usage is shown by day, as a plot, a table and a file", async () => {
  await owner.go("/usage");
  await owner.look("usage");
  assert.equal(await owner.page.locator(".plots svg title").count(), 4);
  const today = (await lab.get("/v1/usage/days")).items.at(-1);
  assert.match(await text("tbody tr"), new RegExp(`${today.day}[\\s\\S]*\\b${today.photos}\\b`));
  await owner.page.click("text=366 days");
  await owner.look("usage-year");
  const download = owner.page.waitForEvent("download");
  await owner.page.click("text=Download as CSV");
  const lines = readFileSync(await (await download).path(), "utf8").trim().split("\r\n");
  assert.equal(lines.length, 367);
  assert.ok(lines.at(-1).startsWith(`${today.day},${today.photos},${today.pixels},`), lines.at(-1));
});

test("limits say what is used, what is allowed and what happens then", async () => {
  await owner.go("/limits");
  await owner.look("limits");
  const told = await lab.get("/v1/limits");
  const meters = await owner.page.$$eval("meter", (all) => all.map((m) => [m.value, m.max]));
  assert.deepEqual(meters, [[told.stored_bytes, told.storage_bytes], [told.queued, told.queued_cap], [told.running, told.running_cap]]);
  assert.equal(await owner.page.locator(".figures > div").count(), 7);
});

test("a report has its plots, and they are small", async () => {
  await owner.go(`/batches/${batch}/report`);
  await owner.look("report-plots");
  const plots = await owner.page.$$eval(".plots svg", (all) => all.map((svg) => [svg.querySelector("title").textContent, svg.outerHTML.length]));
  assert.deepEqual(plots.map(([title]) => title), ["Photos done over time", "Photos failed over time", "Photos at work over time", "How long photos took", "Memory of photos"]);
  for (const [title, bytes] of plots) assert.ok(bytes < 6000, `${title}: ${bytes} bytes`);
});

test("in Korean, on a phone, in the dark", async () => {
  const visitor = await Visitor.come(chromium, lab, { locale: "ko-KR", viewport: { width: 360, height: 800 }, colorScheme: "dark" });
  await visitor.go("/login");
  await visitor.logIn("ada");
  await visitor.page.waitForURL(/\/batches$/);
  for (const [name, path, heading] of [["operations", "/operations", "운영"], ["usage", "/usage", "사용량"], ["limits", "/limits", "한도"], ["report-plots", `/batches/${batch}/report`, "보고서"]]) {
    await visitor.go(path);
    assert.match(await visitor.page.locator("h1").innerText(), new RegExp(heading));
    await visitor.look(`${name}-ko-phone`);
  }
  await visitor.leave();
});

test("who only looks at pictures sees no operations, and cannot pause", async () => {
  const visitor = await Visitor.come(chromium, lab);
  await visitor.accept(await lab.invite("viewer"), "vera", "Vera");
  assert.equal(await visitor.page.locator("nav a[href='/operations']").count(), 0);
  assert.equal((await visitor.go("/operations")).status(), 403);
  await visitor.look("operations-refused");
  assert.equal((await visitor.go("/limits")).status(), 200);
  await visitor.leave();
});
