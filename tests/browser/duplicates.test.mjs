// Files that are there already, byte by byte: in one drop, and in a session after it. Their bytes are sent once.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Lab, browser } from "./lab.mjs";
import { Visitor } from "./visitor.mjs";

let lab, chromium, folder;
before(async () => {
  lab = await Lab.open();
  chromium = await browser();
  folder = mkdtempSync(join(tmpdir(), "twins-"));
});
after(async () => {
  await chromium?.close();
  lab?.close();
  rmSync(folder, { recursive: true, force: true });
});

const tiff = () => Buffer.concat([Buffer.from("II*\0\x08\0\0\0"), randomBytes(300_000)]);
const file = (name, bytes) => { const path = join(folder, name); writeFileSync(path, bytes); return path; };
const puts = () => lab.log.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line)).filter((line) => line.method === "PUT").length;
const photos = async () => (await lab.get("/v1/photos?limit=1000")).items;
const come = (options = {}) => Visitor.come(chromium, lab, { extraHTTPHeaders: { authorization: `Bearer ${lab.key}` }, ...options });
async function drop(guest, files) {
  await guest.go("/upload");
  await guest.page.setInputFiles("#files", files);
  await guest.page.waitForFunction((many) => {
    const states = [...document.querySelectorAll("#list tr span")].map((span) => span.className);
    return states.length === many && states.every(Boolean);
  }, files.length);
  return guest.page.$$eval("#list tr", (rows) => rows.map((row) => row.querySelector("span").textContent));
}

test("one drop, and another session: bytes are sent once", async () => {
  const bytes = tiff(), [a, b, c] = ["a.dng", "b.dng", "other.dng"].map((name, at) => file(name, at < 2 ? bytes : tiff()));
  const guest = await come();
  assert.deepEqual(await drop(guest, [a, b, c]), ["arrived", "same file as: a.dng", "arrived"]);
  assert.deepEqual([puts(), (await photos()).length], [2, 2]);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const [kept] = (await lab.get(`/v1/photos?sha256=${sha256}`)).items;
  assert.deepEqual([kept.name, kept.sha256], ["a.dng", sha256], "the hash that was announced is Node's");
  await guest.leave();

  const later = await come();
  assert.deepEqual(await drop(later, [b]), ["already uploaded: a.dng"]);
  assert.equal(puts(), 2, "nothing was sent");
  await later.look("duplicates");
  await later.page.click("#list button");
  await later.page.waitForFunction(() => document.querySelector("#list tr span").textContent === "arrived");
  assert.deepEqual([puts(), (await photos()).length], [3, 3], "unless somebody wants it");
  assert.ok(await later.page.isHidden("#list button"));
  await later.leave();
});

test("the photo that is there is what the batch is made of", async () => {
  const bytes = tiff(), id = await lab.upload("first.dng", bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  assert.deepEqual((await lab.get(`/v1/photos?sha256=${sha256}`)).items, [], "nobody has said its hash");
  const guest = await come();
  await drop(guest, [file("mine.dng", bytes)]);
  const [mine] = (await lab.get(`/v1/photos?sha256=${sha256}`)).items;
  assert.notEqual(mine.id, id);
  await lab.post("/v1/recipes", { name: "web", text: 'version = 1\n[[renditions]]\nname = "web"\nencode = { format = "jpeg" }\n' });
  await drop(guest, [file("again.dng", bytes)]);
  const submitted = guest.page.waitForRequest((request) => request.url().endsWith("/v1/batches"));
  await guest.page.click("#go");
  assert.deepEqual((await submitted).postDataJSON().photos, [mine.id]);
  await guest.leave();
});

test("what is too large to be held is sent without a look", async () => {
  const guest = await come(), path = file("huge.dng", tiff());
  truncateSync(path, 100_000_001);
  assert.deepEqual(await drop(guest, [path]), ["arrived: not compared, larger than 100 MB"]);
  assert.equal((await photos()).find((photo) => photo.name === "huge.dng").sha256, undefined);
  await guest.leave();
});

test("in Korean, at 360 px", async () => {
  const bytes = tiff();
  const guest = await come({ locale: "ko", viewport: { width: 360, height: 740 } });
  await drop(guest, [file("hanok.dng", bytes), file("hanok-copy.dng", bytes)]);
  const states = await drop(guest, [file("hanok-again.dng", bytes)]);
  assert.deepEqual(states, ["이미 업로드됨: hanok.dng"]);
  await guest.look("duplicates-ko");
  await guest.leave();
});
