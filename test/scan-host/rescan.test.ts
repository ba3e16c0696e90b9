// Tests how published versions are evaluated after a change to the rules, the level or a waiver (D25). If the verdict changes, an event
// names the places where the version is live. A rejected version can't be deployed, and live deployments are not affected. The older
// policy in these tests has no findings at all.
import { describe, expect, test } from 'vitest';
import { rescan } from '../../src/scan-host/rescan.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { changes, deploy, evalPlugin, rejected, scene, smtpPlugin, sweepAndRescan, verdictOf } from './rescanning.ts';

describe('a new policy version', () => {
  test('a new policy version that rejects a live version records where it is live, prevents deployments, and leaves it live', async () => {
    const s = await scene();
    await s.publishBefore(evalPlugin());
    const { deployment_id } = Object((await deploy(s.org)).body);
    const status = await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`);
    expect(await verdictOf(s.org)).toBe('pass');
    expect(await sweepAndRescan(s)).toBe(true);
    expect(await changes(s.org)).toEqual([
      {
        plugin_id: 'hello_ext_1_0_0',
        from: 'pass',
        to: 'reject',
        policy_version: s.deps.policyVersion,
        level: 'seed',
        rules: ['SLP201'],
        live: [{ namespace_id: s.org.namespaceId, deployment_id }],
        live_places: 1,
      },
    ]);
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0`)).body).toMatchObject({
      plugin: { scan_verdict: 'reject', security_scan_passed: false, validation_status: 'passed', deployed: true },
    });
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`)).body).toEqual(status.body);
    expect(await deploy(s.org)).toMatchObject(rejected);
    expect((await s.org.get(`${s.org.plugins}/hello_ext_1_0_0/status`)).body).toEqual(status.body);
  });

  test('a new policy version records no event if the verdict is unchanged, and evaluates the version once', async () => {
    const s = await scene();
    await s.publishBefore(plugin());
    expect([await sweepAndRescan(s), await sweepAndRescan(s)]).toEqual([true, false]);
    expect(await changes(s.org)).toEqual([]);
    expect((await deploy(s.org)).status).toBe(200);
  });
});

describe('a new level', () => {
  test("an organization's new level changes verdicts in both directions, and reuses earlier scans", async () => {
    const s = await scene();
    const archive = smtpPlugin();
    await publish(s.org, archive);
    const pending = async () => Object((await s.org.get('/v1/scan-policy')).body).versions_to_judge;
    expect(await pending()).toBe(0);
    await s.org.put('/v1/scan-policy', { level: 'strict' });
    expect(await pending()).toBe(1);
    expect(s.sent).toContainEqual({ v: 1, type: 'rescan', id: s.org.id });
    await rescan(s.deps, s.org.id);
    expect(await pending()).toBe(0);
    expect(await verdictOf(s.org)).toBe('reject');
    await s.org.put('/v1/scan-policy', { level: 'seed' });
    expect((await deploy(s.org)).status).toBe(200);
    const reads = () => s.gets.filter(({ key }) => key.startsWith('archives/')).length;
    const before = reads();
    await rescan(s.deps, s.org.id);
    expect(reads()).toBe(before);
    expect(await changes(s.org)).toMatchObject([
      { from: 'pass', to: 'reject', level: 'strict', rules: ['SLP111'], live: [], live_places: 0 },
      { from: 'reject', to: 'pass', level: 'seed', rules: [], live_places: 1 },
    ]);
  });
});
