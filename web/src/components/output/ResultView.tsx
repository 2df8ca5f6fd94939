import { useState } from 'react';

import type { AgentManifest, OutputDisplay, RunResult } from '../../api/model';
import { formatElapsed, localize } from '../../i18n/format';
import { useI18n } from '../../i18n/I18nContext';
import { CopyButton } from '../CopyButton';
import { CheckIcon, WarningIcon } from '../icons';
import { Facts } from './Facts';
import { JsonView } from './JsonView';
import { remainingScalars, valueAt } from './outputPath';
import { viewFor } from './views';
import styles from './ResultView.module.css';

interface Props {
  agent: AgentManifest;
  result: RunResult;
}

/** A finished run, laid out by the agent's display hints; without any, as JSON. */
export function ResultView({ agent, result }: Props) {
  const i18n = useI18n();
  const hints = agent.display?.output ?? [];
  const succeeded = result.status === 'succeeded';
  const hasOutput = result.output !== null && result.output !== undefined;

  return (
    <div className={styles.result}>
      <header className={styles.head}>
        <span className={styles.status} data-succeeded={succeeded}>
          {succeeded ? <CheckIcon /> : <WarningIcon />}
          {i18n.t(`result.${result.status}`)}
        </span>
        <span className={styles.duration} title={i18n.t('result.duration')}>
          {formatElapsed(result.durationMs, i18n)}
        </span>
      </header>
      {!succeeded && <Failure result={result} />}
      {hasOutput && <Output output={result.output} hints={hints} />}
      {!hasOutput && succeeded && <p className="muted">{i18n.t('result.nothing')}</p>}
      {hasOutput && hints.length > 0 && <RawJson output={result.output} />}
    </div>
  );
}

function Output({ output, hints }: { output: unknown; hints: OutputDisplay[] }) {
  const i18n = useI18n();
  if (hints.length === 0) return <JsonView value={output} />;
  return (
    <>
      {hints.map(({ path, as, label }) => {
        const value = valueAt(output, path);
        if (value === undefined) return null; // the user switched this part off
        const View = viewFor(as);
        return (
          <section key={path} className={styles.section}>
            <h3>{localize(label, i18n) ?? path}</h3>
            <View value={value} />
          </section>
        );
      })}
      <Facts facts={remainingScalars(output, hints.map(({ path }) => path))} />
    </>
  );
}

function Failure({ result: { status, error, exitCode, signal, stderr } }: { result: RunResult }) {
  const { t } = useI18n();
  const ending = [
    exitCode === null ? null : t('result.exitCode', { code: String(exitCode) }),
    signal === null ? null : t('result.signal', { signal: String(signal) }),
  ].filter((part) => part !== null);

  return (
    <div className={styles.failure} role="alert">
      {status !== 'succeeded' && <p>{t(`result.${status}Hint`)}</p>}
      {error && <p dir="auto">{error.message}</p>}
      {ending.length > 0 && <p className="muted">{ending.join(' · ')}</p>}
      {stderr !== '' && (
        <>
          <h3>{t('result.stderr')}</h3>
          <JsonView value={stderr} />
        </>
      )}
    </div>
  );
}

/** Written out only when opened: an agent's output may be a megabyte. */
function RawJson({ output }: { output: unknown }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  return (
    <details
      className={styles.raw}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>{t('result.raw')}</summary>
      {open && (
        <div className={styles.rawBody}>
          <CopyButton text={JSON.stringify(output, null, 2)} label={t('result.copyJson')} />
          <JsonView value={output} />
        </div>
      )}
    </details>
  );
}
