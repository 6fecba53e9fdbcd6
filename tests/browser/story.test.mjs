// From the first start to finished pictures, as somebody without a terminal goes; and what others may not do.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Lab, browser, samples } from "./lab.mjs";
import { PASSWORD, Visitor } from "./visitor.mjs";

const RECIPE = 'version = 1\n[output]\npath = "{stem}/{rendition}"\n[[renditions]]\nname = "web"\nwidth = 1600\nencode = { format = "jpeg" }\n[[renditions]]\nname = "small"\nwidth = 320\nencode = { format = "jpeg" }\n';
const photos = readdirSync(samples).filter((name) => /\.(dng|kdc|crw)$/i.test(name)).map((name) => samples + name);
let lab, chromium, owner;

before(async () => {
  lab = await Lab.open('[outward]\nallow = ["127.0.0.0/8"]\nhttp = true\n');
  chromium = await browser();
  owner = await Visitor.come(chromium, lab);
});
after(async () => {
  await chromium?.close();
  lab?.close();
});

async function write(visitor, text) {
  await visitor.page.fill("#text", text);
  await visitor.page.waitForFunction((text) => document.querySelector("#text").value === text && (document.querySelector("#fine").textContent || document.querySelector("#mistakes li")), text);
}

test("the first owner comes by a link, leaves, and comes back by password", async () => {
  const link = await lab.invite("owner");
  await owner.follow(link);
  await owner.look("invite");
  await owner.accept(link, "Ada@Lab.example", "Ada");
  await owner.look("batches-empty");
  await owner.go("/account");
  await owner.look("account");
  await owner.page.click("text=Log out");
  await owner.page.waitForURL(/\/login/);
  await owner.go("/recipes?x=1");
  await owner.page.waitForURL(/\/login\?then=/);
  await owner.look("login");
  await owner.logIn("ada@lab.example", "wrong wrong wrong");
  await owner.page.waitForSelector("[role=alert]:not(:empty)");
  await owner.look("login-wrong");
  await owner.logIn("ada@lab.example");
  await owner.page.waitForURL(/\/recipes/);
  // Nobody comes by a link twice.
  const second = await Visitor.come(chromium, lab);
  await second.follow(link);
  await second.page.fill("[name=login]", "eve");
  await second.page.fill("[name=name]", "Eve");
  await second.page.fill("[name=password]", PASSWORD);
  await second.page.click("main button");
  await second.page.waitForSelector("[role=alert]:not(:empty)");
  await second.leave();
});

test("a recipe is written, and mistakes are told with their line", async () => {
  await owner.go("/recipes");
  await owner.look("recipes-empty");
  await owner.page.click("main a.button");
  await owner.page.fill("#name", "web");
  await write(owner, RECIPE.replace("width = 320", 'width = "wide"'));
  await owner.page.waitForSelector("#mistakes li");
  assert.match(await owner.page.textContent("#mistakes"), /line 10.*width/);
  assert.ok(await owner.page.isDisabled("#save"));
  await owner.look("recipe-wrong");
  await write(owner, RECIPE);
  await owner.page.waitForFunction(() => !document.querySelector("#save").disabled);
  await owner.page.click("#save");
  await owner.page.waitForURL(/\/recipes\/web/);
  await owner.go("/recipes");
  await owner.look("recipes");
});

test("a folder is uploaded, what is no photo is refused with the reason, and the batch is developed", async () => {
  const none = ["notes.txt", "text.nef", "empty.dng"].map((name) => `${lab.folder}/${name}`);
  none.forEach((path, at) => writeFileSync(path, at < 2 ? "no photo at all" : ""));
  await owner.go("/upload");
  await owner.look("upload-empty");
  const hidden = `${lab.folder}/.photo.dng`; // as some systems leave them beside each file
  writeFileSync(hidden, "no photo");
  await owner.page.setInputFiles("#files", [...photos, ...none, hidden]);
  await owner.page.waitForFunction(() => !document.querySelector("#go").disabled);
  await owner.look("upload");
  const states = await owner.page.$$eval("#list tr", (rows) => rows.map((row) => row.querySelector("span").textContent));
  assert.deepEqual(states.map((state) => state.split(":")[0]).sort(), [...photos.map(() => "arrived"), "refused", "refused", "refused"]);
  await owner.page.click("#go");
  await owner.page.waitForURL(/\/batches\/bat_/);
  await owner.page.waitForSelector("#standing[data-over=true]");
  await owner.page.waitForFunction((many) => document.querySelectorAll(".tile img").length === many, photos.length);
  await owner.page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
  await owner.look("batch");
  const [download] = await Promise.all([owner.page.waitForEvent("download"), owner.page.click("text=Download all as ZIP")]);
  await download.saveAs(`${lab.folder}/all.zip`);
  assert.match(execFileSync("unzip", ["-t", `${lab.folder}/all.zip`], { encoding: "utf8" }), /No errors/);
  assert.equal(execFileSync("unzip", ["-Z1", `${lab.folder}/all.zip`], { encoding: "utf8" }).trim().split("\n").length, 2 * photos.length);
  assert.match(await owner.page.textContent("#standing"), new RegExp(`${photos.length} of ${photos.length} photos done`));
});

test("a photo, the report, a preview and the usage are looked at", async () => {
  const batch = owner.page.url();
  await owner.page.click(".tile a");
  await owner.page.waitForFunction(() => document.images[0]?.naturalWidth > 1000);
  await owner.look("photo");
  // The bundled Canon embeds a picture of its own; the slider shows as much of it as it says.
  await owner.page.goto(batch);
  await owner.page.click(".tile:has-text('canon') a");
  const camera = await owner.page.waitForSelector(".pair .camera");
  const clip = () => camera.evaluate((image) => image.style.clipPath);
  assert.equal(await clip(), "inset(0px 50% 0px 0px)");
  await owner.page.fill("input[type=range]", "100");
  assert.equal(await clip(), "inset(0px 0% 0px 0px)");
  await owner.page.click("button:has-text('100 %')");
  const [width, shown] = await owner.page.evaluate(() => [document.querySelector("#ours").naturalWidth, document.querySelector("#ours").clientWidth]);
  assert.equal(shown, width, "a pixel is a pixel");
  await owner.page.waitForSelector("#facts:has-text('PowerShot S40')");
  await owner.look("photo-camera");
  await owner.page.goto(`${batch}/report`);
  await owner.look("report");
  await owner.go("/recipes/web");
  await owner.page.waitForFunction(() => !document.querySelector("#look").disabled);
  await owner.page.click("#look");
  await owner.page.waitForFunction(() => document.querySelector("#picture").naturalWidth > 0);
  await owner.look("recipe");
  await owner.go("/usage");
  await owner.look("usage");
  await owner.go("/batches");
  await owner.look("batches");
});

test("a client opens the link of the batch, without an account, and takes a picture home", async () => {
  await owner.page.click("tbody a >> nth=0");
  await owner.page.click("text=Share");
  await owner.page.fill("[name=label]", "The Kims");
  await owner.page.click("main form button:has-text('Make a link')");
  await owner.page.waitForSelector("[data-shown]:not([hidden])");
  const client = await Visitor.come(chromium, lab);
  await client.go(new URL(await owner.page.textContent("output")).pathname);
  assert.equal(await client.page.locator("#shots li").count(), photos.length);
  await client.page.waitForFunction(() => [...document.images].every((image) => image.naturalWidth > 0));
  await client.look("story-gallery");
  await client.page.click("#shots a >> nth=0");
  const [download] = await Promise.all([client.page.waitForEvent("download"), client.page.click("main .button")]);
  assert.match(download.suggestedFilename(), /\.jpg$/);
  assert.deepEqual((await client.context.cookies()).map(({ name }) => name), []);
  await client.leave();
});

test("a photo that cannot be developed is told, found by its state, and tried again", async () => {
  const damaged = await lab.upload("damaged.dng", Buffer.concat([Buffer.from("II*\0\x08\0\0\0"), Buffer.alloc(600, 1)]));
  const batch = await lab.post("/v1/batches", { recipe: { name: "web" }, photos: [damaged] });
  await owner.go(`/batches/${batch.id}`);
  await owner.page.waitForSelector("#standing[data-over=true]");
  await owner.page.click("#filter label:has([value=failed])");
  await owner.page.waitForSelector(".tile[data-state=failed]");
  await owner.look("batch-failed");
  await owner.page.click(".tile a");
  await owner.page.waitForSelector(".fault");
  await owner.look("photo-failed");
  await owner.page.click("text=Try this photo again");
  await owner.page.waitForURL(new RegExp(`/batches/${batch.id}$`));
  await owner.page.waitForSelector("#standing[data-over=true]");
  await owner.go(`/batches/${batch.id}`);
  await owner.page.click(".tile a");
  await owner.page.waitForFunction(() => document.querySelectorAll(".fault").length >= 2);
});

test("what happens while the list of photos is on its way is not lost", async () => {
  const queue = (word) => lab.run("admin", "--config", "serve.toml", "queue", word);
  await queue("pause");
  const photo = await lab.upload("late.dng", Buffer.concat([Buffer.from("II*\0\x08\0\0\0"), Buffer.alloc(600, 2)]));
  const batch = await lab.post("/v1/batches", { recipe: { name: "web" }, photos: [photo] });
  await owner.page.route("**/photos?limit=*", async (route) => {
    const early = await route.fetch();
    await queue("resume");
    while ((await lab.get(`/v1/batches/${batch.id}`)).state !== "closed") await new Promise((done) => setTimeout(done, 200));
    await owner.page.waitForSelector("#standing[data-over=true]"); // so the event has come
    await route.fulfill({ response: early });
  });
  await owner.go(`/batches/${batch.id}`);
  await owner.page.waitForSelector(".tile[data-state=failed]");
  await owner.page.unroute("**/photos?limit=*");
});

test("a key is made, shown once, works, and dies", async () => {
  await owner.go("/keys");
  await owner.page.fill("main [name=name]", "shop");
  await owner.page.click("button:has-text('Make a key')");
  const key = await owner.page.waitForSelector("output:not(:empty)").then((output) => output.textContent());
  await owner.look("keys");
  const ask = () => fetch(owner.at("/v1/batches"), { headers: { authorization: `Bearer ${key}` } }).then((a) => a.status);
  assert.equal(await ask(), 200);
  await owner.go("/keys");
  assert.ok(!(await owner.page.content()).includes(key));
  owner.page.once("dialog", (dialog) => dialog.accept());
  await owner.page.click("tr:has-text('shop') button");
  await owner.page.waitForFunction(() => !document.body.textContent.includes("shop"));
  assert.equal(await ask(), 401);
});

test("a webhook is added, its secret is shown once, and what was sent is told", async () => {
  await owner.go("/webhooks");
  await owner.look("webhooks-empty");
  await owner.page.fill("[name=url]", "http://10.0.0.1/hook");
  await owner.page.click("button:has-text('Add a webhook')");
  await owner.page.waitForSelector("[role=alert]:not(:empty)"); // not on the public internet
  await owner.page.fill("[name=url]", "http://127.0.0.1:1033/hook");
  await owner.page.click("button:has-text('Add a webhook')");
  await owner.page.waitForSelector("output:not(:empty)");
  await owner.look("webhooks");
  await owner.go("/webhooks");
  await owner.page.click("tbody a");
  await owner.page.click("text=Send a test");
  await owner.page.waitForSelector("tbody tr:has-text('webhook.test')");
  await owner.look("webhook");
});

test("a viewer sees all and changes nothing; whoever is disabled is out at the next request", async () => {
  await owner.go("/people");
  await owner.page.selectOption("form[data-api='POST /v1/invitations'] [name=role]", "viewer");
  await owner.page.click("form[data-api='POST /v1/invitations'] button");
  const link = await owner.page.waitForSelector("output:not(:empty)").then((output) => output.textContent());
  await owner.look("people-invited");
  const viewer = await Visitor.come(chromium, lab, { colorScheme: "dark" });
  await viewer.accept(link, "vi", "Vi");
  await viewer.look("viewer-batches");
  assert.equal(await viewer.page.locator("nav a[href='/upload'], nav a[href='/keys'], nav a[href='/people']").count(), 0);
  await viewer.go("/batches/bat_1");
  await viewer.page.waitForSelector("#filter:not([hidden])");
  assert.deepEqual(await viewer.page.$$eval("main button:visible", (buttons) => buttons.map((b) => b.textContent)), ["Download all as ZIP"], "none that would be refused");
  for (const [method, path] of [["DELETE", "/v1/batches/bat_1"], ["POST", "/v1/batches/bat_1/cancel"], ["POST", "/v1/batches/bat_1/shares"], ["POST", "/v1/uploads"], ["POST", "/v1/invitations"], ["DELETE", "/v1/photos/pho_1"]]) {
    const status = await viewer.page.evaluate(([method, path]) => fetch(path, { method, headers: { "content-type": "application/json" }, body: "{}" }).then((a) => a.status), [method, path]);
    assert.equal(status, 403, `${method} ${path}`);
  }
  await viewer.go("/batches/bat_1/shares");
  await viewer.look("viewer-shares");
  assert.equal(await viewer.page.locator("main form").count(), 0);
  for (const path of ["/people", "/people/log", "/keys", "/webhooks"]) {
    assert.equal((await viewer.go(path)).status(), 403, path);
    await viewer.look(`viewer-${path.replaceAll("/", "")}`);
  }
  await owner.go("/people");
  await owner.look("people");
  await owner.page.click("tr:has(td:text-is('vi')) button:has-text('Disable')");
  await owner.page.waitForSelector("button:has-text('Enable')");
  await viewer.go("/batches");
  await viewer.page.waitForURL(/\/login/);
  await owner.go("/people/log");
  await owner.look("log");
  assert.match(await owner.page.textContent("table"), /user\.changed/);
  await viewer.leave();
});

test("Korean, on a small telephone, in the dark: every page", async () => {
  const guest = await Visitor.come(chromium, lab, { locale: "ko-KR", viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  await guest.go("/login");
  await guest.look("ko-login");
  await guest.logIn("ada@lab.example");
  await guest.page.waitForURL(/\/batches$/);
  for (const path of ["/batches", "/batches/bat_1", "/batches/bat_1/photos/tsk_1", "/batches/bat_1/report", "/batches/bat_2", "/upload", "/recipes", "/recipes/web", "/recipes/new", "/usage", "/people", "/people/log", "/keys", "/webhooks", "/webhooks/whk_1", "/account", "/batches/bat_99"]) {
    await guest.go(path);
    assert.equal(await guest.page.getAttribute("html", "lang"), "ko");
    await guest.page.waitForLoadState("networkidle").catch(() => {});
    await guest.look(`ko${path.replaceAll("/", "-")}`);
  }
  await guest.page.click("text=English");
  await guest.page.waitForSelector("html[lang=en]");
  await guest.leave();
});

test("1,920 pixels, and a window that is closed", async () => {
  const guest = await Visitor.come(chromium, lab, { viewport: { width: 1920, height: 1080 } });
  await guest.go("/login");
  await guest.logIn("ada@lab.example");
  await guest.page.waitForURL(/\/batches$/);
  await guest.go("/batches/bat_1");
  await guest.page.waitForSelector(".tile img");
  await guest.look("wide-batch");
  await owner.go("/account");
  await owner.page.click("tr:not(:has-text('this one')) button");
  await owner.page.waitForLoadState();
  await owner.page.waitForFunction(() => document.querySelectorAll("tbody tr").length <= 2);
  await guest.leave();
});
