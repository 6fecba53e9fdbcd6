// The wall of a batch: ten thousand photos, of which only those stand in the page that can be seen.
// Events of the batch (Server-Sent Events) change the state of a photo; pictures come when their tile is seen.
"use strict";
(() => {
  const wall = document.getElementById("wall"), filter = document.getElementById("filter");
  const batch = wall.dataset.batch, GAP = 2; // rows beyond what is seen
  const photos = [], places = new Map(), tiles = new Map();
  const happened = new Map(); // what events said of photos, also of those that are not loaded yet
  const choice = new Choice(wall, () => shown.filter((photo) => photo.state === "succeeded").map((photo) => photo.id));
  let shown = photos, columns = 1, width = 200, height = 190, asked = false;

  // What is there.
  async function load() {
    for (let cursor = ""; cursor !== undefined; ) {
      const answer = await fetch(`/batches/${batch}/photos?limit=1000${cursor && `&cursor=${cursor}`}`);
      if (!answer.ok) return setTimeout(load, 3000);
      const page = await answer.json();
      for (const photo of page.items) put(photo);
      cursor = page.next;
      change();
    }
  }
  function put(photo) {
    const at = places.get(photo.id);
    photo.state = happened.get(photo.id) || photo.state;
    if (at === undefined) { places.set(photo.id, photos.length); photos.push(photo); }
    else photos[at].state = photo.state;
  }

  // What happens.
  const STATES = { "task.succeeded": "succeeded", "task.dead": "failed", "task.cancelled": "cancelled", "task.redriven": "ready" };
  function follow() {
    const events = new EventSource(`/v1/batches/${batch}/events`);
    for (const [name, state] of Object.entries(STATES)) {
      events.addEventListener(name, (event) => {
        const { task } = JSON.parse(event.data), at = places.get(task);
        happened.set(task, state);
        if (at !== undefined) photos[at].state = state;
        change();
      });
    }
    for (const last of ["batch.closed", "batch.cancelled"]) events.addEventListener(last, () => { events.close(); change(); });
  }
  let told = 0;
  function tell() { // the numbers above the wall: at most once a second
    if (told) return;
    told = setTimeout(() => { told = 0; document.body.dispatchEvent(new Event("news")); }, 1000);
  }
  function change() {
    tell();
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      performance.mark("wall");
      choose();
      draw();
      performance.measure("wall", "wall");
    });
  }

  // What is to be seen.
  function choose() {
    const counts = {};
    for (const photo of photos) counts[photo.state] = (counts[photo.state] || 0) + 1;
    let state = "";
    for (const input of filter.querySelectorAll("input")) {
      if (input.checked) state = input.value;
      input.parentElement.querySelector("b").textContent = input.value ? counts[input.value] || 0 : photos.length;
    }
    filter.hidden = false;
    shown = state ? photos.filter((photo) => photo.state === state) : photos;
    document.getElementById("none").hidden = shown.length > 0 || photos.length === 0;
  }
  function measure() {
    columns = Math.max(1, Math.floor(wall.clientWidth / 200));
    width = wall.clientWidth / columns;
    height = Math.round(width * 0.75) + 40;
  }
  function draw() {
    measure();
    wall.style.height = `${Math.ceil(shown.length / columns) * height}px`;
    const top = -wall.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / height) - GAP) * columns;
    const end = Math.min(shown.length, (Math.ceil((top + innerHeight) / height) + GAP) * columns);
    const wanted = new Set();
    for (let at = first; at < end; at++) { wanted.add(shown[at].id); place(shown[at], at); }
    for (const [id, tile] of tiles) if (!wanted.has(id)) { tile.remove(); tiles.delete(id); }
  }
  function place(photo, at) {
    const tile = tiles.get(photo.id) || make(photo);
    tile.style.width = `${width}px`;
    tile.style.height = `${height}px`;
    tile.style.transform = `translate(${(at % columns) * width}px, ${Math.floor(at / columns) * height}px)`;
    tile.setAttribute("aria-posinset", at + 1);
    tile.setAttribute("aria-setsize", shown.length);
    if (tile.dataset.state !== photo.state) dress(tile, photo);
  }
  function make(photo) {
    const tile = document.createElement("div");
    tile.className = "tile";
    tile.setAttribute("role", "listitem");
    const link = tile.appendChild(document.createElement("a"));
    link.href = `/batches/${batch}/photos/${photo.id}`;
    link.append(document.createElement("div"), Object.assign(document.createElement("span"), { className: "name", textContent: photo.name }));
    wall.append(tile);
    tiles.set(photo.id, tile);
    return tile;
  }
  const TONES = { succeeded: "good", failed: "bad", running: "busy" };
  function dress(tile, photo) {
    tile.dataset.state = photo.state;
    const box = tile.querySelector("div");
    const word = document.createElement("span");
    word.className = `state ${TONES[photo.state] || "idle"}`;
    word.textContent = filter.querySelector(`[value="${photo.state}"]`).parentElement.querySelector("span").firstChild.textContent.trim();
    tile.querySelector(".pick")?.remove();
    if (photo.state !== "succeeded") return box.replaceChildren(word);
    tile.append(pick(photo));
    const image = new Image();
    image.alt = "";
    image.decoding = "async";
    image.onerror = () => box.replaceChildren(word);
    image.src = `/batches/${batch}/photos/${photo.id}/picture`;
    box.replaceChildren(image);
  }

  function pick(photo) { // only what is finished can be chosen
    const label = Object.assign(document.createElement("label"), { className: "pick" });
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value: photo.id, checked: choice.ids.has(photo.id) });
    box.setAttribute("aria-label", wall.dataset.choose.replace("{0}", photo.name));
    label.append(box);
    return label;
  }

  addEventListener("scroll", change, { passive: true });
  addEventListener("resize", change);
  filter.addEventListener("change", change);
  load();
  if (wall.dataset.over !== "true") follow();
})();
