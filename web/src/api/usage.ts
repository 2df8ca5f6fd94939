import { sendForJson } from './http';
import type { Usage } from './model';
import { quotaNames } from './quota';

export function getUsage(signal?: AbortSignal): Promise<Usage> {
  return sendForJson<Usage>('/usage', { signal });
}

export function hasLimits(usage: Usage | undefined): boolean {
  return usage !== undefined && quotaNames.some((name) => usage[name].limit !== null);
}
