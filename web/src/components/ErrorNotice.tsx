import { ConnectionError, ProblemError, type Problem, type UsedUpQuota } from '../api/problem';
import { RunBrokenError } from '../api/runs';
import { useI18n } from '../i18n/I18nContext';
import type { PlainKey } from '../i18n/catalogue';
import { formatQuota } from '../i18n/format';
import type { Translator } from '../i18n/translator';
import { Notice } from './Notice';
import { RetryButton } from './RetryButton';
import styles from './ErrorNotice.module.css';

/** By the server's code; what has no hint here is told with figures, or in the server's words. */
const knownProblems = new Map<string, { title: PlainKey; hint?: PlainKey }>([
  ['session_lost', { title: 'session.lost', hint: 'error.sessionLostHint' }],
  ['unauthenticated', { title: 'error.loggedOut', hint: 'error.loggedOutHint' }],
  ['forbidden', { title: 'error.forbidden', hint: 'error.forbiddenHint' }],
  ['rate_limited', { title: 'error.rateLimited', hint: 'error.rateLimitedHint' }],
  ['quota_exceeded', { title: 'error.quotaExceeded' }],
  ['too_many_streams', { title: 'error.tooMany', hint: 'error.tooManyHint' }],
  ['too_many_commands', { title: 'error.tooMany', hint: 'error.tooManyHint' }],
]);

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
  i18n: Translator,
): Description {
  const { t } = i18n;
  const { code, requestId } = problem;
  const fields = Object.entries(problem.errors).filter(([field]) => !isShownElsewhere(field));
  return {
    title: problemTitle(problem, i18n) ?? problem.title,
    hint: [problemHint(problem, i18n), ...fields.map(toLine)].filter(Boolean).join('\n'),
    references: [
      code === null ? null : t('error.code', { code }),
      requestId === null ? null : t('error.requestId', { id: requestId }),
    ].filter((reference) => reference !== null),
  };
}

/** What a person meets often is told in their language; the rest as the server says it. */
function problemTitle({ code, status }: Problem, { t }: Pick<Translator, 't'>): string | null {
  const known = code === null ? undefined : knownProblems.get(code);
  if (known) return t(known.title);
  if (status === 429) return t('error.rateLimited');
  if (status === 503) return t('error.busy');
  return null;
}

function problemHint({ code, detail, quota }: Problem, i18n: Translator): string | null {
  if (quota) return quotaHint(quota, i18n);
  const hint = code === null ? undefined : knownProblems.get(code)?.hint;
  return hint ? i18n.t(hint) : detail;
}

function quotaHint({ name, used, limit, resetsAt }: UsedUpQuota, i18n: Translator): string {
  const values = {
    quota: i18n.t(`quota.${name}`),
    used: formatQuota(name, used, i18n),
    limit: formatQuota(name, limit, i18n),
  };
  return resetsAt === null ? i18n.t('error.quotaHeld', values) : i18n.t('error.quotaSpent', values);
}

function toLine([field, messages]: [string, string[]]): string {
  return `${field}: ${messages.join(' ')}`;
}
