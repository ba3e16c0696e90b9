// Tests that people approve what others published, in the console or with a personal key, if their role lets them.
import { describe, expect, test } from 'vitest';
import { roleScopes } from '../../../../src/contract/identity.ts';
import { clientOf } from '../../../support/client.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { putArchive } from '../../../support/plugins/publish.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { approve, digestOf, firstId, messageOf, stage } from '../../../support/scenes/staged.ts';
import { ana, ben, peopleScene } from '../scenes/sign-in.ts';

const own = 'You published this version. Another person has to approve or reject it.';

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
