// PostGraphile as its documents advise for production: no page to try it on, no explaining, no subscriptions, its cache of
// prepared statements, and the caller's store in settings of each transaction.
import "./node20.js"; // before all others
import cluster from "node:cluster";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makeCallers } from "./callers.js";
import { metrics, observe } from "./observe.js";

const { DATABASE_URL, HOST, PORT, SETTINGS_JSON } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 8 });
pool.on("error", console.error); // a connection that is lost is made anew

if (cluster.worker.id === 1) await prepare(await readFile(SETTINGS_JSON, "utf8"));
const callerOf = makeCallers(pool);

const api = postgraphile({
  extends: [PostGraphileAmberPreset],
  disablePlugins: ["NodePlugin", "PgMutationCreatePlugin", "PgMutationUpdateDeletePlugin"],
  pgServices: [makePgService({ pool, schemas: ["peers"], pubsub: false })],
  gather: { installWatchFixtures: false },
  grafast: {
    explain: false,
    context: async ({ node }, { operationName }) => {
      const pgSettings = await callerOf(node.req.headers.authorization);
      node.req.told = { operation: operationName ?? "", store: pgSettings["caller.store_id"] };
      return { pgSettings };
    },
  },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
});
const served = api.createServ(grafserv);
const server = createServer();
server.keepAliveTimeout = 0; // connections wait for their turn
server.on("request", (request, response) => {
  const began = performance.now();
  response.once("finish", () => observe(request.told?.operation ?? "", request.told?.store, response.statusCode, performance.now() - began));
});
await served.addTo(server);
const operators = createServer(async (_, response) => response.end(await metrics())).listen(0, HOST);
server.listen(Number(PORT), HOST);

process.once("SIGTERM", () => {
  operators.close();
  server.close(async () => {
    await api.release();
    await pool.end();
  });
  server.closeAllConnections();
});

// prepare makes what the API is made of.
async function prepare(settings) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query(await readFile(new URL("schema.sql", import.meta.url), "utf8"));
    await client.query(
      `INSERT INTO peers_inner.wanted (key, scope, value)
      SELECT s->>'key', s->>'scope', peers_inner.canonical(s->'connected') FROM json_array_elements($1::json->'settings') s
      WHERE s->'connected' IS NOT NULL AND s->>'scope' <> 'ADS'`,
      [settings],
    );
    await client.query(
      `INSERT INTO peers_inner.titles (key, title) SELECT s->>'key', s->>'title' FROM json_array_elements($1::json->'settings') s WHERE s->>'title' <> ''`,
      [settings],
    );
    await client.query("ANALYZE peers_inner.wanted, peers_inner.titles");
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}
