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
      <div className={styles.row}>
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
        <span className={styles.version}>v{agent.version}</span>
      </div>
      <p id="agent-description" className={styles.description}>
        {localize(agent.display?.description, i18n) ?? agent.description}{' '}
        {t('agent.timeLimit', { duration: formatDuration(agent.limits.timeoutMs, i18n) })}
      </p>
    </div>
  );
}
