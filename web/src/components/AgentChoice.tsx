import type { AgentManifest } from '../api/model';
import { formatDuration, localize } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import styles from './AgentChoice.module.css';

interface Props {
  agents: AgentManifest[];
  agent: AgentManifest;
  onChange: (name: string) => void;
}

export function AgentChoice({ agents, agent, onChange }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  return (
    <div className={styles.choice}>
      <label className="field-label" htmlFor="agent-name">
        {t('agent.title')}
      </label>
      <select
        id="agent-name"
        className={styles.select}
        value={agent.name}
        aria-describedby="agent-description"
        onChange={(event) => {
          onChange(event.target.value);
        }}
      >
        {agents.map((candidate) => (
          <option key={candidate.name} value={candidate.name}>
            {localize(candidate.display?.title, i18n) ?? candidate.name}
          </option>
        ))}
      </select>
      <p id="agent-description" className={styles.description}>
        {localize(agent.display?.description, i18n) ?? agent.description}
      </p>
      <p className={styles.meta}>
        <span>{t('agent.version', { version: agent.version })}</span>
        <span>{t('agent.timeLimit', { duration: formatDuration(agent.limits.timeoutMs, i18n) })}</span>
      </p>
    </div>
  );
}
