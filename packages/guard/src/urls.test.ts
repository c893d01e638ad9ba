import { describe, expect, test } from "vitest";
import { findReserved } from "./addresses.ts";
import { createUrlGuard } from "./urls.ts";

/** Names an attacker's DNS would answer for. */
const names: Readonly<Record<string, readonly string[]>> = {
  "public.example": ["93.184.216.34"],
  "metadata.google.internal": ["169.254.169.254"],
  "127.0.0.1.nip.io": ["127.0.0.1"],
  "both.example": ["93.184.216.34", "10.0.0.1"],
  "six.example": ["::1"],
  "mapped.example": ["::ffff:10.0.0.1"],
};

function lookup(host: string): Promise<readonly string[]> {
  const found = names[host];
  return found ? Promise.resolve(found) : Promise.reject(new Error("ENOTFOUND"));
}

const guard = createUrlGuard({ lookup });

const refused = [
  "http://127.0.0.1/",
  "http://127.1/",
  "http://127.0.1/",
  "http://2130706433/",
  "http://0x7f000001/",
  "http://0x7f.0.0.1/",
  "http://0x7f.1/",
  "http://017700000001/",
  "http://0177.0.0.1/",
  "http://0177.0.0.01/",
  "http://127.000.000.001/",
  "http://%31%32%37.0.0.1/",
  "http://①②⑦.⓪.⓪.①/",
  "http://127。0。0。1/",
  "http://１２７.0.0.1/",
  "http://127.0.0.1./",
  "http://0/",
  "http://0.0.0.0/",
  "http://localhost/",
  "http://LOCALHOST/",
  "http://localhost./",
  "http://anything.localhost/",
  "http://ⓛocalhost/",
  "http://user:pass@127.0.0.1/",
  "http://public.example@127.0.0.1/",
  "http:\\\\127.0.0.1\\",
  "http://127.0.0\t.1/",
  "http:127.0.0.1/",
  "http://[::1]/",
  "http://[0:0:0:0:0:0:0:1]/",
  "http://[::]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
  "http://[::127.0.0.1]/",
  "http://[64:ff9b::169.254.169.254]/",
  "http://[64:ff9b:1::a9fe:a9fe]/",
  "http://[2002:7f00:1::]/",
  "http://[2001:0:7f00:1::]/",
  "http://[fe80::1]/",
  "http://[fc00::1]/",
  "http://[fd00:ec2::254]/",
  "http://[fec0::1]/",
  "http://[ff02::1]/",
  "http://[2001:db8::1]/",
  "http://10.1.2.3/",
  "http://172.16.0.1/",
  "http://172.31.255.255/",
  "http://192.168.0.1/",
  "http://169.254.169.254/latest/meta-data/",
  "http://2852039166/",
  "http://0xa9fea9fe/",
  "http://0251.0376.0251.0376/",
  "http://100.64.0.1/",
  "http://192.0.0.192/",
  "http://198.18.0.1/",
  "http://224.0.0.1/",
  "http://255.255.255.255/",
  "http://metadata.google.internal/",
  "http://127.0.0.1.nip.io/",
  "http://both.example/",
  "http://six.example/",
  "http://mapped.example/",
];

describe("SSRF: addresses that are not public, in every spelling", () => {
  test.for(refused)("%s is refused", async (url) => {
    await expect(guard.resolveUrl(new URL(url))).rejects.toMatchObject({
      name: "UrlError",
      message: expect.stringContaining("not on the public Internet"),
      hint: expect.stringContaining("--allow-hosts "),
    });
  });

  test.for(["file:///etc/passwd", "ftp://public.example/", "gopher://public.example/", "data:,x"])(
    "%s is refused for its scheme",
    async (url) => {
      await expect(guard.resolveUrl(new URL(url))).rejects.toThrow("are not opened");
    },
  );
});

describe("addresses that are public", () => {
  test.for([
    ["http://public.example/", "93.184.216.34", 80],
    ["https://public.example/", "93.184.216.34", 443],
    ["wss://public.example:8443/", "93.184.216.34", 8443],
    ["http://1.1.1.1/", "1.1.1.1", 80],
    ["http://172.32.0.1/", "172.32.0.1", 80],
    ["http://[2606:4700::1111]/", "2606:4700::1111", 80],
    ["http://[::ffff:1.1.1.1]/", "::ffff:101:101", 80],
  ] as const)("%s goes to %s", async ([url, address, port]) => {
    expect(await guard.resolveUrl(new URL(url))).toMatchObject({ address, port });
  });
});

describe("--allow-hosts", () => {
  const open = createUrlGuard({
    lookup,
    allowHosts: ["localhost:3000", "10.0.0.1", "[::1]:8080", "metadata.google.internal"],
  });

  test("opens the named host and port, and no other name for the same address", async () => {
    expect(await open.resolve("localhost", 3000)).toMatchObject({ address: "127.0.0.1" });
    expect(await open.resolve("LOCALHOST.", 3000)).toMatchObject({ host: "localhost" });
    expect(await open.resolve("10.0.0.1", 9)).toMatchObject({ address: "10.0.0.1" });
    expect(await open.resolve("[::1]", 8080)).toMatchObject({ address: "::1" });
    expect(await open.resolve("metadata.google.internal", 80)).toMatchObject({ port: 80 });
    for (const [host, port] of [
      ["localhost", 3001],
      ["127.0.0.1", 3000],
      ["127.0.0.1.nip.io", 3000],
      ["both.example", 80],
      ["::1", 80],
      ["169.254.169.254", 80],
    ] as const) {
      await expect(open.resolve(host, port), host).rejects.toThrow("Refused");
    }
  });

  test.for(["", "http://localhost", "local host", "a/b", "user@host", "host:port", "[::1"])(
    "%j is not a host",
    (entry) => {
      expect(() => createUrlGuard({ allowHosts: [entry] })).toThrow("is not a host");
    },
  );
});

test("a port is 1 to 65535", async () => {
  for (const port of [1, 65_535])
    expect(await guard.resolve("public.example", port)).toMatchObject({ port });
  for (const port of [0, 65_536, -1, 1.5, Number.NaN]) {
    await expect(guard.resolve("public.example", port)).rejects.toThrow(`${port} is not a port`);
  }
});

test("DNS rebinding: a name is resolved once, and the checked address is the one given", async () => {
  let asked = 0;
  const rebinding = createUrlGuard({
    lookup: async () => (asked++ === 0 ? ["93.184.216.34"] : ["127.0.0.1"]),
  });
  expect(await rebinding.resolve("rebind.example", 80)).toMatchObject({ address: "93.184.216.34" });
  expect(asked).toBe(1);
  await expect(rebinding.resolve("rebind.example", 80)).rejects.toThrow("leads to 127.0.0.1");
});

test("a host that is none, or cannot be found, says so", async () => {
  await expect(guard.resolve("nowhere.example", 80)).rejects.toThrow("cannot be found");
  await expect(guard.resolve("a b", 80)).rejects.toThrow("is not a host name");
  await expect(guard.resolve("public.example", 0)).rejects.toThrow("is not a port");
});

test("a scope does not hide a link-local address", () => {
  expect(findReserved("fe80::1%eth0")).toBe("link-local");
  expect(findReserved("not an address")).toBe("no address");
});
