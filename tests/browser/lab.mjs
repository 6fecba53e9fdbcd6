// A service of its own and a browser, for tests and benchmarks of the console: the real binary, on a free port, in a folder
// that goes with it. RAWMILL is the binary, NODE_MODULES the folder that `npm install` filled.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const modules = createRequire(join(process.env.NODE_MODULES, "any.js"));
const { chromium } = modules("playwright-core");
export const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");
export const samples = new URL("../../samples/", import.meta.url).pathname;

export class Lab {
  log = []; // lines of standard error
  others = [];
  env = process.env;
  static async open(lines = "") {
    const lab = new Lab();
    lab.folder = mkdtempSync(join(tmpdir(), "console-"));
    if (process.env.ENGINES) lines += await lab.borrow(process.env.ENGINES);
    writeFileSync(join(lab.folder, "serve.toml"), `listen = "127.0.0.1:0"\nlease_s = 10\n${lines}`);
    await lab.start();
    const token = readFileSync(join(lab.folder, "rawmill-data/setup-token"), "utf8");
    lab.key = (await lab.post("/v1/setup", { token })).key;
    return lab;
  }
  async borrow(program) { // PostgreSQL, a bucket and Redis in place of the folder; ENGINES is the example that starts them
    this.engines = spawn(program, ["postgres", "s3", "redis"], { stdio: ["pipe", "pipe", "inherit"] });
    const answers = createInterface({ input: this.engines.stdout })[Symbol.asyncIterator]();
    const places = JSON.parse((await answers.next()).value);
    this.engines.stdin.write("postgres create lab\n");
    const ledger = (await answers.next()).value;
    this.env = { ...process.env, AWS_EC2_METADATA_DISABLED: "true", AWS_ACCESS_KEY_ID: places.key, AWS_SECRET_ACCESS_KEY: places.secret };
    return `[ledger]\nurl = "${ledger}"\nlisten_url = "${ledger}"\n[redis]\nurl = "${places.redis}"\n`
      + `[store]\nurl = "s3://lab/console"\nregion = "us-east-1"\nendpoint = "${places.s3}"\npublic_endpoint = "${places.moto}"\npath_style = true\n`;
  }
  async another() { // a web server on the same data
    const other = Object.assign(new Lab(), { folder: this.folder, key: this.key, env: this.env });
    await other.start("--role", "web");
    this.others.push(other);
    return other;
  }
  async start(...args) {
    this.child = spawn(process.env.RAWMILL, ["serve", "--config", "serve.toml", ...args], { cwd: this.folder, env: this.env, stdio: ["ignore", "ignore", "pipe"] });
    this.url = await new Promise((found, lost) => {
      createInterface({ input: this.child.stderr }).on("line", (line) => {
        const url = /answers at (http\S+)/.exec(line);
        if (url) found(url[1]);
        else this.log.push(line);
      });
      this.child.on("exit", (code) => lost(new Error(`rawmill ended with ${code}`)));
    });
  }
  run(...args) { // a command of the same binary; what it prints
    const child = spawn(process.env.RAWMILL, args, { cwd: this.folder, env: this.env, stdio: ["ignore", "pipe", "inherit"] });
    return new Promise((done, failed) => {
      let text = "";
      child.stdout.on("data", (data) => (text += data));
      child.on("exit", (code) => (code === 0 ? done(text) : failed(new Error(`${args.join(" ")} ended with ${code}`))));
    });
  }
  async ask(method, path, body) {
    const headers = { "content-type": "application/json", ...(this.key && { authorization: `Bearer ${this.key}` }) };
    const answer = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const told = answer.status === 204 ? null : await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(told)}`);
    return told;
  }
  get(path) { return this.ask("GET", path); }
  post(path, body) { return this.ask("POST", path, body); }
  async upload(name, bytes) {
    const upload = await this.post("/v1/uploads", { kind: "photo", name, size: bytes.length });
    for (const link of upload.links) await fetch(link.url, { method: "PUT", body: bytes });
    const { arrived } = await this.get(`/v1/uploads/${upload.id}`);
    return (await this.post(`/v1/uploads/${upload.id}/complete`, { parts: arrived })).id;
  }
  invite(role) { // the link that an operator prints
    return this.run("admin", "--config", "serve.toml", "invite", "--tenant", "default", "--role", role).then((text) => text.trim());
  }
  end() {
    this.child.removeAllListeners("exit");
    this.child.kill("SIGKILL");
  }
  close() {
    for (const lab of [...this.others, this]) lab.end();
    this.engines?.stdin.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// Debian's Chromium; root cannot have its sandbox.
const launch = { executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: process.getuid() === 0 ? ["--no-sandbox"] : [] };
export const browser = () => chromium.launch(launch);
// One that keeps its profile in a folder.
export const persistent = (folder, options) => chromium.launchPersistentContext(folder, { ...launch, ...options });
