export { type Budget, createRoom, fits, isHighSurrogate, Room, toBudget } from "./room.ts";
export {
  cleanPlainText,
  cleanText,
  escapeMarks,
  markUntrusted,
  revealName,
  revealText,
} from "./text.ts";
