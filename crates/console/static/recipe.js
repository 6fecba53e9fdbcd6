// The editor of recipes. The text is the truth: what is wrong with it is said while one writes, the form beside it is made
// anew from it, and a change in the form is an edit of it. The server parses; nothing here knows what a recipe may say.
"use strict";
(() => {
  const id = (name) => document.getElementById(name);
  const text = id("text"), name = id("name"), save = id("save"), form = id("form"), writes = form.dataset.writes !== undefined;
  const post = (path, body) => fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  // What is wrong.
  let asked = 0, shown = null, later;
  async function check() {
    const mine = ++asked, now = { text: text.value };
    const [answer, page] = await Promise.all([post("/v1/recipes/check", { name: name.value || "draft", ...now }), post("/recipes/form", now)]);
    const told = await answer.json(), fields = await (page.ok ? page.text() : page.json());
    if (mine !== asked) return; // somebody has written on
    shown = now.text;
    const valid = answer.ok && told.valid;
    tell(told);
    id("fine").textContent = valid ? id("fine").dataset.phrase : "";
    if (save) save.disabled = !valid || !name.checkValidity();
    if (page.ok) show(fields);
    else wait(fields);
    document.dispatchEvent(new CustomEvent("recipe", { detail: valid }));
  }
  const said = ({ line, path, what }) => [line && id("mistakes").dataset.line.replace("{0}", line), path, what].filter(Boolean).join(": ");
  function tell({ errors, detail }) {
    const items = (errors || [{ what: detail }]).map((mistake) => Object.assign(document.createElement("li"), { textContent: said(mistake) }));
    id("mistakes").replaceChildren(...items);
  }
  function soon() {
    clearTimeout(later);
    later = setTimeout(check, 300);
  }
  text.addEventListener("input", soon);
  name.addEventListener("input", soon);
  requestAnimationFrame(() => setTimeout(check)); // once the page is seen

  // The form. What is open stays open, and who is in a field stays there, with what is typed but not done.
  let last = "";
  function show(fields) {
    id("waits").textContent = "";
    form.disabled = !writes;
    if (fields === last) return;
    last = fields;
    const kept = [...form.querySelectorAll("details, select[id^=new-]")].map(({ id, open, selectedIndex }) => ({ id, open, selectedIndex }));
    const at = form.contains(document.activeElement) && document.activeElement, top = form.parentElement.scrollTop;
    form.innerHTML = fields;
    for (const state of kept) if (id(state.id)) Object.assign(id(state.id), state);
    form.parentElement.scrollTop = top;
    if (!at) return;
    const again = id(at.id) || id(at.id.replace(/^\w+-/, "")) || id(at.closest("fieldset[id]").id);
    if (at.dataset.path && at.type !== "checkbox" && at.value !== at.defaultValue && !at.dataset.done) again.value = at.value;
    again?.focus({ preventScroll: true });
  }
  function wait({ errors, detail }) {
    id("waits").textContent = [id("waits").dataset.phrase, ...(errors?.map(said) || [detail])].join(" ");
    form.disabled = true;
  }

  // Edits, one after the other. What a control stands for is looked up when its turn comes: the form may be another then.
  let before = Promise.resolve();
  const edit = (field, changes) => (before = before.then(() => one(field, changes)).catch((error) => fault(field, error.message)));
  async function one(field, changes) {
    while (text.value !== shown) await check();
    const wanted = changes();
    if (!wanted.length) return;
    const answer = await post("/v1/recipes/edit", { text: shown, changes: wanted }), told = await answer.json();
    if (text.value !== shown) return one(field, changes); // somebody wrote meanwhile
    if (!answer.ok) return fault(field, (told.errors || []).map((e) => e.what).join("; ") || told.detail);
    field.dataset.done = "yes";
    write(told.text);
    await check();
  }
  function fault(field, what) {
    const place = id(`e-${field.id.replace(/^(s|new|add|up|down|gone)-/, "")}`) || field.closest("fieldset[id]").querySelector(".trouble");
    place.textContent = what;
    field.setAttribute("aria-invalid", "true");
    last = ""; // the text says something else
  }
  // What differs is written as if by hand, so that it can be taken back as what was written by hand can.
  function write(after) {
    const old = text.value, at = document.activeElement;
    let begin = 0, end = 0;
    while (begin < Math.min(old.length, after.length) && old[begin] === after[begin]) begin += 1;
    while (end < Math.min(old.length, after.length) - begin && old.at(-1 - end) === after.at(-1 - end)) end += 1;
    clearTimeout(later);
    text.focus({ preventScroll: true });
    text.setSelectionRange(begin, old.length - end);
    const fresh = after.slice(begin, after.length - end);
    if (!document.execCommand(fresh ? "insertText" : "delete", false, fresh)) text.value = after;
    clearTimeout(later);
    at?.focus({ preventScroll: true });
  }
  const value = (field) => {
    if (field.type === "checkbox") return field.checked;
    if (field.value === "") return null;
    return field.type === "number" || field.type === "range" ? Number(field.value) : field.value;
  };
  const parsed = (changes) => JSON.parse(changes || "[]");
  form.addEventListener("change", ({ target }) => {
    const { path, choice, instead } = target.dataset;
    if (choice !== undefined) {
      const word = target.selectedOptions[0].text;
      return edit(target, () => parsed([...(id(target.id)?.options || [])].find((option) => option.text === word)?.value));
    }
    if (path === undefined) return;
    if (target.validity.badInput) return fault(target, target.validationMessage);
    const now = value(target), gone = now === null || !instead ? [] : instead.split(" ");
    edit(target, () => [{ path, value: now }, ...gone.map((path) => ({ path, value: null }))]);
  });
  form.addEventListener("input", ({ target }) => { // a slider and its number go together
    if (target.type === "range") id(target.dataset.path).value = target.value;
  });
  form.addEventListener("click", ({ target }) => {
    if (target.dataset.changes) edit(target, () => parsed(id(target.id)?.dataset.changes));
    if (target.dataset.add !== undefined) edit(target, () => parsed(id(target.id.replace("add", "new"))?.value));
  });

  id("recipe").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post("/v1/recipes", { name: name.value, text: text.value });
    const told = await answer.json();
    if (answer.ok) location.assign(`/recipes/${told.name}`);
    else tell(told);
  });
})();
