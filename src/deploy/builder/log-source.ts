// Sends the builder contract's requests for storing logs and for counting the time that instances were awake.

import { type LogSource, unstoredLogsSchema } from '../../contract/builder/log-chunk.ts';
import { type AwakeSource, awakeReportSchema } from '../../contract/builder/reports.ts';

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

/** `send` returns only successful responses, or undefined if the builder's release doesn't measure. */
export function awakeSource(send: (path: string, init: RequestInit) => Promise<Response | undefined>): AwakeSource {
  return {
    awake: async (request) => {
      const headers = { 'content-type': 'application/json' };
      const response = await send('/awake', { method: 'POST', headers, body: JSON.stringify(request) });
      return response ? awakeReportSchema.parse(await response.json()).instances : [];
    },
  };
}
