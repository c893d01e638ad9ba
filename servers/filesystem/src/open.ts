import { createPathGuard, type PathGuard, type PathGuardOptions } from "@fairlead/guard";
import { SearchPool } from "./search/search-pool.ts";

export interface Opened {
  readonly guard: PathGuard;
  readonly searches: SearchPool;
  close(): Promise<void>;
}

/** Opens the allowed directories, and the threads that search them. */
export async function openDirectories(options: PathGuardOptions): Promise<Opened> {
  const guard = await createPathGuard(options);
  const searches = new SearchPool();
  return { guard, searches, close: () => searches.close() };
}
