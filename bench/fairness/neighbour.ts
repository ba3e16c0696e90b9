// What the other organization does meanwhile: publishes plugins, builds environments, builds a Go plugin.
import { type ApiAccess, ExtractorClient, waitUntilSettled } from '../../scripts/local/extractor-client.ts';
import { installGoPlugin } from '../../scripts/local/sample-plugins.ts';
import { packZip } from '../../src/archive/pack.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { GitServer } from '../../test/builder/git-server.ts';

const settleMs = 300_000;
const modules = 12;
const functionsPerModule = 120;

const dependenciesOf = {
  frames: ['numpy>=2.3', 'pandas>=2.3'],
  learning: ['numpy>=2.3', 'scikit-learn>=1.7'],
};

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
  const encoder = new TextEncoder();
  const archive = await packZip(
    Object.entries(filesOf(name, version, dependencies)).map(([path, text]) => ({
      path,
      bytes: new Uint8Array(encoder.encode(text)),
    })),
  );
  const upload = await client.requestUpload(name, version, archive.length);
  const etag = await client.putArchive(upload.presigned_url, archive);
  await client.confirm(upload.upload_id, etag, archive.length);
  const slug = `${name}_${version.replaceAll('.', '_')}`;
  await client.deploy(slug);
  const { status, message } = await waitUntilSettled(client, slug, settleMs);
  if (status !== 'DEPLOYED') throw new Error(`${slug} was not deployed: ${message}`);
}

/** Six publishers. Each publishes one version after the other until `isOver`, deploys every one, and counts them. */
export async function publishSixAtATime(reach: ApiAccess, isOver: () => boolean): Promise<number> {
  const client = new ExtractorClient(reach);
  const publishers = Array.from({ length: 6 }, async (_, publisher) => {
    let published = 0;
    for (; !isOver(); published++) await publish(client, { name: `busy_${publisher}`, version: `1.0.${published}` });
    return published;
  });
  return (await Promise.all(publishers)).reduce((a, b) => a + b);
}

export async function buildEnvironments(reach: ApiAccess): Promise<void> {
  const client = new ExtractorClient(reach);
  const building = Object.entries(dependenciesOf).map(([name, dependencies]) =>
    publish(client, { name, dependencies }),
  );
  await Promise.all(building);
}

export async function buildGo({ url, api_key }: ApiAccess): Promise<void> {
  const git = await GitServer.start();
  try {
    const client = new SlipwayClient({ baseUrl: url, apiKey: api_key });
    await installGoPlugin(client, git, { kind: 'pipeline', name: 'busy-go' });
  } finally {
    await git.close();
  }
}
