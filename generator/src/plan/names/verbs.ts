function toSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** Words that say what is done, as ids have them. */
export const verbs = toSet(
  "accept activate add allocate analyze apply approve archive assign associate attach authorize " +
    "batch block build calculate cancel change check classify clear clone close complete compute " +
    "configure confirm connect convert copy count create deactivate decline decrypt delete deploy " +
    "deprecate deregister describe destroy detach detect disable disassociate disconnect dismiss " +
    "download duplicate edit enable encrypt end enqueue estimate evaluate exchange execute exists " +
    "expire export extract fetch finalize find flush follow force generate get grant import index " +
    "initialize initiate insert install invalidate invite invoke join kick launch leave list lock login logout " +
    "lookup mark merge migrate modify move mute notify open patch pause ping pin place post predict " +
    "preview process provision publish purge push put query read reactivate reboot rebuild " +
    "recognize recover redeem redeliver refresh regenerate register reject release remove rename " +
    "render reopen reorder replace request resend reset resize resolve restart restore restrict resume " +
    "retrieve retry revoke rotate run save schedule search send set share show sign simulate skip " +
    "start stop submit subscribe suspend sync synchronize terminate test toggle transfer translate trash " +
    "trigger unarchive unassign unblock undelete unfollow uninstall unlink unlock unmute unpin " +
    "unpublish unsubscribe unsuspend untag untrash unwatch update upload upsert validate verify view watch " +
    "withdraw write",
);

/** Of these, those that are as often the thing itself: reading `schedule` does not schedule. */
export const things = toSet(
  "batch block build change check deploy end exchange export import index install list lock mark " +
    "place post preview process push query release request schedule set share sign sync test " +
    "transfer update view watch",
);

/** Verbs at the beginning of ids of what changes something; anywhere else they are things. */
export const leadingVerbs = toSet(
  "capture claim filter flag issue link load log map monitor order pay pull receive record refund " +
    "report review scan select star store stream tag track train use warm",
);

/** Verbs of what is done to one of its kind. */
export const singleVerbs = toSet(
  "archive cancel create delete describe destroy disable enable get insert modify patch post put " +
    "read remove rename replace restore retrieve show unarchive undelete update view",
);

/** The verb for an operation that has none of its own. */
export function toMethodVerb(method: string): string {
  const known: Readonly<Record<string, string>> = { HEAD: "check", OPTIONS: "get" };
  return known[method] ?? method.toLowerCase();
}

/** Verbs of what is done to many, no matter who holds them. */
export const searches = toSet("count export find import list query search");

/** Words behind which stands what narrows, and not what it is about. */
export const prepositions = toSet(
  "as at by for from in into of on or per to using via with without",
);

const irregular: Readonly<Record<string, string>> = {
  aliases: "alias",
  caches: "cache",
  children: "child",
  credentials: "credentials",
  details: "details",
  ids: "id",
  insights: "insights",
  ips: "ip",
  news: "news",
  options: "options",
  people: "person",
  preferences: "preferences",
  sales: "sales",
  series: "series",
  settings: "settings",
  species: "species",
  statuses: "status",
  vms: "vm",
};

/** A word for one of its kind: `repositories` are many of a `repository`. */
export function toSingular(word: string): string {
  const known = Object.hasOwn(irregular, word) ? irregular[word] : undefined;
  if (known !== undefined) return known;
  if (word.length < 4 || !word.endsWith("s") || /(?:ss|us|is|ics)$/.test(word)) return word;
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return word.slice(0, /(?:ss|x|ch|sh)es$/.test(word) ? -2 : -1);
}

export function isPlural(word: string): boolean {
  return toSingular(word) !== word;
}
