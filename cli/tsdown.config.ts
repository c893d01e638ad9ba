import { command } from "../tsdown.base.ts";

export default command({ main: "src/main.ts" });
