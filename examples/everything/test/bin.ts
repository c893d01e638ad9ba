import { fileURLToPath } from "node:url";

export const bin = fileURLToPath(new URL("../dist/main.js", import.meta.url));
