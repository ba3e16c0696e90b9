// Tests the metrics of clusters.
import { expect, test } from 'vitest';
import { recheckCluster } from '../../../../src/features/clusters/clusters.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { adminAuthorization } from '../../../support/scenes/organization.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import { connect, rayScene } from '../scenes/ray-scene.ts';

test('a Ray cluster has its state, the age of its check and its number of applications', async () => {
  const s = await rayScene();
  await connect(s);
  await advanceDeployment(s.deps, (await deploy(s)).id);
  s.clock.advance(90_000);
  const app = testApp({ clock: s.clock });
  const ofCluster = async () => {
    const { text } = await clientOf(adminAuthorization, app.fetch).get('/metrics');
    const lines = text.split('\n').filter((line) => line.startsWith('slipway_cluster_'));
    return lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]);
  };
  expect(await ofCluster()).toEqual([
    ['slipway_cluster_state{cluster="gpu",state="ready"}', 1],
    ['slipway_cluster_check_age_seconds{cluster="gpu"}', 90],
    ['slipway_cluster_applications{cluster="gpu"}', 1],
  ]);
  s.ray.token = 'another';
  await recheckCluster(s.deps, 'gpu');
  expect((await ofCluster())[0]).toEqual(['slipway_cluster_state{cluster="gpu",state="token-refused"}', 1]);
});
