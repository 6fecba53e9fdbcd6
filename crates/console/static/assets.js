// Uploads of assets. A file is looked at before it is sent: what it is counts, whatever its name says.
"use strict";
(() => {
  const input = document.getElementById("asset"), trouble = document.getElementById("trouble");
  // PNG, TrueType twice, OpenType; an ICC profile at its 37th byte.
  const MARKS = [[0, "\x89PNG\r\n\x1a\n"], [0, "\0\x01\0\0"], [0, "true"], [0, "OTTO"], [36, "acsp"]];
  const CUBE = /^[^\0]*^[ \t]*LUT_[13]D_SIZE/m;

  async function ask(method, path, body) {
    const answer = await fetch(path, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
    const told = answer.status === 204 ? null : await answer.json();
    if (!answer.ok) throw new Error([told.detail, ...(told.errors || []).map((e) => e.what)].join("\n"));
    return told;
  }
  async function send(file) {
    const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 65536).arrayBuffer()));
    const known = MARKS.some(([at, mark]) => head.startsWith(mark, at)) || CUBE.test(head);
    if (!known) throw new Error(input.dataset.wrong);
    const upload = await ask("POST", "/v1/uploads", { kind: "asset", name: file.name, size: file.size });
    for (const link of upload.links) {
      const begin = (link.number - 1) * upload.part_size;
      const put = await fetch(link.url, { method: "PUT", body: file.slice(begin, begin + link.size) });
      if (!put.ok) throw new Error(`${put.status} ${await put.text()}`);
    }
    const { arrived } = await ask("GET", `/v1/uploads/${upload.id}`);
    await ask("POST", `/v1/uploads/${upload.id}/complete`, { parts: arrived });
  }
  input.addEventListener("change", async () => {
    trouble.textContent = "";
    try {
      await send(input.files[0]);
      location.reload();
    } catch (error) {
      trouble.textContent = error.message;
      input.value = "";
    }
  });
})();
