import { sendForJson } from './http';
import type { Runtime, RuntimeList } from './model';

export async function listRuntimes(signal?: AbortSignal): Promise<Runtime[]> {
  const list = await sendForJson<RuntimeList>('/runtimes', { signal });
  return list.items;
}
