import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { auditServer } from "graphql-http";
import { expect, test } from "./fixtures";

const audits = 61; // fewer would be another suite

test("the server passes all of graphql-http's audits", async ({ program }) => {
  const results = await auditServer({ url: `${program.url}/graphql`, fetchFn: send });
  const failed = results.flatMap((result) => {
    if (result.status === "ok") return [];
    const { id, name, status, reason, response } = result;
    return [
      `${id} ${name}: ${status}: ${reason} (it was ${response?.status} ${response?.headers.get("content-type")})`,
    ];
  });
  expect(failed).toEqual([]);
  expect(results).toHaveLength(audits);
});

interface Sent {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string;
}

/** Sends exactly the headers it is given, where fetch would add Accept and Content-Type to those without. */
function send(url: string, { method = "GET", headers = {}, body }: Sent = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, async (answer) => {
      try {
        const parts = await answer.toArray();
        const given = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as [string, string]);
        resolve(new Response(Buffer.concat(parts), { status: answer.statusCode, headers: given }));
      } catch (error) {
        reject(error);
      }
    });
    request.on("error", reject);
    request.end(body);
  });
}
