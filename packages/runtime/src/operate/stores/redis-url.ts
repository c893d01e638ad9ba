/** Whether a text names a server of Redis. */
export function isRedisUrl(text: string): boolean {
  const url = URL.parse(text);
  return (url?.protocol === "redis:" || url?.protocol === "rediss:") && url.hostname !== "";
}

/** What is wrong with an option that does not. */
export function toUrlProblem(flag: string, env: string): string {
  return `${flag} (${env}) must be redis://[user:password@]host[:port][/database], or rediss:// for TLS. It is not shown here, as it may hold a password.`;
}
