import type { createLines, Walked, WalkOptions } from "./lines.ts";
import type { createNames } from "./names.ts";
import type { createRoles } from "./roles.ts";
import type { createStates } from "./states.ts";
import type { createTargets } from "./targets.ts";
import type { createWalk } from "./walk.ts";

/** The parts of a world, each a function that needs nothing from outside it. */
export interface WorldParts {
  readonly createRoles: typeof createRoles;
  readonly createNames: typeof createNames;
  readonly createStates: typeof createStates;
  readonly createTargets: typeof createTargets;
  readonly createLines: typeof createLines;
  readonly createWalk: typeof createWalk;
}

/** What we have of our own in a frame, where its page cannot see or change it. */
export interface World {
  /** Undefined where there is no such element any more. */
  walk(options: WalkOptions): Walked | undefined;
  element(ref: string): Element | undefined;
  refOf(element: Element): string;
  /** Role and name of an element. */
  describe(element: Element): { readonly role: string; readonly name: string };
  /** Elements that may have listeners, and for each ref which of them count for it. */
  lineage(refs: readonly string[]): readonly (readonly number[])[];
  readonly asked: readonly Element[];
}

/** Refs count on from what earlier documents of the frame had. */
export function createWorld(parts: WorldParts, first: number): World {
  const roles = parts.createRoles();
  const names = parts.createNames(roles);
  const states = parts.createStates(roles);
  const targets = parts.createTargets(roles);
  const walk = parts.createWalk({ roles, names, states, targets });
  const refs = new WeakMap<Element, string>();
  const elements = new Map<string, WeakRef<Element>>();
  let count = first;
  let asked: Element[] = [];

  function refOf(element: Element): string {
    const known = refs.get(element);
    if (known !== undefined) return known;
    count += 1;
    const ref = `e${count}`;
    refs.set(element, ref);
    elements.set(ref, new WeakRef(element));
    return ref;
  }

  function elementOf(ref: string): Element | undefined {
    const found = elements.get(ref)?.deref();
    return found?.isConnected ? found : undefined;
  }

  return {
    walk(options) {
      const top: unknown = Reflect.get(Document.prototype, "documentElement", document);
      const root = options.ref === undefined ? top : elementOf(options.ref);
      if (!(root instanceof Element)) return undefined;
      names.refresh();
      const lines = parts.createLines(options, refOf);
      const { milliseconds, depth = Number.POSITIVE_INFINITY } = options;
      const finished = walk({ root, depth, milliseconds, lines });
      return { ...lines.finish(), exhausted: !finished, count };
    },
    element: elementOf,
    refOf,
    describe(element) {
      names.refresh();
      const role = roles.roleOf(element);
      return { role, name: names.nameOf(element, role) };
    },
    lineage(wanted) {
      const places = new Map<Element, number>();
      const paths = wanted.map((ref) => {
        const path: number[] = [];
        let element: Element | null = elementOf(ref) ?? null;
        while (element !== null && element !== document.body && path.length < 12) {
          const place = places.get(element) ?? places.size;
          places.set(element, place);
          path.push(place);
          element = element.parentElement;
        }
        return path;
      });
      asked = [...places.keys()];
      return paths;
    },
    get asked() {
      return asked;
    },
  };
}
