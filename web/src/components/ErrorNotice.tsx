import { ConnectionError, ProblemError, type Problem } from '../api/problem';
import { RunBrokenError } from '../api/runs';
import { useI18n } from '../i18n/I18nContext';
import type { Translator } from '../i18n/translator';
import { Notice } from './Notice';
import { RetryButton } from './RetryButton';
import styles from './ErrorNotice.module.css';

const SESSION_LOST = 'session_lost';

interface Props {
  error: unknown;
  /** Instead of what the error says of itself. */
  title?: string;
  hint?: string;
  action?: { label?: string; run: () => void } | undefined;
  /** Fields whose errors stand beside them and need not be told twice. */
  isShownElsewhere?: (field: string) => boolean;
}

/** Any failure, told to a person: what happened, what to do, and what to quote when asking for help. */
export function ErrorNotice({ error, title, hint, action, isShownElsewhere = () => false }: Props) {
  const i18n = useI18n();
  const told = describe(error, isShownElsewhere, i18n);
  const retryAfterMs = error instanceof ProblemError ? error.retryAfterMs : null;

  return (
    <Notice kind="error" title={title ?? told.title}>
      <p dir="auto">{hint ?? told.hint}</p>
      {told.references.length > 0 && <p className={styles.references}>{told.references.join(' · ')}</p>}
      {action && (
        <RetryButton
          key={String(retryAfterMs)}
          label={action.label ?? i18n.t('error.retry')}
          waitMs={retryAfterMs ?? 0}
          onRetry={action.run}
        />
      )}
    </Notice>
  );
}

interface Description {
  title: string;
  hint: string | null;
  references: string[];
}

function describe(error: unknown, isShownElsewhere: (field: string) => boolean, i18n: Translator): Description {
  const { t } = i18n;
  if (error instanceof ProblemError) return describeProblem(error, isShownElsewhere, i18n);
  if (error instanceof RunBrokenError) {
    return {
      title: t('error.interrupted'),
      hint: error.message,
      references: [t('error.code', { code: error.code })],
    };
  }
  if (error instanceof ConnectionError) {
    return { title: t('error.network'), hint: t('error.networkHint'), references: [] };
  }
  return { title: t('error.title'), hint: t('error.unexpected'), references: [] };
}

function describeProblem(
  { problem }: ProblemError,
  isShownElsewhere: (field: string) => boolean,
  { t }: Translator,
): Description {
  const { code, requestId } = problem;
  const fields = Object.entries(problem.errors).filter(([field]) => !isShownElsewhere(field));
  return {
    title: problemTitle(problem, { t }) ?? problem.title,
    hint: [problemHint(problem, { t }), ...fields.map(toLine)].filter(Boolean).join('\n'),
    references: [
      code === null ? null : t('error.code', { code }),
      requestId === null ? null : t('error.requestId', { id: requestId }),
    ].filter((reference) => reference !== null),
  };
}

/** What a person meets often is named in their language; the rest as the server says. */
function problemTitle({ code, status }: Problem, { t }: Pick<Translator, 't'>): string | null {
  if (code === SESSION_LOST) return t('session.lost');
  if (status === 429) return t('error.rateLimited');
  if (status === 503) return t('error.busy');
  return null;
}

function problemHint({ code, detail }: Problem, { t }: Pick<Translator, 't'>): string | null {
  return code === SESSION_LOST ? t('error.sessionLostHint') : detail;
}

function toLine([field, messages]: [string, string[]]): string {
  return `${field}: ${messages.join(' ')}`;
}
