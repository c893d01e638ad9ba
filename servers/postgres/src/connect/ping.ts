import type { Pool } from "pg";

/**
 * Resolves once the database has answered. A connection that has not answered by then is closed, since
 * one that a network has lost would stay silent for good.
 */
export async function ping(pool: Pool, signal: AbortSignal): Promise<void> {
  const client = await pool.connect();
  let isCut = false;
  const cut = () => {
    if (!isCut) client.release(true);
    isCut = true;
  };
  signal.addEventListener("abort", cut, { once: true });
  try {
    signal.throwIfAborted();
    await client.query("SELECT 1");
  } catch (error) {
    cut();
    throw error;
  } finally {
    signal.removeEventListener("abort", cut);
  }
  if (!isCut) client.release();
}
