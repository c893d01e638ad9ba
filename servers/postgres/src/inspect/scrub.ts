const secret =
  /passw|pwd|secret|token|credential|crypt|_key|conninfo|identified|:\/\/[^\s/]*:[^\s/]*@/i;

/**
 * What may be shown of another session's statement: of one that speaks of a secret and holds a text,
 * or the beginning of one, its first words alone. No reading of quotes and comments is in it that a
 * statement could be written to deceive.
 */
export function scrub(sql: string): string {
  if (!secret.test(sql) || !/['$]/.test(sql.replace(/\$\d+/g, ""))) return sql;
  const [words = ""] = /^\s*(?:[a-z]+\s+){0,2}/i.exec(sql) ?? [];
  return `${words.trim()} [redacted: it speaks of a secret]`.trim();
}
