// A photo by the recipe that is being written: all of it, or some of its own pixels; and how often each value occurs in it.
// From the first look on it follows the text.
"use strict";
(() => {
  const id = (name) => document.getElementById(name);
  const stage = id("stage"), picture = id("picture"), close = id("close"), look = id("look");
  let valid = false, began = false, busy = false, again = false, later;
  let middle = { x: 0.5, y: 0.5 }, whole = { width: 1, height: 1 };

  document.addEventListener("recipe", ({ detail }) => {
    valid = detail;
    look.disabled = !valid;
    if (!valid) return;
    names();
    if (began) soon();
  });
  function names() { // the renditions that the text has now
    const chosen = id("rendition").value;
    const now = [...document.querySelectorAll("#form input[id^='renditions['][id$='].name']")].map((input) => input.value);
    id("rendition").replaceChildren(...now.map((name) => new Option(name)));
    if (now.includes(chosen)) id("rendition").value = chosen;
  }
  function soon() {
    clearTimeout(later);
    later = setTimeout(make, 400);
  }
  async function make() {
    began = true;
    if (busy) return void (again = true);
    busy = true;
    stage.setAttribute("aria-busy", "true");
    do {
      again = false;
      await once().catch((error) => (id("trouble").textContent = error.message));
    } while (again && valid);
    stage.removeAttribute("aria-busy");
    busy = false;
  }
  const is_close = () => close.getAttribute("aria-pressed") === "true";
  const most = (pixels) => Math.min(1600, Math.max(16, Math.round(pixels * devicePixelRatio)));
  async function once() {
    const asked = { photo: id("photo").value, text: id("text").value, rendition: id("rendition").value || undefined };
    if (is_close()) asked.crop = { ...middle, width: most(stage.clientWidth), height: most(stage.clientHeight) };
    const answer = await fetch("/v1/recipes/preview", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(asked) });
    if (answer.status === 429) { // another one of this lab's is being made
      await new Promise((done) => setTimeout(done, 1000));
      return void (again = true);
    }
    id("trouble").textContent = answer.ok ? "" : (await answer.json()).detail;
    if (answer.ok) await show(await answer.blob(), asked.crop && answer.headers);
  }
  async function show(blob, place) {
    const old = picture.src;
    picture.src = URL.createObjectURL(blob);
    await picture.decode();
    if (old) URL.revokeObjectURL(old);
    if (place) {
      const [width, height] = place.get("rawmill-picture").split("x").map(Number);
      const [x, y, w, h] = place.get("rawmill-window").split(/[,x]/).map(Number);
      whole = { width, height };
      middle = { x: (x + w / 2) / width, y: (y + h / 2) / height };
    }
    picture.style.width = place ? `${picture.naturalWidth / devicePixelRatio}px` : "";
    picture.style.translate = "";
    picture.alt = id("photo").selectedOptions[0].textContent;
    picture.hidden = false;
    draw(await count(blob));
  }

  // 100 %: dragging and arrow keys move the part.
  close.addEventListener("click", () => {
    close.setAttribute("aria-pressed", String(!is_close()));
    stage.classList.toggle("close", is_close());
    if (valid) make();
  });
  function move(x, y) { // by pixels of the screen
    const to = (at, by, all) => Math.min(1, Math.max(0, at + (by * devicePixelRatio) / all));
    middle = { x: to(middle.x, x, whole.width), y: to(middle.y, y, whole.height) };
    soon();
  }
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const on = (name, act) => stage.addEventListener(name, (event) => is_close() && act(event));
  on("keydown", (event) => {
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    move((way[0] * stage.clientWidth) / 4, (way[1] * stage.clientHeight) / 4);
  });
  let from = null;
  on("pointerdown", ({ pointerId, clientX, clientY }) => {
    stage.setPointerCapture(pointerId);
    from = [clientX, clientY];
  });
  on("pointermove", ({ clientX, clientY }) => {
    if (from) picture.style.translate = `${clientX - from[0]}px ${clientY - from[1]}px`;
  });
  on("pointerup", ({ clientX, clientY }) => {
    if (from) move(from[0] - clientX, from[1] - clientY);
    from = null;
  });
  on("pointercancel", () => { from = null; picture.style.translate = ""; });

  // The histogram: values as the file has them, whatever its colour space; red, green, blue, and luminance of the values.
  async function count(blob) {
    const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none" });
    const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    pen.drawImage(bitmap, 0, 0);
    const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
    const bins = [0, 1, 2, 3].map(() => new Array(256).fill(0));
    for (let at = 0; at < data.length; at += 4) {
      for (let channel = 0; channel < 3; channel += 1) bins[channel][data[at + channel]] += 1;
      bins[3][Math.round(0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2])] += 1;
    }
    return bins;
  }
  function draw(bins) {
    const all = bins[0].reduce((sum, n) => sum + n, 0);
    // What is clipped stands in the table; it must not make all else flat.
    const tallest = Math.max(1, ...bins.flatMap((bin) => bin.slice(1, 255)));
    const path = (bin) => `M0 100${bin.map((n, value) => `L${value} ${(100 - Math.min(100, (100 * n) / tallest)).toFixed(2)}`).join("")}L255 100Z`;
    ["r", "g", "b", "l"].forEach((name, channel) => id("histogram").querySelector(`.${name}`).setAttribute("d", path(bins[channel])));
    [...id("clipped").rows].forEach((row, channel) => {
      for (const [cell, value] of [[1, 0], [2, 255]]) row.cells[cell].textContent = `${((100 * bins[channel][value]) / all).toFixed(2)} %`;
    });
    id("counted").hidden = false;
  }

  id("preview").addEventListener("submit", (event) => {
    event.preventDefault();
    make();
  });
  for (const which of ["photo", "rendition"]) id(which).addEventListener("change", () => began && soon());
})();
