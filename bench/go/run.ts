// Compares `go build` with Slipway's build of the same plugin, alternating between them: with an empty cache, for new versions,
// and for versions that were built before. The plugin uses net/http, as most plugins do. Needs Go, and takes a few minutes,
// mostly for the two cold builds.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { buildEventSchema } from '../../src/contract/builder/builds.ts';
import { contractHeader, contractVersion } from '../../src/contract/builder/instances.ts';
import { sha256Hex } from '../../src/core/digest.ts';

const usage = `node bench/go/run.ts [VERSIONS]

Compares builds of a plugin with \`go build\`, for 9 versions by default.`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 1] });
const versions = Number(positionals[0] ?? 9);
const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-go-'));
const host = fileURLToPath(import.meta.resolve('../../builder/host-go'));
const main = fileURLToPath(import.meta.resolve('../../builder/server/main.ts'));
const token = 'bench';

/** Returns a source in which only a constant differs between versions, as in a small fix. */
function sourceOf(version: number) {
  return {
    'go.mod': 'module example.com/bench\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n',
    'plugin.go': `package main

import (
	"io"
	"net/http"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

const version = ${version}

type plugin struct{ client http.Client }

var Plugin = &plugin{}

func (p *plugin) Execute(action string, params map[string]interface{}, _ *models.PipelineContext) (map[string]interface{}, error) {
	url, _ := params["url"].(string)
	response, err := p.client.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return map[string]interface{}{"version": version, "body": string(body)}, err
}
`,
  };
}

/** Writes the files that Slipway adds with -modfile and -overlay, then measures the plain command. */
function plainBuild(version: number, settings: string[]): number {
  const source = join(folder, 'plain');
  mkdirSync(source, { recursive: true });
  cpSync(host, join(folder, 'host'), { recursive: true });
  const files = {
    ...sourceOf(version),
    'main.go':
      'package main\n\nimport "github.com/mimir-aip/mimir-aip-go/slipwayhost"\n\nfunc main() { slipwayhost.Serve(&Plugin) }\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text);
  const replaced = `${files['go.mod']}\nreplace github.com/mimir-aip/mimir-aip-go => ../host\n`;
  writeFileSync(join(source, 'go.mod'), replaced);
  const env = {
    ...process.env,
    GOCACHE: join(folder, 'plain-cache'),
    CGO_ENABLED: '0',
    GOFLAGS: '',
    GOTOOLCHAIN: 'local',
  };
  const startedAt = performance.now();
  execFileSync('go', ['build', ...settings, '-o', join(folder, 'plain-out'), '.'], { cwd: source, env });
  return performance.now() - startedAt;
}

const slipwayFlags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid='];

class Slipway {
  readonly #url: string;

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`;
  }

  #send(method: string, path: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, [contractHeader]: contractVersion };
    return fetch(this.#url + path, { method, headers, body });
  }

  /** Measures POST /builds up to its last event. The archive is sent before. */
  async build(version: number): Promise<number> {
    const encoder = new TextEncoder();
    const files = Object.entries(sourceOf(version)).map(([path, text]) => ({ path, bytes: encoder.encode(text) }));
    const bytes = await packZip(files);
    const archive = await sha256Hex(bytes);
    await this.#send('PUT', `/blobs/${archive}`, bytes);
    const startedAt = performance.now();
    const spec = JSON.stringify({ runtime: 'go', archive, commit: null, scope: 'bench' });
    const lines = (await (await this.#send('POST', '/builds', spec)).text()).trimEnd().split('\n');
    const took = performance.now() - startedAt;
    const last = buildEventSchema.parse(JSON.parse(lines.at(-1) ?? ''));
    if (last.type !== 'built') throw new Error(lines.at(-1));
    return took;
  }
}

const ms = (value: number) => `${Math.round(value)} ms`.padStart(9);
const line = (what: string, plain: number, ours: number) =>
  process.stdout.write(`${what.padEnd(34)}${ms(plain)}${ms(ours)}   ${(ours / plain).toFixed(3)} ×\n`);
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function compare(slipway: Slipway): Promise<void> {
  process.stdout.write(`${''.padEnd(34)}${'go build'.padStart(9)}${'Slipway'.padStart(9)}\n`);
  line('cold: empty cache', plainBuild(0, slipwayFlags), await slipway.build(0));
  const times = { plain: [] as number[], defaults: [] as number[], ours: [] as number[] };
  plainBuild(0, []);
  for (let version = 1; version <= versions; version++) {
    times.plain.push(plainBuild(version, slipwayFlags));
    times.ours.push(await slipway.build(version));
    times.defaults.push(plainBuild(version, []));
  }
  const warm = median(times.ours);
  line(`warm: a new version (median of ${versions})`, median(times.plain), warm);
  line('  against go build without flags', median(times.defaults), warm);
  const repeated = { plain: [] as number[], ours: [] as number[] };
  for (let version = 1; version <= versions; version++) {
    repeated.plain.push(plainBuild(version, slipwayFlags));
    repeated.ours.push(await slipway.build(version));
  }
  line('repeated: the same version', median(repeated.plain), median(repeated.ours));
}

const builder = fork(main, {
  env: { ...process.env, BUILDER_TOKEN: token, BUILDER_PORT: '0', BUILDER_STATE: join(folder, 'state') },
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
});
const ended = once(builder, 'exit');
try {
  const [message] = await once(builder, 'message');
  await compare(new Slipway(z.object({ port: z.number() }).parse(message).port));
} finally {
  builder.kill();
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
