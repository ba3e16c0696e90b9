// Starts one real builder process for all tests in workerd, and stops it after the last one.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { supervise } from '../scripts/local/supervise.ts';
import { freePorts, loopback } from '../scripts/machine/ports.ts';
import { writeModuleProxy } from './module-proxy.ts';

declare module 'vitest' {
  interface ProvidedContext {
    builder: { url: string; token: string };
  }
}

/** Modules for test plugins, and what each one does. */
const modules = {
  'example.com/fetcher': {
    'fetcher.go':
      'package fetcher\n\nimport "net"\n\ntype Client struct{}\n\nfunc (Client) Do(host string) error {\n\tconnection, err := net.Dial("tcp", host)\n\tif err == nil {\n\t\terr = connection.Close()\n\t}\n\treturn err\n}\n',
  },
  'example.com/runner': {
    'runner.go':
      'package runner\n\nimport "os/exec"\n\nfunc Run(name string) error { return exec.Command(name).Run() }\n',
  },
};

export default async function startBuilder(project: TestProject): Promise<() => Promise<void>> {
  const [port = 0] = await freePorts(1);
  const token = randomBytes(32).toString('hex');
  const state = await mkdtemp(join(tmpdir(), 'slipway-builder-'));
  await chmod(state, 0o711); // its workers may run as other users
  const proxy = join(state, 'test-modules');
  await mkdir(proxy);
  const { sums, url } = await writeModuleProxy(proxy, modules);
  const { GOPROXY = 'https://proxy.golang.org' } = process.env;
  const env = {
    ...process.env,
    GOPROXY: `${url},${GOPROXY}`,
    GONOSUMDB: 'example.com',
    BUILDER_PORT: String(port),
    BUILDER_TOKEN: token,
    BUILDER_STATE: state,
    BUILDER_GO_CACHE: 'dist/go/cache',
    BUILDER_TOOLS: 'dist/tools',
    SLIPWAY_ALLOW_LOOPBACK: '1',
    // Each test has its own organization, and a builder without namespaces serves only one.
    BUILDER_LIMITS: JSON.stringify({ organizationsMax: 1000 }),
  };
  const output: string[] = [];
  const service = { name: 'builder', file: 'builder/server/main.ts', env, onLine: (line: string) => output.push(line) };
  const builder = await supervise(service).catch((cause: unknown) => {
    throw new Error(`${cause}\n${output.join('\n')}`);
  });
  project.provide('moduleSums', Object.fromEntries(Object.keys(modules).map((module) => [module, sums(module)])));
  project.provide('builder', { url: `http://${loopback}:${port}`, token });
  return async () => {
    await builder.stop();
    await rm(state, { recursive: true, force: true });
  };
}
