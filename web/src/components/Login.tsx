import { useEffect, useId, useRef, useState } from 'react';

import { isUnauthenticated } from '../api/problem';
import { CookieRefusedError, type Access } from '../hooks/useAccess';
import { useI18n } from '../i18n/I18nContext';
import type { Translator } from '../i18n/translator';
import { ErrorNotice } from './ErrorNotice';
import { FieldErrors } from './FieldErrors';
import styles from './Login.module.css';

const MAKE_KEY = './run key create';

interface Props {
  login: Access['login'];
  /** Somebody was at work, and what they typed waits for them. */
  isInterrupted: boolean;
}

/** Asks for a key. It lives in its field alone: not in the page's state, its address or the browser's stores. */
export function Login({ login, isInterrupted }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const field = useRef<HTMLInputElement>(null);
  const [isEmpty, setEmpty] = useState(false);
  const ids = { title: useId(), field: useId(), hint: useId(), errors: useId() };

  useEffect(() => field.current?.focus(), []);

  const fieldError = isEmpty ? t('login.empty') : fieldErrorOf(login.error, i18n);
  const otherError = isEmpty || fieldError !== null ? null : login.error;

  const submit = () => {
    if (login.isPending) return;
    const readKey = () => field.current?.value.trim() ?? '';
    setEmpty(readKey() === '');
    field.current?.focus();
    if (readKey() === '') return;
    login.mutate(readKey, { onError: () => field.current?.select() });
  };

  return (
    <main className={styles.main}>
      <form
        className={`card ${styles.form ?? ''}`}
        aria-labelledby={ids.title}
        autoComplete="off"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div>
          <h2 id={ids.title} className={styles.title}>
            {t('login.title')}
          </h2>
          <p className="muted" role={isInterrupted ? 'alert' : undefined}>
            {isInterrupted ? t('login.goOn') : t('login.intro')}
          </p>
        </div>
        <div className={styles.key}>
          <label className="field-label" htmlFor={ids.field}>
            {t('login.key')}
          </label>
          <KeyField
            field={field}
            id={ids.field}
            describedBy={`${ids.errors} ${ids.hint}`}
            isInvalid={fieldError !== null}
          />
          <FieldErrors id={ids.errors} messages={fieldError === null ? [] : [fieldError]} />
        </div>
        {otherError && <ErrorNotice error={otherError} action={{ run: submit }} />}
        <button type="submit" className="button primary" aria-disabled={login.isPending}>
          {login.isPending ? t('login.checking') : t('login.submit')}
        </button>
        <p id={ids.hint} className={styles.hint}>
          {t('login.hint', { command: MAKE_KEY })}
        </p>
      </form>
    </main>
  );
}

interface FieldProps {
  field: React.RefObject<HTMLInputElement | null>;
  id: string;
  describedBy: string;
  isInvalid: boolean;
}

/** Without a name, so that no form could ever put its value into an address. */
function KeyField({ field, id, describedBy, isInvalid }: FieldProps) {
  const { t } = useI18n();
  const [isShown, setShown] = useState(false);
  return (
    <div className={styles.field}>
      <input
        ref={field}
        id={id}
        className={styles.input}
        type={isShown ? 'text' : 'password'}
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        aria-invalid={isInvalid}
        aria-describedby={describedBy}
      />
      <button
        type="button"
        className="button"
        aria-label={isShown ? t('login.hideKey') : t('login.showKey')}
        aria-controls={id}
        onClick={() => {
          setShown(!isShown);
        }}
      >
        {isShown ? t('login.hide') : t('login.show')}
      </button>
    </div>
  );
}

function fieldErrorOf(error: unknown, { t }: Pick<Translator, 't'>): string | null {
  if (isUnauthenticated(error)) return t('login.wrong');
  return error instanceof CookieRefusedError ? t('login.noCookie') : null;
}
