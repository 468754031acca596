// As many processes as there are processors, as Node's documentation advises: each runs JavaScript on one thread. They begin one after the
// other, so that the first one can prepare what all need.
import cluster from "node:cluster";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";

if (cluster.isPrimary) {
  for (let i = 0; i < availableParallelism(); i++) {
    cluster.fork();
    await once(cluster, "listening");
  }
} else {
  await import(pathToFileURL(process.argv[2]));
}
