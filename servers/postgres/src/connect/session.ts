import { Client, type CustomTypesConfig, type PoolClient, type QueryConfig } from "pg";
import { PostgresError } from "../errors.ts";
import type { Found } from "../guard/catalog.ts";
import { Description } from "./description.ts";
import {
  type Batch,
  type Field,
  type Opening,
  OpeningPortal,
  Portal,
  type RawRow,
  type Statement,
} from "./portal.ts";
import { Saying } from "./saying.ts";

/** What is known once a use has begun. */
export interface Begun extends Found {
  /** The process of the backend. */
  readonly pid: number;
  /** Whether the server follows another one and takes no changes. */
  readonly standby: boolean;
}

export interface RawResult {
  readonly fields: readonly Field[];
  readonly rows: readonly RawRow[];
  readonly command: string;
  readonly rowCount: number | null;
}

/** A beginning that is not sent before the first statement. */
export interface Deferred {
  readonly opening: Opening;
  /** Is told that the opening's premise was true, before the statement has ended. */
  onBegun(begun: Omit<Begun, "own">): void;
  /** Begins by itself, asking the catalog. */
  start(): Promise<void>;
}

/** The second layer: the protocol in which one message holds one statement. */
interface Extended extends QueryConfig {
  readonly queryMode: "extended";
  readonly rowMode?: "array";
}

/** Bytes one answer of the database may bring before its connection is given up. */
const mostBytes = 64 * 1024 * 1024;

/** Values stay the text they arrive as: a bigint must not become a double. */
const asText: CustomTypesConfig = { getTypeParser: () => (value: string) => value };

/** One connection in use by one call. */
export class Session {
  readonly #client: PoolClient;
  #received = 0;
  #flooded = false;
  #spoiled = false;
  #cut = false;
  #deferred: Deferred | undefined;
  readonly #count = (chunk: Buffer) => {
    this.#received += chunk.length;
    if (this.#received <= mostBytes) return;
    this.#flooded = true;
    this.destroy();
  };

  constructor(client: PoolClient) {
    this.#client = client;
    this.#stream?.on("data", this.#count);
  }

  get #stream() {
    return this.#client instanceof Client ? this.#client.connection.stream : undefined;
  }

  /** Has the transaction begin with the first statement, in the same message where that may be. */
  defer(deferred: Deferred): void {
    this.#deferred = deferred;
  }

  /** Begins what was deferred, for whatever is not sent along with it. */
  async #start(): Promise<void> {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    await deferred?.start();
  }

  /** Runs the statements that begin a use, the last of which tells of the backend and the catalog. */
  async begin(text: string): Promise<Begun> {
    const results: unknown = await this.#guarded(() => this.#client.query(text));
    const last: unknown = Array.isArray(results) ? results.at(-1) : results;
    const [row] = Object(last).rows;
    const [own, standby] = [row.own !== false, row.standby === true];
    return { pid: Number(row.pid), own, standby, stamp: toStamp(row.stamp) };
  }

  /**
   * Rolls back whatever was begun, and forgets what a call may have left. Outside a transaction
   * ROLLBACK does nothing, and DISCARD ALL would be refused inside one.
   */
  async clean(): Promise<void> {
    const rest = new Saying([]);
    const all = new Saying(["ROLLBACK", "DISCARD ALL"], () => this.#client.query(rest));
    await this.#client.query(all).done;
    await rest.done;
  }

  /** Rows of a statement of our own, by column name. */
  async all<R extends Record<string, unknown>>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly R[]> {
    await this.#start();
    const config: Extended = { text, values: [...values], queryMode: "extended" };
    const { rows } = await this.#guarded(() => this.#client.query<R>(config));
    return rows;
  }

  /** Runs one statement to its end and gives all it returns. */
  async run(text: string, values: readonly unknown[] = []): Promise<RawResult> {
    await this.#start();
    const config: Extended & { rowMode: "array" } = {
      text,
      values: [...values],
      queryMode: "extended",
      rowMode: "array",
      types: asText,
    };
    return this.#guarded(async () => {
      const result = await this.#client.query<(string | null)[]>(config);
      const { fields, rows, command, rowCount } = result;
      return { fields: fields.map(toField), rows, command, rowCount };
    });
  }

  /**
   * Runs one statement through a portal and hands its rows over a batch at a time, until they end or
   * `take` says it has enough. Gives the columns.
   */
  async stream(
    text: string,
    values: readonly (string | null)[],
    { batch, take }: { readonly batch: number; take(rows: readonly RawRow[]): boolean },
  ): Promise<readonly Field[]> {
    return this.#guarded(async () => {
      let read = await this.#open(batch, { text, values });
      const { fields } = read;
      while (take(read.rows) && read.more) {
        this.#received = 0;
        read = await this.#client.query(new Portal(batch)).batch;
      }
      return fields;
    });
  }

  /** The first batch of a statement, with what was deferred ahead of it in the same message. */
  async #open(count: number, statement: Statement): Promise<Batch> {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    if (deferred === undefined) return this.#client.query(new Portal(count, statement)).batch;
    const { opening } = deferred;
    const onRow = ([pid, standby, stamp]: RawRow) =>
      deferred.onBegun({ pid: Number(pid), standby: standby === "t", stamp: toStamp(stamp) });
    const portal = new OpeningPortal(count, statement, { opening, onRow });
    try {
      return await this.#client.query(portal).batch;
    } catch (error) {
      if (portal.isBegun || toCode(error) !== divisionByZero) throw error;
      // Its premise is no longer true: the catalog is asked before anything runs.
      await this.#client.query("ROLLBACK");
      await deferred.start();
      return this.#client.query(new Portal(count, statement)).batch;
    }
  }

  /** The numbers of the types of a statement's parameters, as PostgreSQL infers them. */
  async describe(text: string): Promise<readonly number[]> {
    await this.#start();
    return this.#guarded(() => this.#client.query(new Description(text)).types);
  }

  /** Cuts the connection; the backend ends when it notices. */
  destroy(): void {
    this.#cut = true;
    this.#stream?.destroy();
  }

  /** Whether it was this side that cut the connection. */
  get isCut(): boolean {
    return this.#cut;
  }

  /** Marks the connection as one that nobody else may have after this call. */
  spoil(): void {
    this.#spoiled = true;
  }

  get spoiled(): boolean {
    return this.#spoiled;
  }

  /** Gives the client back with nothing of this session on it. */
  release(): void {
    this.#stream?.off("data", this.#count);
    this.#client.release();
  }

  /** Has the client thrown away. */
  discard(): void {
    this.#stream?.off("data", this.#count);
    this.#client.release(true);
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    this.#received = 0;
    try {
      return await work();
    } catch (error) {
      if (!this.#flooded) throw error;
      throw new PostgresError(
        `The answer of the database exceeds ${mostBytes / 1024 / 1024} MB.`,
        "Select fewer or shorter columns; left(column, 500) shortens a text.",
      );
    }
  }
}

function toField({ name, dataTypeID }: { name: string; dataTypeID: number }): Field {
  return { name, type: dataTypeID };
}

/** A stamp that can stand between quotes; a server may send what it likes. */
function toStamp(found: unknown): string {
  return typeof found === "string" && /^[\w :.,+-]{1,300}$/.test(found) ? found : "";
}

/** How PostgreSQL says that the statement ahead of a query failed as it was made to. */
const divisionByZero = "22012";

function toCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
