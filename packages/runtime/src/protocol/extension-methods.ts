import type { Redactor } from "@fairlead/guard/redact";
import type { Request } from "./envelope.ts";
import type { Extension, ExtensionMethod } from "./extension.ts";
import { featureTimeoutMs, type InFlight } from "./in-flight.ts";
import { isCoreMethod, type Method } from "./methods.ts";
import type { Catalog } from "./server/catalog.ts";

/** What the methods of extensions share with those of the core. */
export interface ExtensionHost {
  readonly catalog: Catalog;
  readonly inFlight: InFlight;
  readonly redactor: Redactor;
}

/** The methods of all extensions by name; throws for a name that an extension cannot have. */
export function bindExtensions(
  extensions: readonly Extension[],
  host: ExtensionHost,
): ReadonlyMap<string, Method> {
  const methods = new Map<string, Method>();
  for (const { methods: own, gate } of extensions) {
    for (const [name, run] of own) {
      if (isCoreMethod(name)) {
        throw new TypeError(
          `An extension cannot have the method "${name}": the core protocol has one of this name, whether this server answers it or not. Rename it, for example to "my-extension/read".`,
        );
      }
      if (methods.has(name)) {
        throw new TypeError(`Two extensions have a method "${name}". Rename one of them.`);
      }
      methods.set(name, (request) => {
        gate?.(request);
        return answer(request, run, host);
      });
    }
  }
  return methods;
}

async function answer(
  request: Request,
  run: ExtensionMethod,
  { catalog, inFlight, redactor }: ExtensionHost,
): Promise<string> {
  const call = inFlight.begin(request);
  try {
    inFlight.limit(call, featureTimeoutMs);
    const work = Promise.resolve(run(request, call));
    const { members, resultType } = await call.settle(work);
    const inside = JSON.stringify(members).slice(1, -1);
    return redactor.result(catalog.result(request.era, inside, resultType));
  } finally {
    inFlight.end(request, call);
  }
}
