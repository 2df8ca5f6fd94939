import { useEffect, useState } from 'react';

/** A clock's time, read again at every interval. */
export function useNow(clock: () => number, intervalMs: number): number {
  const [now, setNow] = useState(clock);

  useEffect(() => {
    const timer = setInterval(() => {
      setNow(clock());
    }, intervalMs);
    return () => {
      clearInterval(timer);
    };
  }, [clock, intervalMs]);

  return now;
}
