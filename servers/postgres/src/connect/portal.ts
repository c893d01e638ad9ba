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

/** What begins a transaction: two statements of our own. */
export interface Opening {
  readonly begin: string;
  readonly settings: string;
}

export interface Statement {
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
  readonly #statement: Statement | undefined;
  readonly #count: number;
  readonly #settle: { resolve(batch: Batch): void; reject(error: Error): void };
  readonly #rows: RawRow[] = [];
  #fields: readonly Field[] = [];
  #more = false;

  /** Opens a portal for the statement; reads on in the one that is open without one. */
  constructor(count: number, statement?: Statement) {
    const { promise, ...settle } = Promise.withResolvers<Batch>();
    this.batch = promise;
    this.#settle = settle;
    this.#count = count;
    this.#statement = statement;
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    this.send(connection);
    if (this.#statement !== undefined) open(connection, this.#statement);
    connection.execute({ rows: String(this.#count) }, true);
    connection.sync();
    stream.uncork();
  }

  /** What goes ahead of the statement. */
  protected send(_connection: Connection): void {}

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

/**
 * A portal whose message begins its transaction as well: first BEGIN, then the settings, whose row is
 * handed over before the statement has ended. Nothing of the statement is looked at where those fail.
 */
export class OpeningPortal extends Portal {
  readonly #opening: Opening;
  readonly #onRow: (row: RawRow) => void;
  #done = 0;

  constructor(
    count: number,
    statement: Statement,
    { opening, onRow }: { readonly opening: Opening; onRow(row: RawRow): void },
  ) {
    super(count, statement);
    this.#opening = opening;
    this.#onRow = onRow;
  }

  /** Whether the transaction and its settings stand: an error is the statement's own then. */
  get isBegun(): boolean {
    return this.#done >= 2;
  }

  protected override send(connection: Connection): void {
    for (const text of [this.#opening.begin, this.#opening.settings]) {
      open(connection, { text, values: [] });
      connection.execute({ rows: "0" }, true);
    }
    // So that a statement that takes long can be cancelled: its process is told at once.
    connection.flush();
  }

  override handleRowDescription(described: Described): void {
    if (this.isBegun) super.handleRowDescription(described);
  }

  override handleDataRow(row: { readonly fields: RawRow }): void {
    if (this.isBegun) super.handleDataRow(row);
    else this.#onRow(row.fields);
  }

  override handleCommandComplete(): void {
    this.#done += 1;
  }
}

function open(connection: Connection, { text, values }: Statement): void {
  connection.parse({ name: "", text, types: [] }, true);
  connection.bind({ values: [...values] }, true);
  connection.describe({ type: "P" }, true);
}
