import { server } from "../../tsdown.base.ts";

export default server({}, ["puppeteer-core", "@puppeteer/browsers"]);
