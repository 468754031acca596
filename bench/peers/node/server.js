import fastify from "fastify";
import { closePools } from "./database.js";
import { metrics, observe } from "./observe.js";
import { callerOf } from "./sessions.js";

// newServer is what both GraphQL servers stand on. Fastify's own log has two lines for each request.
export function newServer() {
  const app = fastify({ logger: false });
  app.decorateRequest("caller", null);
  app.get("/metrics", metrics);
  app.addHook("onRequest", async (request) => {
    if (request.url === "/metrics") return;
    request.caller = await callerOf(request.headers.authorization);
  });
  app.addHook("onResponse", async (request, reply) => {
    observe(request.body?.operationName ?? "", request.caller?.storeId, reply.statusCode, reply.elapsedTime);
  });
  app.addHook("onClose", closePools);
  return app;
}

export const context = async ({ caller }) => ({ caller });

// serve listens until SIGTERM.
export async function serve(app) {
  process.once("SIGTERM", () => app.close());
  await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
}
