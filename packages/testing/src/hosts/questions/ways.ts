import { claudeCode, createClaudeCodeFor } from "../clients/claude-code.ts";
import { cautiousCodex, codex, createCodexFor } from "../clients/codex.ts";
import { geminiCli } from "../clients/gemini-cli.ts";
import { opencode } from "../clients/opencode.ts";
import type { Host, Person } from "../host.ts";

/** What a call that cannot be undone comes to. */
export interface Expectation {
  readonly says: string;
  /** How often a person is asked. */
  readonly questions: number;
  /** What the model is shown of a call, of the same call with `confirm: true`, and of the list after them. */
  readonly shown: readonly RegExp[];
}

/** A host in one of the ways in which it is used. */
export interface Way {
  readonly name: string;
  /** Under whose name it is chosen and installed. */
  readonly host: Host;
  /** What its user says, where there is one. */
  readonly answer?: Person["answer"];
  readonly expects: Expectation;
  /** Whether a call of a minute and a half is made, too. */
  readonly waits?: true;
  open(person: Person): Host;
}

const gone = [/"deleted":1\b/, /"deleted":0\b/, /"names":\[\]/];
const kept = /"names":\["welcome"\]/;

const agreed: Expectation = {
  says: "asks its user, who agrees, and the tool runs",
  ...{ questions: 2, shown: gone },
};
const declined: Expectation = {
  says: "asks its user, who declines, and nothing is done",
  ...{ questions: 2, shown: [/was declined/, /was declined/, kept] },
};
const agreedForTheUser: Expectation = {
  says: "agrees to everything, as its user told it to, and the tool runs",
  ...{ questions: 0, shown: gone },
};
const declinedForTheUser: Expectation = {
  says: "declines what nobody can be asked, and the model reads what to do",
  ...{ questions: 0, shown: [/was declined.*--confirm never/s, /--confirm never/, kept] },
};
const cancelled: Expectation = {
  says: "cancels what nobody can be asked, and the model reads what to do",
  ...{ questions: 0, shown: [/cancelled the question.*--confirm never/s, /--confirm never/, kept] },
};
const explained: Expectation = {
  says: "cannot ask, so the model reads how to confirm, and the tool runs then",
  questions: 0,
  shown: [
    /cannot be undone\. If the user agrees, call it again .* confirm: true/,
    /"deleted":1\b/,
    /"names":\[\]/,
  ],
};

/** Every way in which the hosts are used here. Those that only wait for nobody come first. */
export const ways: readonly Way[] = [
  {
    ...{ name: "Claude Code with -p", host: claudeCode, expects: cancelled, waits: true },
    open: () => claudeCode,
  },
  {
    ...{
      name: "Codex exec without approvals",
      host: codex,
      expects: agreedForTheUser,
      waits: true,
    },
    open: () => codex,
  },
  {
    ...{ name: "Gemini CLI", host: geminiCli, expects: explained, waits: true },
    open: () => geminiCli,
  },
  {
    ...{ name: "opencode", host: opencode, expects: explained, waits: true },
    open: () => opencode,
  },
  {
    ...{ name: "Codex exec", host: codex, expects: declinedForTheUser },
    open: () => cautiousCodex,
  },
  {
    ...{ name: "Codex app-server", host: codex, answer: "accept", expects: agreed },
    open: createCodexFor,
  },
  {
    ...{ name: "Codex app-server", host: codex, answer: "decline", expects: declined },
    open: createCodexFor,
  },
  {
    ...{ name: "Claude Code in its SDK", host: claudeCode, answer: "accept", expects: agreed },
    open: createClaudeCodeFor,
  },
  {
    ...{ name: "Claude Code in its SDK", host: claudeCode, answer: "decline", expects: declined },
    open: createClaudeCodeFor,
  },
];
