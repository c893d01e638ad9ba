import { cuttable, defineToolset } from "@fairlead/runtime";
import { z } from "zod";
import { readAccount } from "../account.ts";
import { defineTool } from "../context.ts";
import { searchUsers } from "../search.ts";
import { formatFields, formatList, nextPage, order, page, perPage } from "./fields.ts";

const getMe = defineTool({
  name: "get_me",
  title: "Who am I",
  description: "Tells whose token this is, its scopes and what is left of its rate limit.",
  effect: "read",
  input: z.object({}),
  output: z.object({
    login: z.string(),
    name: z.string().optional(),
    url: z.string(),
    scopes: z.string().optional(),
    rate_limit: z.string().optional(),
  }),
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
    sort: z.enum(["followers", "repositories", "joined"]).optional().describe("By."),
    order,
    page,
    per_page: perPage,
  }),
  output: z.object({
    users: cuttable(z.array(z.object({ login: z.string(), type: z.string(), url: z.string() }))),
    total: z.int(),
    next_page: nextPage,
  }),
  run: (query, { github, signal }) => searchUsers(github, query, signal),
  render: ({ users, ...more }) =>
    formatList(
      users.map(({ login, type }) => `${login} ${type}`),
      more,
    ),
});

export const users = defineToolset({
  name: "users",
  title: "Users",
  description: "People and organizations, and yourself.",
  openWorld: true,
  tools: [getMe, findUsers],
});
