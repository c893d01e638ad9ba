import { server } from "../../tsdown.base.ts";

export default server({ external: ["puppeteer-core", "@puppeteer/browsers"] });
