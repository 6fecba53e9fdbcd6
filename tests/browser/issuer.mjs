// A real provider for tests: oidc-provider, which is certified by the OpenID Foundation. Its own pages ask who somebody is
// and whether they agree; whoever is named there is known. It signs as `alg` says.
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const modules = createRequire(join(process.env.NODE_MODULES, "any.js"));
export const CLIENT = { id: "rawmill", secret: "a secret: of+both %" };

// `people` tells claims by the name that somebody gives at the provider.
export async function issuer(redirect, people, alg = "RS256") {
  const { default: Provider } = await import(pathToFileURL(modules.resolve("oidc-provider")));
  const { generateKeyPairSync } = await import("node:crypto");
  const kinds = { RS256: ["rsa", { modulusLength: 2048 }], PS256: ["rsa", { modulusLength: 2048 }], ES256: ["ec", { namedCurve: "P-256" }], EdDSA: ["ed25519", {}] };
  const key = generateKeyPairSync(...kinds[alg]).privateKey.export({ format: "jwk" });
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(url, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirect], id_token_signed_response_alg: alg }],
    jwks: { keys: [{ ...key, alg, use: "sig", kid: `${alg}-1` }] },
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    cookies: { keys: ["of a test"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  server.on("request", provider.callback());
  return { url, close: () => server.close() };
}

// One address before several web servers: each request goes to another one.
export async function balancer(port, urls) {
  const { request } = await import("node:http");
  let turn = 0;
  const server = createServer((asked, answer) => {
    const { hostname, port } = new URL(urls()[turn++ % urls().length]);
    const onward = request({ hostname, port, method: asked.method, path: asked.url, headers: asked.headers }, (told) => {
      answer.writeHead(told.statusCode, told.rawHeaders);
      told.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
