// How long a browser's script works for each change of the page of a batch with many photos, while they are developed.
//
//     NODE_MODULES=DIR/node_modules RAWMILL=target/release/rawmill node bench/console/wall.mjs [PHOTOS]
//
// DIR is where `npm install` ran with tests/browser/package.json. One photo in ten is a real one, the others fail at once.
import { readFileSync } from "node:fs";
import { Lab, browser, samples } from "../../tests/browser/lab.mjs";

const many = Number(process.argv[2] || 10_000);
const lab = await Lab.open("[limits]\nrequests_per_s = 100000.0\nrequest_burst = 100000\n");
const real = readFileSync(`${samples}real_kodak_dc50_DC0011M.KDC`), none = Buffer.from("no photo");
await lab.post("/v1/recipes", { name: "wall", text: 'version = 1\n[[renditions]]\nname = "small"\nwidth = 200\nencode = { format = "jpeg" }\n' });
const photos = new Array(many);
let next = 0;
await Promise.all(Array.from({ length: 8 }, async () => {
  for (let i; (i = next++) < many; ) photos[i] = await lab.upload(`IMG_${String(i).padStart(5, "0")}.KDC`, i % 10 ? none : real);
}));
const batch = await lab.post("/v1/batches", { recipe: { name: "wall" }, photos });
const chromium = await browser();
const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, extraHTTPHeaders: { authorization: `Bearer ${lab.key}` } });
const page = await context.newPage();
await page.goto(`${lab.url}/batches/${batch.id}`);
const over = () => page.evaluate(() => document.querySelector("#standing").dataset.over === "true");
for (let at = 0; !(await over()); at = (at + 3000) % 200_000) {
  await page.evaluate((y) => scrollTo(0, y), at);
  await page.waitForTimeout(250);
}
const { times, tiles } = await page.evaluate(() => ({ times: performance.getEntriesByName("wall", "measure").map((m) => m.duration), tiles: document.querySelectorAll(".tile").length }));
// Choosing: all that succeeded, from the first to the last one with Shift, and then one after the other while they are chosen.
await page.evaluate(() => scrollTo(0, 0));
await page.locator("[name=state][value=succeeded]").check({ force: true });
await page.locator(".pick input").first().check();
await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
await page.waitForFunction(() => document.querySelector(".tile[aria-posinset]:last-of-type .pick input"));
const all = await page.evaluate(() => {
  const last = [...document.querySelectorAll(".tile")].sort((a, b) => b.ariaPosInSet - a.ariaPosInSet)[0].querySelector("input"), start = performance.now();
  last.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: true }));
  return performance.now() - start;
});
const one = await page.evaluate(() => {
  const box = document.querySelector(".pick input"), times = [];
  for (let at = 0; at < 50; at++) { const start = performance.now(); box.click(); times.push(performance.now() - start); }
  return times.sort((a, b) => a - b)[25];
});
const chosen = await page.textContent("#chosen b");
times.sort((a, b) => a - b);
const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(2);
console.log(`${many} photos, ${times.length} changes, ${tiles} tiles in the page; script a change: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms`);
console.log(`${chosen} of them chosen at once in ${all.toFixed(2)} ms; one more or less: median ${one.toFixed(2)} ms`);
await chromium.close();
lab.close();
