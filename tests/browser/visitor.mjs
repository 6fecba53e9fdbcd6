// Somebody in front of a browser, who notices whatever goes wrong there, and looks at each page as many eyes would.
import assert from "node:assert/strict";
import { axe, browser } from "./lab.mjs";

export const PASSWORD = "four words are good";

export class Visitor {
  // `options` are those of a context of playwright: locale, viewport, colorScheme.
  static async come(chromium, lab, options = {}) {
    const visitor = new Visitor();
    visitor.lab = lab;
    visitor.context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, locale: "en", ...options });
    visitor.page = await visitor.context.newPage();
    visitor.trouble = [];
    visitor.page.on("pageerror", (error) => visitor.trouble.push(error.message));
    visitor.page.on("console", (said) => {
      if (said.type() === "error" && !/Failed to load resource/.test(said.text())) visitor.trouble.push(said.text());
    });
    return visitor;
  }
  // The service of a test does not know its port beforehand, so the link does not either.
  follow(link) { return this.go(new URL(link).pathname + new URL(link).hash); }
  async accept(link, login, name) {
    await this.follow(link);
    await this.page.fill("[name=login]", login);
    await this.page.fill("[name=name]", name);
    await this.page.fill("[name=password]", PASSWORD);
    await this.page.click("main button");
    await this.page.waitForURL(/\/batches$/);
  }
  async logIn(login, password = PASSWORD) {
    await this.page.fill("[name=login]", login);
    await this.page.fill("[name=password]", password);
    await this.page.click("main button");
  }
  at(path) { return this.lab.url + path; }
  go(path) { return this.page.goto(this.at(path)); }
  // Nothing is wider than the window, nothing breaks a rule of accessibility (WCAG 2.2 AA), nothing was reported.
  async look(name) {
    assert.ok(await this.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the window`);
    await this.page.evaluate(axe); // through the debugger, as the policy of the page lets nothing in
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await this.page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), rules);
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`), [], name);
    if (process.env.SHOTS) await this.page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
    assert.deepEqual(this.trouble, [], name);
  }
  leave() { return this.context.close(); }
}

export { browser };
