// Publishes examples/clip_search with torch, for tests and benchmarks on a GPU.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deployAndWait, ExtractorClient } from '../demo/extractor-client.ts';
import { packFiles } from '../demo/pack.ts';
import type { Local } from '../local/organization.ts';

const example = 'examples/clip_search';
const files = [
  'manifest.py',
  'pipeline.py',
  'realtime.py',
  'processors/__init__.py',
  'processors/clip.py',
  'processors/images.py',
];
/** Most of this time goes to installing torch. */
const startMs = 400_000;
const run = promisify(execFile);

/** Answers texts together. Anything else is answered one by one. */
const runMany = `
    def run_many(self, inputs: list[dict], parameters: dict) -> list[dict]:
        vectors = iter(self.clip.embed_texts([one["text"] for one in inputs if set(one) == {"text"}]))
        return [
            {"embedding": next(vectors), "matches": [], "batch": len(inputs)}
            if set(one) == {"text"}
            else self.run_inference(one, parameters)
            for one in inputs
        ]
`;

export interface ClipSearch {
  name: string;
  serving: object;
  /** Rows of a run's batch. */
  batchSize: number;
}

/** Returns the example's dependencies, which don't include torch. */
export async function clipDependencies(): Promise<string[]> {
  const [, list = '[]'] = /^dependencies = (\[.*\])$/m.exec(await readFile(`${example}/manifest.py`, 'utf8')) ?? [];
  return [...list.matchAll(/"([^"]+)"/g)].map(([, text = '']) => text);
}

/** Makes the example's model and stores it in the namespace. */
export async function putClipModel(local: Local, file: string): Promise<void> {
  await run(process.env.PYTHON ?? 'python3', [`${example}/scripts/make_model.py`, file]);
  await slipwayCommand(local, ['models', 'put', 'clip', file]);
}

/** Runs a command of `slipway` on this server. Rejects if it fails. */
export async function slipwayCommand(local: Local, command: string[]): Promise<void> {
  const access = { SLIPWAY_BASE_URL: local.url, SLIPWAY_API_KEY: local.api_key, SLIPWAY_NAMESPACE: local.namespace_id };
  await run(process.execPath, ['src/cli/main.ts', ...command], { env: { ...process.env, ...access } });
}

/** Publishes and deploys it under this name. `run_many` exists if `serving` has `batching`. Returns the version's ID. */
export async function deployClipSearch(local: Local, { batchSize, name, serving }: ClipSearch): Promise<string> {
  const entries = await Promise.all(
    files.map(async (path) => [path, await readFile(`${example}/${path}`, 'utf8')] as const),
  );
  const packed: Record<string, string> = Object.fromEntries(entries);
  const dependencies = JSON.stringify([...(await clipDependencies()), 'torch']);
  packed['manifest.py'] = `${packed['manifest.py']}`
    .replace('"clip_search"', JSON.stringify(name))
    .replace(/^dependencies = .*$/m, `dependencies = ${dependencies}`)
    .replace(/^serve_config = .*$/m, `serve_config = ${JSON.stringify(serving)}`)
    .replace(/^compute_profile = .*$/m, `compute_profile = {"batch_size": ${batchSize}}`);
  if ('batching' in serving) packed['realtime.py'] += runMany;
  const client = new ExtractorClient(local);
  await client.publish(name, '1.0.0', await packFiles(packed));
  await deployAndWait(client, `${name}_1_0_0`, startMs);
  return `${name}_1_0_0`;
}
