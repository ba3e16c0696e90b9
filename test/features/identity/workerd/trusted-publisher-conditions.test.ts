// Tests which conditions a trusted publisher may have: they name an owner, and have the form of the issuer's tokens.
import { describe, expect, test } from 'vitest';
import type { ClaimCondition } from '../../../../src/contract/features/identity/issuers.ts';
import { clientWithKey, organization } from '../../../support/scenes/organization.ts';
import { githubUrl } from '../scenes/fake-issuer.ts';
import { acmePlugins, addIssuer } from '../scenes/trusted-publishers.ts';

const org = await organization();
const issuer_id = await addIssuer(org, { url: githubUrl });

describe('a trusted publisher that is not accepted', () => {
  const unsafe: [string, object][] = [
    ['a prefix that ends within a name', [{ claim: 'repository', prefix: 'acme/plug' }]],
    ['an empty prefix', [{ claim: 'repository', prefix: '' }]],
    ['a prefix of one separator', [{ claim: 'repository', prefix: '/' }]],
    ['no condition', []],
    ['no owner', [{ claim: 'ref', equals: 'refs/heads/main' }]],
    ['a subject of every owner', [{ claim: 'sub', prefix: 'repo:' }]],
  ];
  test.each(unsafe)('a trusted publisher with %s is refused', async (_, conditions) => {
    const body = { issuer_id, namespace: org.namespaceId, plugin: 'word_count', conditions };
    expect((await org.post('/v1/trusted-publishers', body)).status).toBe(422);
  });

  const owner = { claim: 'repository_owner_id', equals: '583231' };
  const impossible: [ClaimCondition, example: string][] = [
    [{ claim: 'repository', equals: 'https://github.com/acme/plugins' }, 'acme/plugins'],
    [{ claim: 'repository', equals: 'acme/plugins.git' }, 'acme/plugins'],
    [{ claim: 'repository', equals: 'acme/*' }, 'acme/plugins'],
    [{ claim: 'repository', prefix: 'https://github.com/acme/' }, 'acme/plugins'],
    [{ claim: 'repository_id', equals: 'acme' }, '1296269'],
    [{ claim: 'ref', equals: 'main' }, 'refs/heads/main'],
    [{ claim: 'ref', equals: 'refs/heads/release/*' }, 'refs/heads/main'],
    [{ claim: 'ref', prefix: 'release/' }, 'refs/heads/main'],
    [{ claim: 'workflow_ref', equals: '.github/workflows/release.yml' }, 'acme/plugins/.github/workflows/release.yml@'],
    [
      { claim: 'workflow_ref', prefix: '.github/workflows/release.yml@' },
      'acme/plugins/.github/workflows/release.yml@',
    ],
  ];
  test.each(impossible)(
    'a trusted publisher whose condition no job meets is refused: %j',
    async (condition, example) => {
      const body = { issuer_id, namespace: org.namespaceId, plugin: 'word_count', conditions: [owner, condition] };
      const { status, text } = await org.post('/v1/trusted-publishers', body);
      expect([status, text]).toEqual([422, expect.stringContaining(`Write it like \`${example}`)]);
    },
  );

  test('a trusted publisher whose condition no job of gitlab.com meets is refused', async () => {
    const gitlab = await addIssuer(org, { name: 'gitlab', url: 'https://gitlab.com' });
    const project = { claim: 'project_path', equals: 'acme/plugins' };
    const statusOf = async (...conditions: ClaimCondition[]) => {
      const body = { issuer_id: gitlab, namespace: org.namespaceId, plugin: 'word_count', conditions };
      return (await org.post('/v1/trusted-publishers', body)).status;
    };
    expect(await statusOf({ claim: 'project_path', equals: 'https://gitlab.com/acme/plugins' })).toBe(422);
    expect(await statusOf(project, { claim: 'ref', equals: 'refs/heads/main' })).toBe(422);
    expect(await statusOf(project, { claim: 'ref_path', equals: 'main' })).toBe(422);
    expect(await statusOf(project, { claim: 'ref', equals: 'main' })).toBe(200);
  });

  const ofAnyone: [string, string, unsafe: ClaimCondition, safe: ClaimCondition][] = [
    [
      ...(['buildkite', 'https://agent.buildkite.com'] as const),
      { claim: 'pipeline_slug', equals: 'release' },
      { claim: 'organization_slug', equals: 'acme' },
    ],
    [
      ...(['buildkite', 'https://agent.buildkite.com'] as const),
      { claim: 'sub', prefix: 'organization:' },
      { claim: 'sub', prefix: 'organization:acme:' },
    ],
    [
      ...(['google', 'https://accounts.google.com'] as const),
      { claim: 'email', prefix: 'release@' },
      { claim: 'email', equals: 'release@acme.iam.gserviceaccount.com' },
    ],
  ];
  test.each(ofAnyone)('a trusted publisher at %s (%s) with %j is refused, and accepted with %j', async (...given) => {
    const [name, url, unsafe, safe] = given;
    const own = await organization();
    const id = await addIssuer(own, { name, url });
    const statusOf = async (...conditions: ClaimCondition[]) => {
      const body = { issuer_id: id, namespace: own.namespaceId, plugin: 'word_count', conditions };
      return (await own.post('/v1/trusted-publishers', body)).status;
    };
    expect([await statusOf(unsafe), await statusOf(unsafe, safe)]).toEqual([422, 200]);
  });

  test('a key with an end adds none, since a trusted publisher has no end', async () => {
    const ending = await clientWithKey(org, { expiresAt: Date.now() + 60_000 });
    const body = { issuer_id, namespace: org.namespaceId, plugin: 'word_count', conditions: acmePlugins };
    expect((await ending.post('/v1/trusted-publishers', body)).status).toBe(403);
  });
});
