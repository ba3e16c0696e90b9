// Tests `slipway search` against scripted responses.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const found = {
  ...{ kind: 'extractor', plugin_id: 'text_profile_1_0_0', name: 'text_profile', version: '1.0.0' },
  ...{ namespace_id: 'ns_1', namespace_name: 'default', matched: ['name', 'readme'], live: true },
  ...{ description: 'Counts\u001b[31m words\nand lines', tags: ['statistics'] },
};

/** Runs the command. Returns also what it requested. */
async function search(args: string[], body: object) {
  await using server = await scriptedServer({ body });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['search', ...args], environment);
  return { ...ran, paths: server.received.map(({ url }) => url) };
}

test('search prints what was found, and where', async () => {
  const { exit, paths, stdout, stderr } = await search(['text', 'count', '--kind', 'extractor'], {
    results: [
      found,
      { ...found, name: 'shared', namespace_id: null, namespace_name: null, description: null, tags: [] },
    ],
    has_more: true,
  });
  expect([exit, paths]).toEqual(['done', ['/v1/search?q=text+count&limit=20&kind=extractor']]);
  expect(stdout).toBe(
    [
      'NAME          KIND       VERSION  NAMESPACE       MATCHED       DESCRIPTION',
      'text_profile  extractor  1.0.0    default         name, readme  Counts\\u{1b}[31m words  #statistics',
      'shared        extractor  1.0.0    (organization)  name, readme  ',
      '',
    ].join('\n'),
  );
  expect(stderr).toContain('More plugins have these words.');
});

test('search says what to try if nothing was found', async () => {
  const { exit, stdout } = await search(['absent', 'word'], { results: [], has_more: false });
  expect([exit, stdout]).toEqual(['done', expect.stringContaining('Use fewer words')]);
});

test('search --json prints the response', async () => {
  const { stdout } = await search(['text', '--json'], { results: [found], has_more: false });
  expect(JSON.parse(stdout)).toEqual({ results: [found], has_more: false });
});
