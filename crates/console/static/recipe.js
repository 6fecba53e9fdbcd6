// The editor of recipes: says what is wrong while one writes, shows a photo developed by what stands there, saves a version.
"use strict";
(() => {
  const id = (name) => document.getElementById(name);
  const text = id("text"), name = id("name"), save = id("save"), look = id("look");
  const body = () => ({ name: name.value || "draft", text: text.value });
  const post = (path, body) => fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  let asked = 0, later;
  async function check() {
    const mine = ++asked;
    const answer = await post("/v1/recipes/check", body());
    const told = await answer.json();
    if (mine !== asked) return; // somebody has written on
    const valid = answer.ok && told.valid;
    show(answer.ok ? told.errors : told.errors || [{ path: "", what: told.detail }]);
    id("fine").textContent = valid ? id("fine").dataset.phrase : "";
    if (save) save.disabled = !valid || !name.checkValidity();
    if (look) look.disabled = !valid;
  }
  function show(mistakes) {
    id("mistakes").replaceChildren(...mistakes.map((mistake) => {
      const item = document.createElement("li");
      const where = mistake.line ? id("mistakes").dataset.line.replace("{0}", mistake.line) : "";
      item.textContent = [where, mistake.path, mistake.what].filter(Boolean).join(": ");
      return item;
    }));
  }
  function soon() {
    clearTimeout(later);
    later = setTimeout(check, 300);
  }
  text.addEventListener("input", soon);
  name.addEventListener("input", soon);
  check();

  id("recipe").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post("/v1/recipes", { name: name.value, text: text.value });
    const told = await answer.json();
    if (answer.ok) location.assign(`/recipes/${told.name}`);
    else show(told.errors || [{ path: "", what: told.detail }]);
  });

  id("preview")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    look.disabled = true;
    id("trouble").textContent = "";
    const answer = await post("/v1/recipes/preview", { photo: id("photo").value, text: text.value, rendition: id("rendition")?.value });
    if (answer.ok) {
      const picture = id("picture");
      URL.revokeObjectURL(picture.src);
      picture.src = URL.createObjectURL(await answer.blob());
      picture.alt = id("photo").selectedOptions[0].textContent;
      picture.hidden = false;
    } else id("trouble").textContent = (await answer.json()).detail;
    look.disabled = false;
  });
})();
