// Restores a page after Slipway could not be reached.
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { ApiError, ConnectionError } from '../../client/errors.ts';
import { pauseBetweenProbes, whenReachable } from './reachable.ts';

/** Returns whether Slipway didn't answer, or a proxy did in its place. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ApiError && error.requestId === undefined && [502, 503, 504].includes(error.status);
}

/** Calls `recover` every few seconds while the connection is lost, whenever Slipway answers. */
export function useRecovery(isLost: boolean, recover: () => void): void {
  const onAnswer = useEffectEvent(recover);
  useEffect(() => {
    if (!isLost) return;
    let isOver = false;
    const watch = async () => {
      while (!isOver) {
        await pauseBetweenProbes();
        await whenReachable();
        if (!isOver) onAnswer();
      }
    };
    void watch();
    return () => {
      isOver = true;
    };
  }, [isLost]);
}

/** Reads again what couldn't be read. */
export function readFailedAgain(queries: QueryClient): void {
  void queries.invalidateQueries({ predicate: ({ state }) => state.status === 'error' });
}
