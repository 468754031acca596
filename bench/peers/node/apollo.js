// Apollo Server as its documents advise for production (NODE_ENV), and without hints for caches, for which it would visit
// every field. It parses and validates a document once of itself. On Fastify it is as fast as its standalone server,
// which closes connections that rest for five seconds.
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import fastifyApollo from "@as-integrations/fastify";
import { resolvers, schema } from "./resolvers.js";
import { context, newServer, serve } from "./server.js";
import { stringify } from "./verbatim.js";

const apollo = new ApolloServer({
  typeDefs: schema,
  resolvers,
  stringifyResult: stringify,
  plugins: [ApolloServerPluginCacheControlDisabled()],
  stopOnTerminationSignals: false, // serve listens for them
});
await apollo.start();
const app = newServer();
app.addHook("onClose", () => apollo.stop());
await app.register(fastifyApollo(apollo), { context });
await serve(app);
