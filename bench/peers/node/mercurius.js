// Mercurius as its documents advise for speed: its compiler, which leaves out checking values that the database has
// checked. Documents are parsed and validated once, which it does of itself.
import mercurius from "mercurius";
import { resolvers, schema } from "./resolvers.js";
import { context, newServer, serve } from "./server.js";
import { stringify } from "./verbatim.js";

const app = newServer();
app.setReplySerializer(stringify);
app.register(mercurius, { schema, resolvers, context, jit: 1, compilerOptions: { disableLeafSerialization: true } });
await serve(app);
