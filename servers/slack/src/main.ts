#!/usr/bin/env node
import { main } from "@fairlead/runtime/main";
import surface from "../surface.json" with { type: "json" };

void main(surface, () => import("./index.ts"));
