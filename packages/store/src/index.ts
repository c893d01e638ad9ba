export { type Bus, type Listener, MemoryBus, type Notice } from "./bus.ts";
export { type EventStore, MemoryEventStore, type StoreBounds, type StreamEvent } from "./events.ts";
export type { Json } from "./json.ts";
export { MemoryTaskStore, type TaskLimits } from "./memory-tasks.ts";
export { MemoryStates, type StateStore } from "./states.ts";
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
