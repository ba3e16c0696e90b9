// A plugin that answers with its call's trace, and calls in a trace.
import { handler, type TestBuilder } from '../support.ts';

const body = '{"inputs":{},"parameters":{}}';
export const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
export const sampled = `00-${traceId}-${spanId}-01`;
export const traced = handler(
  'def predict(self, request):\n    return {"trace": context.traceparent}',
  'from slipway import context',
);

/** Returns the trace that the plugin finds. */
export async function traceOf(of: TestBuilder, id: string, traceparent?: string): Promise<string | null> {
  const headers = { 'slipway-request': 'req_1', ...(traceparent === undefined ? {} : { traceparent }) };
  const response = await of.fetch(`/instances/${id}/invoke`, { method: 'POST', body, headers });
  return JSON.parse(await response.text()).result.trace;
}
