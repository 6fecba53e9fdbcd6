// Forms that speak to the API: `data-api="METHOD PATH"` at a form, or at one of its buttons, says where the fields go as JSON.
// Then the page is shown anew, or `data-then`; or what was answered is shown in the form's <output name="FIELD">, and copied
// by a button with `data-copy`; or, with `data-to`, the page of what was made is, with `data-leave` the one that this field of
// the answer names; or, with `data-go`, what was asked for is downloaded once it is ready. `data-whenSTATUS` says why
// something was refused in words of the page; what was made ends a `data-none`. A field with `data-unless` is disabled while the box of that name is checked.
"use strict";
(() => {
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter, api = button?.dataset.api || form.dataset.api;
    if (!api) return;
    event.preventDefault();
    if (button?.dataset.sure && !confirm(button.dataset.sure)) return; // it cannot be taken back
    const [method, path] = api.split(" ");
    const answer = await ask(method, path, button?.dataset.body ?? fields(form));
    tell(form, answer.trouble && (form.dataset[`when${answer.status}`] || answer.trouble));
    if (answer.trouble === undefined) done(form, answer.told);
  });

  document.addEventListener("change", ({ target }) => {
    for (const box of target.form?.querySelectorAll(`[data-unless="${target.name}"]`) || []) box.disabled = target.checked;
  });

  document.addEventListener("click", async ({ target }) => {
    if (target.dataset.copy === undefined) return;
    await navigator.clipboard.writeText(target.form.querySelector("output").textContent);
    target.textContent = target.dataset.copy;
  });

  async function ask(method, path, body) {
    try {
      const headers = body ? { "content-type": "application/json" } : {};
      const answer = await fetch(path, { method, headers, body });
      const text = await answer.text();
      const told = text ? JSON.parse(text) : {};
      return answer.ok ? { told } : { status: answer.status, trouble: [told.detail, ...(told.errors || []).map((e) => `${e.path}: ${e.what}`)].join("\n") };
    } catch (error) {
      return { trouble: error.message };
    }
  }
  // What is empty or disabled is not sent; of boxes with `data-list` a list is, of lines with `data-lines` too; any other box is
  // yes or no; `data-inner` names the field inside of one.
  function fields(form) {
    const body = {};
    for (const input of form.querySelectorAll("[name]:not(button, output, :disabled)")) {
      if (input.dataset.from === "fragment") body[input.name] = location.hash.slice(1);
      else if (input.dataset.list !== undefined) body[input.name] = [...(body[input.name] || []), ...(input.checked ? [input.value] : [])];
      else if (input.type === "checkbox") body[input.name] = input.checked;
      else if (input.dataset.lines !== undefined) body[input.name] = input.value.split("\n").map((line) => line.trim()).filter(Boolean);
      else if (input.value && input.dataset.inner) body[input.name] = { [input.dataset.inner]: input.value };
      else if (input.value) body[input.name] = input.type === "number" ? Number(input.value) : input.value;
    }
    return Object.keys(body).length > 0 ? JSON.stringify(body) : undefined;
  }
  function tell(form, trouble = "") {
    let place = form.querySelector("[role=alert]");
    if (!place && trouble) form.append((place = Object.assign(document.createElement("p"), { className: "trouble", role: "alert" })));
    if (place) place.textContent = trouble;
  }
  // What a worker makes is waited for at `data-go`/ID, until it has a link.
  async function go(form, made) {
    const status = form.querySelector("[role=status]");
    while (!made.url && !made.fault) {
      status.textContent = `${Math.floor((100 * made.done) / made.size)} %`;
      await new Promise((later) => setTimeout(later, 1000));
      const { told, trouble } = await ask("GET", `${form.dataset.go}/${made.id}`);
      made = told || { fault: trouble };
    }
    status.textContent = "";
    tell(form, made.fault);
    if (made.url) location.assign(made.url);
  }
  function done(form, told) {
    if (form.dataset.go) return go(form, told);
    if (form.dataset.to) return location.assign(form.dataset.to + told.id);
    if (form.dataset.leave) return location.assign(told[form.dataset.leave]);
    const output = form.querySelector("output");
    if (!output) return form.dataset.then ? location.assign(form.dataset.then) : location.reload();
    output.textContent = told[output.name];
    form.querySelector("[data-shown]").hidden = false;
    document.querySelector("[data-none]")?.remove();
  }
})();
