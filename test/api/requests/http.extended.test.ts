// Tests every path with methods that it lacks, and paths that are unknown.
import { expect, test } from 'vitest';
import { documentOf } from '../../../src/app.ts';
import { testApp } from '../../support/deps.ts';
import { organization } from '../../support/scenes/organization.ts';

const { paths = {} } = documentOf(testApp().app);

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

test('an unsupported method on any path returns the supported methods', async () => {
  const org = await organization();
  const wrong: unknown[] = [];
  for (const [path, known] of Object.entries(paths).filter(
    ([path]) => path.startsWith('/v1/') && !path.includes('/admin/'),
  )) {
    const url = path.replaceAll(/\{[^}]+\}/g, 'x');
    const allowed = methods.filter((method) => method.toLowerCase() in known);
    const head = allowed.includes('GET') ? ['HEAD'] : [];
    const wanted = [...allowed, ...head, 'OPTIONS'].sort().join(', ');
    for (const method of methods.filter((one) => !allowed.includes(one))) {
      const { status, headers } = await org.send(method, url);
      if (status !== 405 || headers.get('allow') !== wanted) wrong.push([method, path, status, headers.get('allow')]);
    }
    const options = await org.send('OPTIONS', url);
    if (options.status !== 204 || options.headers.get('allow') !== wanted)
      wrong.push(['OPTIONS', path, options.status]);
  }
  expect(wrong).toEqual([]);
});

test.each(
  ['collections', 'retrievers', 'buckets'].flatMap((own) =>
    ['', '/', '/x', '/x/documents/y'].map((rest) => [own, `/v1/${own}${rest}`] as const),
  ),
)('the Mixpeek paths %s at %s return an error that says where to find them', async (own, path) => {
  const org = await organization();
  for (const method of ['GET', 'POST', 'DELETE']) {
    const { status, body } = await org.send(method, path);
    expect({ status, body }).toMatchObject({
      status: 404,
      body: {
        success: false,
        error: {
          type: 'NotFoundError',
          message: `Path not found: ${path}. Mixpeek's ${own} are not part of Slipway`,
          hint: `Send requests for ${own} to Mixpeek. Slipway publishes and serves plugins: docs/concepts.md, "What is Mixpeek's", says what to use here instead of ${own}.`,
        },
      },
    });
  }
});

test.each(['/v1/collection', '/v1/bucketsx', '/v2/buckets', '/v1/namespaces/x/buckets'])(
  '%s is an unknown path',
  async (path) => {
    const org = await organization();
    expect((await org.get(path)).body).toMatchObject({ detail: `Path not found: ${path}` });
  },
);
