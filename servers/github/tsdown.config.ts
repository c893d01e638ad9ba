import { server } from "../../tsdown.base.ts";

export default server({ external: ["emulate"] });
