// A photo beside the picture that its camera made: a slider between the two, at the size of the window or pixel by pixel.
"use strict";
(() => {
  const place = document.getElementById("compare"), facts = document.getElementById("facts");
  if (place) compare(place);
  tell(facts);

  function compare(place) {
    const ours = document.getElementById("ours"), pair = place.querySelector(".pair"), tools = place.querySelector(".actions");
    const slider = tools.querySelector("input"), zoom = tools.querySelector("button"), whole = zoom.textContent;
    const camera = new Image();
    camera.alt = "";
    camera.className = "camera";
    camera.onload = () => { pair.append(camera); slide(); };
    camera.onerror = () => { document.getElementById("none").hidden = false; slider.parentElement.hidden = true; };
    const size = () => {
      pair.style.aspectRatio = `${ours.naturalWidth} / ${ours.naturalHeight}`;
      pair.style.setProperty("--own", `${ours.naturalWidth / devicePixelRatio}px`);
      tools.hidden = false;
      camera.src = place.dataset.camera;
    };
    const slide = () => { camera.style.clipPath = `inset(0 ${100 - slider.value}% 0 0)`; };
    slider.addEventListener("input", slide);
    zoom.addEventListener("click", () => { zoom.textContent = place.classList.toggle("whole") ? zoom.dataset.fit : whole; });
    if (ours.complete && ours.naturalWidth > 0) size();
    else ours.addEventListener("load", size, { once: true });
  }

  // What was taken and how, then single words of the header; lists and what lies deeper are for `rawmill inspect`.
  async function tell(facts) {
    const answer = await fetch(facts.dataset.facts).catch(() => null);
    if (!answer?.ok) return;
    const told = await answer.json();
    for (const [name, value] of [told.capture, told].flatMap((part) => Object.entries(part || {}))) {
      if (!["string", "number", "boolean"].includes(typeof value) || value === "") continue;
      const entry = facts.appendChild(document.createElement("div"));
      const text = typeof value === "number" ? Number(value.toPrecision(6)) : value;
      entry.append(Object.assign(document.createElement("dt"), { textContent: name.replaceAll("_", " ") }), Object.assign(document.createElement("dd"), { textContent: text }));
    }
  }
})();
