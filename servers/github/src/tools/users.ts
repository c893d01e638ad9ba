import { defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { defineTool } from "../context.ts";
import { readAccount } from "../discussion/account.ts";
import { searchUsers } from "../discussion/search.ts";
import {
  answer,
  formatFields,
  formatList,
  listPage,
  order,
  page,
  perPage,
  rows,
} from "./fields.ts";

const getMe = defineTool({
  name: "get_me",
  title: "Who am I",
  description:
    "Show who is signed in to GitHub: your own login, what the token may do (scopes), and how many requests are left (rate limit).",
  effect: "read",
  input: z.object({}),
  output: answer,
  run: (_, { github, signal }) => readAccount(github, signal),
  render: formatFields,
});

const findUsers = defineTool({
  name: "search_users",
  title: "Search users",
  description: "Find users and organizations on GitHub by name, login, place or followers.",
  effect: "read",
  input: z.object({
    q: z.string().describe("GitHub search, e.g. ada location:london or type:org fairlead."),
    sort: z
      .string()
      .optional()
      .describe("What to sort by: followers, repositories or joined. Default: best match."),
    order,
    page,
    per_page: perPage,
  }),
  output: z.looseObject({ users: rows }),
  run: (query, context) =>
    listPage(context, query, (asked) => searchUsers(context.github, asked, context.signal)),
  render: ({ users: found, ...more }) => formatList(found, more),
});

export const users = defineToolset({
  name: "users",
  title: "Users",
  description: "Users and organizations, and the account that is signed in.",
  openWorld: true,
  tools: [getMe, findUsers],
});
