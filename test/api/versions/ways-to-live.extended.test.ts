// Tests that no way makes a version take calls that must take none, over HTTP: each way, for each reason, for plugins of the namespace and
// of its organization. test/ways-to-live.extended.test.ts finds the ways in the sources.
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  deploy,
  enable,
  liveNow,
  type Owner,
  oneLive,
  outcomeOf,
  owners,
  publishOwn,
  type Reason,
  reasonCodes,
  reasons,
  secondId,
  type Unfit,
} from '../../support/scenes/unfit-versions.ts';

interface Way {
  /** Prepares the way before 1.0.1 must take no calls. */
  before?: (s: Unfit) => Promise<unknown>;
  /** Whether 1.0.0 must answer calls. */
  answers?: boolean;
  path: string;
  body?: object;
  /** Refusals other than the reason's own. */
  instead?: Partial<Record<Reason, string>>;
}

const ways: Record<string, Way> = {
  'a deployment': { path: `plugins/${secondId}/deploy` },
  'a batch-only deployment': { path: `plugins/${secondId}/deploy`, body: { deployment_type: 'batch_only' } },
  'a retried deployment': { path: 'deployments/ID/retry', before: cancelled },
  'a rollback': { path: 'plugins/by-name/hello_ext/rollback', body: { version: '1.0.1' } },
  // Only a live version can be released, and advisories refuse no live version.
  'a release': {
    answers: true,
    path: 'releases',
    body: { plugin: 'hello_ext', version: '1.0.1' },
    instead: { 'advisories-refused': 'conflict' },
  },
};

/** Requests a deployment of 1.0.1, and cancels it. */
async function cancelled(s: Unfit): Promise<string> {
  const { deployment_id } = z.object({ deployment_id: z.string() }).parse((await deploy(s)).body);
  await s.org.post(`/v1/namespaces/${s.org.namespaceId}/deployments/${deployment_id}/cancel`);
  return deployment_id;
}

/** Has 1.0.1 published and, for a plugin of the organization, enabled; then a reason against it. */
async function unfit(owner: Owner, reason: Reason, { answers = false, before }: Way): Promise<Unfit & { id: string }> {
  const s = await oneLive(owner, { answers });
  const comesBefore = reason === 'needs-approval';
  if (comesBefore) await reasons[reason](s);
  await publishOwn(s);
  if (!comesBefore && owner === 'organization') await enable(s, secondId, { deploy: false });
  const id = comesBefore ? 'dep_none' : String(await before?.(s));
  if (!comesBefore) await reasons[reason](s);
  return { ...s, id };
}

const cells = owners.flatMap((owner) =>
  reasonCodes.flatMap((reason) => Object.keys(ways).map((way): [string, Owner, Reason] => [way, owner, reason])),
);

test.each(cells)('%s of a plugin of the %s is refused: %s', async (name, owner, reason) => {
  const way = ways[name] ?? { path: '' };
  const { before, body, instead, path } = way;
  const s = await unfit(owner, reason, way);
  const outcome = await outcomeOf(s, `/v1/namespaces/${s.org.namespaceId}/${path.replace('ID', s.id)}`, body);
  // What isn't enabled in a namespace, or was never deployed, is absent there.
  const isAbsent = reason === 'needs-approval' && (owner === 'organization' || before !== undefined);
  expect(outcome).toBe(isAbsent ? 'not-found' : (instead?.[reason] ?? reason));
  expect(await liveNow(s)).toEqual({ named: '1.0.0', second: false });
});

test.each(reasonCodes)('enabling a version is refused: %s', async (reason) => {
  const s = await oneLive('organization', { answers: false });
  await publishOwn(s);
  await reasons[reason](s);
  expect(await outcomeOf(s, `/v1/namespaces/${s.org.namespaceId}/plugins/org/${secondId}/enable`)).toBe(reason);
  expect(await liveNow(s)).toEqual({ named: '1.0.0', second: false });
});
