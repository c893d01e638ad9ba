// What an overlay of docker/kubernetes brings into a cluster, by kind and with its type.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { HTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Service } from "kubernetes-models/v1/Service";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { root } from "../../lib/packages.ts";
import { type JsonObject, renderKustomization } from "./kustomize.ts";

const models = {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  HTTPRoute,
  Ingress,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
};
type Models = typeof models;
type Kind = keyof Models;

const folder = "docker/kubernetes/overlays";

/** The overlays there are; each has the name of its server. */
export const overlays = readdirSync(join(root, folder)).sort();

export class Cluster {
  readonly path: string;
  readonly objects: readonly JsonObject[];

  constructor(overlay: string) {
    this.path = join(root, folder, overlay);
    this.objects = renderKustomization(this.path);
  }

  /** All objects of a kind. Throws what the schema of the kind has against one. */
  all<K extends Kind>(kind: K): InstanceType<Models[K]>[] {
    return this.objects
      .filter((object) => object["kind"] === kind)
      .map((object) => {
        const data = JSON.parse(JSON.stringify(object));
        new models[kind](data).validate();
        return data;
      });
  }

  /** The one object of a kind. */
  one<K extends Kind>(kind: K): InstanceType<Models[K]> {
    const [found, ...more] = this.all(kind);
    if (!found || more.length > 0) throw new Error(`${more.length + 1} objects are a ${kind}.`);
    return found;
  }

  /** Kinds of this overlay. */
  kinds(): Kind[] {
    const found = new Set(this.objects.map(({ kind }) => String(kind)));
    return [...found].sort().map((kind) => {
      if (!isKind(kind)) throw new Error(`No schema of a ${kind} is known here.`);
      return kind;
    });
  }

  /** Where in the cluster the server's pods get their settings from. */
  pod() {
    const template = this.one("Deployment").spec?.template;
    const [container, ...more] = template?.spec?.containers ?? [];
    if (!template?.spec || !container || more.length > 0) throw new Error("Not one container.");
    const { spec } = template;
    const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
    return { labels: template.metadata?.labels ?? {}, spec, container, volumes };
  }

  /** The variables that the container takes from a ConfigMap. */
  settings(): Readonly<Record<string, string>> {
    const name = this.pod().container.envFrom?.[0]?.configMapRef?.name;
    const map = this.all("ConfigMap").find(({ metadata }) => metadata?.name === name);
    if (!map?.data) throw new Error(`There is no ConfigMap ${name}.`);
    return map.data;
  }
}

/** Where the type of a kind comes from, for the compiler. */
export function toTypeImport(kind: string, apiVersion: string): string {
  const main = apiVersion.startsWith("gateway.")
    ? "@kubernetes-models/gateway-api"
    : "kubernetes-models";
  return `import type { I${kind} } from "${main}/${apiVersion}/${kind}";`;
}

function isKind(kind: string): kind is Kind {
  return kind in models;
}
