// How soon each page of the console is seen, how much it moves after that, and what it weighs, on a cold and a warm cache.
//
//     NODE_MODULES=DIR/node_modules RAWMILL=target/release/rawmill node bench/console/paint.mjs [ROUNDS]
//
// DIR is where `npm install` ran with tests/browser/package.json.
import { readdirSync, readFileSync } from "node:fs";
import { Lab, browser, samples } from "../../tests/browser/lab.mjs";

const rounds = Number(process.argv[2] || 7);
const lab = await Lab.open();
await lab.post("/v1/recipes", { name: "web", text: 'version = 1\n[[renditions]]\nname = "small"\nwidth = 320\nencode = { format = "jpeg" }\n' });
const photos = [];
for (const name of readdirSync(samples).filter((name) => /\.(dng|kdc|crw)$/i.test(name))) photos.push(await lab.upload(name, readFileSync(samples + name)));
const batch = await lab.post("/v1/batches", { recipe: { name: "web" }, photos });
while ((await lab.get(`/v1/batches/${batch.id}`)).state !== "closed") await new Promise((done) => setTimeout(done, 200));

const chromium = await browser();
const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
async function visit(page, path) {
  await page.goto(lab.url + path, { waitUntil: "networkidle" });
  return page.evaluate(async () => {
    const observed = (type) => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries())).observe({ type, buffered: true }));
    const [paint] = (await observed("paint")).filter((entry) => entry.name === "first-contentful-paint");
    const shifts = await Promise.race([observed("layout-shift"), new Promise((done) => setTimeout(done, 50, []))]);
    const files = performance.getEntriesByType("resource").filter((entry) => /\.(css|js)$/.test(entry.name));
    return { paint: paint.startTime, shift: shifts.reduce((sum, entry) => sum + entry.value, 0), bytes: files.reduce((sum, entry) => sum + entry.decodedBodySize, 0) };
  });
}
for (const path of ["/login", "/batches", `/batches/${batch.id}`, `/batches/${batch.id}/photos/tsk_1`, `/batches/${batch.id}/report`, "/upload", "/recipes/web", "/usage", "/keys"]) {
  const cold = [], warm = [];
  for (let round = 0; round < rounds; round++) {
    const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, extraHTTPHeaders: { authorization: `Bearer ${lab.key}` } });
    const page = await context.newPage();
    cold.push(await visit(page, path));
    warm.push(await visit(page, path));
    await context.close();
  }
  const paints = (visits) => middle(visits.map((visit) => visit.paint)).toFixed(0);
  console.log(`${path}: first paint ${paints(cold)} ms cold, ${paints(warm)} ms warm; moved ${Math.max(...cold.map((v) => v.shift)).toFixed(3)}; ${cold[0].bytes} bytes of style and scripts`);
}
await chromium.close();
lab.close();
