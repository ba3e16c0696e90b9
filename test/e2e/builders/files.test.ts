// Tests that a storage plugin finds its files again, whichever builders are added, drained or away.
// @module-tag git
// @module-tag go
// @module-tag long
import { expect, test } from 'vitest';
import { z } from 'zod';
import { SlipwayClient } from '../../../src/client/client.ts';
import { waitFor } from '../../support/waiting.ts';
import { GitHost } from '../git-host/git-host.ts';
import { storagePlugin } from '../git-host/sources.ts';
import { startSlipway, stateFolder } from '../slipway.ts';
import { startBuilders } from './builders.ts';

/** The first build on a machine compiles Go's standard library. */
const buildMs = 900_000;
const imports = 'import (\n\t"os"\n\t"strconv"\n\n';

/** Returns a storage plugin whose metadata counts its calls in a file. */
function countingPlugin() {
  const { 'plugin.go': source = '', ...files } = storagePlugin('TEXT');
  const counting = source
    .replace(/import ("[^"]+")/, (_, models) => `${imports}\t${models}\n)`)
    .replace(
      '\treturn &models.StorageMetadata{StorageType: "TEXT"}, nil',
      `\tpath := os.Getenv("SLIPWAY_DATA") + "/count"
	text, _ := os.ReadFile(path)
	count, _ := strconv.Atoi(string(text))
	text = []byte(strconv.Itoa(count + 1))
	return &models.StorageMetadata{StorageType: string(text)}, os.WriteFile(path, text, 0o600)`,
    );
  return { ...files, 'plugin.go': counting };
}

const counted = z.object({ result: z.object({ storage_type: z.coerce.number() }) });

test("a storage plugin's files stay with its builder when another is added, also while it's away", {
  timeout: buildMs,
}, async () => {
  const state = await stateFolder();
  const git = await GitHost.start();
  const builders = await startBuilders(state, 2);
  const [first, second] = builders.all;
  const env = { SLIPWAY_ALLOW_LOOPBACK: '1' };
  const repository = git.repository('counting');
  repository.commit(countingPlugin());
  await repository.push('refs/heads/main');
  const start = async (count: number) => {
    const slipway = await startSlipway(state, { env: { ...env, ...builders.env(count) } });
    const { url, api_key } = await slipway.ready();
    const client = new SlipwayClient({ baseUrl: url, apiKey: api_key, retries: { retriesMax: 0 } });
    return { client, slipway };
  };
  const path = { name: 'counting' };
  const body = { method: 'metadata', params: {} };
  const count = async ({ client }: Awaited<ReturnType<typeof start>>) =>
    counted.parse(await client.post('/api/storage-plugins/{name}/call', { path, body })).result.storage_type;

  const alone = await start(1);
  await alone.client.post('/api/storage-plugins', {
    body: { ...path, repository: repository.url, version: 'main' },
  });
  await waitFor(
    async () =>
      expect(await alone.client.get('/api/storage-plugins/{name}', { path })).toMatchObject({ status: 'active' }),
    { timeout: buildMs },
  );
  expect([await count(alone), await count(alone)]).toEqual([1, 2]);
  await alone.slipway.stop();

  const both = await start(2);
  expect(await count(both)).toBe(3);
  await first?.kill();
  const away = `The plugin's files are on the builder ${first?.name}, which does not answer.`;
  await waitFor(() => expect(count(both)).rejects.toThrow(away));
  await first?.start();
  await waitFor(async () => expect(await count(both)).toBe(4));
  expect(await second?.ready()).toBe(0);
  await both.slipway.stop();
  await git.close();
});
