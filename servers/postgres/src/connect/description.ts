import type { Connection, Submittable } from "pg";

interface Described {
  readonly dataTypeIDs: readonly number[];
}

/** Has PostgreSQL read a statement, without running it, and tell the types of its parameters. */
export class Description implements Submittable {
  readonly types: Promise<readonly number[]>;
  readonly #text: string;
  readonly #settle: { resolve(types: readonly number[]): void; reject(error: Error): void };
  #found: readonly number[] = [];
  #stopListening = () => {};

  constructor(text: string) {
    const { promise, ...settle } = Promise.withResolvers<readonly number[]>();
    this.types = promise;
    this.#settle = settle;
    this.#text = text;
  }

  submit(connection: Connection): void {
    // The driver hands this message to no query.
    const onTypes = ({ dataTypeIDs }: Described) => {
      this.#found = dataTypeIDs;
    };
    connection.once("parameterDescription", onTypes);
    this.#stopListening = () => connection.off("parameterDescription", onTypes);
    connection.parse({ name: "", text: this.#text, types: [] }, true);
    connection.describe({ type: "S" }, true);
    connection.sync();
  }

  handleRowDescription(): void {}

  handleError(error: Error): void {
    this.#settle.reject(error);
  }

  handleReadyForQuery(): void {
    this.#stopListening();
    this.#settle.resolve(this.#found);
  }
}
