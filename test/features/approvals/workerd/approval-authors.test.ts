// Tests that the people who made or rotated a service key are the authors of what it publishes.
import { describe, expect, test } from 'vitest';
import { organization } from '../../../support/scenes/organization.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { approve, messageOf, stage } from '../../../support/scenes/staged.ts';
import { expectRefused, keyMadeBy, refusal, rotatedBy } from '../scenes/service-keys.ts';

describe('a service key', () => {
  test('its maker does not approve what it published, and another person does', async () => {
    const org = await organization();
    const ana = await personIn(org, 'Ana');
    await stage((await keyMadeBy(ana)).client, {}, { stage: true });
    await expectRefused(ana);
    expect((await approve(await personIn(org, 'Bo'))).body).toMatchObject({ stage: 'approved' });
  });

  test('neither its maker nor who rotated its secret approves what it published', async () => {
    const org = await organization();
    const [ana, bo] = [await personIn(org, 'Ana'), await personIn(org, 'Bo')];
    const rotated = await rotatedBy(bo, await keyMadeBy(ana));
    await stage(rotated.client, {}, { stage: true });
    await expectRefused(ana);
    await expectRefused(bo);
    expect((await approve(await personIn(org, 'Cleo'))).status).toBe(200);
  });

  test('one that no person made is behind nobody, until a person rotates it', async () => {
    const org = await organization();
    const made = await keyMadeBy(org);
    const ana = await personIn(org, 'Ana');
    await stage(made.client, {}, { stage: true });
    expect((await approve(ana)).status).toBe(200);
    await stage((await rotatedBy(ana, made)).client, { version: '1.1.0' }, { stage: true });
    expect(messageOf(await approve(ana, 'hello_ext_1_1_0'))).toBe(refusal);
  });
});
