export { type Bus, type Listener, MemoryBus, type Notice } from "./bus.ts";
export { type EventStore, MemoryEventStore, type StoreBounds, type StreamEvent } from "./events.ts";
export type { Json } from "./json.ts";
export {
  type Charge,
  type Held,
  type LimitStore,
  type QuotaRule,
  type RateRule,
  type SlotRule,
  slotRetryMs,
  spanGraceMs,
  type Taken,
  tolerance,
} from "./limits.ts";
export { MemoryLimits } from "./memory-limits.ts";
export { MemoryTaskStore } from "./memory-tasks.ts";
export { MemoryStates, type StateStore } from "./states.ts";
export { defaultTaskLimits, type TaskLimits, toLost, workerGone } from "./task-limits.ts";
export type {
  Ending,
  Lease,
  NewTask,
  Task,
  TaskAnswer,
  TaskPlace,
  TaskStatus,
  TaskStore,
  TaskWatcher,
} from "./tasks.ts";
export { MemoryVault, type Vault } from "./vault.ts";
export { type CalendarWindow, type Span, toSpan } from "./windows.ts";
