// The forms of commands that deploy servers: none is run, but all that they name must be there.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readText, root } from "../../lib/packages.ts";
import { Cluster, overlays } from "./cluster.ts";
import type { Form } from "./form.ts";
import { readYaml } from "./kustomize.ts";

const composeFile = "docker/compose.yaml";

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
      return given.sort().join() === wanted.join() ? "" : `It needs ${wanted.join()}.`;
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
    name: "the variables of the compose file",
    match: /^export /,
    check({ words }) {
      const wanted = [...(readText(composeFile) ?? "").matchAll(/\$\{([A-Z_]+):\?/g)].map(
        ([, name = ""]) => name,
      );
      const given = words.flatMap((word) => /^([A-Z_]+)=/.exec(word)?.[1] ?? []);
      const names = [...new Set(wanted)].sort();
      return given.sort().join() === names.join() ? "" : `It needs ${names.join()}.`;
    },
  },
  {
    name: "the compose file, which compose.test.ts checks",
    match: /^docker compose /,
    check({ words: [, , flag, file = "", verb, ...options] }) {
      if (flag !== "--file" || !existsSync(join(root, file))) return `There is no file ${file}.`;
      const { services = {} } = readYaml(join(root, file));
      const known = ["--build", "--detach", "--wait", "--scale"];
      const lost = options.filter((word) => {
        const [service = ""] = /^\w+(?==\d+$)/.exec(word) ?? [];
        return !known.includes(word) && !Object.keys(Object(services)).includes(service);
      });
      return verb === "up" && lost.length === 0 ? "" : `Unknown: ${verb} ${lost.join(" ")}.`;
    },
  },
];

function findNamespace(words: readonly string[]) {
  const name = words[words.indexOf("--namespace") + 1] ?? "";
  const clusters = overlays.map((overlay) => new Cluster(overlay));
  const cluster = clusters.find((one) => one.one("Namespace").metadata?.name === name);
  return { name, cluster };
}
