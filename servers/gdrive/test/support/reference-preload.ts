import { registerHooks } from "node:module";

// Loaded before the reference server: it asks for the package googleapis, which is not installed
// here, and is given the part of it that it uses.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "googleapis") return next(specifier, context);
    return { url: new URL("./reference-google.ts", import.meta.url).href, shortCircuit: true };
  },
});
