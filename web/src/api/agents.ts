import { sendForJson } from './http';
import type { AgentList, AgentManifest } from './model';

export async function listAgents(signal?: AbortSignal): Promise<AgentManifest[]> {
  const list = await sendForJson<AgentList>('/agents', { signal });
  return list.items;
}
