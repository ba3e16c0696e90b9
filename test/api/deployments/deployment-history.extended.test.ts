// Tests lists of deployments that are refused or contain deleted versions, and streams that resume.
import { describe, expect, test } from 'vitest';
import { origin } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { readStream } from '../../support/event-stream.ts';
import { goDeployment, goOrigin, goPlugin } from '../../support/plugins/go-plugins.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { app, follow, idsAt, lines, listed, published, queued } from './history.ts';

describe('a list', () => {
  test('a list of deployments covers a whole namespace, newest first, in pages, filtered by name and status', async () => {
    const s = await published();
    const { org, at } = s;
    await publish(org, plugin({ name: 'other_ext' }));
    const first = await queued(s, '?deployment_type=batch_only');
    const second = await queued(s);
    const third = await queued({ ...s, plugin: `${org.plugins}/other_ext_1_0_0` });
    expect(await idsAt(org, at)).toEqual([third, second, first]);
    expect(await idsAt(org, `${at}?name=hello_ext`)).toEqual([second, first]);
    expect(await idsAt(org, `${at}?status=promoted`)).toEqual([third, first]);
    expect(await idsAt(org, `${at}?name=hello_ext&status=promoted`)).toEqual([first]);
    expect(await idsAt(org, `${at}?name=none_ext`)).toEqual([]);

    const { pagination, results } = listed.parse((await org.get(`${at}?limit=2`)).body);
    expect(results).toHaveLength(2);
    expect(await idsAt(org, `${at}?limit=2&cursor=${pagination.next_cursor}`)).toEqual([first]);
    expect(await idsAt(org, `${s.plugin}/deployments`)).toEqual([second, first]);
    expect(await idsAt(org, `${s.plugin}/deployments?limit=1`)).toEqual([second]);
  });

  test('a list of deployments still includes those of a deleted version', async () => {
    const s = await published();
    const id = await queued(s, '?deployment_type=batch_only');
    await s.org.del(s.plugin);
    expect(listed.parse((await s.org.get(s.at)).body).results).toMatchObject([
      { deployment_id: id, plugin_id: 'hello_ext_1_0_0', serving: false },
    ]);
    expect((await s.org.get(`${s.plugin}/deployments`)).status).toBe(404);
  });

  test.each(['status=done', 'limit=0', 'limit=1001', 'name='])('a list of deployments rejects %s', async (query) => {
    const s = await published();
    expect((await s.org.get(`${s.at}?${query}`)).status).toBe(422);
  });
});

describe('following', () => {
  test('a client that reconnects gets only new events', async () => {
    const s = await published();
    const id = await queued(s);
    const following = follow(s, id);
    await s.org.post(`${s.at}/${id}/cancel`);
    const first = await following;
    expect(lines(first).at(-1)).toBe('end cancelled');
    expect(lines(await follow(s, id, 'queued.0'))).toEqual(['status cancelled', 'end cancelled']);
  });

  test.each([
    ['an empty string', ''],
    ['other text', 'nonsense'],
    ['only a status', 'queued'],
    ['only separators', '~~~~~~'],
    ['a number that is too long', `queued.${'9'.repeat(9999)}`],
  ])('a stream that resumes with %s as the last message sends everything as new', async (_what, lastEventId) => {
    const s = await published();
    const id = await queued(s, '?deployment_type=batch_only');
    expect(lines(await follow(s, id, lastEventId))).toEqual(['status promoted', 'end promoted']);
  });

  test('a stream without news sends heartbeats, and closes after five minutes', async () => {
    let now = Date.now();
    let pace = 0;
    const slow = testApp({ queues: losingQueues().queues, clock: { now: () => (now += pace) } });
    const s = await published();
    const path = `${s.at}/${await queued(s)}/events`;
    const headers = { authorization: `Bearer ${s.org.key}` };
    const response = await slow.fetch(new Request(`${origin}${path}`, { headers }));
    pace = 60_000; // advances at each reading of the clock
    const streamed = await readStream(response);
    expect(lines(streamed)).toEqual(['status queued']);
    expect(streamed.comments).toContain(': heartbeat');
  });
});

test("the history names a Go plugin's version by its ref", async () => {
  const org = await organization({ fetch: app.fetch });
  await goPlugin(org, 'storage', 'upper');
  await goDeployment(org, 'upper', 'promoted');
  const { body } = await org.get(`/v1/namespaces/${org.namespaceId}/deployments`);
  expect(body).toMatchObject({ results: [{ name: 'upper', kind: 'storage', version: goOrigin.ref }] });
});
