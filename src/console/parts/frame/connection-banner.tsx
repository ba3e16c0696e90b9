// Says when a page shows what was read before, because the browser is offline or reading it again failed.
import { onlineManager, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { ConnectionError } from '../../../client/errors.ts';

const messages = {
  offline:
    'This browser is offline. The page shows what was read before, and is read again when the connection is back.',
  unreachable: 'Slipway cannot be reached. The page shows what was read before, and is read again in a few seconds.',
  stale: 'Reading this page again failed. It shows what was read before, and is read again in a few seconds.',
};

function stateOf(queries: QueryClient): keyof typeof messages | null {
  if (!onlineManager.isOnline()) return 'offline';
  const shown = queries.getQueryCache().findAll({ type: 'active' });
  const errors = shown.flatMap(({ state }) => (state.data !== undefined && state.error ? [state.error] : []));
  if (errors.length === 0) return null;
  return errors.some((error) => error instanceof ConnectionError) ? 'unreachable' : 'stale';
}

export function ConnectionBanner() {
  const queries = useQueryClient();
  const subscribe = useCallback(
    (changed: () => void) => {
      const ends = [queries.getQueryCache().subscribe(changed), onlineManager.subscribe(changed)];
      return () => {
        for (const end of ends) end();
      };
    },
    [queries],
  );
  const state = useSyncExternalStore(subscribe, () => stateOf(queries));
  return (
    <div role="status" className={state === null ? 'unseen' : 'banner'}>
      {state !== null && messages[state]}
    </div>
  );
}
