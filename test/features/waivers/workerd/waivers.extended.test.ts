// Tests waivers that change while a version is confirmed, and those that end.
import { describe, expect, test } from 'vitest';
import { advanceUpload } from '../../../../src/pipeline.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { longestName, plugin } from '../../../support/plugins/plugin.ts';
import { confirm } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { clocked, confirmed, eventsOfType, evil, hour } from '../scenes/confirms.ts';
import { waiverOf } from '../scenes/waivers.ts';

describe('a confirm', () => {
  test.each([
    ['a plugin whose name differs in case', 'Hello_ext', evil(), 400],
    ['a plugin named like the version', 'hello_ext_1_0_0', evil('3.0.0', 'hello_ext_1_0_0'), 400],
    ['a version of a plugin named like a version', 'ext_1_0_0_3_0_0', evil('3.0.0', 'ext_1_0_0'), 200],
    ['a plugin whose name ends with two numbers', 'ext_1_0', evil('3.0.0', 'ext_1_0'), 200],
    ['a plugin with the longest name', longestName, evil('3.0.0', longestName), 200],
  ])(
    'a confirm applies waivers only to their own plugin and version: %s',
    async (_what, waivedPlugin, made, status) => {
      const org = await organization();
      await waiverOf(org, { plugin: waivedPlugin });
      expect((await confirmed(org, made)).status).toBe(status);
    },
  );

  test('a confirm starts over if a waiver is revoked while it runs', async () => {
    const { queues, sent } = losingQueues();
    let between = async () => {};
    const stored = testApp().deps.blobs;
    const blobs = new Proxy(stored, {
      get: (bucket, name: keyof R2Bucket) =>
        name !== 'put'
          ? bucket[name].bind(bucket)
          : async (...args: Parameters<R2Bucket['put']>) => {
              const object = await Reflect.apply(bucket.put, bucket, args);
              if (String(args[0]).endsWith('.index.json')) await between();
              return object;
            },
    });
    const clock = clockAt(Date.now());
    const { deps, fetch } = testApp({ clock, blobs, queues });
    const org = await organization({ fetch });
    const id = await waiverOf(org);
    between = async () => {
      await org.del(`/v1/waivers/${id}`);
      clock.advance(deps.confirmInlineMs - 1); // so that the confirm leaves the remaining work to the queue without waiting for it
    };
    const made = plugin({ files: { 'tables.py': `rows = eval("${crypto.randomUUID()}")\n` } });
    const { upload, ...first } = await confirmed(org, made);
    expect(first).toMatchObject({ status: 200, body: { validation_status: 'pending' } });
    const message = sent.find(({ type }) => type === 'advance-upload');
    if (message?.type === 'advance-upload') await advanceUpload(deps, message.id);
    expect((await confirm(org, upload)).status).toBe(400);
    expect(await eventsOfType(org, 'waiver.used')).toEqual([]);
  });

  test('a confirm applies whichever of two waivers lasts longer', async () => {
    const { clock, org } = await clocked();
    const end = (hours: number) => ({ expires_at: new Date(clock.now() + hours * hour).toISOString() });
    const longer = await waiverOf(org, { ...end(2), reason: 'longer' });
    await waiverOf(org, end(1));
    expect((await confirmed(org, evil())).body).toMatchObject({
      warnings: [{}, { waiver: { waiver_id: longer } }, {}],
    });
    clock.advance(1.5 * hour);
    expect((await confirmed(org, evil('1.0.1'))).status).toBe(200);
  });
});
