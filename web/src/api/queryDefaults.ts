import type { DefaultOptions } from '@tanstack/react-query';

import { ConnectionError } from './problem';

const MAX_RETRIES = 2;

export const queryDefaults: DefaultOptions = {
  queries: {
    // The server is often on this very machine, reachable when the browser thinks it is offline.
    networkMode: 'always',
    // An answer is an answer: only a missing one is worth asking for again.
    retry: (failures, error) => error instanceof ConnectionError && failures < MAX_RETRIES,
  },
  mutations: { networkMode: 'always' },
};
