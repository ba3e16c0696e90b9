// Reads the results of runs over HTTP.
import { expect } from 'vitest';
import { z } from 'zod';
import type { Organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';

/** Returns the result or error lines of a run once it has ended. */
export async function runLines(org: Organization, created: unknown, kind: 'output' | 'errors'): Promise<string> {
  const { run_id } = z.object({ run_id: z.string() }).parse(created);
  const run = `/v1/namespaces/${org.namespaceId}/runs/${run_id}`;
  await waitFor(async () => expect(Object((await org.get(run)).body).ended_at).toEqual(expect.any(String)));
  return (await org.send('GET', `${run}/${kind}`, { headers: { accept: 'application/x-ndjson' } })).text;
}
