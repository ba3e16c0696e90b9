// How long the room for a model is reserved when its confirm comes too early.
import { expect, test } from 'vitest';
import { modelLimits } from '../../../src/contract/limits/models.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { modelUploadKey } from '../../../src/models/model-keys.ts';
import { sweepOrphanedModels } from '../../../src/models/orphaned-models.ts';
import { bytesOf } from '../../support/bytes.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { organization } from '../../support/scenes/organization.ts';

test('the URL of a model reserves its size until its own end, although a confirm came too early', async () => {
  const clock = clockAt(Date.now());
  const app = testApp({ clock });
  const org = await organization({ fetch: app.fetch });
  const bytes = new Uint8Array(bytesOf('weights'));
  const described = { sha256: await sha256Hex(bytes), size_bytes: bytes.length };
  const path = `/v1/namespaces/${org.namespaceId}/models/weights`;
  await org.put(path, described);
  expect((await org.post(`${path}/confirm`, described)).status).toBe(404);
  clock.advance(modelLimits.confirmMs + modelLimits.orphanGraceMs + 1);
  for (let page = 0; page < 20; page++) await sweepOrphanedModels(app.deps);
  const key = modelUploadKey({ namespaceId: org.namespaceId, name: 'weights', sha256: described.sha256 });
  await app.deps.blobs.put(key, bytes);
  expect((await org.post(`${path}/confirm`, described)).status).toBe(200);
});
