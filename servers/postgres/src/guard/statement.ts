import { isRecord } from "@fairlead/guard";
import { PostgresError } from "../errors.ts";
import { isDenied, isSecretRelation } from "./names.ts";
import { changeNodes, codeNodes, explainOptions, queryNodes, schemaNodes } from "./nodes.ts";
import { type SessionTexts, toSessionTexts } from "./session-texts.ts";
import { fieldsOf, listOf, type Part, toNames, unwrap } from "./tree.ts";

/** What a statement may be: each level takes all of those before it. */
export type Level = "query" | "change" | "schema" | "code";

/** A name as it is called, with the schema if one is written before it. */
export interface Called {
  readonly schema: string | undefined;
  readonly name: string;
}

/** What a statement would run that only the catalog can judge. */
export interface Usage {
  readonly functions: readonly Called[];
  /** Names after a dot: a column, or a function in the disguise of one. */
  readonly attributes: readonly string[];
  readonly operators: readonly string[];
  readonly types: readonly string[];
  readonly relations: readonly string[];
  /** The number of the last parameter: how many values it needs. */
  readonly parameters: number;
  readonly sessionTexts: SessionTexts;
}

const levels: Readonly<Record<Level, readonly ReadonlySet<string>[]>> = {
  query: [queryNodes],
  change: [queryNodes, changeNodes],
  schema: [queryNodes, changeNodes, schemaNodes],
  code: [queryNodes, changeNodes, schemaNodes, codeNodes],
};

/** Parts that stand in the tree without a type of their own, and are not part of a query. */
const lockingFields: ReadonlySet<string> = new Set(["intoClause", "lockingClause"]);

/**
 * Walks every node of one statement and throws PostgresError for the first that its level does not
 * name, for a function that is always refused and for a relation that holds secrets.
 */
export function checkStatement(statement: unknown, level: Level): Usage {
  const root = unwrap(statement);
  if (root === undefined) throw refusal("an empty statement");
  if (root.tag === "ExplainStmt") return checkExplain(root.node);
  if (root.tag === "VariableShowStmt" && level === "query") return emptyUsage;
  return walk(statement, level);
}

const emptyUsage: Usage = {
  functions: [],
  attributes: [],
  operators: [],
  types: [],
  relations: [],
  parameters: 0,
  sessionTexts: "absent",
};

/** EXPLAIN runs nothing, so it may plan changes; with ANALYZE it runs what it explains. */
function checkExplain(node: Part): Usage {
  let level: Level = "change";
  for (const option of listOf(node["options"])) {
    const name = String(unwrap(option)?.node["defname"]);
    if (!explainOptions.has(name)) throw refusal(`EXPLAIN with ${name}`);
    // Whatever its argument says: `analyze off` need not be told from `analyze`.
    if (name === "analyze") level = "query";
  }
  return walk(node["query"], level);
}

function walk(start: unknown, level: Level): Usage {
  const functions: Called[] = [];
  const [attributes, operators] = [new Set<string>(), new Set<string>()];
  const [types, relations] = [new Set<string>(), new Set<string>()];
  const found = { functions, attributes, operators, types, relations, parameters: 0 };
  for (const [key, child] of fieldsOf(start)) {
    if (/^[A-Z]/.test(key)) visit(key, child, level, found);
    else visitField(key, child, level, found);
  }
  const sessionTexts = toSessionTexts(start);
  if (sessionTexts === "read") {
    throw refusal(
      "reading the statements of other sessions, which may hold passwords,",
      "Name the columns you want, without query and *. list_connections_activity and get_top_queries, which are dba tools, show the statements without secrets.",
    );
  }
  return {
    functions,
    attributes: [...attributes],
    operators: [...operators],
    types: [...types],
    relations: [...relations],
    parameters: found.parameters,
    sessionTexts,
  };
}

interface Found {
  readonly functions: Called[];
  readonly attributes: Set<string>;
  readonly operators: Set<string>;
  readonly types: Set<string>;
  readonly relations: Set<string>;
  parameters: number;
}

/** Operators that are used without being written, by IN, BETWEEN, LIKE, CASE and joins. */
const implied = ["=", "<>", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*", "~"];
const implying: ReadonlySet<string> = new Set(["A_Expr", "CaseExpr", "JoinExpr", "SubLink"]);

function visit(tag: string, child: unknown, level: Level, found: Found): void {
  if (!levels[level].some((nodes) => nodes.has(tag))) throw refusal(toWords(tag));
  if (!isRecord(child)) return;
  if (implying.has(tag)) for (const name of implied) found.operators.add(name);
  if (tag === "FuncCall") addFunction(toNames(child["funcname"]), found);
  else if (tag === "RangeVar") addRelation(String(child["relname"]), found);
  else if (tag === "ParamRef") addParameter(Number(child["number"]), found);
  else if (tag === "ColumnRef") addAttributes(toNames(child["fields"]).slice(1), found);
  else if (tag === "A_Indirection") addAttributes(toNames(child["indirection"]), found);
  else if (tag === "A_Expr") addLast(found.operators, child["name"]);
  else if (tag === "SubLink") addLast(found.operators, child["operName"]);
  else if (tag === "SortBy") addLast(found.operators, child["useOp"]);
  else if (tag === "TypeName") addLast(found.types, child["names"]);
  else if (tag === "CreateTrigStmt") addFunction(toNames(child["funcname"]), found);
}

/** Some parts are never wrapped: a name of a type, a relation of an INSERT, what follows FOR. */
function visitField(key: string, child: unknown, level: Level, found: Found): void {
  if (lockingFields.has(key) && listOf(child).length + (isRecord(child) ? 1 : 0) > 0) {
    if (key === "intoClause") throw refusal("SELECT INTO");
    if (level === "query") throw refusal("FOR UPDATE and similar clauses");
  }
  if (!isRecord(child)) return;
  if (key === "typeName") addLast(found.types, child["names"]);
  if ("relname" in child) addRelation(String(child["relname"]), found);
}

function addFunction(names: readonly string[], { functions, types }: Found): void {
  const name = names.at(-1);
  if (name === undefined) return;
  if (isDenied(name)) throw refusal(`the function ${name}`);
  functions.push({ schema: names.at(-2), name });
  // `mytype('x')` is a cast in the form of a call.
  types.add(name);
}

function addAttributes(names: readonly string[], { attributes }: Found): void {
  for (const name of names) attributes.add(name);
}

function addLast(to: Set<string>, list: unknown): void {
  const name = toNames(list).at(-1);
  if (name !== undefined) to.add(name);
}

function addRelation(name: string, { relations }: Found): void {
  if (isSecretRelation(name)) throw refusal(`the relation ${name}, which holds secrets,`);
  relations.add(name);
}

function addParameter(number: number, found: Found): void {
  found.parameters = Math.max(found.parameters, number);
}

const words: Readonly<Record<string, string>> = {
  TransactionStmt: "BEGIN, COMMIT, ROLLBACK and similar statements",
  VariableSetStmt: "SET and RESET",
  CopyStmt: "COPY",
  DoStmt: "DO",
  CallStmt: "CALL",
  InsertStmt: "INSERT",
  UpdateStmt: "UPDATE",
  DeleteStmt: "DELETE",
  MergeStmt: "MERGE",
  ListenStmt: "LISTEN",
  NotifyStmt: "NOTIFY",
  PrepareStmt: "PREPARE",
  ExecuteStmt: "EXECUTE",
  CreateTableAsStmt: "CREATE TABLE AS",
  VacuumStmt: "VACUUM and ANALYZE",
};

/** `CreateRoleStmt` as `CREATE ROLE`. */
function toWords(tag: string): string {
  const plain = tag.replace(/Stmt$/, "").replace(/([a-z])([A-Z])/g, "$1 $2");
  return words[tag] ?? (tag.endsWith("Stmt") ? plain.toUpperCase() : `the syntax ${tag}`);
}

/** Says that something is not run, and what would be. */
export function refusal(
  what: string,
  hint = "Only SELECT, VALUES, TABLE, SHOW and EXPLAIN run as a query, one statement at a time. A statement that writes, waits or reaches outside the database does not.",
): PostgresError {
  return new PostgresError(`Refused: ${what} may not run here.`, hint);
}
