// Tests over HTTP who can't decide about a staged version, when it is too late, and that a decision has its effect once.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { roleScopes } from '../../../src/contract/identity.ts';
import { uploadLimits } from '../../../src/contract/limits/uploads.ts';
import { database } from '../../../src/db/client.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { sweep } from '../../../src/sweep.ts';
import { clientOf } from '../../support/client.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { eventTypesOf } from '../../support/events.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { putArchive } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { personIn } from '../../support/scenes/people.ts';
import { ana, ben, peopleScene } from '../../support/scenes/sign-in.ts';
import { approve, digestOf, firstId, messageOf, stage } from '../../support/scenes/staged.ts';

const own = 'You published this version. Another person has to approve or reject it.';
const day = 24 * 3600 * 1000;

describe('a publisher', () => {
  /** A person who is signed in to the console, and has a personal key. */
  async function scene() {
    const { app, join, org } = await peopleScene();
    const { browser } = await join(ana, 'admin');
    const made = await browser.send('POST', '/v1/person/keys', { name: 'laptop' });
    const key = Object(made.body).api_key;
    const withKey: Organization = { ...org, ...clientOf(`Bearer ${key}`, app.fetch), key };
    return { app, browser, join, org, withKey };
  }

  test('a publisher with a personal key does not approve in the console', async () => {
    const { browser, withKey } = await scene();
    await stage(withKey, {}, { stage: true });
    const sha256 = await digestOf(withKey);
    const { body, status } = await browser.send('POST', `${withKey.plugins}/${firstId}/approve`, { sha256 });
    expect([status, Object(body).error.message]).toEqual([403, own]);
  });

  test('a publisher in the console does not approve with a personal key', async () => {
    const { browser, withKey } = await scene();
    const { name, version, zip } = plugin();
    const opened = await browser.send('POST', `${withKey.plugins}/uploads`, { name, version, stage: true });
    const { presigned_url, upload_id } = Object(opened.body);
    await putArchive({ presigned_url }, zip, withKey.fetch);
    const confirmed = await browser.send('POST', `${withKey.plugins}/uploads/${upload_id}/confirm`, {});
    expect(confirmed.body).toMatchObject({ stage: 'staged' });
    const answer = await approve(withKey);
    expect([answer.status, messageOf(answer)]).toEqual([403, own]);
  });

  test('a publisher does not approve with another personal key', async () => {
    const { browser, app, org, withKey } = await scene();
    await stage(withKey, {}, { stage: true });
    const made = await browser.send('POST', '/v1/person/keys', { name: 'desktop' });
    const other = { ...org, ...clientOf(`Bearer ${Object(made.body).api_key}`, app.fetch) };
    const answer = await approve(other);
    expect([answer.status, messageOf(answer)]).toEqual([403, own]);
  });

  test('another person approves in the console', async () => {
    const { join, withKey } = await scene();
    await stage(withKey, {}, { stage: true });
    const { browser } = await join(ben, 'admin');
    const sha256 = await digestOf(withKey);
    const { body } = await browser.send('POST', `${withKey.plugins}/${firstId}/approve`, { sha256 });
    expect(body).toMatchObject({ stage: 'approved', approval: { by: { name: 'Ben', via: 'console' } } });
  });

  test.each(['developer', 'viewer'] as const)('a %s does not approve', async (role) => {
    const { join, withKey } = await scene();
    await stage(withKey, {}, { stage: true });
    const { browser } = await join(ben, role);
    const sha256 = await digestOf(withKey);
    const { body, status } = await browser.send('POST', `${withKey.plugins}/${firstId}/approve`, { sha256 });
    expect([status, Object(body).error.details]).toEqual([403, { required_scope: 'versions:approve' }]);
    expect(roleScopes[role]).not.toContain('versions:approve');
  });
});

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
