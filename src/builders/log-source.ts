// Sends the builder contract's requests for storing logs and for counting the time that instances were awake.
import { type LogSource, unstoredLogsSchema } from '../contract/builder/logs/chunk.ts';
import { type AwakeSource, awakeReportSchema } from '../contract/builder/machine/reports.ts';
import { unlessMissing } from './requests.ts';

/** `send` returns only successful responses. */
export function logSource(send: (path: string, init: RequestInit) => Promise<Response>): LogSource & AwakeSource {
  const post = (path: string, body: unknown) =>
    send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return {
    unstoredLogs: async ({ id, waitMs = 0, seal = false }) => {
      const query = new URLSearchParams({ wait: String(waitMs) });
      if (id !== undefined) query.set('id', id);
      if (seal) query.set('seal', '1');
      return unstoredLogsSchema.parse(await (await send(`/logs?${query}`, {})).json());
    },
    logsStored: async (stored) => {
      const response = await post('/logs/stored', stored);
      await response.body?.cancel();
    },
    awake: async (request) => {
      const response = await unlessMissing(post('/awake', request)); // a builder of an earlier release doesn't measure
      return response ? awakeReportSchema.parse(await response.json()).instances : [];
    },
  };
}
