import type { Connection, Submittable } from "pg";

/** A column of a result: its name and the OID of its type. */
export interface Field {
  readonly name: string;
  readonly type: number;
}

/** Rows as PostgreSQL writes them; null is SQL's. */
export type RawRow = readonly (string | null)[];

/** What one round trip through a portal brought. */
export interface Batch {
  /** The columns; none where the portal is read on. */
  readonly fields: readonly Field[];
  readonly rows: readonly RawRow[];
  /** Whether the statement may have more rows. */
  readonly more: boolean;
}

interface Opening {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

interface Described {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/**
 * Up to so many rows of a statement, in one round trip by the extended protocol. The driver calls the
 * handlers. Inside a transaction the portal stays open, so the next one may read on.
 */
export class Portal implements Submittable {
  readonly batch: Promise<Batch>;
  readonly #opening: Opening | undefined;
  readonly #count: number;
  readonly #settle: { resolve(batch: Batch): void; reject(error: Error): void };
  readonly #rows: RawRow[] = [];
  #fields: readonly Field[] = [];
  #more = false;

  /** Opens a portal for the statement; reads on in the one that is open without one. */
  constructor(count: number, opening?: Opening) {
    const { promise, ...settle } = Promise.withResolvers<Batch>();
    this.batch = promise;
    this.#settle = settle;
    this.#count = count;
    this.#opening = opening;
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    if (this.#opening !== undefined) {
      const { text, values } = this.#opening;
      connection.parse({ name: "", text, types: [] }, true);
      connection.bind({ values: [...values] }, true);
      connection.describe({ type: "P" }, true);
    }
    connection.execute({ rows: String(this.#count) }, true);
    connection.sync();
    stream.uncork();
  }

  handleRowDescription({ fields }: Described): void {
    this.#fields = fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
  }

  handleDataRow({ fields }: { readonly fields: RawRow }): void {
    this.#rows.push(fields);
  }

  handlePortalSuspended(): void {
    this.#more = true;
  }

  handleCommandComplete(): void {}

  handleEmptyQuery(): void {}

  /** A COPY, which the guard lets nobody send: there is nothing to copy, so this ends here. */
  handleCopyInResponse({ stream }: Connection): void {
    stream.destroy();
  }

  handleCopyData(): void {}

  handleError(error: Error): void {
    this.#settle.reject(error);
  }

  handleReadyForQuery(): void {
    this.#settle.resolve({ fields: this.#fields, rows: this.#rows, more: this.#more });
  }
}
