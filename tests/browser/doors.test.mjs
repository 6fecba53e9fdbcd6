// Photos that come from web addresses, until their batch is done.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Lab, browser, samples } from "./lab.mjs";
import { Visitor } from "./visitor.mjs";

const RECIPE = 'version = 1\n[[renditions]]\nname = "web"\nwidth = 320\nencode = { format = "jpeg" }\n';
const photo = "real_kodak_dc50_DC0011M.KDC";
const bucket = '[buckets.results]\nurl = "s3://customer/out"\nregion = "us-east-1"\nendpoint = "http://127.0.0.1:9"\npath_style = true\ntenants = ["default"]\nimport = true\nexport = true\n';
let lab, chromium, owner, site;

before(async () => {
  lab = await Lab.open(`[outward]\nallow = ["127.0.0.0/8"]\nhttp = true\n${bucket}`);
  await lab.post("/v1/recipes", { name: "web", text: RECIPE });
  site = createServer((request, answer) => {
    if (request.url !== `/${photo}`) return answer.writeHead(404).end();
    setTimeout(() => answer.end(readFileSync(samples + photo)), 500);
  });
  await new Promise((done) => site.listen(0, "127.0.0.1", done));
  chromium = await browser();
  owner = await Visitor.come(chromium, lab);
  await owner.accept(await lab.invite("owner"), "ada@lab.example", "Ada");
});
after(async () => {
  await chromium?.close();
  site?.close();
  lab?.close();
});

const at = (path) => `http://127.0.0.1:${site.address().port}${path}`;

test("addresses become photos, and those a batch; what does not come is told", async () => {
  await owner.page.click("nav >> text=Imports");
  await owner.look("imports-empty");
  await owner.page.fill("[name=urls]", "https://me:pw@lab.example/a.nef");
  await owner.page.click("text=Begin the import");
  await owner.page.waitForSelector("[role=alert]:not(:empty)");
  assert.match(await owner.page.textContent("[role=alert]"), /urls\[0\].*password/);
  await owner.page.fill("[name=urls]", `${at(`/${photo}`)}\n\n  ${at("/none.nef")}`);
  await owner.page.selectOption("[name=recipe]", "web");
  await owner.page.click("text=Begin the import");
  await owner.page.waitForURL(/\/imports\/imp_1$/);
  await owner.page.waitForSelector("[role=status]:has-text('Ended')");
  await owner.look("import");
  assert.match(await owner.page.textContent("main"), /it answered 404/);
  await owner.page.click("main a[href^='/batches/']");
  await owner.page.waitForSelector("#standing[data-over=true]");
  assert.equal((await lab.get("/v1/batches/bat_1")).totals.succeeded, 1);
});

test("what failed is tried again, and an import is in the list", async () => {
  await owner.go("/imports/imp_1");
  await owner.page.click("text=Try these again");
  await owner.page.waitForFunction(() => !document.querySelector("#transfer[hx-get]") && document.querySelector("table"));
  await owner.go("/imports");
  assert.match(await owner.page.textContent("table"), /imp_1.*Web.*1 \/ 2/s);
  await owner.look("imports");
});

test("a batch goes to a bucket, if it can be reached", async () => {
  await owner.go("/batches/bat_1");
  await owner.page.click("text=Export to a bucket");
  await owner.look("exports-empty");
  await owner.page.fill("[name=prefix]", "wedding");
  await owner.page.check("[name=overwrite]");
  await owner.page.click("text=Begin the export");
  await owner.page.waitForURL(/\/exports\/exp_2$/);
  await owner.look("export");
  owner.page.on("dialog", (dialog) => dialog.accept());
  await owner.page.click("button:has-text('Cancel')");
  await owner.page.waitForSelector("[role=status]:has-text('Cancelled')");
  await owner.go("/batches/bat_1/exports");
  await owner.look("exports");
});

test("in Korean, in a narrow window, in the dark", async () => {
  const state = await owner.context.storageState();
  const narrow = await Visitor.come(chromium, lab, { locale: "ko", viewport: { width: 360, height: 740 }, colorScheme: "dark", storageState: state });
  for (const [path, name] of [["/imports", "imports"], ["/imports/imp_1", "import"], ["/batches/bat_1/exports", "exports"], ["/exports/exp_2", "export"]]) {
    await narrow.go(path);
    await narrow.look(`ko-360-${name}`);
  }
  assert.match(await narrow.page.textContent("nav"), /가져오기/);
  await narrow.leave();
});

test("a viewer sees nothing of it", async () => {
  const viewer = await Visitor.come(chromium, lab);
  await viewer.accept(await lab.invite("viewer"), "vi@lab.example", "Vi");
  assert.doesNotMatch(await viewer.page.textContent("nav"), /Imports/);
  assert.equal((await viewer.go("/imports")).status(), 403);
  assert.equal((await viewer.go("/batches/bat_1/exports")).status(), 403);
  await viewer.go("/batches/bat_1");
  assert.doesNotMatch(await viewer.page.textContent("main"), /Export/);
  await viewer.leave();
});
