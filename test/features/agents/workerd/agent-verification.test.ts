// Tests registrations that wait until the artifact is verified.
import { describe, expect, test } from 'vitest';
import { agentScene, agents, artifactAt, errorOf, freshName, registered, registration } from '../scenes/agents.ts';

const scene = await agentScene();
const { org } = scene;

describe('verify=sync', () => {
  const register = (fields: Record<string, unknown>) => org.post(`${agents}?verify=sync`, registration(fields));

  test('verify=sync waits until the artifact is verified, even when repeated', async () => {
    const fields = { name: freshName(), artifactUrl: artifactAt('good') };
    for (const result of ['created', 'unchanged']) {
      const { status, body, headers } = await register(fields);
      expect({ status, body }).toMatchObject({ status: 200, body: { verification: 'verified', mirrored: true } });
      expect(headers.get('slipway-result')).toBe(result);
    }
  });

  test.each([
    ['other', 422, 'checksum_mismatch', 'mismatch'],
    ['missing', 422, 'artifact_unreachable', 'unreachable'],
    ['announced', 413, 'artifact_too_large', 'unreachable'],
  ])(
    'verify=sync fails if the artifact is %s, but still registers the version',
    async (path, status, code, verification) => {
      const name = freshName();
      const { details, ...error } = errorOf(await register({ name, artifactUrl: artifactAt(path) }));
      expect(error).toMatchObject({ status, code });
      expect((await org.get(`${agents}/${details.id}`)).body).toMatchObject({ name, verification });
    },
  );

  test('verify=sync retries a failed verification', async () => {
    const fields = { name: freshName(), artifactUrl: artifactAt('flaky') };
    expect((await register(fields)).status).toBe(422);
    expect((await register(fields)).body).toMatchObject({ verification: 'verified' });
  });

  test('verify=sync requires a full checksum', async () => {
    expect(errorOf(await register({ checksum: 'sha256:abc123def456' }))).toMatchObject({
      status: 400,
      code: 'invalid_checksum',
    });
  });

  test('verify=sync can be requested for a registered version', async () => {
    const id = await registered(scene, { artifactUrl: artifactAt('good') });
    expect((await org.post(`${agents}/${id}/verify?verify=sync`)).body).toMatchObject({ verification: 'verified' });
  });
});
