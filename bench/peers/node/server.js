import fastify from "fastify";
import { closePools } from "./database.js";
import { callerOf } from "./sessions.js";

// newServer is what both GraphQL servers stand on.
export function newServer() {
  const app = fastify({ logger: false });
  app.decorateRequest("caller", null);
  app.addHook("onRequest", async (request) => {
    request.caller = await callerOf(request.headers.authorization);
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
