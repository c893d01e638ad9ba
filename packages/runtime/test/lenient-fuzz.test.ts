import { readdirSync, readFileSync } from "node:fs";
import { stdout } from "node:process";
import { isDeepStrictEqual } from "node:util";
import { defineTool, fromJsonSchema, type JsonSchema, type Schema } from "@fairlead/define";
import { expect, test } from "vitest";
import { z } from "zod";
import { isJson, type Json } from "../src/protocol/json-rpc.ts";
import { connect } from "../src/testing/index.ts";
import { createRandom } from "./fixture/fuzz.ts";
import { createOracle } from "./fixture/lenient-oracle.ts";
import { variedSchemas } from "./fixture/lenient-schemas.ts";
import { ArgumentMaker } from "./fixture/lenient-values.ts";
import { plain, serverOf } from "./fixture/make.ts";

const count = 10_000;
const seed = 20_261_129;

const surface = z.object({
  toolsets: z.array(
    z.object({
      tools: z.array(
        z.object({ wire: z.object({ inputSchema: z.record(z.string(), z.unknown()) }) }),
      ),
    }),
  ),
});

/** What the seven servers list, as it is committed. */
function readListedSchemas(): readonly JsonSchema[] {
  const servers = new URL("../../../servers/", import.meta.url);
  return readdirSync(servers).flatMap((name) => {
    const text = readFileSync(new URL(`${name}/surface.json`, servers), "utf8");
    const { toolsets } = surface.parse(JSON.parse(text));
    return toolsets.flatMap(({ tools }) => tools.map(({ wire }) => wire.inputSchema));
  });
}

/** The schema as zod tools hold to it: silence about other members is strict where some are named. */
function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (!isJson(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, close(each)]));
  const silent = isJson(schema["properties"]) && !("additionalProperties" in schema);
  return silent && "type" in schema ? { ...inner, additionalProperties: false } : inner;
}

/** As it arrives: JSON has no -0. */
function roundTrip(value: unknown): Json {
  const sent: unknown = JSON.parse(JSON.stringify(value));
  return isJson(sent) ? sent : {};
}

const schemas: readonly JsonSchema[] = [...readListedSchemas(), ...variedSchemas];

test("10,000 argument objects are taken exactly where an independent validator takes them", async () => {
  let received: unknown;
  const tool = (name: string, input: Schema) =>
    defineTool({
      ...plain,
      name,
      input,
      run(args: unknown) {
        received = args;
        return "";
      },
    });
  const server = serverOf(
    schemas.flatMap((schema, at) => [
      tool(`raw_${at}`, fromJsonSchema(schema)),
      tool(`zod_${at}`, z.fromJSONSchema(schema)),
    ]),
  );
  const clients = [await connect(server), await connect(server, { era: "legacy" })];
  const listed = (await clients[0]?.listTools()) ?? [];
  const subjects = listed.map(({ name, inputSchema }) => {
    const schema = isJson(inputSchema) ? inputSchema : {};
    const isZod = String(name).startsWith("zod_");
    const held = isZod ? close(schema) : schema;
    const zod = isZod ? z.fromJSONSchema(schema) : z.unknown();
    const own = schemas[Number(String(name).split("_")[1])] ?? {};
    const whole = isZod ? close(own) : own;
    return {
      name: String(name),
      schema,
      judge: createOracle(isJson(held) ? held : {}),
      // What the listed subset cannot say, such as the types of a tuple, is checked all the same.
      judgeWhole: (args: unknown) => createOracle(isJson(whole) ? whole : {})(args),
      // What zod makes of arguments that are right: it adds the defaults.
      finish: (args: unknown) => zod.parse(args),
    };
  });

  const random = createRandom(seed);
  const maker = new ArgumentMaker(random);
  const seen = { accepted: 0, refused: 0, changed: 0 };
  const wrong: unknown[] = [];
  for (let n = 0; n < count; n += 1) {
    const subject = subjects[Math.floor(random() * subjects.length)];
    const client = clients[n % 2];
    if (!subject || !client) throw new Error("There are no tools.");
    const args = roundTrip(maker.make(subject.schema));
    const verdict = subject.judge(args);
    received = undefined;
    const { isError, text } = await client.callTool(subject.name, args);
    if (isError) seen.refused += 1;
    else seen.accepted += 1;
    if (!isError && !isDeepStrictEqual(verdict.args, args)) seen.changed += 1;
    const same = isError || isDeepStrictEqual(received, subject.finish(verdict.args));
    const right = isError
      ? !verdict.accepted || !subject.judgeWhole(args).accepted
      : verdict.accepted && same;
    if (!right) {
      wrong.push({ tool: subject.name, args, verdict, text, received });
    }
  }
  stdout.write(`lenient fuzz: ${JSON.stringify(seen)}\n`);
  expect(wrong.slice(0, 5)).toEqual([]);
  // The three are worth nothing where one of them hardly ever happens.
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(2_000);
}, 300_000);
