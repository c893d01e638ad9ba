// What TypeScript knows of api.json: reading its own types out of a large file would take long.
declare const api: import("@fairlead/runtime/openapi").ApiData;
export = api;
