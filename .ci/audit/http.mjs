// Puts the running program through all of graphql-http's audits of a GraphQL server.
import http from "node:http";
import { auditServer } from "graphql-http";
import { withProgram } from "./program.mjs";

const audits = 61; // fewer would be another suite

const results = await withProgram((url) => auditServer({ url: `${url}/graphql`, fetchFn: send }));
const failed = results.filter(({ status }) => status !== "ok");
for (const { id, name, status, reason, response } of failed) {
  console.log(`${id} ${name}: ${status}: ${reason} (it was ${response?.status} ${response?.headers.get("content-type")})`);
}
if (results.length !== audits) console.log(`there must be ${audits} audits, not ${results.length}`);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 || results.length !== audits ? 1 : 0;

/** Sends exactly the headers it is given, where fetch would add Accept and Content-Type to those without. */
function send(url, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers }, async (answer) => {
      try {
        const parts = await answer.toArray();
        resolve(new Response(Buffer.concat(parts), { status: answer.statusCode, headers: answer.headers }));
      } catch (error) {
        reject(error);
      }
    });
    request.on("error", reject);
    request.end(body);
  });
}
