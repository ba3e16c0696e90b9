// Follows a deployment through server-sent events. Each event makes the page read the deployment again; without a stream, a timer does.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../api.ts';
import { deploymentQuery } from '../queries.ts';

/** Events in quick succession, such as a burst of log lines, cause one read. */
const gatherMs = 150;
const pollMs = 2000;

export function useLiveDeployment(namespace_id: string, deployment_id: string, isUnderWay: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!isUnderWay) return;
    const stopped = new AbortController();
    const { queryKey } = deploymentQuery(namespace_id, deployment_id);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readSoon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey });
      }, gatherMs);
    };
    const follow = async () => {
      const path = { namespace_id, deployment_id };
      const { signal } = stopped;
      const stream = api.events('/v1/namespaces/{namespace_id}/deployments/{deployment_id}/events', { path, signal });
      for await (const _ of stream) readSoon();
    };
    const poll = setInterval(readSoon, pollMs);
    // If the stream can't be opened, the page relies on the timer.
    follow().catch(() => undefined);
    return () => {
      stopped.abort();
      clearInterval(poll);
      clearTimeout(timer);
    };
  }, [namespace_id, deployment_id, isUnderWay, queries]);
}
