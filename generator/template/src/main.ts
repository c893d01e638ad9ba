#!/usr/bin/env node
import { main } from "@fairlead/runtime/main";
import surface from "../surface.json" with { type: "json" };

await main(surface, () => import("./index.ts"));
