import { useEffect, useRef } from 'react';

import { isInputField, isWorthRetrying } from '../api/problem';
import type { RunState } from '../hooks/useAgentRun';
import { useI18n } from '../i18n/I18nContext';
import { ErrorNotice } from './ErrorNotice';
import { ResultView } from './output/ResultView';
import { OutputBoundary } from './OutputBoundary';
import { RunProgressView } from './RunProgressView';
import styles from './AgentOutput.module.css';

/** Below this width the result stands under the input, often out of sight. */
const STACKED = '(max-width: 899px)';

interface Props {
  state: RunState;
  onRetry: () => void;
}

export function AgentOutput({ state, onRetry }: Props) {
  const { t } = useI18n();
  const section = useRef<HTMLElement>(null);
  const settled = state.phase === 'finished' || state.phase === 'broken';

  useEffect(() => {
    if (settled && window.matchMedia(STACKED).matches) section.current?.scrollIntoView({ block: 'start' });
  }, [settled]);

  return (
    <section ref={section} className={`card ${styles.output ?? ''}`} aria-labelledby="result-title">
      <h2 id="result-title" className={state.phase === 'finished' ? 'visually-hidden' : 'field-label'}>
        {t('result.title')}
      </h2>
      <Content state={state} onRetry={onRetry} />
    </section>
  );
}

function Content({ state, onRetry }: Props) {
  const { t } = useI18n();
  switch (state.phase) {
    case 'idle':
      return <Placeholder title={t('result.empty')} hint={t('result.emptyHint')} />;
    case 'cancelled':
      return <Placeholder title={t('result.cancelled')} hint={t('result.cancelledHint')} />;
    case 'startingSession':
      return <RunProgressView startedAt={state.startedAt} message={t('run.startingSession')} fraction={null} />;
    case 'running':
      return (
        <RunProgressView
          startedAt={state.startedAt}
          message={state.progress?.message ?? state.progress?.stage ?? t('run.running')}
          fraction={state.progress?.fraction ?? null}
        />
      );
    case 'finished':
      return (
        <OutputBoundary key={state.result.id}>
          <ResultView agent={state.agent} result={state.result} />
        </OutputBoundary>
      );
    case 'broken':
      return state.sessionGone ? (
        <ErrorNotice
          error={state.error}
          title={t('error.sessionGone')}
          hint={t('error.sessionGoneHint')}
          action={{ label: t('run.inNewSession'), run: onRetry }}
        />
      ) : (
        <ErrorNotice
          error={state.error}
          action={isWorthRetrying(state.error) ? { run: onRetry } : undefined}
          isShownElsewhere={isInputField}
        />
      );
  }
}

function Placeholder({ title, hint }: { title: string; hint: string }) {
  return (
    <div className={styles.placeholder}>
      <svg viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">
        <path d="M24 6 40 15v18L24 42 8 33V15Z" />
        <path d="M8 15l16 9 16-9M24 24v18" />
      </svg>
      <strong>{title}</strong>
      <p className="muted">{hint}</p>
    </div>
  );
}
