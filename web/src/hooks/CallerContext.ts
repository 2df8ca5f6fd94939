import { createContext, useContext } from 'react';

import { denialOf, type Denial, type Scope } from '../api/access';
import type { Me } from '../api/model';

export const CallerContext = createContext<Me | null>(null);

export function useCaller(): Me {
  const caller = useContext(CallerContext);
  if (caller === null) throw new Error('useCaller needs a CallerContext above it.');
  return caller;
}

/** What stands against a change that needs these scopes; null when nothing does. */
export function useDenial(...needed: Scope[]): Denial | null {
  return denialOf(useCaller(), needed);
}
