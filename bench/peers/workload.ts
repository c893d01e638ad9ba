/** What a server of the bench serves: one tool, one that asks as well, a thousand, or a large answer. */
export type Workload = "echo" | "asking" | "thousand" | "ten-megabytes";

export const workload = optionOf("--workload") ?? "echo";

/** The loopback port to serve HTTP on; stdio without it. */
export const port = optionOf("--port");

/** Whose tokens to ask for, where its keys are, and what the tokens are issued for; none without it. */
export const bearer = toBearer();

export const serverInfo = { name: "echo", version: "0.1.0" };

export const echoFacts = {
  name: "echo",
  title: "Echo",
  description: "Returns the text it is given, unchanged.",
};

export const textDescription = "The text to return.";

export const askFacts = {
  name: "ask",
  title: "Ask",
  description: "Returns the text it is given, if the user agrees.",
};

/** What the user is asked, and by which name the answer comes back. */
export const question = "Shall the text be returned?";
export const questionName = "agreement";

export const largeFacts = {
  name: "ten_megabytes",
  title: "Ten megabytes",
  description: "Returns ten megabytes of text.",
};

export const annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Tools besides `echo` that make a thousand of them. */
export const fillerCount = 999;

export function fillerFacts(index: number) {
  return {
    name: `filler_${index}`,
    title: `Filler ${index}`,
    description: `Tool number ${index} of a long list, which stands for a server grown large.`,
  };
}

/** The ten string fields every filler takes, each with its description. */
export const fillerFields: readonly (readonly [string, string])[] = Array.from(
  { length: 10 },
  (_, index) => [
    `field_${index}`,
    `String number ${index}, described at the length a careful author would choose for a model.`,
  ],
);

export function toLargeText(): string {
  const line = "Ten megabytes of plain text, in lines of a length that people write by hand.\n";
  const size = 10 * 1024 * 1024;
  // By way of a buffer, since a repeated string stays a rope until something flattens it.
  return Buffer.alloc(size, line).toString("latin1");
}

function optionOf(flag: string): string | undefined {
  const at = process.argv.indexOf(flag);
  return at === -1 ? undefined : process.argv[at + 1];
}

function toBearer() {
  const issuer = optionOf("--issuer");
  const jwks = optionOf("--jwks");
  const audience = optionOf("--audience");
  if (issuer === undefined || jwks === undefined || audience === undefined) return undefined;
  return { issuer, jwks, audience };
}
