// The editor of recipes: the form and the text are one, a photo is looked at closely and counted, logos come and go.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Lab, browser, samples } from "./lab.mjs";
import { Visitor } from "./visitor.mjs";

const TEXT = '# for the shop\nversion = 1\n\n[output] # by name\npath = "{stem}/{rendition}"\n\n[[renditions]]\nname = "web"\nwidth = 700 # as wide as the page\nencode = { format = "jpeg", quality = 90, subsampling = "4:4:4" }\n';
const logo = new URL("../../recipes/assets/logo.png", import.meta.url).pathname;
const font = new URL("../../crates/develop/assets/NanumSquareR.ttf", import.meta.url).pathname;
const python = process.env.ORACLES_PYTHON || "python3";
let lab, chromium, owner, photo;

before(async () => {
  lab = await Lab.open();
  chromium = await browser();
  owner = await Visitor.come(chromium, lab);
  const name = readdirSync(samples).find((name) => name.startsWith("dev_portrait") && name.endsWith(".dng"));
  photo = await lab.upload(name, readFileSync(samples + name));
  await owner.accept(await lab.invite("owner"), "ada", "Ada");
  await owner.page.route("**/v1/recipes/preview", notice);
});
after(async () => {
  await chromium?.close();
  lab?.close();
});

const field = (path) => owner.page.locator(`[id="${path}"]`);
const wrong = (path) => owner.page.locator(`[id="e-${path}"]`);
const text = () => owner.page.inputValue("#text");
const says = (part) => owner.page.waitForFunction((part) => document.querySelector("#text").value.includes(part), part);
const open = (name) => owner.page.evaluate((id) => (document.getElementById(id).open = true), `d-${name}`);
const idle = () => owner.page.waitForFunction(() => document.querySelector("#picture").naturalWidth > 0 && !document.querySelector("[aria-busy]"));
async function turn(path, value) {
  await field(path).fill(value);
  await field(path).blur();
}
// The next picture, once it is shown.
async function after_it(act) {
  const old = await owner.page.getAttribute("#picture", "src");
  await act();
  await owner.page.waitForFunction((old) => document.querySelector("#picture").src !== old, old);
  await idle();
}
// Where the middle of a curve lies, by its own heights.
const middle = (name) => owner.page.$eval(`#histogram .${name}`, (path) => {
  const points = [...path.getAttribute("d").matchAll(/L([\d.]+) ([\d.]+)/g)].slice(0, 256).map(([, x, y]) => [Number(x), 100 - Number(y)]);
  return points.reduce((sum, [x, y]) => sum + x * y, 0) / points.reduce((sum, [, y]) => sum + y, 0);
});
// What the last answer with a picture was. A page that makes a blob of it leaves nothing to read for others.
let seen = null;
async function notice(route) {
  const answer = await route.fetch();
  if (answer.ok()) seen = { body: await answer.body(), window: answer.headers()["rawmill-window"] };
  await route.fulfill({ response: answer });
}

test("turned in the form, the text changes, and nothing else in it", async () => {
  await owner.go("/recipes/new");
  await owner.page.fill("#name", "shop");
  await owner.page.fill("#text", TEXT);
  await field("renditions[0].width").waitFor({ state: "attached" });
  await owner.page.waitForFunction(() => document.getElementById("renditions[0].width")?.value === "700");
  await turn("develop.exposure", "0.7");
  await says("exposure = 0.7");
  assert.equal((await text()).replace("\n[develop]\nexposure = 0.7\n", ""), TEXT);
  // And back, as what was typed can be taken back.
  await owner.page.focus("#text");
  await owner.page.keyboard.press("Control+z");
  await owner.page.waitForFunction((text) => document.querySelector("#text").value === text, TEXT);
  await open("renditions");
  await turn("renditions[0].width", "640");
  await says("width = 640 # as wide as the page");
  // What is written is what the form says.
  await owner.page.fill("#text", (await text()).replace("640", "650"));
  await owner.page.waitForFunction(() => document.getElementById("renditions[0].width").value === "650");
  await owner.look("recipe-form");
});

test("what is wrong stands at its field, in the parser's words, and nothing is lost", async () => {
  const before = await text();
  await turn("develop.exposure", "9");
  await owner.page.waitForFunction(() => document.getElementById("e-develop.exposure").textContent);
  assert.equal(await wrong("develop.exposure").textContent(), "expected a number from -5 to 5, found 9");
  assert.equal(await field("develop.exposure").getAttribute("aria-describedby"), "e-develop.exposure");
  assert.equal(await field("develop.exposure").getAttribute("aria-invalid"), "true");
  assert.deepEqual([await text(), await field("develop.exposure").inputValue()], [before, "9"]);
  await owner.look("recipe-refused");
  await owner.page.fill("#text", `${before}[develop]\nexposure = 8\n`);
  await owner.page.waitForFunction(() => /found 8/.test(document.getElementById("e-develop.exposure").textContent));
  await owner.page.fill("#text", `${before}[develop`);
  await owner.page.waitForFunction(() => document.querySelector("#form").disabled);
  assert.match(await owner.page.textContent("#waits"), /waits until.*line 1\d/);
  await owner.page.fill("#text", before);
  await owner.page.waitForFunction(() => !document.querySelector("#form").disabled);
});

test("renditions and filters are added, changed, moved and removed", async () => {
  await owner.page.click('[id="add-renditions"]');
  await says('name = "rendition-2"');
  await owner.page.selectOption('[id="renditions[1].encode.format"]', { label: "webp" });
  await says('format = "webp"');
  await open("filters");
  for (const label of ["sharpen", "grayscale"]) {
    await owner.page.selectOption('[id="new-filters"]', { label });
    await owner.page.click('[id="add-filters"]');
    await says(`op = "${label}"`);
  }
  await owner.page.click('[id="up-filters[1]"]');
  await owner.page.waitForFunction(() => { const text = document.querySelector("#text").value; return text.indexOf("grayscale") < text.indexOf("sharpen"); });
  await owner.page.click('[id="gone-filters[0]"]');
  await owner.page.waitForFunction(() => !document.querySelector("#text").value.includes("grayscale"));
  await owner.page.click('[id="gone-renditions[1]"]');
  await owner.page.waitForFunction(() => !document.querySelector("#text").value.includes("rendition-2"));
  for (const comment of ["# for the shop", "# by name", "# as wide as the page"]) assert.ok((await text()).includes(comment), comment);
});

test("a photo follows the form, and its histogram is what Pillow counts", async () => {
  await owner.page.click("#look");
  await idle();
  const before = await middle("l");
  await after_it(() => turn("develop.exposure", "1.5"));
  assert.ok((await middle("l")) > before + 5, `${before} became ${await middle("l")}`);
  writeFileSync(`${lab.folder}/seen.jpg`, seen.body);
  const script = "import sys, json, numpy\nfrom PIL import Image\np = numpy.asarray(Image.open(sys.argv[1]).convert('RGB')).astype(float)\nl = numpy.floor(p @ [0.2126, 0.7152, 0.0722] + 0.5)\nprint(json.dumps([numpy.bincount(c.astype(int).ravel(), minlength=256).tolist() for c in [*numpy.moveaxis(p, 2, 0), l]]))";
  const bins = JSON.parse(execFileSync(python, ["-c", script, `${lab.folder}/seen.jpg`], { encoding: "utf8" }));
  const shown = await owner.page.$$eval("#clipped tr", (rows) => rows.map((row) => [row.cells[1].textContent, row.cells[2].textContent]));
  const all = bins[0].reduce((sum, n) => sum + n, 0), share = (n) => `${((100 * n) / all).toFixed(2)} %`;
  assert.deepEqual(shown, bins.map((bin) => [share(bin[0]), share(bin[255])]));
  const tallest = Math.max(...bins.flatMap((bin) => bin.slice(1, 255)));
  for (const [channel, name] of [..."rgbl"].entries()) {
    const heights = await owner.page.$eval(`#histogram .${name}`, (path) => [...path.getAttribute("d").matchAll(/L[\d.]+ ([\d.]+)/g)].slice(0, 256).map(([, y]) => 100 - Number(y)));
    heights.forEach((height, value) => assert.ok(Math.abs(height - Math.min(100, (100 * bins[channel][value]) / tallest)) < 0.02, `${name} ${value}: ${height}`));
  }
  await owner.look("recipe-look");
});

test("100 % shows the file's own pixels, and keys and dragging move it", async () => {
  await after_it(() => owner.page.click("#close"));
  const batch = await lab.post("/v1/recipes", { name: "whole", text: await text() }).then(() => lab.post("/v1/batches", { recipe: { name: "whole" }, photos: [photo] }));
  await owner.page.focus("#stage");
  const place = () => seen.window.split(/[,x]/).map(Number);
  await after_it(() => owner.page.keyboard.press("ArrowLeft"));
  await after_it(() => owner.page.keyboard.press("ArrowDown"));
  const low = place();
  assert.ok(low[1] > 0, low.join());
  const box = await owner.page.locator("#stage").boundingBox();
  await after_it(async () => {
    await owner.page.mouse.move(box.x + 40, box.y + 40);
    await owner.page.mouse.down();
    await owner.page.mouse.move(box.x + 40, box.y + 140, { steps: 4 });
    await owner.page.mouse.up();
  });
  const [x, y, width, height] = place();
  assert.ok(y < low[1], `dragged down, what lies above is seen: ${low} became ${place()}`);
  assert.equal(await owner.page.$eval("#picture", (image) => image.clientWidth), width, "a pixel is a pixel");
  // The very pixels of the file that a batch made.
  for (;;) {
    if ((await lab.get(`/v1/batches/${batch.id}`)).state === "closed") break;
    await new Promise((later) => setTimeout(later, 200));
  }
  const [{ url }] = (await lab.get(`/v1/batches/${batch.id}/renditions`)).items;
  writeFileSync(`${lab.folder}/whole.jpg`, Buffer.from(await (await fetch(url)).arrayBuffer()));
  writeFileSync(`${lab.folder}/part.jpg`, seen.body);
  const script = "import sys, numpy\nfrom PIL import Image\na, b = (numpy.asarray(Image.open(p).convert('RGB'), dtype=int) for p in sys.argv[1:3])\nx, y, w, h = map(int, sys.argv[3:])\nprint(abs(a[y:y+h, x:x+w] - b)[:h // 8 * 8, :w // 8 * 8].max())";
  assert.equal(execFileSync(python, ["-c", script, `${lab.folder}/whole.jpg`, `${lab.folder}/part.jpg`, x, y, width, height].map(String), { encoding: "utf8" }).trim(), "0");
  await owner.look("recipe-close");
  await after_it(() => owner.page.click("#close"));
});

test("a logo is uploaded, what is none is refused, and it is chosen in the form", async () => {
  await lab.post("/v1/recipes", { name: "shop", text: await text() });
  await owner.go("/assets");
  await owner.look("assets-empty");
  writeFileSync(`${lab.folder}/page.png`, "<html>LUT_3D_SIZE in a page is no look</html>");
  await owner.page.setInputFiles("#asset", `${lab.folder}/page.png`);
  await owner.page.waitForFunction(() => document.querySelector("#trouble").textContent);
  assert.match(await owner.page.textContent("#trouble"), /No recipe can use this file/);
  await owner.page.setInputFiles("#asset", logo);
  await owner.page.waitForSelector("td:has-text('logo.png')");
  await owner.go("/recipes/shop");
  await owner.page.waitForFunction(() => document.getElementById("d-watermark"));
  await open("watermark");
  await owner.page.selectOption('[id="watermark"]', { label: "on" });
  await says('text = "©"');
  const [asset] = (await lab.get("/v1/assets")).items;
  await owner.page.waitForSelector('[id="watermark.image"]', { state: "attached" });
  await owner.page.selectOption('[id="watermark.image"]', asset.id);
  await says(`image = "${asset.id}"`);
  assert.ok(!(await text()).includes("©"), "one or the other");
  await owner.page.waitForFunction(() => !document.querySelector("#save").disabled);
  await owner.page.click("#save");
  await owner.page.waitForSelector("strong:has-text('2')");
  await owner.page.click("text=Compare with the version before");
  assert.match(await owner.page.textContent(".changes"), /\+ image = "ast_/);
  await owner.look("recipe-changes");
  const batch = await lab.post("/v1/batches", { recipe: { name: "shop", version: 2 }, photos: [photo] });
  await owner.go(`/batches/${batch.id}`);
  await owner.page.waitForSelector("#standing[data-over=true]");
  assert.equal((await lab.get(`/v1/batches/${batch.id}`)).totals.succeeded, 1);
  await owner.go("/assets");
  assert.equal(await owner.page.locator("td a:has-text('shop')").count(), 1);
  assert.equal(await owner.page.locator("button:has-text('Remove')").count(), 0, "it is in use");
});

test("a font, a profile and a look are uploaded, each is chosen where it belongs, and seen in the file", async () => {
  const look = "TITLE \"night\"\n# all to blue\nLUT_3D_SIZE 2\n" + "0 0 1\n".repeat(8);
  const profile = execFileSync(python, ["-c", "import sys\nfrom PIL import ImageCms\nsys.stdout.buffer.write(ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes())"]);
  const files = { "brand.ttf": readFileSync(font), "paper.icc": profile, "night.cube": look };
  await owner.go("/assets");
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(`${lab.folder}/${name}`, bytes);
    await owner.page.setInputFiles("#asset", `${lab.folder}/${name}`);
    await owner.page.waitForSelector(`tr:has-text('${name}')`);
  }
  for (const [name, kind] of [["logo.png", "Logo (PNG)"], ["brand.ttf", "Font"], ["paper.icc", "ICC profile"], ["night.cube", "Look (.cube)"]])
    assert.equal(await owner.page.textContent(`tr:has-text('${name}') td:nth-child(2)`), kind);
  await owner.look("assets");
  const id = Object.fromEntries((await lab.get("/v1/assets")).items.map((asset) => [asset.name, asset.id]));
  const start = 'version = 1\n[watermark]\ntext = "봄"\n[[renditions]]\nname = "web"\nwidth = 300\nencode = { format = "png" }\n';
  await lab.post("/v1/recipes", { name: "brand", text: start });
  await owner.go("/recipes/brand");
  await owner.page.waitForFunction(() => document.getElementById("d-watermark"));
  await owner.page.evaluate(() => document.querySelectorAll("#form details").forEach((group) => (group.open = true)));
  for (const [path, name, key] of [["watermark.font", "brand.ttf", "font"], ["renditions[0].profile", "paper.icc", "profile"]]) {
    const offered = await owner.page.$$eval(`[id="${path}"] option`, (options) => options.map((o) => o.value).filter(Boolean));
    assert.deepEqual(offered, [id[name]], "files of this kind alone");
    await owner.page.selectOption(`[id="${path}"]`, id[name]);
    await says(`${key} = "${id[name]}"`);
  }
  await owner.page.selectOption('[id="develop.lut"]', { label: "on" });
  await owner.page.waitForSelector('[id="develop.lut.file"]', { state: "attached" });
  await owner.page.selectOption('[id="develop.lut.file"]', id["night.cube"]);
  await says(`file = "${id["night.cube"]}"`);
  await owner.page.waitForFunction(() => !document.querySelector("#save").disabled);
  await owner.look("recipe-assets");
  await owner.page.click("#save");
  await owner.page.waitForSelector("strong:has-text('2')");
  const batch = await lab.post("/v1/batches", { recipe: { name: "brand", version: 2 }, photos: [photo] });
  await owner.go(`/batches/${batch.id}`);
  await owner.page.waitForSelector("#standing[data-over=true]");
  const [{ url }] = (await lab.get(`/v1/batches/${batch.id}/renditions`)).items;
  writeFileSync(`${lab.folder}/brand.png`, Buffer.from(await (await fetch(url)).arrayBuffer()));
  const script = "import sys\nfrom PIL import Image\np = Image.open(sys.argv[1])\nprint(p.info['icc_profile'] == open(sys.argv[2], 'rb').read(), *p.getpixel((9, 9)))";
  assert.equal(execFileSync(python, ["-c", script, `${lab.folder}/brand.png`, `${lab.folder}/paper.icc`], { encoding: "utf8" }).trim(), "True 0 0 255");
  // What another kind is wanted for is told.
  const other = start.replace("[[renditions]]", `font = "${id["night.cube"]}"\n[[renditions]]`);
  await assert.rejects(lab.post("/v1/recipes", { name: "brand", text: other }), /a TrueType or OpenType font is wanted here/);
});

test("in Korean, on a telephone, in the dark, for those who only look, and without scripts", async () => {
  const link = await lab.invite("viewer");
  for (const [name, options] of [["wide", {}], ["telephone", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }]]) {
    const korean = await Visitor.come(chromium, lab, { locale: "ko", ...options });
    if (name === "wide") await korean.accept(link, "mina", "민아");
    else {
      await korean.go("/login");
      await korean.logIn("ada");
      await korean.page.waitForURL(/\/batches$/);
    }
    await korean.go("/recipes/shop");
    await korean.page.waitForFunction(() => document.querySelectorAll("#form details").length > 4);
    await korean.page.evaluate(() => document.querySelectorAll("#form details").forEach((group) => (group.open = true)));
    assert.equal(await korean.page.$eval("#form", (form) => form.disabled), name === "wide", "a viewer turns nothing");
    await korean.page.click("#look");
    await korean.page.waitForFunction(() => document.querySelector("#picture").naturalWidth > 0);
    await korean.look(`recipe-korean-${name}`);
    await korean.go("/assets");
    await korean.look(`assets-korean-${name}`);
    await korean.go("/recipes/shop/changes?from=1&to=2");
    await korean.look(`changes-korean-${name}`);
    await korean.leave();
  }
  const plain = await Visitor.come(chromium, lab, { javaScriptEnabled: false, extraHTTPHeaders: { authorization: `Bearer ${lab.key}` } });
  await plain.go("/recipes/shop");
  assert.match(await plain.page.textContent("noscript"), /needs JavaScript/);
  assert.match(await plain.page.inputValue("#text"), /for the shop/);
  await plain.leave();
});
