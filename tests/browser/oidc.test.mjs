// Coming in by a real provider, through two web servers that share nothing but the data.
import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { CLIENT, balancer, issuer } from "./issuer.mjs";
import { Lab, browser } from "./lab.mjs";
import { Visitor } from "./visitor.mjs";

const mail = (email, name) => ({ email, email_verified: true, name });
const PEOPLE = {
  ada: mail("ada@lab.example", "Ada"), ida: mail("ida@lab.example", "Ida"), eve: mail("eve@evil.example", "Eve"),
  sol: mail("sol@lab.example", "Sol"), copy: mail("ada@lab.example", "Another Ada"),
};
let lab, chromium, front, provider, owner;

before(async () => {
  const urls = [];
  front = await balancer(0, () => urls);
  provider = await issuer(`${front.url}/v1/oidc/callback`, PEOPLE);
  lab = await Lab.open(`public_url = "${front.url}"\n`);
  // The provider is known once the first server has made the folder.
  writeFileSync(`${lab.folder}/secret`, CLIENT.secret);
  await again(provider.url, 'default_role = "viewer"\ndomains = ["lab.example"]\n');
  urls.push(lab.url, (await lab.another()).url);
  lab.url = front.url;
  chromium = await browser();
  owner = await Visitor.come(chromium, lab);
  await owner.accept(await lab.invite("owner"), "ada@lab.example", "Ada");
});
after(async () => {
  await chromium?.close();
  lab?.close();
  front?.close();
  provider?.close();
});

async function again(url, lines = "") {
  lab.end();
  appendFileSync(`${lab.folder}/serve.toml`, `[console.oidc]\nname = "Lab ID"\nissuer = "${url}"\nclient_id = "${CLIENT.id}"\nclient_secret_file = "secret"\n${lines}`);
  await lab.start();
}

// At the pages of the provider: who one is, and yes.
async function consent(visitor, who) {
  const { page } = visitor;
  await page.waitForURL(/\/interaction\//);
  if (await page.waitForSelector("[name=login], [name=prompt][value=consent]", { state: "attached" }).then((e) => e.getAttribute("name")) === "login") {
    await page.fill("[name=login]", who);
    await page.fill("[name=password]", "any");
    await page.click("button[type=submit]");
  }
  await page.waitForSelector("[name=prompt][value=consent]", { state: "attached" });
  await page.click("button[type=submit]");
}
// Somebody new, who goes by the button of the login page.
async function go(who, options) {
  const visitor = await Visitor.come(chromium, lab, options);
  await visitor.go("/recipes");
  await visitor.page.click("a[href^='/v1/oidc/start']");
  await consent(visitor, who);
  return visitor;
}

test("an invited person comes in without a password, and the provider is the only way in", async () => {
  const ida = await Visitor.come(chromium, lab);
  await ida.follow(await lab.invite("operator"));
  await ida.look("oidc-invite");
  await ida.page.click("text=Continue with Lab ID");
  await consent(ida, "ida");
  await ida.page.waitForURL(`${lab.url}/batches`);
  await ida.go("/account");
  assert.match(await ida.page.textContent("main"), /ida@lab\.example[\s\S]*Connected since 20[\s\S]*You have no password/);
  assert.equal(await ida.page.locator("text=Disconnect").count(), 0);
  await ida.look("oidc-account-only-way");
  await ida.page.click("text=Log out");
  await ida.page.waitForURL(/\/login/);
  await ida.look("oidc-login");
  await ida.page.click("text=Continue with Lab ID");
  await ida.page.waitForURL((url) => url.origin === provider.url || url.pathname === "/batches");
  if (ida.page.url().startsWith(provider.url)) await consent(ida, "ida");
  await ida.page.waitForURL(`${lab.url}/batches`);
  await ida.leave();
});

test("a stranger stays outside, and one of the house's domain comes in as a viewer", async () => {
  const eve = await go("eve");
  await eve.page.waitForURL(/\/login\?trouble=stranger$/);
  assert.match(await eve.page.textContent("[role=alert]"), /ask an owner/);
  await eve.look("oidc-stranger");
  await eve.leave();
  const sol = await go("sol");
  await sol.page.waitForURL(`${lab.url}/recipes`);
  assert.equal(await sol.page.locator("nav a[href='/people']").count(), 0, "a viewer");
  await sol.leave();
  const copy = await go("copy");
  await copy.page.waitForURL(/\/login\?trouble=login-taken$/);
  await copy.leave();
});

test("an owner connects, comes in so, and disconnects", async () => {
  await owner.go("/account");
  await owner.look("oidc-account");
  await owner.page.click("text=Connect Lab ID");
  await consent(owner, "ada");
  await owner.page.waitForURL(`${lab.url}/account`);
  await owner.page.waitForSelector("text=Connected since");
  await owner.look("oidc-account-connected");
  const other = await go("ada");
  await other.page.waitForURL(`${lab.url}/recipes`);
  await other.go("/people");
  await other.page.waitForSelector("text=sol@lab.example");
  await other.go("/people/log");
  await other.page.waitForSelector(`text=by ${provider.url}`);
  await other.leave();
  owner.page.once("dialog", (dialog) => dialog.accept());
  await owner.page.click("text=Disconnect");
  await owner.page.waitForSelector("text=Connect Lab ID");
});

test("in Korean, on a telephone", async () => {
  const options = { locale: "ko-KR", viewport: { width: 360, height: 780 }, colorScheme: "dark" };
  const eve = await go("eve", options);
  await eve.page.waitForURL(/trouble=stranger/);
  assert.match(await eve.page.textContent("main"), /등록되지 않은 계정[\s\S]*Lab ID/);
  await eve.look("oidc-ko-login");
  await eve.follow(await lab.invite("viewer"));
  await eve.look("oidc-ko-invite");
  await eve.leave();
  const sol = await go("sol", options);
  await sol.page.waitForURL(`${lab.url}/recipes`);
  await sol.go("/account");
  await sol.look("oidc-ko-account");
  await sol.leave();
});

test("whoever says no at the provider is told so", async () => {
  const ida = await Visitor.come(chromium, lab);
  await ida.go("/login");
  await ida.page.click("text=Continue with Lab ID");
  await ida.page.click("text=Cancel");
  await ida.page.waitForURL(/\/login\?trouble=declined$/);
  await ida.leave();
});

for (const alg of ["PS256", "ES256", "EdDSA"]) {
  test(`what a real provider signs with ${alg} is believed`, async () => {
    const urls = [];
    const [mine, house] = [await balancer(0, () => urls), lab];
    const signer = await issuer(`${mine.url}/v1/oidc/callback`, PEOPLE, alg);
    lab = await Lab.open(`public_url = "${mine.url}"\n`);
    try {
      writeFileSync(`${lab.folder}/secret`, CLIENT.secret);
      await again(signer.url, 'default_role = "viewer"\n');
      urls.push(lab.url);
      lab.url = mine.url;
      const sol = await go("sol");
      await sol.page.waitForURL(`${lab.url}/recipes`);
      await sol.leave();
    } finally {
      lab.close();
      lab = house;
      mine.close();
      signer.close();
    }
  });
}
