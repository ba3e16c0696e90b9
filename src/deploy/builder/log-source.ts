// Sends the builder contract's requests for storing logs.
import { type LogSource, unstoredLogsSchema } from '../../contract/builder/log-chunk.ts';

/** `send` returns only successful responses. */
export function logSource(send: (path: string, init: RequestInit) => Promise<Response>): LogSource {
  return {
    unstoredLogs: async ({ id, waitMs = 0, seal = false }) => {
      const query = new URLSearchParams({ wait: String(waitMs) });
      if (id !== undefined) query.set('id', id);
      if (seal) query.set('seal', '1');
      return unstoredLogsSchema.parse(await (await send(`/logs?${query}`, {})).json());
    },
    logsStored: async (stored) => {
      const headers = { 'content-type': 'application/json' };
      const response = await send('/logs/stored', { method: 'POST', headers, body: JSON.stringify(stored) });
      await response.body?.cancel();
    },
  };
}
