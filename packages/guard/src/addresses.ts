import { BlockList, isIP, isIPv6 } from "node:net";

/** What IANA keeps from the public: [first address, prefix bits, what it is]. */
const ranges: readonly (readonly [string, number, string])[] = [
  ["0.0.0.0", 8, "this host"],
  ["10.0.0.0", 8, "private"],
  ["100.64.0.0", 10, "carrier-grade NAT"],
  ["127.0.0.0", 8, "loopback"],
  ["169.254.0.0", 16, "link-local"],
  ["172.16.0.0", 12, "private"],
  ["192.0.0.0", 24, "reserved"],
  ["192.0.2.0", 24, "documentation"],
  ["192.31.196.0", 24, "reserved"],
  ["192.52.193.0", 24, "reserved"],
  ["192.88.99.0", 24, "6to4 relay"],
  ["192.168.0.0", 16, "private"],
  ["192.175.48.0", 24, "reserved"],
  ["198.18.0.0", 15, "benchmarking"],
  ["198.51.100.0", 24, "documentation"],
  ["203.0.113.0", 24, "documentation"],
  ["224.0.0.0", 4, "multicast"],
  ["240.0.0.0", 4, "reserved"],
  // Everything outside 2000::/3 is not routed on the public Internet.
  ["::", 128, "this host"],
  ["::1", 128, "loopback"],
  ["fc00::", 7, "private"],
  ["fe80::", 10, "link-local"],
  ["fec0::", 10, "private"],
  ["ff00::", 8, "multicast"],
  ["::", 3, "reserved"],
  ["4000::", 2, "reserved"],
  ["8000::", 1, "reserved"],
  // Inside it: tunnels, which carry an IPv4 address of the sender's choice, and what is set aside.
  ["2001::", 23, "reserved"],
  ["2001:db8::", 32, "documentation"],
  ["2002::", 16, "6to4"],
  ["2620:4f:8000::", 48, "reserved"],
  ["3fff::", 20, "documentation"],
];

interface Reserved {
  readonly list: BlockList;
  readonly what: string;
  readonly family: 4 | 6;
}

/** Made at the first question: a server that is asked for its list has none. */
let reserved: readonly Reserved[] | undefined;

function toReserved([first, bits, what]: (typeof ranges)[number]): Reserved {
  const family = isIPv6(first) ? 6 : 4;
  const list = new BlockList();
  list.addSubnet(first, bits, `ipv${family}`);
  return { list, what, family };
}

/**
 * What kind of address this is where it does not belong to the public Internet; undefined where it
 * does. Takes the canonical spelling, as URL or a resolver gives it. Source: IANA's special-purpose
 * address registries; IPv4 in IPv6 (mapped, NAT64) is judged by the address inside.
 */
export function findReserved(address: string): string | undefined {
  const bare = address.replace(/%.*$/, "");
  const family = isIP(bare);
  if (family === 0) return "no address";
  const inner = family === 6 ? toInnerIpv4(bare) : undefined;
  if (inner !== undefined) return findReserved(inner);
  const type = family === 6 ? "ipv6" : "ipv4";
  // Node finds an IPv4 address in an IPv6 range too, as if it were written in IPv6.
  reserved ??= ranges.map(toReserved);
  return reserved.find((one) => one.family === family && one.list.check(bare, type))?.what;
}

/** The IPv4 address in ::ffff:0:0/96, ::/96 or 64:ff9b::/96. */
function toInnerIpv4(address: string): string | undefined {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const tail = /^(?:::ffff:|64:ff9b::|::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (!tail) return undefined;
  const [high, low] = [tail[1], tail[2]].map((group) => Number.parseInt(group ?? "0", 16));
  if (high === undefined || low === undefined) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
