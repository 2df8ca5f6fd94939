import { useEffect, useState } from 'react';

import type { AgentManifest } from '../api/model';
import type { RunRequest } from '../api/runs';
import { useAgentRun } from '../hooks/useAgentRun';
import { useAgents } from '../hooks/useAgents';
import { useIsolation } from '../hooks/useIsolation';
import { useSession } from '../hooks/useSession';
import { useI18n } from '../i18n/I18nContext';
import { AgentInput } from './AgentInput';
import { AgentOutput } from './AgentOutput';
import { useAnnounce } from './AnnouncerContext';
import { ErrorNotice } from './ErrorNotice';
import { MissingWalls } from './MissingWalls';
import { SessionInfo } from './SessionInfo';
import { UsageLine } from './UsageLine';
import styles from './SandboxInterface.module.css';

interface LastRun {
  agent: AgentManifest;
  request: RunRequest;
}

/** The workplace: a session, an agent's input, and what came out of it. */
export function SandboxInterface() {
  const { t } = useI18n();
  const announce = useAnnounce();
  const agents = useAgents();
  const isolation = useIsolation();
  const control = useSession(isolation.name);
  const { state, run, cancel, busy } = useAgentRun(control);
  const [lastRun, setLastRun] = useState<LastRun | null>(null);

  const start = (agent: AgentManifest, request: RunRequest) => {
    setLastRun({ agent, request });
    void run(agent, request);
  };

  useEffect(() => {
    if (state.phase === 'running') announce(state.progress?.message ?? t('run.running'));
    if (state.phase === 'finished') announce(t('result.ready'));
    if (state.phase === 'cancelled') announce(t('result.cancelled'));
  }, [state, announce, t]);

  return (
    <main className={styles.main}>
      <MissingWalls isolations={isolation.offered} />
      <SessionInfo control={control} isolation={isolation} />
      <div className={styles.columns}>
        <section className="card" id="agent-input" tabIndex={-1} aria-label={t('agent.title')}>
          {agents.isPending && <p className="muted">{t('agent.loading')}</p>}
          {agents.error && <ErrorNotice error={agents.error} action={{ run: () => void agents.refetch() }} />}
          {agents.data?.length === 0 && <p className="muted">{t('agent.none')}</p>}
          {agents.data && agents.data.length > 0 && (
            <AgentInput
              agents={agents.data}
              busy={busy}
              error={state.phase === 'broken' ? state.error : null}
              onRun={start}
              onCancel={cancel}
            />
          )}
        </section>
        <AgentOutput
          state={state}
          onRetry={() => {
            if (lastRun) start(lastRun.agent, lastRun.request);
          }}
        />
      </div>
      <UsageLine />
    </main>
  );
}
