import { useState } from 'react';

import { monotonicNow } from '../hooks/monotonicNow';
import { useNow } from '../hooks/useNow';
import { formatWait } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';

interface Props {
  label: string;
  /** As told by Retry-After: until then the button only counts down. */
  waitMs: number;
  onRetry: () => void;
}

export function RetryButton({ label, waitMs, onRetry }: Props) {
  const i18n = useI18n();
  const now = useNow(monotonicNow, 250);
  const [readyAt] = useState(now + waitMs);
  const remainingMs = readyAt - now;
  const waiting = remainingMs > 0;

  return (
    <button
      type="button"
      className="button"
      aria-disabled={waiting}
      onClick={() => {
        if (!waiting) onRetry();
      }}
    >
      {waiting ? formatWait(remainingMs, i18n) : label}
    </button>
  );
}
