// The wall of a batch that nobody could wait for: its list and its events are the test's own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Lab, browser } from "./lab.mjs";
import { Visitor } from "./visitor.mjs";

const MANY = 2500, PAGE = 1000;
let lab, chromium, guest, batch;

before(async () => {
  lab = await Lab.open();
  chromium = await browser();
  guest = await Visitor.come(chromium, lab);
  await guest.accept(await lab.invite("owner"), "ada", "Ada");
  await lab.post("/v1/operations/queue", { paused: true }); // so that it is not over
  await lab.post("/v1/recipes", { name: "web", text: 'version = 1\n[[renditions]]\nname = "web"\nencode = { format = "jpeg" }\n' });
  const photo = await lab.upload("a.dng", Buffer.concat([Buffer.from("II*\0\x08\0\0\0"), Buffer.alloc(600, 1)]));
  batch = (await lab.post("/v1/batches", { recipe: { name: "web" }, photos: [photo] })).id;
  await guest.page.route("**/photos?limit=*", (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get("cursor") || 0), end = Math.min(MANY, from + PAGE);
    const items = Array.from({ length: end - from }, (_, at) => ({ id: `tsk_${from + at + 1}`, name: `IMG_${from + at + 1}.CR2`, state: "ready" }));
    return route.fulfill({ json: { items, next: end < MANY ? String(end) : undefined } });
  });
});
after(async () => {
  await chromium?.close();
  lab?.close();
});

const places = () => guest.page.$$eval(".tile", (tiles) => tiles.map((tile) => Number(tile.getAttribute("aria-posinset"))));
const all = () => guest.page.waitForFunction((many) => document.querySelector(".tile")?.getAttribute("aria-setsize") === String(many), MANY);

test("of thousands of photos only those stand in the page that are seen, wherever one looks", async () => {
  await guest.go(`/batches/${batch}`);
  await all();
  for (const [part, place] of [[0, 1], [0.5, MANY / 2], [1, MANY]]) {
    await guest.page.evaluate((part) => scrollTo(0, document.querySelector("#wall").offsetTop + document.querySelector("#wall").clientHeight * part - innerHeight / 2), part);
    await guest.page.waitForFunction((place) => [...document.querySelectorAll(".tile")].some((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return Number(tile.getAttribute("aria-posinset")) === place && bottom > 0 && top < innerHeight;
    }), place);
    const seen = await places();
    assert.ok(seen.length < 120, `${seen.length} tiles`);
    assert.equal(new Set(seen).size, seen.length, "each once");
    assert.ok(await guest.page.evaluate(() => { // no gap where one looks
      const wall = document.querySelector("#wall").getBoundingClientRect();
      const tops = [Math.max(wall.top, 0) + 5, Math.min(wall.bottom, innerHeight) - 5];
      return tops.every((y) => document.elementFromPoint(wall.left + 20, y)?.closest(".tile"));
    }), `a gap at ${place}`);
  }
});

test("events are heard again after a lost connection, and no more once the batch is over", async () => {
  let asked = 0;
  const told = ["retry: 20\nid: 1\nevent: task.succeeded\ndata: {\"task\":\"tsk_2\"}\n\n", "id: 2\nevent: task.dead\ndata: {\"task\":\"tsk_3\"}\n\n", "id: 3\nevent: batch.closed\ndata: {}\n\n"];
  await guest.page.route("**/events", (route) => {
    asked += 1;
    return route.fulfill({ contentType: "text/event-stream", body: told[asked - 1] || "" });
  });
  await guest.go(`/batches/${batch}`);
  await all();
  await guest.page.waitForSelector(".tile[data-state=failed] >> text=IMG_3.CR2");
  await guest.page.waitForSelector(".tile[data-state=succeeded] >> text=IMG_2.CR2");
  await guest.page.waitForTimeout(500);
  assert.equal(asked, told.length);
});
