import { Activity, useEffect, useRef } from 'react';

import { CallerContext } from '../hooks/CallerContext';
import { useAccess, type Access } from '../hooks/useAccess';
import { useI18n } from '../i18n/I18nContext';
import { useAnnounce } from './AnnouncerContext';
import { ErrorNotice } from './ErrorNotice';
import { Header } from './Header';
import { Login } from './Login';
import { SandboxInterface } from './SandboxInterface';
import styles from './Page.module.css';

/** The workplace, or what stands before it: nothing of it is shown or asked for until the server knows the caller. */
export function Page() {
  const access = useAccess();
  const { caller, keeper, work, isLoginNeeded, error, retry, logout } = access;
  useWelcome(access);

  return (
    <>
      <Header access={access} />
      {logout.error && (
        <div className={styles.notice}>
          <ErrorNotice
            error={logout.error}
            action={{
              run: () => {
                logout.mutate();
              },
            }}
          />
        </div>
      )}
      {error && (
        <main className={styles.notice}>
          <ErrorNotice error={error} action={{ run: () => void retry() }} />
        </main>
      )}
      {isLoginNeeded && <Login login={access.login} isInterrupted={keeper !== null} />}
      {keeper && (
        // Hidden it keeps what was typed, but asks the server nothing and stops a run.
        <Activity mode={caller ? 'visible' : 'hidden'}>
          <CallerContext key={work} value={keeper}>
            <SandboxInterface />
          </CallerContext>
        </Activity>
      )}
    </>
  );
}

/** The form is gone with the keyboard's place in it: go on at the input, and say so. */
function useWelcome({ caller, login }: Access) {
  const { t } = useI18n();
  const announce = useAnnounce();
  const welcomed = useRef<unknown>(null);

  useEffect(() => {
    if (caller === null || login.data === undefined || welcomed.current === login.data) return;
    welcomed.current = login.data;
    announce(t('login.done', { owner: caller.owner }));
    document.getElementById('agent-input')?.focus();
  }, [caller, login.data, announce, t]);
}
