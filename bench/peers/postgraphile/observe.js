import pino from "pino";
import { Counter, Histogram, Registry } from "prom-client";

const registry = new Registry();
const requests = new Counter({ name: "requests_total", help: "Requests answered.", labelNames: ["operation", "status"], registers: [registry] });
const duration = new Histogram({
  name: "request_duration_seconds",
  help: "Until the answer's last byte.",
  labelNames: ["operation"],
  registers: [registry],
});

// log writes its lines a second later at most, as its documents advise for speed.
const log = pino(pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: 1000 }));

// observe tells the log and the metrics of a request that was answered; took is in milliseconds.
export function observe(operation, store, status, took) {
  requests.inc({ operation, status });
  duration.observe({ operation }, took / 1000);
  log.info({ operation, store, status, took }, "request");
}

export const metrics = () => registry.metrics();
