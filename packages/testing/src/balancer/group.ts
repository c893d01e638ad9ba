import type { IncomingMessage, ServerResponse } from "node:http";
import { Member } from "./member.ts";
import { readAll, toEndToEnd } from "./messages.ts";

/** Requests that a server gets at once, as it takes so many calls; streams that are listened to come on top. */
const seats = 64;

/** A request that waits for a server to have a seat for it. */
interface Waiting {
  /** Where its session is. */
  readonly home: Member | undefined;
  /** Those that took no connection for it. */
  readonly refused: ReadonlySet<Member>;
  resolve(member: Member): void;
}

/** The servers there are at the moment. */
export class Group {
  passedOn = 0;
  #members: readonly Member[] = [];
  readonly #homes = new Map<string, Member>();
  readonly #waiting: Waiting[] = [];
  #turn = 0;

  find(url: string): Member | undefined {
    return this.#members.find((member) => member.url.href === url);
  }

  join(url: string): void {
    this.#members = [...this.#members, new Member(url)];
    for (let waiting = this.#waiting.length; waiting > 0; waiting -= 1) this.#seat();
  }

  leave(url: string): readonly string[] {
    const gone = this.find(url);
    if (gone === undefined) return [];
    this.#members = this.#members.filter((member) => member !== gone);
    gone.close();
    for (const id of gone.sessions) this.#homes.delete(id);
    return [...gone.sessions];
  }

  close(): void {
    for (const member of this.#members) member.close();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // All of it has come before anything is sent on, so that it can be sent to another.
    const body = await readAll(request);
    const refused = new Set<Member>();
    const home = this.#homes.get(String(request.headers["mcp-session-id"]));
    while (refused.size < this.#members.length) {
      const member = this.#find(home, refused) ?? (await this.#wait(home, refused));
      // A stream that is listened to has no end.
      const busy = request.method === "GET" ? 0 : 1;
      member.busy += busy;
      const answer = await member.send(request, response, body).finally(() => {
        member.busy -= busy;
        this.#seat();
      });
      if (answer !== undefined) return this.#relay(member, answer, response);
      refused.add(member);
      this.passedOn += 1;
    }
    throw new Error("No server takes a connection.");
  }

  /** Who takes a request now. */
  #find(home: Member | undefined, refused: ReadonlySet<Member>): Member | undefined {
    if (home?.ready === true && !refused.has(home)) return home.busy < seats ? home : undefined;
    for (let tries = 0; tries < this.#members.length; tries += 1) {
      this.#turn = (this.#turn + 1) % this.#members.length;
      const member = this.#members[this.#turn];
      if (member?.ready && !refused.has(member) && member.busy < seats) return member;
    }
    return undefined;
  }

  #wait(home: Member | undefined, refused: ReadonlySet<Member>): Promise<Member> {
    return new Promise((resolve) => this.#waiting.push({ home, refused, resolve }));
  }

  /** Gives a seat that has become free to the first that waits for it. */
  #seat(): void {
    for (const [at, { home, refused, resolve }] of this.#waiting.entries()) {
      const member = this.#find(home, refused);
      if (member === undefined) continue;
      this.#waiting.splice(at, 1);
      return resolve(member);
    }
  }

  #relay(member: Member, answer: IncomingMessage, response: ServerResponse): void {
    member.answered += 1;
    const opened = answer.headers["mcp-session-id"];
    if (typeof opened === "string") {
      member.sessions.add(opened);
      this.#homes.set(opened, member);
    }
    const status = answer.statusCode ?? 502;
    const headers = toEndToEnd(answer.rawHeaders);
    // One that breaks off must not look as if it had ended.
    answer.once("error", () => response.destroy());
    if (answer.headers["content-type"] === "text/event-stream") {
      response.writeHead(status, headers).flushHeaders();
      answer.pipe(response);
      return;
    }
    void readAll(answer).then((body) => {
      const length = answer.headers["content-length"] === undefined && status !== 204;
      if (length) headers.push("content-length", String(body.length));
      response.writeHead(status, headers).end(body);
    });
  }
}
