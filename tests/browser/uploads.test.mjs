// Uploads that are broken off: by a killed browser, by a lost network; and people who are at two web servers at once.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Lab, browser, persistent } from "./lab.mjs";
import { Visitor } from "./visitor.mjs";

const PART = 4 << 20, PARTS = 6;
let lab, chromium, folder;

before(async () => {
  lab = await Lab.open(`[links]\npart_bytes = ${PART}\n`);
  chromium = await browser();
  folder = mkdtempSync(join(tmpdir(), "profile-"));
});
after(async () => {
  await chromium?.close();
  lab?.close();
  kill();
  rmSync(folder, { recursive: true, force: true });
});

const kill = () => { try { execFileSync("pkill", ["-9", "-f", folder]); } catch { /* none is left */ } };
const puts = () => lab.log.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line)).filter((line) => line.method === "PUT").map((line) => line.status);
// What is there already would not be sent: each test has its own.
const large = (name) => {
  const file = join(folder, name);
  writeFileSync(file, Buffer.concat([Buffer.from("II*\0\x08\0\0\0"), randomBytes(PART * PARTS - 1000)]));
  return file;
};
const upload = async (page, file) => {
  await page.goto(`${lab.url}/upload`);
  await page.setInputFiles("#files", file);
};
const arrived = (page) => page.waitForFunction(() => /arrived|was there/.test(document.querySelector("#list tr")?.textContent), null, { timeout: 60_000 });

test("a browser that is killed sends one part again, and no other", async () => {
  const profile = join(folder, "profile"), file = large("killed.dng");
  const first = await persistent(profile, { extraHTTPHeaders: { authorization: `Bearer ${lab.key}` } });
  const page = first.pages()[0];
  const network = await first.newCDPSession(page);
  await network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1 << 20 });
  await upload(page, file);
  while (puts().length < 3) await new Promise((done) => setTimeout(done, 100));
  kill();
  await new Promise((done) => setTimeout(done, 500));
  const again = await persistent(profile, { extraHTTPHeaders: { authorization: `Bearer ${lab.key}` } });
  await upload(again.pages()[0], file);
  await arrived(again.pages()[0]);
  const whole = puts().filter((status) => status < 300).length;
  assert.equal(whole, PARTS, "every part has arrived once");
  assert.ok(puts().length <= PARTS + 1, `${puts().length} parts were begun`);
  // Once more: nothing is sent at all.
  await upload(again.pages()[0], file);
  await arrived(again.pages()[0]);
  assert.equal(puts().filter((status) => status < 300).length, whole);
  await again.close();
});

test("a lost network is waited for", async () => {
  const guest = await Visitor.come(chromium, lab, { extraHTTPHeaders: { authorization: `Bearer ${lab.key}` } });
  await guest.go("/upload");
  await guest.context.setOffline(true);
  await guest.page.setInputFiles("#files", large("lost.dng"));
  await guest.page.waitForSelector("#lost:not(:empty)");
  await guest.look("upload-lost");
  await guest.context.setOffline(false);
  await arrived(guest.page);
  await guest.page.waitForSelector("#lost:empty", { state: "attached" });
  await guest.leave();
});

test("paused is paused", async () => {
  const guest = await Visitor.come(chromium, lab, { extraHTTPHeaders: { authorization: `Bearer ${lab.key}` } });
  await guest.go("/upload");
  await guest.page.evaluate(() => { document.querySelector("#going").hidden = false; document.querySelector("#pause").click(); });
  await guest.page.setInputFiles("#files", large("paused.dng"));
  await guest.page.waitForTimeout(500);
  assert.match(await guest.page.textContent("#list"), /waits/);
  await guest.page.click("#pause");
  await arrived(guest.page);
  await guest.leave();
});

test("paused in the middle of a file, no part of it is begun any more", async () => {
  const guest = await Visitor.come(chromium, lab, { extraHTTPHeaders: { authorization: `Bearer ${lab.key}` } });
  let begun = 0;
  await guest.page.route("**/*", async (route) => {
    if (route.request().method() !== "PUT") return route.fallback();
    begun += 1;
    if (begun === 2) await guest.page.click("#pause"); // while the second is on its way
    await route.continue();
  });
  await upload(guest.page, large("middle.dng"));
  await guest.page.waitForSelector("#pause:has-text('Go on')");
  await guest.page.waitForTimeout(1500);
  assert.equal(begun, 2);
  await guest.page.click("#pause");
  await arrived(guest.page);
  assert.equal(begun, PARTS, "each part was sent once");
  await guest.leave();
});

test("a batch whose answer was lost is made once, however often one presses", async () => {
  await lab.post("/v1/recipes", { name: "web", text: 'version = 1\n[[renditions]]\nname = "web"\nencode = { format = "jpeg" }\n' });
  const guest = await Visitor.come(chromium, lab, { extraHTTPHeaders: { authorization: `Bearer ${lab.key}` } });
  await upload(guest.page, large("once.dng"));
  await arrived(guest.page);
  await guest.page.route("**/v1/batches", async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
  await guest.page.click("#go");
  await guest.page.waitForSelector("#trouble:not(:empty)");
  await guest.page.click("#go");
  await guest.page.waitForURL(/\/batches\/bat_/);
  assert.equal((await lab.get("/v1/batches")).items.length, 1);
  await guest.leave();
});

test("two web servers: logged in at one is logged in at the other, and out at one is out at both", async () => {
  const other = await lab.another();
  const guest = await Visitor.come(chromium, lab);
  await guest.accept(await lab.invite("owner"), "bo", "Bo");
  await guest.page.goto(`${other.url}/account`); // cookies know no ports
  assert.match(await guest.page.textContent("main"), /Bo/);
  await guest.page.goto(`${other.url}/recipes/new`);
  await guest.page.fill("#name", "there");
  await guest.page.waitForFunction(() => !document.querySelector("#save").disabled);
  await guest.page.click("#save");
  await guest.page.waitForURL(/\/recipes\/there/);
  await guest.go("/recipes/there");
  assert.equal(await guest.page.textContent("h1"), "there");
  await guest.page.goto(`${other.url}/account`);
  await guest.page.click("text=Log out");
  await guest.page.waitForURL(/\/login/);
  await guest.go("/batches");
  assert.match(guest.page.url(), /\/login/);
  await guest.leave();
});
