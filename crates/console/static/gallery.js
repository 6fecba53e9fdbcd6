// The gallery of a link: what is chosen stays so from page to page, and arrow keys lead from photo to photo.
"use strict";
(() => {
  const shots = document.getElementById("shots"), name = `chosen ${location.pathname}`;
  if (shots) {
    const order = () => [...shots.querySelectorAll("input")].map((box) => box.value);
    const keep = (ids) => sessionStorage.setItem(name, JSON.stringify(ids));
    new Choice(shots, order, JSON.parse(sessionStorage.getItem(name) || "[]"), keep);
  }
  addEventListener("keydown", (event) => {
    const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (way && !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)) document.querySelector(`a[rel=${way}]`)?.click();
  });
})();
