import { setTimeout as sleep } from "node:timers/promises";
import { Pool, type PoolClient } from "pg";
import {
  busy,
  cancelled,
  type Fate,
  PostgresError,
  silent,
  toldFate,
  toPostgresError,
} from "../errors.ts";
import { Catalog } from "../guard/catalog.ts";
import type { Usage } from "../guard/statement.ts";
import { begin, graceMs, type Mode, toOpening } from "./beginning.ts";
import type { Link } from "./link.ts";
import { Notices } from "./notices.ts";
import { ping } from "./ping.ts";
import { leastPrivilege, type Role, readRole } from "./role.ts";
import { type Begun, Session } from "./session.ts";
import { addSuggestions } from "./suggestions.ts";

export interface Limits {
  readonly poolSize: number;
  /** Milliseconds a statement may run. */
  readonly timeoutMs: number;
  readonly maxRows: number;
  readonly requireLeastPrivilege: boolean;
}

export interface Use {
  readonly signal: AbortSignal;
  /** What a statement that is going to run uses, for the catalog to judge in its transaction. */
  readonly usage?: Usage | undefined;
  /** Milliseconds, at most those of the limits. */
  readonly timeoutMs?: number | undefined;
}

const connectMs = 10_000;
/** What is kept of these. */
const changing: ReadonlySet<Mode> = new Set<Mode>(["commit", "commitLatest", "bare"]);
/** How long until it is asked again. */
const againMs = 200;

/** One database: a pool, whose every use is one guarded transaction. */
export class Database {
  readonly id: string;
  readonly limits: Limits;
  /** What is told by NOTIFY. */
  readonly notices: Notices;
  readonly #catalog = new Catalog();
  readonly #link: Link;
  #pool: Promise<Pool> | undefined;
  #control: Promise<Pool> | undefined;
  #role: Promise<Role> | undefined;
  readonly #warn: (message: string) => void;
  #isRoleKnown = false;
  #standby = false;
  #toldStandby = false;

  /** `warn` is told, once, of a role that may do more than it should. */
  constructor(link: Link, limits: Limits, warn: (message: string) => void) {
    this.#link = link;
    this.notices = new Notices(link);
    this.#warn = warn;
    this.id = link.id;
    this.limits = limits;
  }

  /** Whether this database is on the host and port of a URL's authority. */
  isAt(authority: string): boolean {
    const { place } = this.#link;
    const url = `postgres://${authority}`;
    if (place === undefined || !URL.canParse(url)) return false;
    const { hostname, port } = new URL(url);
    return hostname === place.host && Number(port || 5432) === place.port;
  }

  /** The third layer: a transaction that is read-only and always rolled back. */
  read<T>(use: Use, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#use("read", use, work);
  }

  /**
   * A transaction that may write: kept when `work` returns, unless it is only tried. Of the `latest`
   * each statement sees what others have committed by then.
   */
  write<T>(
    use: Use & { readonly dryRun: boolean; readonly latest?: boolean },
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const mode = use.dryRun ? "try" : "commit";
    return this.#use(use.latest ? `${mode}Latest` : mode, use, work);
  }

  /** Without a transaction, for the few statements that must not be in one. */
  bare<T>(use: Use, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#use("bare", use, work);
  }

  /** What the first who asks should know of this database; nothing where all is as usual. */
  takeNotes(): readonly string[] {
    if (!this.#standby || this.#toldStandby) return [];
    this.#toldStandby = true;
    return [
      "This database is a hot standby: it can only be read, and its data may lag behind the primary's.",
    ];
  }

  /** Throws PostgresError where the last look showed a server that takes no changes. */
  assertWritable(): void {
    if (!this.#standby) return;
    throw new PostgresError(
      `The database "${this.id}" is a hot standby and can only be read.`,
      "Make changes on its primary. The person who runs this server can add the primary's URL.",
      "25006",
    );
  }

  /** What the role may do that it need not; asked once. */
  async role(use: Use): Promise<Role> {
    return this.read(use, async () => {
      const role = await this.#role;
      return role ?? { name: "?", powers: [] };
    });
  }

  /** Throws PostgresError if the database does not answer, however many calls it is busy with. */
  async ping(signal: AbortSignal): Promise<void> {
    // The embedded one has one connection, and answers as long as this process does.
    if (this.#link.place === undefined) return;
    try {
      this.#control ??= this.#open({ max: 1, connectMs: graceMs });
      await ping(await this.#control, signal);
    } catch (error) {
      throw toPostgresError(error, this.#link.secrets);
    }
  }

  async close(): Promise<void> {
    this.notices.close();
    const pools = await Promise.allSettled([this.#pool, this.#control]);
    const ends = pools.map((pool) => (pool.status === "fulfilled" ? pool.value?.end() : undefined));
    await Promise.allSettled(ends);
  }

  async #use<T>(mode: Mode, use: Use, work: (session: Session) => Promise<T>): Promise<T> {
    const timeoutMs = Math.min(use.timeoutMs ?? this.limits.timeoutMs, this.limits.timeoutMs);
    try {
      const client = await this.#take(use.signal).catch((error: unknown) => {
        const shown = toPostgresError(error, this.#link.secrets);
        throw toldFate(shown, changing.has(mode) ? "undone" : undefined);
      });
      const session = new Session(client);
      // One by one: the signal of a call's context is not a property of its own.
      const { signal, usage } = use;
      return await this.#within(session, { mode, timeoutMs, signal, usage }, work);
    } catch (error) {
      const shown = toPostgresError(error, this.#link.secrets);
      const { signal } = use;
      throw await addSuggestions(shown, (sql, values) =>
        this.read({ signal }, (session) => session.all(sql, values)),
      );
    }
  }

  async #within<T>(
    session: Session,
    { mode, timeoutMs, signal, usage }: Use & { mode: Mode; timeoutMs: number },
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    let broken = true;
    // A connection that was asked to stop is thrown away, so that no late request hits the next call.
    let ending: Promise<void> | undefined;
    let pid = 0;
    let over: AbortController | undefined;
    let fate: Fate = changing.has(mode) ? "undone" : undefined;
    const onStop = () => {
      if (over !== undefined) return;
      over = new AbortController();
      ending = this.#cancel(session, pid, over.signal);
    };
    signal.addEventListener("abort", onStop, { once: true });
    let late = setTimeout(onStop, timeoutMs + graceMs);
    const settle = () => {
      clearTimeout(late);
      signal.removeEventListener("abort", onStop);
    };
    try {
      signal.throwIfAborted();
      const onBegun = (begun: Omit<Begun, "own">) => {
        pid = begun.pid;
        this.#standby = begun.standby;
        this.#catalog.see(begun.stamp);
      };
      const start = async () => {
        const begun = await begin(session, { mode, timeoutMs, usage });
        onBegun(begun);
        this.#role ??= this.#checkRole(session);
        await this.#role;
        this.#isRoleKnown = true;
        if (usage !== undefined) await this.#catalog.check(usage, begun, session);
      };
      const premise = this.#isRoleKnown && usage ? this.#catalog.toPremise(usage) : undefined;
      // What is known needs no answer before the statement may be sent.
      if (premise === undefined || usage === undefined) await start();
      else {
        const onHeld = (begun: Omit<Begun, "own">) => {
          onBegun(begun);
          this.#catalog.confirm(usage, begun.stamp);
        };
        session.defer({ opening: toOpening(timeoutMs, premise), onBegun: onHeld, start });
      }
      if (mode === "bare") fate = "unknown";
      const value = await work(session);
      settle();
      if (ending !== undefined) throw cancelled(signal);
      if (changing.has(mode) && mode !== "bare") {
        fate = "unknown";
        // Nothing can be taken back any more, and a database that falls silent now must not keep the call.
        late = setTimeout(() => session.destroy(), timeoutMs + graceMs);
        await session.all("COMMIT");
        settle();
      }
      broken = false;
      return value;
    } catch (error) {
      settle();
      broken = ending !== undefined;
      const isSilent = session.isCut && this.#link.cancellable && !signal.aborted;
      const told = broken || signal.aborted ? cancelled(signal) : error;
      const shown = toPostgresError(isSilent && broken ? silent() : told, this.#link.secrets);
      throw toldFate(shown, fate);
    } finally {
      over?.abort();
      if (broken || session.spoiled) session.discard();
      else this.#giveBack(session);
    }
  }

  /** The end of the third layer and the fourth. The caller need not wait for it. */
  #giveBack(session: Session): void {
    // A network that swallows everything must not keep the connection from the others for good.
    const cut = setTimeout(() => session.destroy(), connectMs);
    const end = session.clean().then(
      () => session.release(),
      () => session.discard(),
    );
    void end.finally(() => clearTimeout(cut));
  }

  async #checkRole(session: Session): Promise<Role> {
    try {
      const found = await readRole(session);
      const role = this.#link.contained ? { ...found, powers: [] } : found;
      if (role.powers.length === 0) return role;
      const what = `The role ${JSON.stringify(role.name)} of database ${JSON.stringify(this.id)} ${role.powers.join(", ")}.`;
      if (this.limits.requireLeastPrivilege) {
        throw new PostgresError(`Refused: ${what}`, leastPrivilege);
      }
      this.#warn(`${what} ${leastPrivilege}`);
      return role;
    } catch (error) {
      this.#role = undefined;
      throw error;
    }
  }

  async #take(signal: AbortSignal): Promise<PoolClient> {
    if (signal.aborted) throw cancelled(signal);
    this.#pool ??= this.#open({
      max: Math.min(this.limits.poolSize, this.#link.most),
      connectMs,
    });
    const pool = await this.#pool.catch((error: unknown) => {
      this.#pool = undefined;
      throw error;
    });
    return pool.connect().catch((error: unknown) => {
      // How the pool says that it had none to give; a connection that fails has another reason.
      const isFull = error instanceof Error && /^timeout exceeded/.test(error.message);
      throw isFull ? busy() : error;
    });
  }

  async #open(size: { readonly max: number; readonly connectMs: number }): Promise<Pool> {
    const pool = new Pool({
      connectionTimeoutMillis: size.connectMs,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
      ...(await this.#link.toConfig()),
      max: size.max,
    });
    // An idle connection that is lost is replaced at the next use; nobody is waiting for it.
    pool.on("error", () => undefined);
    // One in use tells its call; without a listener it would end the process too.
    pool.on("connect", (client) => client.on("error", () => undefined));
    return pool;
  }

  /**
   * Asks the backend to stop, by another connection and more than once: a request that arrives
   * between two messages of the protocol is lost. One that does not stop is ended.
   */
  async #cancel(session: Session, pid: number, over: AbortSignal): Promise<void> {
    const cut = setTimeout(() => session.destroy(), graceMs);
    try {
      if (pid === 0 || !this.#link.cancellable) session.destroy();
      else await this.#stopBackend(pid, over);
    } catch {
      // The database is out of reach or full: then only the cut is left.
      session.destroy();
    } finally {
      cut.unref();
    }
  }

  async #stopBackend(pid: number, over: AbortSignal): Promise<void> {
    this.#control ??= this.#open({ max: 1, connectMs: graceMs });
    const control = await this.#control;
    const began = performance.now();
    while (!over.aborted && performance.now() - began < graceMs - againMs) {
      await control.query({ text: "SELECT pg_catalog.pg_cancel_backend($1)", values: [pid] });
      await sleep(againMs, undefined, { signal: over }).catch(() => undefined);
    }
    if (over.aborted) return;
    await control.query({ text: "SELECT pg_catalog.pg_terminate_backend($1)", values: [pid] });
  }
}
