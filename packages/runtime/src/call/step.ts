import type { Admission, Principal, ToolCall } from "@fairlead/define";
import type { Call } from "./call.ts";

/** What is known of a tool before its arguments are read. */
interface Named {
  readonly name: string;
  readonly given: ToolCall["arguments"];
  readonly effect: ToolCall["effect"];
}

/** A call as middleware sees it. What only some middleware asks for is made when it is asked for. */
export class Step implements ToolCall {
  readonly tool: string;
  readonly arguments: ToolCall["arguments"];
  readonly effect: ToolCall["effect"];
  readonly principal: Principal;
  readonly #call: Call;
  readonly #permit: () => void;

  constructor(call: Call, { name, given, effect }: Named, permit: () => void) {
    this.tool = name;
    this.arguments = given;
    this.effect = effect;
    this.principal = call.principal;
    this.#call = call;
    this.#permit = permit;
  }

  get clientInfo(): ToolCall["clientInfo"] {
    return this.#call.clientInfo;
  }

  get meta(): ToolCall["meta"] {
    return this.#call.meta;
  }

  get resumes(): boolean {
    return this.#call.resumes;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get reference(): string {
    return this.#call.reference;
  }

  assertPermitted(): void {
    this.#permit();
  }

  beforeRun(work: (admission: Admission) => void | Promise<void>): void {
    this.#call.beforeRun ??= [];
    this.#call.beforeRun.push(work);
  }
}
