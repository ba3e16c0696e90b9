// Tests artifact servers that send wrong content, stall or redirect.
import { describe, expect, test } from 'vitest';
import { verifyArtifact } from '../../../../src/features/agents/verification.ts';
import type { FetchLimits } from '../../../../src/registry/storage/fetch-into.ts';
import { agentScene, artifactAt, registered } from '../scenes/agents.ts';
import { limits, stateOf } from '../scenes/artifacts.ts';

/** Short limits, for servers that would use all the available time. */
const impatient: Record<string, Partial<FetchLimits>> = {
  silent: { stallMs: 500 },
  stalling: { stallMs: 500 },
  trickling: { totalMs: 500 },
};

describe('an artifact server', () => {
  test.each<[string, string, string | null, RegExp]>([
    ['sends another artifact', 'other', 'checksum_mismatch', /^expected sha256:[0-9a-f]{64}, got sha256:[0-9a-f]{64}$/],
    ['sends an empty body', 'empty', 'checksum_mismatch', /, got sha256:e3b0c442/],
    ['no longer has it', 'missing', 'artifact_unreachable', /^the server responded with 404$/],
    ['never responds', 'silent', 'artifact_unreachable', /^no data was received for 0.5 s$/],
    ['stops in the middle', 'stalling', 'artifact_unreachable', /^no data was received for 0.5 s$/],
    ['is endlessly slow', 'trickling', 'artifact_unreachable', /^it took longer than 0.5 s$/],
    ['drops the connection', 'breaking', 'artifact_unreachable', /^the connection failed$/],
    ['never stops sending', 'endless', 'artifact_too_large', /^it is larger than 10485760 bytes$/],
    ['announces too many bytes', 'announced', 'artifact_too_large', /^it is larger than 10485760 bytes$/],
    [
      'redirects to a private address',
      'private',
      'artifact_unreachable',
      /^the URL it redirects to is not allowed: it does not use https$/,
    ],
    ['redirects to the metadata service', 'metadata', 'artifact_unreachable', /not allowed: it does not use https$/],
    ['redirects nowhere', 'nowhere', 'artifact_unreachable', /^it redirects to an invalid URL$/],
    ['redirects in circles', 'circling', 'artifact_unreachable', /^it redirects more than 5 times$/],
  ])('an artifact server that %s fails the verification with the reason', async (_what, path, failure, message) => {
    const scene = await agentScene();
    const id = await registered(scene, { artifactUrl: artifactAt(path) });
    await verifyArtifact(scene.deps, id, { ...limits, ...impatient[path] });
    const state = await stateOf(scene, id);
    expect(state).toMatchObject({
      verification: failure === 'checksum_mismatch' ? 'mismatch' : 'unreachable',
      failure,
      message: expect.stringMatching(message),
      attempts: 1,
      mirrored: false,
    });
    expect(state.nextCheckAt === null).toBe(failure !== 'artifact_unreachable');
  });
});
