// The editor of recipes. The text is the truth: what is wrong with it is said while one writes, the form beside it is made
// anew from it, and a change in the form is an edit of it. The server parses; nothing here knows what a recipe may say.
"use strict";
(() => {
  const id = (name) => document.getElementById(name);
  const text = id("text"), name = id("name"), save = id("save"), form = id("form"), writes = form.dataset.writes !== undefined;
  const post = (path, body) => fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  // What is wrong.
  let asked = 0, later;
  async function check() {
    const mine = ++asked;
    const [answer, shown] = await Promise.all([post("/v1/recipes/check", { name: name.value || "draft", text: text.value }), post("/recipes/form", { text: text.value })]);
    const told = await answer.json(), fields = shown.ok ? await shown.text() : await shown.json();
    if (mine !== asked) return; // somebody has written on
    const valid = answer.ok && told.valid;
    tell(answer.ok ? told.errors : told.errors || [{ path: "", what: told.detail }]);
    id("fine").textContent = valid ? id("fine").dataset.phrase : "";
    if (save) save.disabled = !valid || !name.checkValidity();
    if (shown.ok) show(fields);
    else wait(fields);
    document.dispatchEvent(new CustomEvent("recipe", { detail: valid }));
  }
  function tell(mistakes) {
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

  // The form. What is open stays open, and who is in a field stays there, with what is typed but not done.
  let last = "";
  function show(fields) {
    id("waits").textContent = "";
    form.disabled = !writes;
    if (fields === last) return;
    last = fields;
    const open = new Map([...form.querySelectorAll("details")].map((group) => [group.id, group.open]));
    const at = form.contains(document.activeElement) ? document.activeElement : null, top = form.scrollTop;
    form.innerHTML = fields;
    for (const [group, is] of open) if (id(group)) id(group).open = is;
    form.scrollTop = top;
    if (!at) return;
    const again = id(at.id) || id(at.id.replace(/^\w+-/, "")) || at.closest("fieldset[id]") && id(at.closest("fieldset[id]").id);
    if (again && at.dataset.path && at.type !== "checkbox" && at.value !== at.defaultValue && !at.dataset.done) again.value = at.value;
    again?.focus({ preventScroll: true });
  }
  function wait(problem) {
    const why = (problem.errors || []).map((e) => (e.line ? `${id("mistakes").dataset.line.replace("{0}", e.line)}: ${e.what}` : e.what));
    id("waits").textContent = [id("waits").dataset.phrase, ...(why.length ? why : [problem.detail])].join(" ");
    form.disabled = true;
  }

  // Edits, one after the other, each of the text that the last one left.
  let before = Promise.resolve();
  const edit = (changes, field) => (before = before.then(() => one(changes, field)).catch((error) => fault(field, error.message)));
  async function one(changes, field) {
    if (changes.length === 0) return;
    const from = text.value, answer = await post("/v1/recipes/edit", { text: from, changes }), told = await answer.json();
    if (text.value !== from) return one(changes, field); // somebody wrote meanwhile
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
  form.addEventListener("change", ({ target }) => {
    if (target.dataset.choice !== undefined) return edit(JSON.parse(target.value), target);
    if (target.dataset.path === undefined) return;
    if (target.validity.badInput) return fault(target, target.validationMessage);
    const gone = (target.dataset.instead || "").split(" ").filter(Boolean).map((path) => ({ path, value: null }));
    edit([{ path: target.dataset.path, value: value(target) }, ...(value(target) === null ? [] : gone)], target);
  });
  form.addEventListener("input", ({ target }) => { // a slider and its number go together
    if (target.type === "range") id(target.dataset.path).value = target.value;
  });
  form.addEventListener("click", ({ target }) => {
    if (target.dataset.changes) edit(JSON.parse(target.dataset.changes), target);
    if (target.dataset.add !== undefined) edit(JSON.parse(id(target.id.replace("add-", "new-")).value), target);
  });

  id("recipe").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post("/v1/recipes", { name: name.value, text: text.value });
    const told = await answer.json();
    if (answer.ok) location.assign(`/recipes/${told.name}`);
    else tell(told.errors || [{ path: "", what: told.detail }]);
  });
})();
