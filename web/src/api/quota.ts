/** What an owner's use may be bounded in, most telling first. */
export const quotaNames = ['concurrentSessions', 'sessions', 'cpuSeconds', 'memoryGiBHours', 'diskBytes'] as const;

export type QuotaName = (typeof quotaNames)[number];

export function isQuotaName(name: unknown): name is QuotaName {
  return quotaNames.some((known) => known === name);
}
