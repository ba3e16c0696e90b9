// A version on a fake Ray cluster whose runs the tests do themselves.
import { clusterApplications } from '../../../../src/features/clusters/tables.ts';
import { fakeRay } from './fake-ray.ts';
import { forgetClusters, withRay } from './ray-scene.ts';
import { runScene } from './run-scene.ts';

const doubling = `def double(batch):
    batch["twice"] = [2 * n for n in batch["n"]]
    return batch


def build_steps(request, container=None):
    return {"steps": [double]}
`;

const declared = (more = '') =>
  `feature_extractor_name = "rows"\nversion = "1.0.0"\nfeatures = []\nserve_config = {"num_gpus": 0.5}\n${more}`;

/** `deps` belongs to a Worker with the fake Ray. */
export async function raySceneOfRuns(more?: string, pipeline = doubling) {
  const s = await runScene(pipeline, declared(more));
  await forgetClusters(s);
  const fake = fakeRay();
  const deps = withRay(s.deps, fake.fetch, s.actor.organizationId);
  return { ...s, ...fake, deps, drain: () => s.drain(deps) };
}

export const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

export const rowsOf = (s: Awaited<ReturnType<typeof raySceneOfRuns>>) => s.deps.db.select().from(clusterApplications);
