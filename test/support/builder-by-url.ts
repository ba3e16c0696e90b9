// Returns a client for one builder, which tests share. The Worker's own client has a pool of builders.
import { askHealth, type BuilderUrl, builderBy, inTrace, reportBuilder, sendByUrl } from '../../src/builders/client.ts';
import type { Builder } from '../../src/contract/builder/builder.ts';
import type { TraceContext } from '../../src/core/trace-context.ts';

/** Each request carries the trace. */
export function builderByUrl(at: BuilderUrl, trace: TraceContext | null = null): Builder {
  const listed = { name: new URL(at.url).host, url: at.url, source: 'settings', mode: 'active' } as const;
  const reports = async () => [await reportBuilder(listed, () => askHealth(at))];
  return { ...builderBy(inTrace(sendByUrl(at), trace), 1), reports };
}
