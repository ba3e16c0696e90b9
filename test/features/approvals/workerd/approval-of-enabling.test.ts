// Tests that a namespace that demands approval doesn't take an organization's version that nobody approved, over HTTP.
import { describe, expect, test } from 'vitest';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { approve, digestOf, firstId, messageOf, stage } from '../../../support/scenes/staged.ts';

const refusal =
  "This namespace demands approval, and nobody has approved the organization's hello_ext 1.0.0. Another person approves it with `slipway approve hello_ext@1.0.0 --org`.";

interface Scene {
  org: Organization;
  /** The same organization, whose `plugins` are those of the organization. */
  own: Organization;
  enable: (body?: object) => ReturnType<Organization['post']>;
}

async function scene(): Promise<Scene> {
  const org = await organization();
  const enable = (body = {}) => org.post(`${org.plugins}/org/${firstId}/enable`, body);
  return { org, own: { ...org, plugins: '/v1/plugins' }, enable };
}

function demand(org: Organization) {
  return org.patch(`/v1/namespaces/${org.namespaceId}?without_approvers=true`, { requires_approval: true });
}

describe("an organization's version", () => {
  test.each([true, false])(
    'an unapproved version is not enabled where approval is demanded (deploy: %s)',
    async (deploy) => {
      const { enable, org, own } = await scene();
      await demand(org);
      await publish(own, plugin());
      const answer = await enable({ deploy });
      expect([answer.status, messageOf(answer)]).toEqual([409, refusal]);
      const { body } = await org.get(`${org.plugins}/available`);
      expect(body).toMatchObject({ plugins: [{ enabled_in_namespace: false }] });
    },
  );

  test('an unapproved version is not enabled under the name of a plugin that demands approval, even a deleted one', async () => {
    const { enable, org, own } = await scene();
    await publish(org, plugin());
    await org.patch(`${org.plugins}/by-name/hello_ext?without_approvers=true`, { requires_approval: true });
    await publish(own, plugin());
    await org.del(`${org.plugins}/${firstId}`);
    expect(messageOf(await enable({ deploy: true }))).toBe(refusal);
  });

  test('a version that another person approved is enabled where approval is demanded', async () => {
    const { enable, org, own } = await scene();
    await demand(org);
    await publish(own, plugin());
    const ana = { ...(await personIn(org, 'Ana')), plugins: '/v1/plugins' };
    expect((await approve(ana)).body).toMatchObject({ stage: 'approved' });
    expect((await enable({ deploy: false })).status).toBe(200);
  });

  test('a version that was staged and approved is enabled where approval is demanded', async () => {
    const { enable, org, own } = await scene();
    await demand(org);
    await stage(own, {}, { stage: true });
    await approve({ ...(await personIn(org, 'Ana')), plugins: '/v1/plugins' });
    expect((await enable({ deploy: false })).status).toBe(200);
  });

  test('a version that was enabled before approval was demanded stays enabled, and takes new parameters', async () => {
    const { enable, org, own } = await scene();
    await publish(own, plugin());
    expect((await enable({ deploy: false })).status).toBe(200);
    await demand(org);
    expect((await enable({ deploy: false, params: { size: 2 } })).status).toBe(200);
    const { body } = await org.get(`${org.plugins}/available`);
    expect(body).toMatchObject({ plugins: [{ enabled_in_namespace: true, parameters: { size: 2 } }] });
  });

  test('a version that was disabled needs approval to be enabled again', async () => {
    const { enable, org, own } = await scene();
    await publish(own, plugin());
    await enable({ deploy: false });
    await demand(org);
    expect((await org.post(`${org.plugins}/org/${firstId}/disable`)).status).toBe(200);
    expect(messageOf(await enable())).toBe(refusal);
  });
});

describe('a version that waits for nothing', () => {
  test('approving it keeps the active version', async () => {
    const { org } = await scene();
    for (const version of ['1.0.0', '1.1.0']) await publish(org, plugin({ version }));
    await org.post(`${org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' });
    const ana = await personIn(org, 'Ana');
    expect((await approve(ana, 'hello_ext_1_1_0')).body).toMatchObject({
      stage: 'approved',
      approval: { by: { name: 'Ana' } },
    });
    const { body } = await org.get(`${org.plugins}/by-name/hello_ext/versions`);
    expect(body).toMatchObject({ active_version: '1.0.0' });
  });

  test('its publisher cannot approve it', async () => {
    const { org } = await scene();
    const ana = { ...(await personIn(org, 'Ana')), plugins: '/v1/plugins' };
    await publish(ana, plugin());
    expect((await approve(ana)).status).toBe(403);
  });

  test('it cannot be rejected, because it may be live', async () => {
    const { org, own } = await scene();
    await publish(own, plugin());
    const ana = { ...(await personIn(org, 'Ana')), plugins: '/v1/plugins' };
    const answer = await ana.post(`/v1/plugins/${firstId}/reject`, { sha256: await digestOf(ana) });
    expect([answer.status, messageOf(answer)]).toEqual([409, 'hello_ext 1.0.0 needs no approval']);
  });
});
