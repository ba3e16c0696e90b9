// Does the work of the other organization, as a process of its own: neighbor.ts JSON. Publishes plugins, builds environments and a Go
// plugin.
import { z } from 'zod';
import { type ApiAccess, ExtractorClient, waitUntilSettled } from '../../scripts/local/extractor-client.ts';
import { installGoPlugin } from '../../scripts/local/sample-plugins.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { GitServer } from '../../test/builder/sources/git-server.ts';

const workSchema = z.object({
  reach: z.object({ url: z.string(), api_key: z.string(), namespace_id: z.string() }),
  /** How long it publishes at least. It does so until the builds have ended. */
  seconds: z.number(),
  /** `publishes`, `environments`, `go`, `large`. */
  kinds: z.array(z.string()),
  /** How many versions each of the six publishers publishes. Without a number, they publish until the builds are over. */
  versions: z.number().optional(),
});
export type NeighborWork = z.infer<typeof workSchema>;

const settleMs = 30 * 60_000;
/** How often a publisher asks how far its deployment is, as scripts that publish do. */
const pollMs = 1000;
const modules = 12;
const functionsPerModule = 120;

const dependenciesOf = {
  frames: ['numpy>=2.3', 'pandas>=2.3'],
  learning: ['numpy>=2.3', 'scikit-learn>=1.7'],
};

/** Packages that have 5.6 GiB, with torch of the usual index. */
const largeOnes = ['sentence-transformers'];

/** A module that nothing was scanned of before. */
function moduleOf(seed: string): string {
  const lines = [`SEED = "${seed}"`];
  for (let nth = 0; nth < functionsPerModule; nth++)
    lines.push(
      `def step_${nth}(rows, scale=${nth}):`,
      `    """Scales what ${seed} counts."""`,
      '    kept = [row for row in rows if row.get("weight", 0) > scale]',
      `    return {"total": sum(row["weight"] * scale for row in kept), "name": f"${nth}-{len(kept)}"}`,
    );
  return `${lines.join('\n')}\n`;
}

function filesOf(name: string, version: string, dependencies: readonly string[]): Record<string, string> {
  const own = Array.from({ length: modules }, (_, nth) => [
    `parts/part_${nth}.py`,
    moduleOf(`${name}-${version}-${nth}-${Math.random()}`),
  ]);
  return {
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\noutput_schema = {}\ndependencies = ${JSON.stringify(dependencies)}\n`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py':
      'class RealtimeHandler:\n    def predict(self, request):\n        return {"length": len(request.get("text", ""))}\n',
    ...Object.fromEntries(own),
  };
}

/** Publishes and deploys, and waits until the version is live. */
export async function publish(
  client: ExtractorClient,
  { name, version = '1.0.0', dependencies = [] }: { name: string; version?: string; dependencies?: readonly string[] },
): Promise<void> {
  await publishFiles(client, { name, version, files: filesOf(name, version, dependencies) });
}

export async function publishFiles(
  client: ExtractorClient,
  { name, version, files }: { name: string; version: string; files: Record<string, string> },
): Promise<void> {
  const encoder = new TextEncoder();
  const archive = await packZip(
    Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })),
  );
  const upload = await client.requestUpload(name, version, archive.length);
  const etag = await client.putArchive(upload.presigned_url, archive);
  await client.confirm(upload.upload_id, etag, archive.length);
  const slug = `${name}_${version.replaceAll('.', '_')}`;
  await client.deploy(slug);
  const { status, message } = await waitUntilSettled(client, slug, settleMs, pollMs);
  if (status !== 'DEPLOYED') throw new Error(`${slug} was not deployed: ${message}`);
}

/** Six publishers. Each publishes one version after the other until `isOver(published)`, deploys every one, and counts them. */
async function publishSixAtATime(reach: ApiAccess, isOver: (published: number) => boolean): Promise<number> {
  const client = new ExtractorClient(reach);
  const publishers = Array.from({ length: 6 }, async (_, publisher) => {
    let published = 0;
    for (; !isOver(published); published++)
      await publish(client, { name: `busy_${publisher}`, version: `1.0.${published}` });
    return published;
  });
  return (await Promise.all(publishers)).reduce((a, b) => a + b);
}

async function buildEnvironments(reach: ApiAccess): Promise<void> {
  const client = new ExtractorClient(reach);
  const building = Object.entries(dependenciesOf).map(([name, dependencies]) =>
    publish(client, { name, dependencies }),
  );
  await Promise.all(building);
}

async function buildGo({ url, api_key }: ApiAccess): Promise<void> {
  const git = await GitServer.start();
  try {
    const client = new SlipwayClient({ baseUrl: url, apiKey: api_key });
    await installGoPlugin(client, git, { kind: 'pipeline', name: 'busy-go' });
  } finally {
    await git.close();
  }
}

async function timed(title: string, work: Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await work;
  console.log(`${title}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

async function work({ reach, seconds, kinds, versions }: NeighborWork): Promise<void> {
  const until = performance.now() + seconds * 1000;
  let buildsAreOver = false;
  const publishing = kinds.includes('publishes')
    ? publishSixAtATime(reach, (published) =>
        versions === undefined ? buildsAreOver && performance.now() > until : published >= versions,
      )
    : undefined;
  await Promise.all([
    kinds.includes('environments') && timed('two environments', buildEnvironments(reach)),
    kinds.includes('large') &&
      timed('sentence-transformers', publish(new ExtractorClient(reach), { name: 'large', dependencies: largeOnes })),
    kinds.includes('go') && timed('a Go plugin', buildGo(reach)),
  ]);
  buildsAreOver = true;
  if (publishing) console.log(`${await publishing} versions published beside`);
}

if (import.meta.main) await work(workSchema.parse(JSON.parse(process.argv[2] ?? '{}')));
