/** What a text of SQL seems to do, judged by its words alone: whatever is in doubt destroys. */
export type Kind = "adds" | "changes" | "destroys";

const drastic =
  /\b(?:alter|call|create|delete|do|drop|execute|grant|merge|refresh|revoke|truncate|update)\b/;

/**
 * Judges before there is a connection or a parser, for the question whether a person must agree.
 * What may run at all is the guard's to say, by the tree.
 */
export function toKind(sql: string): Kind {
  // Escapes and nested comments end elsewhere than these words can tell.
  if (sql.includes("\\") || /\/\*.*\/\*/s.test(sql)) return "destroys";
  const words = strip(sql).toLowerCase();
  const [, first] = /^\s*([a-z]+)/.exec(words) ?? [];
  const rest = words
    .replace(/^\s*[a-z]+/, "")
    .replace(/\bon\s+conflict\b.*?\bdo\s+(?:update|nothing)/s, "");
  if (drastic.test(rest)) return "destroys";
  if (first === "insert") return "adds";
  const bounded = /\bwhere\b/.test(rest);
  return (first === "update" || first === "delete") && bounded ? "changes" : "destroys";
}

/** Without texts, quoted names and comments, whose words mean nothing; read once, left to right. */
function strip(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$).*?\1|--[^\n]*|\/\*.*?\*\//gs, " ");
}
