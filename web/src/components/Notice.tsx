import type { ReactNode } from 'react';

import { WarningIcon } from './icons';
import styles from './Notice.module.css';

interface Props {
  /** `error`: something failed; `warning`: it may come right by itself. */
  kind: 'error' | 'warning';
  title: string;
  children: ReactNode;
}

/** Something that a person has to know now; said by screen readers at once. */
export function Notice({ kind, title, children }: Props) {
  return (
    <div className={styles.notice} data-kind={kind} role="alert">
      <WarningIcon />
      <div className={styles.body}>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}
