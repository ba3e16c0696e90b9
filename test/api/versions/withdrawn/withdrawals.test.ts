// Tests over HTTP how versions are taken back: yanked and deprecated by their authors, quarantined by the operator.
import { describe, expect, test } from 'vitest';
import { clientWithKey, organization } from '../../../support/scenes/organization.ts';
import { digestOf, messageOf } from '../../../support/scenes/staged.ts';
import { activeOf, first, lift, objection, quarantine, reason, second, two, typesOf } from './withdrawing.ts';

describe('yanking', () => {
  test('a yanked version gives way to the highest one that is left, and shows the reason in lists and alone', async () => {
    const org = await two();
    const { body } = await org.patch(`${org.plugins}/${second}`, { yanked: reason });
    expect(body).toMatchObject({ plugin_id: second, yanked: { reason, by: { type: 'key' } }, deprecated: null });
    expect(await activeOf(org)).toBe(first);
    const shown = { yanked: { reason } };
    expect((await org.get(`${org.plugins}/${second}`)).body).toMatchObject({ plugin: shown });
    expect((await org.get(org.plugins)).body).toMatchObject({ plugins: [{ yanked: null }, shown] });
    expect(await typesOf(org)).toContain('version.yanked');
  });
});

describe('deprecating', () => {
  test('a key without the scope, or of another organization, changes nothing', async () => {
    const org = await two();
    const reader = await clientWithKey(org, { scopes: ['plugins:read'] });
    expect((await reader.patch(`${org.plugins}/${second}`, { deprecated: reason })).status).toBe(403);
    const other = await organization();
    expect((await other.patch(`${org.plugins}/${second}`, { deprecated: reason })).status).toBe(404);
    expect((await org.patch(`${org.plugins}/${second}`, { deprecated: ' ' })).status).toBe(422);
    expect((await org.get(`${org.plugins}/${second}`)).body).toMatchObject({ plugin: { deprecated: null } });
  });
});

describe('quarantine', () => {
  test('quarantined content is neither deployed nor downloaded, and every refusal says why and how to object', async () => {
    const org = await two();
    await quarantine(org, await digestOf(org, second));
    const refused = [
      await org.post(`${org.plugins}/${second}/deploy`),
      await org.get(`${org.plugins}/${second}/download`),
      await org.get(`${org.plugins}/${second}/source`),
      await org.get(`${org.plugins}/by-name/hello_ext/diff?v1=1.0.0&v2=1.1.0`),
    ];
    for (const answer of refused) {
      expect([answer.status, messageOf(answer)]).toEqual([
        403,
        expect.stringContaining(`${reason} To object: ${objection}`),
      ]);
    }
    expect((await org.get(`${org.plugins}/${second}`)).body).toMatchObject({
      plugin: { quarantined: { reason, objection } },
    });
    expect(await activeOf(org)).toBe(first);
  });

  test('lifting it allows everything again', async () => {
    const org = await two();
    const sha256 = await digestOf(org, second);
    await quarantine(org, sha256);
    expect((await lift(org, sha256)).status).toBe(204);
    expect((await org.get(`${org.plugins}/${second}/download`)).status).toBe(200);
    expect(await typesOf(org)).toContain('version.unquarantined');
  });
});
