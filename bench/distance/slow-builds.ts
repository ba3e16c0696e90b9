// Installs Go plugins whose builds take long, from callers that leave: `node bench/distance/slow-builds.ts [--build 150] [--cuts 20]`. One caller
// asks not to wait for a build of that many seconds; others ask to wait, and cut their connections after 1 s, 2 s and so on. A proxy in
// front of the builder holds the builds. Prints how many builds that took, and whether its plugin answers.
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { loadavg } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { loopback } from '../../scripts/local/ports.ts';
import { GitServer } from '../../test/builder/sources/git-server.ts';
import { withFarAwayServer } from './local.ts';

const usage = `node bench/distance/slow-builds.ts [OPTION...]

Installs Go plugins whose builds take long, from callers that leave.`;

const { values } = readCommandLine(usage, {
  options: { build: { type: 'string', default: '150' }, cuts: { type: 'string', default: '20' } },
});
const seconds = 1000;
const held = { ms: Number(values.build) * seconds };
const cutBuildMs = (Number(values.cuts) + 2) * seconds;
const aliveMs = 5 * seconds;
const settleMs = 15 * 60 * seconds;
const pluginSchema = z.looseObject({ status: z.string() });
const builds = { begun: 0 };

const source = (word: string) => ({
  'go.mod': 'module example.com/plugin\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n',
  'plugin.go': `package main

import "github.com/mimir-aip/mimir-aip-go/pkg/models"

type plugin struct{}

var Plugin plugin

func (plugin) Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error) {
	return map[string]interface{}{"word": "${word}"}, nil
}
`,
  'plugin.yaml': 'name: plugin\nversion: "1.0.0"\nactions:\n  - name: report\nplacement: container\n',
});

/** Passes a request on. A build waits first, as long as a compiler would take, and its connection is kept alive as the builder keeps it. */
async function pass(port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const isBuild = request.method === 'POST' && request.url === '/builds';
  if (isBuild) {
    builds.begun += 1;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const alive = setInterval(() => response.write('\n'), aliveMs);
    await delay(held.ms);
    clearInterval(alive);
  }
  const { headers, method, url } = request;
  const passed = httpRequest({ host: loopback, port, method, path: url, headers });
  passed.end(body);
  const [answer]: IncomingMessage[] = await once(passed, 'response');
  if (!answer) throw new Error('the builder answers nothing');
  if (!isBuild) response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}

/** Returns the port of a proxy in front of the builder. */
async function startProxy(builderPort: number): Promise<number> {
  const server = createServer((request, response) => {
    pass(builderPort, request, response).catch(() => response.destroy());
  }).listen(0, loopback);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

class Installs {
  readonly #local: Local;
  readonly #git: GitServer;

  constructor(local: Local, git: GitServer) {
    this.#local = local;
    this.#git = git;
  }

  send(
    method: string,
    path: string,
    { body, headers = {}, signal = null }: { body?: object; headers?: object; signal?: AbortSignal | null } = {},
  ) {
    return fetch(`${this.#local.url}${path}`, {
      method,
      signal,
      headers: { authorization: `Bearer ${this.#local.api_key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Installs the plugin. Undefined: the connection was cut. */
  async install(name: string, options: { headers?: object; signal?: AbortSignal }): Promise<number | undefined> {
    const repository = this.#git.repository(name);
    const version = repository.commit(source(name));
    const body = { name, repository: repository.url, version };
    const response = await this.send('POST', '/api/plugins', { body, ...options }).catch(() => undefined);
    await response?.arrayBuffer().catch(() => undefined);
    return response?.status;
  }

  /** Waits until the plugin is not being built any more, and calls it. */
  async outcome(name: string): Promise<string> {
    const path = `/api/plugins/${name}`;
    for (const until = performance.now() + settleMs; performance.now() < until; await delay(seconds)) {
      const answer = await this.send('GET', path);
      const { status } = answer.ok ? pluginSchema.parse(await answer.json()) : { status: `${answer.status}` };
      if (status === 'building') continue;
      const body = { method: 'execute', params: { action: 'report', params: {} } };
      const called = await (await this.send('POST', `${path}/call`, { body })).text();
      return `${status}, ${called.includes(`"word":"${name}"`) ? 'called' : called.slice(0, 200)}`;
    }
    return 'still building';
  }
}

async function measure(local: Local): Promise<void> {
  const git = await GitServer.start();
  try {
    const installs = new Installs(local, git);
    const startedAt = performance.now();
    const status = await installs.install('alone', { headers: { prefer: 'wait=0' } });
    await delay(held.ms);
    const outcome = await installs.outcome('alone');
    const took = ((performance.now() - startedAt) / seconds).toFixed();
    console.log(
      `a build of ${values.build} s, nobody waits: ${status}, then ${outcome} after ${took} s, ${builds.begun} builds`,
    );
    builds.begun = 0;
    held.ms = cutBuildMs;
    const names = Array.from({ length: Number(values.cuts) }, (_, nth) => `cut-${nth + 1}`);
    const cut = await Promise.all(
      names.map((name, nth) => installs.install(name, { signal: AbortSignal.timeout((nth + 1) * seconds) })),
    );
    const outcomes = await Promise.all(
      names.map(async (name) => {
        const outcome = await installs.outcome(name);
        console.error(`${name}: ${outcome}`);
        return outcome;
      }),
    );
    const answered = cut.filter((one) => one !== undefined).length;
    console.log(`${names.length} installs, cut after 1 s to ${names.length} s (${answered} were answered before):`);
    console.log(`${outcomes.filter((one) => one === 'active, called').length} live and called, ${builds.begun} builds`);
    console.log(`load ${loadavg()[0]?.toFixed(1)}`);
  } finally {
    await git.close();
  }
}

await withFarAwayServer(measure, { allowLoopback: true, proxy: startProxy });
process.exit();
