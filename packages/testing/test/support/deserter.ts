// Starts a PostgreSQL in a container, says so and never ends it.
import { createPostgres } from "../../src/index.ts";

await createPostgres();
process.stdout.write(`${process.pid}\n`);
setInterval(() => {}, 1_000);
