// Photos are chosen by a box on each; with Shift, all from the one before to this one. What is chosen is what `#chosen` asks
// for. `order` tells the photos that can be chosen here, in their order, and `keep` hears what is chosen.
"use strict";
class Choice {
  constructor(place, order, kept = [], keep = () => {}) {
    Object.assign(this, { place, order, keep, ids: new Set(kept), form: document.getElementById("choice") });
    place.addEventListener("click", (event) => { if (event.target.type === "checkbox") this.touch(event.target, event.shiftKey); });
    document.getElementById("unchoose").addEventListener("click", () => { this.ids.clear(); this.tell(); document.querySelector("main").focus(); });
    this.tell();
  }
  touch(box, far) {
    for (const id of far ? this.between(this.last, box.value) : [box.value]) box.checked ? this.ids.add(id) : this.ids.delete(id);
    this.last = box.value;
    this.tell();
  }
  between(one, other) {
    const ids = this.order(), [from, to] = [ids.indexOf(one), ids.indexOf(other)].sort((a, b) => a - b);
    return from < 0 ? [other] : ids.slice(from, to + 1);
  }
  tell() {
    const many = this.ids.size, chosen = document.getElementById("chosen");
    for (const box of this.place.querySelectorAll("input")) box.checked = this.ids.has(box.value);
    chosen.disabled = many === 0;
    chosen.querySelector("b").textContent = many;
    chosen.dataset.body = JSON.stringify({ tasks: [...this.ids] });
    document.getElementById("unchoose").hidden = many === 0;
    this.form.hidden = many === 0 && this.form.dataset.always === undefined;
    this.keep([...this.ids]);
  }
}
