// What a process needs of a definition to carry it out.
export { compose } from "./middleware.ts";
export { embedded, isReply, text } from "./reply.ts";
export { answerKind, isRawSchema } from "./schema.ts";
export { listKinds } from "./server.ts";
export { toResourceFacts } from "./surface/to-surface.ts";
