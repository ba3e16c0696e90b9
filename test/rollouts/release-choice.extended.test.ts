// Tests which plans are refused, and by which requests.
import { describe, expect, test } from 'vitest';
import { origin } from '../support/client.ts';
import { id, published, setDefault } from './planning.ts';

describe('an invalid plan', () => {
  test.each([
    ['soon', ['body', 'release']],
    [{ steps: [{ percent: 101 }] }, ['body', 'release', 'steps', 0, 'percent']],
    [{ steps: [{ percent: '1' }] }, ['body', 'release', 'steps', 0, 'percent']],
    [{ steps: [{ percent: 50 }, { percent: 10 }] }, ['body', 'release', 'steps']],
    [{ hold: 'a while' }, ['body', 'release', 'hold']],
    [{ gates: { error_rate: { max: 1 } } }, ['body', 'release', 'gates', 'error_rate']],
  ])('an invalid plan, %j, is refused with its field', async (release, loc) => {
    const org = await published();
    expect(await org.post(`${org.plugins}/${id}/deploy`, { release })).toMatchObject({
      status: 422,
      body: { detail: [{ loc }] },
    });
  });

  test.each([
    ['POST', 'uploads', { name: 'other_ext' }],
    ['POST', 'from-git', { repository: 'https://git.example.com/a', ref: 'v1' }],
    ['POST', `org/${id}/enable`, {}],
    ['POST', '/api/plugins', { repository_url: 'https://git.example.com/a' }],
    ['PUT', '/api/storage-plugins/a', {}],
  ])('an invalid plan is refused by %s %s', async (method, path, fields) => {
    const org = await published();
    const url = new URL(path, `${origin}${org.plugins}/`);
    const headers = { authorization: `Bearer ${org.key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ ...fields, release: { steps: [] } });
    const response = await org.fetch(new Request(url, { method, headers, body }));
    expect(response.status).toBe(path.startsWith('/api') ? 400 : 422);
    expect(await response.text()).toContain('body.release.steps');
  });

  test("an invalid plan is refused as a namespace's default", async () => {
    const org = await published();
    expect(await setDefault(org, { steps: [] })).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'default_release', 'steps'] }] },
    });
  });
});
