import { propagation, type TextMapPropagator } from "@opentelemetry/api";
import { afterEach, expect, test } from "vitest";
import { createOpenTelemetry } from "./open-telemetry.ts";

const surface = {
  package: { name: "test", version: "1.0.0", description: "A server." },
  toolsets: [],
  prompts: [],
};
const telemetry = createOpenTelemetry({ surface, transport: "tcp" });
const observe = (meta: unknown, headers = {}) =>
  telemetry.observe({ id: 1, method: "ping", params: { _meta: meta }, headers });

afterEach(() => propagation.disable());

function propagate(extract: TextMapPropagator["extract"]) {
  propagation.setGlobalPropagator({ extract, inject: () => undefined, fields: () => [] });
}

test("without an SDK nothing is reported, and all goes on", async () => {
  const observation = observe({
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  });
  expect(observation.traceparent).toBeUndefined();
  observation.accept("2026-07-28");
  expect(observation.run(() => telemetry.traceId() ?? "none")).toBe("none");
  observation.end({ type: "-32602", code: -32_602, message: "No." });
  await telemetry.flush();
});

test("a propagator that throws on what a client sent breaks nothing", () => {
  let extracted = 0;
  propagate((_context, carrier) => {
    extracted += 1;
    throw new URIError(`malformed: ${JSON.stringify(carrier)}`);
  });
  observe({ baggage: "a=%E0%A4%A" }, { baggage: "a=%E0%A4%A" }).end();
  expect(extracted).toBe(2);
});

test("a propagator reads texts of a sane length, and nothing that every object has", () => {
  const read: unknown[] = [];
  propagate((context, carrier, getter) => {
    const keys = ["text", "long", "number", "list", "constructor", "__proto__"];
    read.push(keys.filter((key) => getter.get(carrier, key) !== undefined));
    return context;
  });
  const meta = { text: "x".repeat(8_192), long: "x".repeat(8_193), number: 7, list: ["a"] };
  for (const each of [meta, ["text"], "text", null]) {
    telemetry.observe({ id: 1, method: "ping", params: { _meta: each } }).end();
  }
  expect(read).toEqual([["text"]]);
});
