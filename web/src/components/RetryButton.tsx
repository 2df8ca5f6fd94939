import { useState } from 'react';

import { monotonicNow } from '../hooks/monotonicNow';
import { useNow } from '../hooks/useNow';
import { useI18n } from '../i18n/I18nContext';

interface Props {
  label: string;
  /** As told by Retry-After: until then the button only counts down. */
  waitMs: number;
  onRetry: () => void;
}

export function RetryButton({ label, waitMs, onRetry }: Props) {
  const { t } = useI18n();
  const now = useNow(monotonicNow, 250);
  const [readyAt] = useState(now + waitMs);
  const seconds = Math.ceil((readyAt - now) / 1000);
  const waiting = seconds > 0;

  return (
    <button
      type="button"
      className="button"
      aria-disabled={waiting}
      onClick={() => {
        if (!waiting) onRetry();
      }}
    >
      {waiting ? t('error.retryIn', { count: seconds }) : label}
    </button>
  );
}
