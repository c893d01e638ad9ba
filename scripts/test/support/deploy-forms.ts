// The forms of commands that deploy servers: all that they name must be there. Those of Docker Compose
// are run by compose-up.test.ts.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readText, root } from "../../lib/packages.ts";
import { Cluster, overlays } from "./cluster.ts";
import type { Form } from "./form.ts";
import { readYaml } from "./kustomize.ts";

const composeFiles = ["docker/compose.yaml", "docker/compose/identity.yaml"] as const;

export const deployForms: readonly Form[] = [
  {
    name: "an overlay of docker/kubernetes, which kubernetes.test.ts renders",
    match: /^kubectl (?:apply|diff) --kustomize /,
    check: ({ words: [, , , path = "", ...more] }) => {
      const name = path.replace("docker/kubernetes/overlays/", "");
      return overlays.includes(name) && more.length === 0 ? "" : `There is no overlay ${path}.`;
    },
  },
  {
    name: "the Secret of an overlay",
    match: /^kubectl create secret generic /,
    check({ words }) {
      const { cluster, name } = findNamespace(words);
      if (!cluster) return `No overlay has the namespace ${name}.`;
      const { volumes, container } = cluster.pod();
      const { secretName, items = [] } = volumes.get("secrets")?.secret ?? {};
      const variables = (container.env ?? []).map((entry) => entry.valueFrom?.secretKeyRef?.key);
      const wanted = [...items.map(({ key }) => key), ...variables].sort();
      const given = words.flatMap(
        (word) => /^--from-(?:file|literal)=([\w-]+)/.exec(word)?.[1] ?? [],
      );
      if (words[4] !== secretName) return `The Secret is ${secretName}.`;
      return given.sort().join() === wanted.join() ? rehearse(words) : `It needs ${wanted.join()}.`;
    },
  },
  {
    name: "the Deployment of an overlay",
    match: /^kubectl rollout restart /,
    check({ words }) {
      const { cluster, name } = findNamespace(words);
      if (!cluster) return `No overlay has the namespace ${name}.`;
      const wanted = `deployment/${cluster.one("Deployment").metadata?.name}`;
      return words[3] === wanted ? "" : `It is ${wanted}.`;
    },
  },
  {
    name: "the variables of a compose file, with which compose-up.test.ts starts the services",
    match: /^export /,
    check({ words }) {
      const given = words.flatMap((word) => /^([A-Z_]+)=/.exec(word)?.[1] ?? []).sort();
      const wanted = composeFiles.map((file) => {
        const names = [...(readText(file) ?? "").matchAll(/\$\{([A-Z_]+):\?/g)];
        return [...new Set(names.map(([, name = ""]) => name))].sort().join();
      });
      return wanted.includes(given.join()) ? "" : `They need ${wanted.join(" or ")}.`;
    },
  },
  {
    name: "the compose files, which compose-up.test.ts runs",
    match: /^docker compose /,
    check({ words: [, , ...words] }) {
      const verb = words.indexOf("up");
      const files = words.slice(0, Math.max(verb, 0)).filter((word) => word !== "--file");
      const lost = files.filter((file) => !existsSync(join(root, file)));
      if (files[0] !== composeFiles[0] || lost.length > 0)
        return `There is no file ${lost.join()}.`;
      const { services = {} } = readYaml(join(root, composeFiles[0]));
      const known = ["--build", "--detach", "--wait", "--scale"];
      const unknown = words.slice(verb + 1).filter((word) => {
        const [service = ""] = /^\w+(?==\d+$)/.exec(word) ?? [];
        return !known.includes(word) && !Object.keys(Object(services)).includes(service);
      });
      return unknown.length === 0 ? "" : `Unknown: ${unknown.join(" ")}.`;
    },
  },
];

/** Has kubectl, where it is installed, make the object without a cluster; what it says against it. */
function rehearse([program = "", ...words]: readonly string[]): string {
  // No file is read here.
  const given = words.map((word) => word.replace(/--from-file=([\w-]+)$/, "--from-literal=$1=x"));
  const { status, stderr, error } = spawnSync(program, [...given, "--dry-run=client"], {
    encoding: "utf8",
  });
  return error !== undefined || status === 0 ? "" : stderr;
}

function findNamespace(words: readonly string[]) {
  const name = words[words.indexOf("--namespace") + 1] ?? "";
  const clusters = overlays.map((overlay) => new Cluster(overlay));
  const cluster = clusters.find((one) => one.one("Namespace").metadata?.name === name);
  return { name, cluster };
}
