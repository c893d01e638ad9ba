import { describe, expect, test } from "vitest";
import { PostgresError } from "../errors.ts";
import { toAddress } from "./address.ts";

const strict = { allowInsecureTls: false };

test("a URL is read whole, with an id in front or that of its database", () => {
  expect(toAddress("sales=postgres://me:p%40ss@db.example.com:6432/shop", strict)).toEqual({
    id: "sales",
    host: "db.example.com",
    port: 6432,
    database: "shop",
    user: "me",
    password: "p@ss",
    applicationName: "fairlead-server-postgres",
    options: undefined,
    connectMs: undefined,
    channelBinding: false,
    ignored: [],
    tls: { mode: "verified", authority: undefined },
  });
  expect(toAddress("postgresql://localhost/shop", strict)).toMatchObject({
    id: "shop",
    port: 5432,
  });
  expect(toAddress("postgres:///shop?host=/var/run/postgresql", strict)).toMatchObject({
    host: "/var/run/postgresql",
    tls: { mode: "off" },
  });
  expect(toAddress("postgres://[::1]:5433/shop", strict)).toMatchObject({
    host: "::1",
    port: 5433,
  });
});

describe("parameters of libpq, Prisma and others", () => {
  test.for([
    ["sslmode=require&channel_binding=require", { channelBinding: true }],
    ["channel_binding=disable", { channelBinding: false }],
    ["connect_timeout=15", { connectMs: 15_000 }],
    ["connect_timeout=1", { connectMs: 2_000 }],
    ["connect_timeout=0", { connectMs: undefined }],
    ["gssencmode=prefer", { ignored: ["gssencmode"] }],
    ["pgbouncer=true&connection_limit=1", { ignored: ["pgbouncer", "connection_limit"] }],
    ["schema=sales", { options: '-c search_path="sales"' }],
    ["options=-c%20geqo%3Doff", { options: "-c geqo=off" }],
    ["options=-c%20geqo%3Doff&schema=sales", { options: '-c geqo=off -c search_path="sales"' }],
    ["target_session_attrs=read-write", { ignored: ["target_session_attrs"] }],
    [
      "sslnegotiation=postgres&ssl_min_protocol_version=TLSv1.2&min_protocol_version=3.0",
      { ignored: ["sslnegotiation", "ssl_min_protocol_version", "min_protocol_version"] },
    ],
    ["keepalives=1&client_encoding=UTF8", { ignored: ["keepalives", "client_encoding"] }],
  ] as const)("%s is taken, or told and ignored", ([query, expected]) => {
    expect(toAddress(`postgres://me@localhost/shop?${query}`, strict)).toMatchObject(expected);
  });

  test.for([
    "gssencmode=require",
    "channel_binding=maybe",
    "channel_binding=require",
    "channel_binding=require&sslmode=no-verify",
    "sslnegotiation=direct",
    "ssl_min_protocol_version=TLSv1.3",
    "min_protocol_version=3.2",
    "connect_timeout=soon",
    "client_encoding=LATIN1",
    "target_session_attrs=never",
    'schema=a"b',
    "schema=a%20-c%20geqo%3Doff",
    "service=shop",
    "replication=database",
  ])("%s is refused", (query) => {
    const url = `postgres://me@localhost/shop?${query}`;
    expect(() => toAddress(url, strict)).toThrow(PostgresError);
  });

  test.for([
    ["postgres://user@/db?host=/dir", { user: "user", host: "/dir", database: "db", port: 5432 }],
    ["postgres://user:pw@/db", { user: "user", password: "pw", host: "localhost" }],
    ["postgres://user@:6000/db", { user: "user", host: "localhost", port: 6000 }],
    ["postgres:///db", { user: undefined, host: "localhost", database: "db" }],
  ] as const)("a user may stand before no host: %s", ([url, expected]) => {
    expect(toAddress(url, strict)).toMatchObject(expected);
  });
});

describe("TLS", () => {
  test.for([
    ["localhost", "", "off"],
    ["127.0.0.1", "", "off"],
    ["[::1]", "", "off"],
    ["localhost", "?sslmode=require", "verified"],
    ["db.example.com", "", "verified"],
    ["10.0.0.5", "", "verified"],
    ["localhost.example.com", "", "verified"],
    ["127.0.0.1.example.com", "", "verified"],
    ["db.example.com", "?sslmode=require", "verified"],
    ["db.example.com", "?sslmode=verify-ca", "verified"],
    ["db.example.com", "?sslmode=verify-full&sslrootcert=/ca.pem", "verified"],
  ])("to %s%s is %s", ([host, query, mode]) => {
    expect(toAddress(`postgres://${host}/shop${query}`, strict).tls.mode).toBe(mode);
  });

  test.for(["disable", "allow", "prefer", "no-verify"])(
    "sslmode=%s to another host needs --allow-insecure-tls",
    (mode) => {
      const url = `postgres://db.example.com/shop?sslmode=${mode}`;
      expect(() => toAddress(url, strict)).toThrow(PostgresError);
      const { tls } = toAddress(url, { allowInsecureTls: true });
      expect(tls.mode).toBe(mode === "no-verify" ? "unverified" : "off");
    },
  );

  test("a host in a parameter counts as the host", () => {
    const url = "postgres://localhost/shop?host=db.example.com&sslmode=disable";
    expect(() => toAddress(url, strict)).toThrow(/switches TLS/);
  });
});

test.for([
  "mysql://me:hunter2secret@localhost/shop",
  "postgres://me:hunter2secret@localhost:port/shop",
  "postgres://me:hunter2secret%@localhost/shop",
  "postgres://me:hunter2secret@db.example.com/shop?sslmode=sometimes",
  "postgres://me:hunter2secret@db.example.com/shop?sslmode=disable",
  "postgres://me:hunter2secret@localhost/shop?sslkey=hunter2secret",
  "me:hunter2secret@localhost",
  "hunter2secret",
])("no error holds any part of a wrong URL: %s", (url) => {
  try {
    toAddress(url, strict);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(PostgresError);
    const shown = error instanceof PostgresError ? error.message + error.hint + error.stack : "";
    expect(shown).not.toContain("hunter2");
  }
});
