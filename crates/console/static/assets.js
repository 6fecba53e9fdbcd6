// Uploads of assets. A file is looked at before it is sent: recipes take PNG, whatever a name says.
"use strict";
(() => {
  const input = document.getElementById("png"), trouble = document.getElementById("trouble");
  const MARK = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

  async function ask(method, path, body) {
    const answer = await fetch(path, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
    const told = answer.status === 204 ? null : await answer.json();
    if (!answer.ok) throw new Error([told.detail, ...(told.errors || []).map((e) => e.what)].join("\n"));
    return told;
  }
  async function send(file) {
    const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
    if (!MARK.every((byte, at) => head[at] === byte)) throw new Error(input.dataset.wrong);
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
