// Uploads: files go in parts straight to the store, several files at a time, the parts of one after the other. So a browser
// that is killed loses one part of a file; what has arrived stands at the server, and is asked for there. A file that is
// there already, byte by byte, is not sent again.
"use strict";
(() => {
  const AT_ONCE = 4;
  const id = (name) => document.getElementById(name);
  const words = Object.fromEntries([...document.querySelectorAll("#words dd")].map((dd) => [dd.dataset.name, dd.textContent]));
  const drop = id("drop"), accepted = drop.dataset.accepted.split(",");
  const COMPARED = 100e6; // bytes of a file that may be held as a whole
  const jobs = [], waiting = [], first = new Map(); // by hash, the first file of these bytes
  let going = 0, paused = false;

  // Files come in.
  const extension = (name) => name.slice(name.lastIndexOf(".")).toLowerCase();
  function add(file, path) {
    if (jobs.some((job) => job.path === path && job.file.size === file.size)) return;
    const job = { file, path, sent: 0, state: "", photo: null, row: row(path, file.size) };
    jobs.push(job);
    job.row.querySelector("button").addEventListener("click", () => anew(job));
    if (!accepted.includes(extension(path))) return end(job, "refused", words.notaphoto);
    if (file.size === 0) return end(job, "refused", words.empty);
    say(job, "waiting");
    waiting.push(job);
  }
  function anew(job) { // somebody wants it sent all the same
    Object.assign(job, { anyway: true, photo: null, sent: 0 });
    say(job, "waiting");
    waiting.push(job);
    next();
  }
  function row(path, size) {
    const row = id("row").content.firstElementChild.cloneNode(true);
    row.cells[0].textContent = path;
    row.cells[1].textContent = bytes(size);
    row.querySelector("progress").setAttribute("aria-label", path);
    row.querySelector("button").setAttribute("aria-label", `${row.querySelector("button").textContent}: ${path}`);
    id("list").append(row);
    id("going").hidden = false;
    return row;
  }
  async function read(entry, into) { // a folder that was dropped, with all below it
    if (entry.isFile) return into.push([await new Promise((good, bad) => entry.file(good, bad)), entry.fullPath.slice(1)]);
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((good, bad) => reader.readEntries(good, bad));
      if (some.length === 0) return;
      for (const inner of some) await read(inner, into);
    }
  }
  const visible = (path) => !path.split("/").some((part) => part.startsWith("."));
  function take(files) {
    for (const [file, path] of files.filter(([, path]) => visible(path))) add(file, path);
    next();
  }

  // One file after the other, a few at a time.
  function next() {
    while (!paused && going < AT_ONCE && waiting.length > 0) {
      const job = waiting.shift();
      going += 1;
      job.over = send(job).catch((error) => end(job, "failed", error.message)).finally(() => { going -= 1; next(); });
    }
    sum();
  }
  const remembered = (job) => `upload ${job.path} ${job.file.size} ${job.file.lastModified}`;
  async function send(job) {
    const known = !job.anyway && localStorage.getItem(remembered(job));
    let upload = known && (await ask("GET", `/v1/uploads/${known}`).catch(() => null));
    const fresh = !upload || upload.state === "aborted";
    if (fresh && !job.anyway && (await isThere(job))) return;
    say(job, "sending");
    if (fresh) {
      upload = await ask("POST", "/v1/uploads", { kind: "photo", name: job.path, size: job.file.size, sha256: job.hash });
      localStorage.setItem(remembered(job), upload.id);
    }
    const before = upload.state === "completed";
    if (!before) upload = await parts(job, upload);
    const stored = await ask("POST", `/v1/uploads/${upload.id}/complete`, { parts: upload.arrived });
    if (!stored.media_type.startsWith("image/")) return refuse(job, stored);
    job.photo = stored.id;
    job.sent = job.file.size;
    end(job, before ? "known" : "done", before ? "" : uncompared(job.file));
  }

  // What is there already. Files are read one after the other, since each is held as a whole.
  const uncompared = (file) => (!crypto.subtle ? words.insecure : file.size > COMPARED ? words.large : "");
  let reading = Promise.resolve();
  function hash(file) {
    const read = async () => new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    reading = reading.then(read, read);
    return reading.then((digest) => [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  }
  async function isThere(job) {
    if (uncompared(job.file)) return false;
    say(job, "reading");
    job.hash = await hash(job.file);
    for (let twin; (twin = first.get(job.hash));) {
      await twin.over;
      if (twin.photo) return found(job, "same", twin.photo, twin.path);
      if (first.get(job.hash) === twin) first.delete(job.hash);
    }
    first.set(job.hash, job);
    const [photo] = (await ask("GET", `/v1/photos?sha256=${job.hash}&limit=1`)).items;
    return photo && found(job, "there", photo.id, photo.name);
  }
  function found(job, state, photo, name) {
    Object.assign(job, { photo, sent: job.file.size });
    end(job, state, name);
    return true;
  }
  // Sends what has not arrived, and asks again until nothing is missing.
  async function parts(job, upload) {
    const arrived = (upload) => upload.arrived.reduce((bytes, part) => bytes + Math.min(upload.part_size, job.file.size - (part.number - 1) * upload.part_size), 0);
    for (;;) {
      job.sent = arrived(upload);
      if (upload.arrived.length === upload.part_count) return upload;
      for (const link of upload.links) {
        await unpaused();
        const begin = (link.number - 1) * upload.part_size;
        await put(job, link, job.file.slice(begin, begin + link.size));
      }
      upload = await ask("GET", `/v1/uploads/${upload.id}`);
    }
  }
  async function refuse(job, stored) {
    localStorage.removeItem(remembered(job));
    await ask("DELETE", `/v1/photos/${stored.id}`);
    end(job, "refused", words.notaphoto);
  }
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  async function unpaused() { while (paused) await pause(200); }

  // Requests that survive a lost network: tried again, later and later.
  async function again(attempt) {
    for (let wait = 1; ; wait = Math.min(wait * 2, 30)) {
      const answer = await attempt();
      if (answer) { id("lost").textContent = ""; return answer; }
      id("lost").textContent = fill(id("lost").dataset.phrase, [wait]);
      await Promise.race([pause(wait * 1000), new Promise((back) => addEventListener("online", back, { once: true }))]);
    }
  }
  async function ask(method, path, body) {
    const headers = body ? { "content-type": "application/json" } : {};
    const answer = await again(() => fetch(path, { method, headers, body: body && JSON.stringify(body) }).then((a) => (a.status >= 500 || a.status === 429 ? null : a), () => null));
    const told = answer.status === 204 ? null : await answer.json();
    if (!answer.ok) throw new Error(told.detail);
    return told;
  }
  function put(job, link, bytes) { // `fetch` does not tell how much has been sent
    const before = job.sent;
    return again(() => new Promise((done) => {
      const request = new XMLHttpRequest();
      request.upload.onprogress = (event) => { job.sent = before + event.loaded; sum(job); };
      request.onload = () => done(request.status < 500 ? request : null);
      request.onerror = () => { job.sent = before; done(null); };
      request.open("PUT", link.url);
      request.send(bytes);
    })).then((request) => {
      if (request.status >= 300) throw new Error(`${request.status} ${request.responseText.slice(0, 200)}`);
      job.sent = before + link.size;
      sum(job);
    });
  }

  // What is told.
  const fill = (phrase, values) => values.reduce((text, value, at) => text.replace(`{${at}}`, value), phrase);
  function bytes(number) {
    if (number < 1000) return `${number} B`;
    for (const unit of ["kB", "MB", "GB", "TB", "PB"]) if ((number /= 1000) < 999.95) return `${number.toFixed(1)} ${unit}`;
  }
  function say(job, state, why) {
    job.state = state;
    job.row.querySelector("span").textContent = why ? `${words[state]}: ${why}` : words[state];
    job.row.querySelector("span").className = { done: "good", known: "good", there: "good", same: "good", refused: "bad", failed: "bad" }[state] || "";
    job.row.querySelector("button").hidden = state !== "there" && state !== "same";
    job.row.querySelector("progress").hidden = state === "refused" || state === "failed";
  }
  function end(job, state, why) {
    say(job, state, why);
    sum(job);
  }
  function sum(job) {
    if (job) job.row.querySelector("progress").value = job.sent / Math.max(1, job.file.size);
    const sent = jobs.filter((j) => j.state !== "refused" && j.state !== "failed");
    const [part, whole] = [sent.reduce((n, j) => n + j.sent, 0), sent.reduce((n, j) => n + j.file.size, 0)];
    id("total").value = part / Math.max(1, whole);
    id("sum").textContent = fill(id("sum").dataset.phrase, [bytes(part), bytes(whole)]);
    const ready = photos(), busy = going > 0 || waiting.length > 0;
    id("go").textContent = fill(id("go").dataset.phrase, [ready.length]);
    id("go").disabled = busy || ready.length === 0 || id("recipe").value === "";
  }
  const photos = () => [...new Set(jobs.filter((job) => job.photo).map((job) => job.photo))];

  // What people do.
  id("files").addEventListener("change", (event) => take([...event.target.files].map((file) => [file, file.name])));
  id("folder").addEventListener("change", (event) => take([...event.target.files].map((file) => [file, file.webkitRelativePath])));
  for (const name of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.toggle("over", name === "dragover"); });
  }
  drop.addEventListener("drop", async (event) => {
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean), files = [];
    for (const entry of entries) await read(entry, files);
    take(files);
  });
  id("pause").addEventListener("click", (event) => {
    paused = !paused;
    event.target.textContent = paused ? event.target.dataset.on : event.target.dataset.off;
    next();
  });
  const name = crypto.getRandomValues(new Uint32Array(4)).join("-"); // pressed twice, it is one batch
  id("submit").addEventListener("submit", async (event) => {
    event.preventDefault();
    id("go").disabled = true;
    const body = { recipe: { name: id("recipe").value }, photos: photos() };
    try {
      const headers = { "content-type": "application/json", "idempotency-key": name };
      const answer = await fetch("/v1/batches", { method: "POST", headers, body: JSON.stringify(body) });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.detail);
      for (const job of jobs) localStorage.removeItem(remembered(job));
      location.assign(`/batches/${told.id}`);
    } catch (error) {
      id("trouble").textContent = error.message;
      sum();
    }
  });
})();
