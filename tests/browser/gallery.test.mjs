// A link for a client: an operator makes it, somebody without an account opens it, and then it is revoked.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { Lab, browser, samples } from "./lab.mjs";
import { Visitor } from "./visitor.mjs";

const RECIPE = 'version = 1\n[output]\npath = "{stem}/{rendition}"\n[[renditions]]\nname = "proof"\nwidth = 800\nencode = { format = "jpeg" }\nwatermark = { text = "PROOF", width = 0.4 }\n[[renditions]]\nname = "web"\nwidth = 1600\nencode = { format = "jpeg" }\n';
const photos = readdirSync(samples).filter((name) => /\.(dng|kdc|crw)$/i.test(name)).slice(0, 4);
let lab, chromium, operator, client, batch, gallery;

const names = (zip) => execFileSync("unzip", ["-Z1", zip], { encoding: "utf8" }).trim().split("\n").sort();
const loaded = (page) => page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));

before(async () => {
  lab = await Lab.open();
  chromium = await browser();
  await lab.post("/v1/recipes", { name: "proofs", text: RECIPE });
  const ids = [];
  for (const name of photos) ids.push(await lab.upload(name, readFileSync(samples + name)));
  batch = (await lab.post("/v1/batches", { recipe: { name: "proofs" }, photos: ids })).id;
  while ((await lab.get(`/v1/batches/${batch}`)).state !== "closed") await new Promise((later) => setTimeout(later, 200));
  operator = await Visitor.come(chromium, lab);
  await operator.accept(await lab.invite("operator"), "otto", "Otto");
});
after(async () => {
  await chromium?.close();
  lab?.close();
});

test("an operator makes a link, which is shown once and copied", async () => {
  await operator.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await operator.go(`/batches/${batch}`);
  await operator.page.click("text=Share");
  await operator.page.waitForURL(/\/shares$/);
  await operator.look("shares-empty");
  await operator.page.fill("[name=label]", "The Kims");
  await operator.page.fill("[name=passcode]", "blue house");
  const web = operator.page.locator("[name=renditions][value=web]");
  assert.deepEqual([await operator.page.locator("[name=renditions]:checked").count(), await web.isDisabled()], [2, false]);
  await operator.page.check("[name=watermarked_only]");
  assert.ok(await web.isDisabled(), "it has no watermark");
  await operator.page.click("main form button:has-text('Make a link')");
  await operator.page.waitForSelector("[data-shown]:not([hidden])");
  const link = await operator.page.textContent("output");
  assert.match(link, /\/g\/[\w-]{43}$/);
  assert.equal(await operator.page.locator("[data-none]").count(), 0, "nobody has a link is not so any more");
  await operator.page.click("[data-copy]");
  await operator.page.waitForSelector("button:has-text('Copied')");
  assert.equal(await operator.page.evaluate(() => navigator.clipboard.readText()), link);
  await operator.look("shares-made");
  gallery = new URL(link).pathname;
  await operator.page.reload();
  assert.equal(await operator.page.textContent("output"), "", "it is shown once");
  assert.match(await operator.page.textContent("tbody"), /The Kims · with passcode · watermarked only · proof\s+works/);
  await operator.look("shares");
});

test("a client without an account is asked for the passcode, also in front of a photo", async () => {
  client = await Visitor.come(chromium, lab);
  await client.go(gallery);
  await client.look("gallery-passcode");
  await client.page.fill("[name=passcode]", "blue horse");
  await client.page.click("main button");
  await client.page.waitForSelector("[role=alert]:has-text('This is not the passcode.')");
  await client.look("gallery-passcode-wrong");
  await client.page.fill("[name=passcode]", "blue house");
  await client.page.click("main button");
  await client.page.waitForSelector("#shots");
  assert.equal(await client.page.textContent("h1"), "The Kims");
  assert.equal(await client.page.locator("#shots li").count(), photos.length);
  await loaded(client.page);
  await client.look("gallery");
  assert.deepEqual((await client.context.cookies()).map(({ name, path, httpOnly, sameSite }) => [name, path, httpOnly, sameSite]), [["rawmill-link", gallery, true, "Lax"]]);
});

test("only what has a watermark is there, and a photo leads to the next by keys", async () => {
  const { page } = client;
  await page.click("#shots a >> nth=0");
  await page.waitForFunction(() => document.images[0].naturalWidth > 0);
  assert.equal(await page.evaluate(() => document.images[0].naturalWidth), 800, "the one with the mark, not the large one");
  await client.look("gallery-photo");
  assert.deepEqual(await page.$$eval("main .button", (links) => links.map((link) => link.textContent.replace(/,.*/, ""))), ["Download proof"]);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("main .button")]);
  assert.equal(download.suggestedFilename(), "proof.jpg");
  const first = page.url();
  assert.equal(await page.locator("a[rel=prev]").count(), 0);
  await page.keyboard.press("ArrowRight");
  await page.waitForURL((url) => url.href !== first);
  const second = page.url();
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL(first);
  for (const way of ["/files/web", ""]) {
    const { status } = await page.request.get(second + way, { maxRedirects: 0 }).then((answer) => ({ status: answer.status() }));
    assert.equal(status, way ? 404 : 200, way);
  }
});

test("two photos are chosen and come as a ZIP", async () => {
  const { page } = client;
  await page.click("text=All photos");
  await page.waitForSelector("#chosen:disabled");
  await page.check("#shots input >> nth=3");
  await page.click("#shots input >> nth=1", { modifiers: ["Shift"] }); // either way round
  assert.equal(await page.textContent("#chosen b"), "3");
  await page.uncheck("#shots input >> nth=2");
  await client.look("gallery-chosen");
  await page.reload();
  assert.equal(await page.textContent("#chosen b"), "2", "what is chosen stays so");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#chosen")]);
  await download.saveAs(`${lab.folder}/two.zip`);
  const stem = (name) => name.replace(/\.\w+$/, "");
  assert.deepEqual(names(`${lab.folder}/two.zip`), [1, 3].map((at) => `${stem(photos[at])}/proof.jpg`).sort());
  const [all] = await Promise.all([page.waitForEvent("download"), page.click("text=Download all")]);
  await all.saveAs(`${lab.folder}/all.zip`);
  assert.deepEqual(names(`${lab.folder}/all.zip`), photos.map((name) => `${stem(name)}/proof.jpg`).sort());
  await page.click("text=Choose none");
  await page.waitForSelector("#chosen:disabled");
});

test("it is in Korean where the browser is, fits a telephone, and is dark at night", async () => {
  const korean = await Visitor.come(chromium, lab, { locale: "ko-KR", viewport: { width: 360, height: 740 } });
  await korean.go(gallery);
  await korean.look("gallery-passcode-korean");
  assert.equal(await korean.page.textContent("main button"), "사진 보기");
  await korean.page.fill("[name=passcode]", "blue horse");
  await korean.page.click("main button");
  await korean.page.waitForSelector("[role=alert]:has-text('비밀번호가 맞지 않습니다.')");
  await korean.page.fill("[name=passcode]", "blue house");
  await korean.page.click("main button");
  await korean.page.waitForSelector("#shots");
  await loaded(korean.page);
  await korean.page.check("#shots input >> nth=0");
  await korean.look("gallery-korean");
  await korean.page.emulateMedia({ colorScheme: "dark" });
  await korean.page.click("#shots a >> nth=1");
  await loaded(korean.page);
  await korean.look("gallery-photo-korean");
  await korean.leave();
  const narrow = await Visitor.come(chromium, lab, { locale: "ko-KR", viewport: { width: 360, height: 740 } });
  await narrow.go("/login");
  await narrow.logIn("otto");
  await narrow.page.waitForURL(/\/batches$/);
  await narrow.go(`/batches/${batch}/shares`);
  await narrow.look("shares-korean");
  await narrow.go(`/batches/${batch}`);
  await narrow.page.waitForSelector(".tile img");
  await loaded(narrow.page);
  await narrow.page.check(".pick input >> nth=0");
  await narrow.look("batch-chosen-korean");
  await narrow.leave();
});

test("photos are chosen on the wall of a batch and come as a ZIP", async () => {
  const { page } = operator;
  await operator.go(`/batches/${batch}`);
  await page.waitForFunction((many) => document.querySelectorAll(".tile img").length === many, photos.length);
  await loaded(page);
  assert.ok(await page.isHidden("#choice"));
  await page.check(".pick input >> nth=0");
  await page.focus(".pick input >> nth=2");
  await page.keyboard.press("Shift+Space");
  assert.equal(await page.textContent("#chosen b"), "3");
  await page.check("[name=state][value=failed]", { force: true });
  await page.waitForFunction(() => document.querySelectorAll(".tile").length === 0);
  await page.check("[name=state][value='']", { force: true });
  await page.waitForFunction(() => document.querySelectorAll(".pick input:checked").length === 3);
  await page.uncheck(".pick input >> nth=1");
  await operator.look("batch-chosen");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#chosen")]);
  await download.saveAs(`${lab.folder}/wall.zip`);
  assert.equal(names(`${lab.folder}/wall.zip`).length, 4, "two renditions of two photos");
  await page.click("text=Choose none");
  await page.waitForSelector("#choice", { state: "hidden" });
  assert.equal(await page.locator(".pick input:checked").count(), 0);
});

test("a link shows the renditions that were chosen for it, and nothing else", async () => {
  const { page } = operator;
  await operator.go(`/batches/${batch}/shares`);
  assert.match(await page.textContent("fieldset"), /proof · with a watermark\s+web\s*$/);
  await page.focus("[name=renditions][value=proof]");
  await page.keyboard.press("Space");
  await page.focus("[name=renditions][value=web]");
  await page.keyboard.press("Space");
  await page.click("main form button:has-text('Make a link')");
  await page.waitForSelector("[role=alert]:has-text('choose at least one')");
  await page.check("[name=renditions][value=web]");
  await operator.look("shares-chosen");
  await page.click("main form button:has-text('Make a link')");
  await page.waitForSelector("[data-shown]:not([hidden])");
  const link = await page.textContent("output");
  await page.reload();
  assert.match(await page.textContent("tbody tr"), /· web\s+works/);
  const other = await Visitor.come(chromium, lab);
  await other.follow(link);
  await other.page.waitForSelector("#shots");
  const [all] = await Promise.all([other.page.waitForEvent("download"), other.page.click("text=Download all")]);
  await all.saveAs(`${lab.folder}/web.zip`);
  assert.deepEqual(names(`${lab.folder}/web.zip`), photos.map((name) => `${name.replace(/\.\w+$/, "")}/web.jpg`).sort());
  await other.page.click("#shots a >> nth=0");
  await loaded(other.page);
  assert.deepEqual(await other.page.$$eval("main .button", (links) => links.map((link) => link.textContent.replace(/,.*/, ""))), ["Download web"]);
  await other.leave();
  page.once("dialog", (dialog) => dialog.accept());
  await Promise.all([page.waitForEvent("load"), page.click("button:has-text('Revoke')")]);
});

test("it is revoked, and the next click says so", async () => {
  const visits = async () => {
    await operator.go(`/batches/${batch}/shares`);
    return operator.page.textContent("tbody");
  };
  assert.match(await visits(), /last 20\d\d-/);
  operator.page.once("dialog", (dialog) => dialog.dismiss());
  await operator.page.click("button:has-text('Revoke')");
  assert.match(await visits(), /works/, "somebody thought better of it");
  operator.page.once("dialog", (dialog) => dialog.accept());
  await Promise.all([operator.page.waitForEvent("load"), operator.page.click("button:has-text('Revoke')")]);
  assert.match(await operator.page.textContent("tbody"), /revoked/);
  await client.page.click("#shots a >> nth=0");
  await client.page.waitForSelector("h1:has-text('This link does not work')");
  await client.look("gallery-gone");
  assert.deepEqual(operator.trouble, []);
});
