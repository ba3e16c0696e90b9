// Tests over HTTP who can't decide about a staged version, when it is too late, and that a decision has its effect once.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { uploadLimits } from '../../../../src/contract/limits/uploads.ts';
import { database } from '../../../../src/db/client.ts';
import { uploads } from '../../../../src/db/schema/registry.ts';
import { sweep } from '../../../../src/sweep.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { eventTypesOf } from '../../../support/events.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { approve, digestOf, firstId, messageOf, stage } from '../../../support/scenes/staged.ts';

const day = 24 * 3600 * 1000;

test('a version is neither approved nor deployed after 14 days, and the sweep deletes it once', async () => {
  const clock = clockAt(Date.now());
  const { deps, fetch } = testApp({ clock });
  const org = await organization({ fetch });
  const approver = await personIn(org, 'Ana');
  await stage(org, { realtime: true }, { stage: true, deploy_when_approved: true });
  clock.advance(uploadLimits.stagedMs - 1);
  await sweep(deps);
  expect((await org.get(`${org.plugins}/${firstId}`)).body).toMatchObject({ plugin: { stage: 'staged' } });
  clock.advance(1);
  expect(uploadLimits.stagedMs).toBe(14 * day);
  expect(messageOf(await approve(approver))).toContain('is being deleted');
  expect(messageOf(await org.post(`${org.plugins}/${firstId}/trial`, {}))).toContain('is being deleted');
  await sweep(deps);
  await sweep(deps);
  expect((await approve(approver).catch(() => ({ status: 404 }))).status).toBe(404);
  expect((await org.post(`${org.plugins}/${firstId}/deploy`)).status).toBe(404);
  const types = await eventTypesOf(org);
  expect(types.filter((type) => type.startsWith('version.'))).toEqual([
    'version.staged',
    'version.stage_expired',
    'version.deleted',
  ]);
});

test('a second approval changes nothing', async () => {
  const org = await organization();
  await stage(org, {}, { stage: true });
  await approve(await personIn(org, 'Ana'));
  const answer = await approve(await personIn(org, 'Bo'));
  expect([answer.status, messageOf(answer)]).toEqual([
    409,
    expect.stringMatching(/^hello_ext 1\.0\.0 was already approved at /),
  ]);
  expect((await eventTypesOf(org)).filter((type) => type === 'version.approved')).toHaveLength(1);
});

test('only one of an approval and a rejection at a time succeeds', async () => {
  const org = await organization();
  await stage(org, {}, { stage: true });
  const [approver, other] = [await personIn(org, 'Ana'), await personIn(org, 'Bo')];
  const sha256 = await digestOf(org);
  const answers = await Promise.all([
    approver.post(`${org.plugins}/${firstId}/approve`, { sha256 }),
    other.post(`${org.plugins}/${firstId}/reject`, { sha256 }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const decided = (await eventTypesOf(org)).filter((type) => /^version\.(approved|rejected)$/.test(type));
  expect(decided).toHaveLength(1);
});

test('a deployment that approval requested is not requested again by the sweep', async () => {
  const org = await organization();
  await stage(org, { realtime: true }, { stage: true, deploy_when_approved: true });
  await approve(await personIn(org, 'Ana'));
  // As if the worker died between the request and clearing the mark.
  await database(env.DB).update(uploads).set({ toDeploy: true });
  const { deps } = testApp();
  for (let time = 1; time <= 2; time++) await sweep({ ...deps, clock: { now: () => Date.now() + time * 60_000 } });
  expect((await eventTypesOf(org)).filter((type) => type === 'deployment.queued')).toHaveLength(1);
});
