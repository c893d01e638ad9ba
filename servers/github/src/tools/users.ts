import { defineToolset, reply, text } from "@fairlead/runtime";
import { z } from "zod";
import { readAccount } from "../account.ts";
import { defineTool } from "../context.ts";
import { searchUsers } from "../search.ts";
import { answer, formatFields, formatList, order, page, perPage, rows } from "./fields.ts";

const getMe = defineTool({
  name: "get_me",
  title: "Who am I",
  description: "Tells whose token this is, its scopes and rate limit.",
  effect: "read",
  input: z.object({}),
  output: answer,
  run: (_, { github, signal }) => readAccount(github, signal),
  render: formatFields,
});

const findUsers = defineTool({
  name: "search_users",
  title: "Search users",
  description: "Finds users and organizations.",
  effect: "read",
  input: z.object({
    q: z.string().describe("Query."),
    sort: z.string().optional().describe("Such as followers."),
    order,
    page,
    per_page: perPage,
  }),
  output: z.looseObject({ users: rows }),
  async run(query, { github, signal }) {
    const found = await searchUsers(github, query, signal);
    const lines = found.users.map(({ login, type }) => `${login} ${type}`);
    return reply(found, text(formatList(lines, found)));
  },
});

export const users = defineToolset({
  name: "users",
  title: "Users",
  description: "People and organizations, and yourself.",
  openWorld: true,
  tools: [getMe, findUsers],
});
