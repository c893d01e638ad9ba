import { fileURLToPath } from "node:url";

export const bin = fileURLToPath(new URL("../dist/main.cjs", import.meta.url));
