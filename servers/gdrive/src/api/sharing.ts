import { z } from "zod";
import { DriveError } from "../errors.ts";
import type { Drive } from "./drive.ts";
import { allDrives } from "./files.ts";
import type { FileRef } from "./ids.ts";
import { listPermissions, type Permission, readAbout } from "./inspect.ts";

/** Whom the person who runs the server lets files be shared with. */
export interface SharingRules {
  readonly allowPublicSharing: boolean;
  readonly shareDomains: readonly string[];
}

/** Somebody who is or would be let in. */
export interface Grantee {
  readonly type: string;
  readonly emailAddress?: string | undefined;
  readonly domain?: string | undefined;
}

export interface Share extends Grantee {
  readonly role: "reader" | "commenter" | "writer";
  readonly notify: boolean;
}

/** Domains where everybody can have an address: being there makes nobody a colleague. */
const publicDomains = ["gmail.com", "googlemail.com"];
/** More than Drive lets in anywhere: 600 by its documentation. */
const mostGrantees = 1_000;
const shared = z.object({ id: z.string(), type: z.string(), role: z.string() });

/** Lets people into files, and keeps files out of places where too many are let in already. */
export class Sharing {
  readonly #drive: Drive;
  readonly #rules: SharingRules;
  #address: Promise<string> | undefined;

  constructor(drive: Drive, rules: SharingRules) {
    this.#drive = drive;
    this.#rules = rules;
  }

  /** Shares a file. Throws DriveError where the rules do not allow it, before Google is asked. */
  async share(
    file: FileRef,
    { role, notify, ...grantee }: Share,
    signal: AbortSignal,
  ): Promise<z.output<typeof shared>> {
    await this.assertAllowed(grantee, signal);
    const { type, emailAddress, domain } = grantee;
    const named = ["user", "group"].includes(type);
    const whom = named
      ? { emailAddress: emailAddress ?? "" }
      : type === "domain" && { domain: domain ?? "" };
    const params = {
      fileId: file.id,
      requestBody: { role, type, ...whom },
      fields: "id,type,role",
      ...(named && { sendNotificationEmail: notify }),
      ...allDrives,
    };
    return this.#drive.ask(
      signal,
      shared,
      ({ permissions }, options) => permissions.create(params, options),
      file,
    );
  }

  /**
   * Refuses a place that somebody can read who is not allowed to be let in: a folder for new files,
   * or a file for new words.
   */
  async assertAudience(place: FileRef, signal: AbortSignal): Promise<void> {
    if (place.id === "root") return;
    for (const grantee of await this.#readAudience(place, signal)) {
      await this.assertAllowed(grantee, signal);
    }
  }

  /** All who are let in somewhere: the one who must not be may be the last. */
  async #readAudience(place: FileRef, signal: AbortSignal): Promise<readonly Permission[]> {
    const all = { pageSize: mostGrantees, budget: Number.POSITIVE_INFINITY, signal };
    const listed = await listPermissions(this.#drive, place, all).catch((error: unknown) => {
      const kept = error instanceof DriveError && error.reason === "insufficientFilePermissions";
      if (!kept) throw error;
      throw unseen("Google does not tell this account who can read files there.");
    });
    if (listed.next === undefined) return listed.items;
    throw unseen(`More than ${mostGrantees} people and groups can read files there.`);
  }

  /** Throws DriveError for anyone with the link, and for people of other companies, unless allowed. */
  async assertAllowed(grantee: Grantee, signal: AbortSignal): Promise<void> {
    if (grantee.type === "anyone") {
      if (this.#rules.allowPublicSharing) return;
      throw new DriveError(
        "This would give access to anyone on the Internet.",
        "The person who runs this server can allow that with --allow-public-sharing.",
      );
    }
    const address = (grantee.emailAddress ?? "").toLowerCase();
    const domain = grantee.type === "domain" ? toDomain(grantee.domain) : toDomain(address);
    if (domain === undefined) throw unnamed(grantee.type);
    const allowed = this.#rules.shareDomains.map((name) => name.toLowerCase());
    if (allowed.includes(domain)) return;
    const own = (await this.#readAddress(signal)).toLowerCase();
    if (address !== "" && address === own) return;
    if (domain === toDomain(own) && !publicDomains.includes(domain)) return;
    throw new DriveError(
      `${domain} is outside the domains that this server may share with, and this would give access to ${grantee.type === "domain" ? "all of it" : address}.`,
      `The person who runs this server can allow it with --share-domains ${domain}.`,
    );
  }

  /** The account's own address, asked for once. */
  #readAddress(signal: AbortSignal): Promise<string> {
    this.#address ??= readAbout(this.#drive, signal).then(
      ({ user }) => user.emailAddress,
      (error: unknown) => {
        this.#address = undefined;
        throw error;
      },
    );
    return this.#address;
  }
}

function unseen(message: string): DriveError {
  return new DriveError(
    message,
    "Use a folder that the account owns. Ask the file's owner to do it elsewhere.",
  );
}

/** The domain of an address, or one given alone; undefined for what is neither. */
function toDomain(given = ""): string | undefined {
  return /^(?:[^\s@,;<>"]+@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/.exec(given.toLowerCase())?.[1];
}

function unnamed(type: string): DriveError {
  const what = type === "domain" ? "domain, such as example.com" : "email address";
  return new DriveError("The call does not say clearly whom to share with.", `Give one ${what}.`);
}
