import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "node:process";
import { loadAll } from "js-yaml";
import { describe, expect, onTestFinished, test } from "vitest";
import { graceMs } from "../../packages/runtime/src/process.ts";
import { root } from "../lib/packages.ts";
import { Cluster, overlays, toTypeImport } from "./support/cluster.ts";
import type { JsonObject } from "./support/kustomize.ts";
import { findOptions, listUnknown } from "./support/options.ts";
import { servers } from "./support/programs.ts";

const clusters = overlays.map((name) => ({ name, cluster: new Cluster(name) }));
const equipped = spawnSync("kubectl", ["version", "--client"]).status === 0;

test("there is an overlay for a Gateway, and one for an Ingress", () => {
  expect(overlays).toContain("postgres");
  const kinds = clusters.flatMap(({ cluster }) => cluster.kinds());
  expect(kinds).toEqual(expect.arrayContaining(["HTTPRoute", "Ingress"]));
});

// The validators of kubernetes-models take a field that no schema knows. The types do not.
test("no field is misspelt", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-manifests-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const check = (objects: readonly JsonObject[]) => {
    const imports = objects.map(({ kind, apiVersion }) =>
      toTypeImport(String(kind), String(apiVersion)),
    );
    const values = objects.map((object, index) => {
      return `export const of${index} = ${JSON.stringify(object)} satisfies I${String(object["kind"])};`;
    });
    writeFileSync(join(folder, "objects.ts"), [...new Set(imports), ...values].join("\n"));
    const tsc = join(root, "node_modules/.bin/tsc");
    const { stdout } = spawnSync(tsc, ["-p", folder], {
      encoding: "utf8",
      shell: platform === "win32",
    });
    return stdout;
  };
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const base = join(root, "tsconfig.base.json");
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: base }));
  const objects = clusters.flatMap(({ cluster }) => cluster.objects);
  expect(check(objects)).toBe("");
  const broken = JSON.stringify(objects).replaceAll('"readinessProbe"', '"readinesProbe"');
  expect(check(JSON.parse(broken))).toContain("readinesProbe");
});

describe.for(clusters)("the overlay $name", ({ name, cluster }) => {
  const { labels, spec, container, volumes } = cluster.pod();
  const options = cluster.settings();
  const ports = container.ports ?? [];
  const references = (container.env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef);

  test.skipIf(!equipped)("is rendered here as kubectl renders it", () => {
    const { stdout, stderr } = spawnSync("kubectl", ["kustomize", cluster.path], {
      encoding: "utf8",
    });
    // A warning says what is deprecated.
    expect(stderr).toBe("");
    const theirs: JsonObject[] = JSON.parse(JSON.stringify(loadAll(stdout)));
    expect(sort(cluster.objects)).toEqual(sort(theirs));
  });

  test("is valid, and all of it is in its own namespace", () => {
    const [{ metadata: namespace } = {}] = cluster.all("Namespace");
    expect(namespace?.name).toBe(`mcp-${name}`);
    expect(namespace?.labels?.["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    for (const kind of cluster.kinds().filter((kind) => kind !== "Namespace")) {
      for (const { metadata } of cluster.all(kind)) {
        expect(metadata?.namespace, kind).toBe(namespace?.name);
      }
    }
  });

  test("starts the image of this version, with limits and no rights", () => {
    const version = servers.find(({ surface }) => surface.name === name)?.surface.package.version;
    expect(container.image).toMatch(new RegExp(`/fairlead-server-${name}:`));
    expect(container.image?.split(":").at(-1)).toBe(version);
    expect(Object.keys(container.resources?.limits ?? {}).sort()).toEqual(["cpu", "memory"]);
    expect(Object.keys(container.resources?.requests ?? {}).sort()).toEqual(["cpu", "memory"]);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(spec.securityContext).toEqual({
      runAsNonRoot: true,
      ...{ runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
      seccompProfile: { type: "RuntimeDefault" },
    });
    const account = cluster.one("ServiceAccount");
    expect(spec.serviceAccountName).toBe(account.metadata?.name);
    expect([spec.automountServiceAccountToken, account.automountServiceAccountToken]).toEqual([
      false,
      false,
    ]);
  });

  test("asks /livez whether to restart a pod, and /readyz whether to send requests to it", () => {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    const probes = [startupProbe, livenessProbe, readinessProbe];
    expect(probes.map((probe) => probe?.httpGet?.path)).toEqual(["/livez", "/livez", "/readyz"]);
    for (const probe of probes) expect(probe?.httpGet?.port).toBe(ports[0]?.name);
    // docs/replicas.md: at least every second.
    expect(readinessProbe?.periodSeconds).toBe(1);
  });

  test("gives a pod the time to leave in order", () => {
    const announced = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect(announced).toBeGreaterThan(0);
    // The process is gone a second after its grace period: packages/runtime/src/process.ts.
    const needed = announced + graceMs / 1_000 + 1;
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(needed);
    expect(cluster.one("Deployment").spec?.strategy?.rollingUpdate?.maxUnavailable).toBe(0);
  });

  test("selects the pods wherever it selects", () => {
    const selectors = [
      cluster.one("Deployment").spec?.selector.matchLabels,
      cluster.one("Service").spec?.selector,
      cluster.one("PodDisruptionBudget").spec?.selector?.matchLabels,
      ...cluster.all("NetworkPolicy").map((policy) => policy.spec?.podSelector?.matchLabels),
      ...(spec.topologySpreadConstraints ?? []).map((one) => one.labelSelector?.matchLabels),
    ];
    expect(selectors.length).toBeGreaterThan(7);
    for (const selector of selectors) {
      expect(Object.keys(selector ?? {})).not.toEqual([]);
      expect(labels).toMatchObject(selector ?? {});
    }
  });

  test("keeps three pods or more, also while nodes are drained", () => {
    const { spec: scaling } = cluster.one("HorizontalPodAutoscaler");
    const { metadata, kind, apiVersion, spec: deployed } = cluster.one("Deployment");
    expect(scaling?.scaleTargetRef).toEqual({ apiVersion, kind, name: metadata?.name });
    expect(scaling?.minReplicas).toBeGreaterThanOrEqual(3);
    // Applied again, it would undo what the autoscaler has chosen.
    expect(deployed?.replicas).toBeUndefined();
    expect(cluster.one("PodDisruptionBudget").spec?.maxUnavailable).toBe(1);
  });

  test("has one way from the host name to the port that the server listens on", () => {
    const service = cluster.one("Service");
    const [port, ...more] = service.spec?.ports ?? [];
    expect(more).toEqual([]);
    expect(ports.map((one) => one.name)).toEqual(["http", "metrics"]);
    expect(options["FAIRLEAD_METRICS"]).toBe(`0.0.0.0:${ports[1]?.containerPort}`);
    expect(port?.targetPort).toBe(ports[0]?.name);
    expect(options["FAIRLEAD_HTTP"]).toBe(`0.0.0.0:${ports[0]?.containerPort}`);
    const ends = cluster.kinds().includes("Ingress") ? readIngress(cluster) : readRoute(cluster);
    expect(ends.backends.length).toBeGreaterThan(0);
    for (const backend of ends.backends) {
      expect(backend.name).toBe(service.metadata?.name);
      expect([port?.name, port?.port]).toContain(backend.port);
    }
    expect(ends.paths).toEqual(["/mcp", "/.well-known"]);
    expect(ends.hosts.length).toBeGreaterThan(0);
    for (const host of ends.hosts) {
      // The server answers to this name.
      expect(options["FAIRLEAD_OAUTH_RESOURCE"]).toBe(`https://${host}/mcp`);
    }
  });

  test("lets in the gateway alone, and lets out to what is named alone", () => {
    const policies = cluster.all("NetworkPolicy").map((policy) => policy.spec);
    expect(policies.flatMap((policy) => policy?.policyTypes ?? [])).toEqual(
      expect.arrayContaining(["Ingress", "Egress"]),
    );
    const ways = policies.flatMap((policy) => policy?.ingress ?? []);
    const from = (name: string) => [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } },
    ];
    const gateway = cluster.kinds().includes("Ingress") ? "ingress-nginx" : "gateway";
    expect(ways).toEqual([
      { from: from("monitoring"), ports: [{ protocol: "TCP", port: "metrics" }] },
      { from: from(gateway), ports: [{ protocol: "TCP", port: "http" }] },
    ]);
    const exits = policies.flatMap((policy) => policy?.egress ?? []);
    for (const { to = [], ports: allowed = [] } of exits) {
      expect([to.length, allowed.length]).not.toContain(0);
      for (const { ipBlock } of to.filter((peer) => peer.ipBlock !== undefined)) {
        // Neither the metadata of a cloud's machine nor what is private.
        expect(ipBlock?.except).toEqual(
          expect.arrayContaining([
            "10.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
          ]),
        );
      }
    }
    const open = exits.flatMap((rule) => (rule.ports ?? []).map(({ port }) => port));
    // DNS, the identity provider, Redis and the backend.
    const backend = name === "postgres" ? 5432 : 443;
    expect(new Set(open)).toEqual(new Set([53, 443, 6379, backend]));
  });

  test("names real options, and no secret among them", () => {
    const known = findOptions(name);
    const variables = [
      ...Object.keys(options),
      ...(container.env ?? []).map((entry) => entry.name),
    ];
    expect(listUnknown(known, variables)).toEqual([]);
    const secret = known.filter((option) => option.secret === true).map(({ env }) => env);
    expect(Object.keys(options).filter((variable) => secret.includes(variable))).toEqual([]);
    expect(cluster.kinds()).not.toContain("Secret");
    for (const { name: variable, value } of container.env ?? [])
      expect(value, variable).toBe(undefined);
  });

  test("mounts all files that options name, and nothing to write to but the audit log", () => {
    const secrets = volumes.get("secrets")?.secret;
    const map = volumes.get("policy")?.configMap?.name;
    const policy = cluster.all("ConfigMap").find(({ metadata }) => metadata?.name === map);
    const files = (container.volumeMounts ?? []).flatMap((mount) => {
      // A file of a volume that is mounted by itself would not change with it.
      expect(mount.subPath).toBe(undefined);
      expect(mount.readOnly ?? false).toBe(mount.name !== "audit");
      const paths = {
        audit: ["audit.jsonl"],
        secrets: secrets?.items?.map(({ path }) => path),
        policy: Object.keys(policy?.data ?? {}),
      }[mount.name];
      return (paths ?? []).map((path) => `${mount.mountPath}/${path}`);
    });
    expect(container.volumeMounts).toHaveLength(volumes.size);
    expect(files.sort()).toEqual(
      Object.values(options)
        .filter((value) => value[0] === "/")
        .sort(),
    );
    expect(Object.keys(volumes.get("audit") ?? {})).toEqual(["name", "emptyDir"]);
    const names = [secrets?.secretName, ...references.map((reference) => reference?.name)];
    expect(new Set(names)).toEqual(new Set(["mcp-server"]));
  });
});

test("ingress-nginx passes events at once, and requests as large as the server takes", () => {
  const found = clusters.find(({ cluster }) => cluster.kinds().includes("Ingress"));
  const annotations = found?.cluster.one("Ingress").metadata?.annotations ?? {};
  const of = (name: string) => annotations[`nginx.ingress.kubernetes.io/${name}`];
  expect(of("proxy-buffering")).toBe("off");
  expect(Number(of("proxy-read-timeout"))).toBeGreaterThanOrEqual(3_600);
  expect(of("proxy-next-upstream")).toBe("error");
  const limit = findOptions("github").find(({ key }) => key === "maxMessageMb")?.default;
  expect(of("proxy-body-size")).toBe(`${limit}m`);
});

test("a Gateway does not end an event stream", () => {
  const found = clusters.find(({ cluster }) => cluster.kinds().includes("HTTPRoute"));
  const rules = found?.cluster.one("HTTPRoute").spec?.rules ?? [];
  expect(rules.map(({ timeouts }) => timeouts)).toEqual([{ request: "0s", backendRequest: "0s" }]);
});

interface Ends {
  readonly hosts: readonly string[];
  readonly paths: readonly (string | undefined)[];
  readonly backends: readonly { readonly name: string; readonly port: unknown }[];
}

function readIngress(cluster: Cluster): Ends {
  const { rules = [], tls = [] } = cluster.one("Ingress").spec ?? {};
  expect(tls.flatMap(({ hosts = [] }) => hosts)).toEqual(rules.map(({ host }) => host));
  const paths = rules.flatMap(({ http }) => http?.paths ?? []);
  return {
    hosts: rules.flatMap(({ host }) => host ?? []),
    paths: paths.map(({ path }) => path),
    backends: paths.map(({ backend: { service } }) => {
      return { name: service?.name ?? "", port: service?.port?.name ?? service?.port?.number };
    }),
  };
}

function readRoute(cluster: Cluster): Ends {
  const { hostnames = [], rules = [] } = cluster.one("HTTPRoute").spec ?? {};
  return {
    hosts: hostnames,
    paths: rules.flatMap(({ matches = [] }) => matches.map(({ path }) => path?.value)),
    backends: rules.flatMap(({ backendRefs = [] }) =>
      backendRefs.map(({ name, port }) => ({ name, port })),
    ),
  };
}

function sort(objects: readonly JsonObject[]): JsonObject[] {
  return [...objects].sort((a, b) => (toId(a) < toId(b) ? -1 : 1));
}

function toId({ kind, metadata }: JsonObject): string {
  return JSON.stringify([kind, Object.entries(metadata ?? {}).sort()]);
}
