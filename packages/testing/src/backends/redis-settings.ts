/** With characters that a URL may hold as they are, and that are long enough to be looked for. */
export const redisPassword = "correct-horse-battery-staple";

/** What is written is there again after a stop. */
export const redisSettings = [
  ...["--requirepass", redisPassword],
  ...["--appendonly", "yes", "--save", ""],
];
