/** What a rule asks of a caller. Callers from a token file have an id alone. */
export interface Caller {
  readonly id: string;
  /** What their issuer calls them; another issuer may have the same. */
  readonly subject?: string;
  /** The organization that the caller belongs to. */
  readonly tenant?: string;
  /** The program that acts for them. */
  readonly client?: string;
  readonly scopes?: readonly string[];
  /** Whether it is a person or a program. */
  readonly kind?: string;
}

/** What a rule matches: callers that have one of the values of each key. Without keys, everybody. */
export interface Match {
  readonly tenant?: readonly string[] | undefined;
  readonly principal?: readonly string[] | undefined;
  readonly subject?: readonly string[] | undefined;
  readonly client?: readonly string[] | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly scope?: readonly string[] | undefined;
}

/** Whether a rule matches a caller. A property that the caller does not have matches no value. */
export function isMatch(match: Match, caller: Caller): boolean {
  const { tenant, principal, subject, client, kind, scope } = match;
  return (
    isAmong(principal, caller.id) &&
    isAmong(tenant, caller.tenant) &&
    isAmong(subject, caller.subject) &&
    isAmong(client, caller.client) &&
    isAmong(kind, caller.kind) &&
    (scope === undefined || scope.some((name) => caller.scopes?.includes(name) === true))
  );
}

/** Whether a rule is for everybody. */
export function isForAll(match: Match): boolean {
  return Object.values(match).every((names) => names === undefined);
}

function isAmong(names: readonly string[] | undefined, value: string | undefined): boolean {
  return names === undefined || (value !== undefined && names.includes(value));
}
