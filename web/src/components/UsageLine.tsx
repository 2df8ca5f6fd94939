import type { Usage } from '../api/model';
import { quotaNames, type QuotaName } from '../api/quota';
import { hasLimits } from '../api/usage';
import { useUsage } from '../hooks/useUsage';
import { formatMoment, formatQuota } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import styles from './UsageLine.module.css';

/** What is used of what is limited. Absent where nothing is. */
export function UsageLine() {
  const i18n = useI18n();
  const { data: usage } = useUsage();
  if (!usage || !hasLimits(usage)) return null;

  const limited = quotaNames.filter((name) => usage[name].limit !== null);
  const resetsAt = limited.map((name) => usage[name].resetsAt).find((time) => time !== null);
  return (
    <section className={styles.usage} aria-label={i18n.t('usage.title')}>
      <dl className={styles.quotas}>
        {limited.map((name) => (
          <QuotaItem key={name} name={name} quota={usage[name]} />
        ))}
      </dl>
      {resetsAt && <p>{i18n.t('usage.renews', { time: formatMoment(Date.parse(resetsAt), i18n) })}</p>}
    </section>
  );
}

function QuotaItem({ name, quota: { used, limit } }: { name: QuotaName; quota: Usage[QuotaName] }) {
  const i18n = useI18n();
  if (limit === null) return null;
  return (
    <div data-used-up={used >= limit}>
      <dt>{i18n.t(`quota.${name}`)}</dt>
      <dd>
        {i18n.t('usage.of', { used: formatQuota(name, used, i18n), limit: formatQuota(name, limit, i18n) })}
        {used >= limit && `, ${i18n.t('usage.usedUp')}`}
      </dd>
    </div>
  );
}
