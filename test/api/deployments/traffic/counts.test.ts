// Tests a plugin's counts by the day over HTTP: calls, distinct callers and downloads, what the sweep adds up, and who sees them.
import { describe, expect, test } from 'vitest';
import { dayMs } from '../../../../src/contract/traffic.ts';
import { sweepDays } from '../../../../src/traffic/days.ts';
import { clientOf } from '../../../support/client.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { keyOf, namespaceIn, pluginsOf } from '../../../support/scenes/organization.ts';
import { counted, isolate } from './counting.ts';

describe('the days', () => {
  test('a key that calls through two isolates, or again after a lost write, counts once a day, and another key counts too', async () => {
    const app = await counted();
    const second = await keyOf(app.org);
    const other = isolate(app.clock);
    await app.call();
    await app.call();
    await app.call(app.org.key, other);
    await app.call(second, other);
    await sweepDays(app.deps);
    app.clock.advance(dayMs);
    await app.call(second, other);
    await app.call(second);
    await sweepDays(app.deps);
    expect(await app.days('?days=4')).toEqual([
      { date: '2026-11-20', calls: 4, callers: 2, downloads: 0 },
      { date: '2026-11-21', calls: 2, callers: 1, downloads: 0 },
    ]);
    expect(await app.counts()).toMatchObject({ callers_30d: 2, total: { calls: 6 } });
  });

  test('sources, archives and their links count as downloads, but single files and repeated reads of the same content do not', async () => {
    const app = await counted();
    const version = `${app.org.plugins}/hello_ext_1_0_0`;
    const source = await app.org.send('GET', `${version}/source`);
    expect(source.status).toBe(200);
    await app.org.get(`${version}/source?path=manifest.py`);
    await app.org.send('GET', `${version}/source`, { headers: { 'if-none-match': source.headers.get('etag') ?? '' } });
    await app.org.get(`${version}/download`);
    await app.org.get(`${version}?return_presigned_urls=true`);
    await app.org.get(version);
    await app.settled();
    expect(await app.days()).toEqual([{ date: '2026-11-20', calls: 0, callers: 0, downloads: 3 }]);
    await app.call();
    await sweepDays(app.deps);
    expect(await app.days()).toEqual([{ date: '2026-11-20', calls: 1, callers: 1, downloads: 3 }]);
  });
});

describe('who sees counts', () => {
  test('a key of one namespace sees only its calls of a shared plugin, and its own namespace among those that enabled it', async () => {
    const app = await counted();
    const namespaces = [await namespaceIn(app.org, 'one'), await namespaceIn(app.org, 'two')];
    const shared = await publish(
      { ...app.org, plugins: '/v1/plugins' },
      plugin({ name: 'shared_ext', realtime: true }),
    );
    for (const id of namespaces)
      expect((await app.org.post(`${pluginsOf(id)}/org/${shared.plugin_id}/enable`)).status).toBe(200);
    await app.org.get(`/v1/plugins/${shared.plugin_id}/download`);
    await app.org.get(`${pluginsOf(String(namespaces[0]))}/${shared.plugin_id}/download`);
    await app.settled();
    const path = `${pluginsOf(String(namespaces[1]))}/by-name/shared_ext/counts`;
    expect((await app.org.get(path)).body).toMatchObject({ namespaces: 2, total: { downloads: 1 } });
    const bound = clientOf(`Bearer ${await keyOf(app.org, { namespaceIds: namespaces.slice(1) })}`, app.fetch);
    expect((await bound.get(path)).body).toMatchObject({ namespaces: 1, total: { downloads: 0 } });
  });
});
