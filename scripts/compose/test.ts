// Implements `npm run test:compose`: tests what docs/self-hosting.md says about compose.yaml, on this machine: up → publish → call →
// the same from another machine → kill each container → down and up → backup → upgrade under load → rollback → restore into an empty
// Slipway. Backup, rollback and restore use the document's own commands. With Compose 2, it also tests compose.try.yaml. Needs a Docker
// engine with Compose, and everything `npm run test:containers` needs. Skipped without them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { verifyExport } from '../../src/contract/events/event-export.ts';
import { formatDuration } from '../../src/core/quantities.ts';
import { docker, engineVersion } from '../containers/docker.ts';
import { prepareBases } from '../containers/images.ts';
import { deployAndWait, ExtractorClient } from '../demo/extractor-client.ts';
import { packFolder } from '../demo/pack.ts';
import { readCommandLine, reasonFor } from '../machine/command-line.ts';
import { freePorts } from '../machine/ports.ts';
import { print } from '../machine/terminal.ts';
import { runCommand } from '../testing/command.ts';
import { Outage } from './outage.ts';
import { publicUrl, visit, writeOutside } from './outside.ts';
import { composeCommand, type Service, Stack } from './stack.ts';
import { tryOut } from './try-out.ts';

const usage = `npm run test:compose [-- --ca FILE]

Tests compose.yaml and compose.try.yaml on this machine. Needs Docker with Compose.

  --ca FILE   certificates of a company's network, as PEM, which the image of compose.try.yaml also trusts`;

const { values } = readCommandLine(usage, { options: { ca: { type: 'string' } } });

const version = 'test';
/** The same sources plus one migration. */
const nextVersion = 'test-next';
const restartMs = 60_000;
const settleMs = 300_000;
const profile = { folder: 'examples/text_profile', name: 'text_profile', id: 'text_profile_1_0_0' };
const inputs = { text: 'A slipway lets a ship go gently from dry land into the water.' };
const pluginsSchema = z.object({ plugins: z.array(z.object({ plugin_id: z.string(), deployed: z.boolean() })) });
const results: string[] = [];

process.chdir(fileURLToPath(import.meta.resolve('../..')));
const engine = await engineVersion();
const command = await composeCommand();
if ('missing' in engine) print(`test:compose skipped: Docker is not available (${engine.missing})`);
else if (command === undefined) print('test:compose skipped: neither docker compose nor docker-compose is installed');
else await run(command);
process.exit();

async function run(composeProgram: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-compose-'));
  const [port = 0] = await freePorts(1);
  const name = `slipway-test-${process.pid}`;
  const override = await writeOutside(folder, version, port);
  const stack = new Stack({ command: composeProgram, name, folder, override, port, publicUrl });
  try {
    const { args } = await prepareBases((line) => print(`  ${line}`));
    if (composeProgram[0] === 'docker')
      await step('try', () => tryOut({ folder, name: `${name}-try`, bases: args, ca: values.ca }));
    await step('images', () => buildImages(folder, args));
    await stack.configure(version);
    await walk(stack);
    print('\n1 passed, 0 failed');
  } catch (error) {
    print(`\n${reasonFor(error)}\n\n0 passed, 1 failed`);
    process.exitCode = 1;
  } finally {
    await stack.compose('down', '--volumes', '--timeout', '5').catch((error) => print(String(error)));
    // Files that the containers wrote in the folder belong to the containers' user.
    const asRoot = ['run', '--rm', '--user', '0', '--volume', `${folder}:/folder`];
    await docker(...asRoot, '--entrypoint', 'rm', `slipway:${version}`, '-rf', '/folder/backups');
    await rm(folder, { recursive: true, force: true });
    print(`\n| step | time | result |\n|---|---|---|\n${results.join('\n')}`);
  }
}

async function walk(stack: Stack): Promise<void> {
  await step('up', () => up(stack));
  const local = await stack.local();
  const access = { ...local, url: stack.url };
  await step('without a key', () => refuseAnonymous(stack.url));
  await step('publish', () => publish(new ExtractorClient(access)));
  await step('call', () => call(new ExtractorClient(access)));
  await step('elsewhere', () => visit(stack, local));
  for (const service of ['builder', 'slipway'] as const)
    await step(`kill ${service}`, () => outageOf(new ExtractorClient(access), () => kill(stack, service)));
  await step('down, up', async () => {
    await stack.compose('down');
    await up(stack);
    return call(new ExtractorClient(access));
  });
  await step('backup', () => stack.runDocumented('scripts/backup.ts'));
  const before = await inventory(access);
  await step('upgrade', () => outageOf(new ExtractorClient(access), () => upgrade(stack)));
  await step('chain', () => chain(access));
  await step('rollback', () => outageOf(new ExtractorClient(access), () => rollBack(stack)));
  await step('restore', () => restoreIntoEmpty(stack));
  await step('call', () => call(new ExtractorClient(access)));
  await step('chain', () => chain(access));
  await step('nothing lost', async () => {
    const after = await inventory(access);
    if (after !== before) throw new Error(`before: ${before}; after: ${after}`);
    return after;
  });
}

/** Builds both images from the current sources, and the next version of both. */
async function buildImages(folder: string, { BASE: base, ...others }: Record<string, string>): Promise<string> {
  const bases = base === undefined ? [] : ['--base', base, '--builder-base', base];
  const buildArgs = Object.entries(others).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const options = ['--tag', version, ...bases, ...buildArgs];
  const built = await runCommand(process.execPath, ['scripts/images/images.ts', ...options]);
  if (built.exitCode !== 0) throw new Error(built.output);
  await writeFile(join(folder, '9999_upgrade.sql'), 'create table upgraded (id integer primary key);\n');
  await buildNext(folder, 'slipway', 'COPY 9999_upgrade.sql /slipway/migrations/9999_upgrade.sql');
  await buildNext(folder, 'slipway-builder', 'LABEL next=1');
  return built.output
    .split('\n')
    .filter((line) => line.includes(' packages'))
    .map((line) => line.trim().replaceAll(/ +/g, ' '))
    .join('; ');
}

async function buildNext(folder: string, name: string, change: string): Promise<void> {
  const file = join(folder, `${name}.Dockerfile`);
  await writeFile(file, `FROM ${name}:${version}\n${change}\n`);
  await docker('build', '--tag', `${name}:${nextVersion}`, '--file', file, folder);
}

async function up(stack: Stack): Promise<string> {
  await stack.compose('up', '--detach');
  await stack.ready();
  return 'healthy';
}

async function refuseAnonymous(url: string): Promise<string> {
  const { status } = await fetch(`${url}/api/plugins`);
  if (status !== 401) throw new Error(`/api/plugins responded with ${status} without a key`);
  return '401';
}

async function publish(client: ExtractorClient): Promise<string> {
  await client.publish(profile.name, '1.0.0', await packFolder(profile.folder));
  await deployAndWait(client, profile.id, settleMs);
  return 'DEPLOYED';
}

async function call(client: ExtractorClient): Promise<string> {
  const outage = new Outage(() => client.call(profile.id, inputs));
  await outage.ended();
  return outage.summary();
}

/** Makes calls continuously during a disturbance, until a call that started after it succeeds. */
async function outageOf(client: ExtractorClient, disturb: () => Promise<void>): Promise<string> {
  const outage = new Outage(() => client.call(profile.id, inputs));
  await disturb();
  await outage.ended();
  return outage.summary();
}

async function kill(stack: Stack, service: Service): Promise<void> {
  const container = await stack.containerOf(service);
  await stack.kill(service, version);
  for (const until = performance.now() + restartMs; (await restartsOf(container)) === '0'; await delay(100))
    if (performance.now() > until) throw new Error(`${service} was not restarted`);
}

function restartsOf(container: string): Promise<string> {
  return docker('inspect', '--format', '{{.RestartCount}}', container);
}

async function upgrade(stack: Stack): Promise<void> {
  await stack.configure(nextVersion);
  await stack.compose('up', '--detach');
  await stack.ready();
}

/** Rolls back to the previous build, on the database that the next version migrated. */
async function rollBack(stack: Stack): Promise<void> {
  await stack.runDocumented('docker image ls slipway', { '0.1.0-20261120-101500': version });
  await stack.ready();
}

async function restoreIntoEmpty(stack: Stack): Promise<string> {
  const output = await stack.runDocumented('scripts/restore.ts');
  await stack.ready();
  return output.split('\n').find((line) => line.includes('restored ')) ?? '';
}

interface Access {
  url: string;
  api_key: string;
  namespace_id: string;
}

/** Returns a description of the state that a restore must preserve. */
async function inventory({ url, api_key, namespace_id }: Access): Promise<string> {
  const headers = { authorization: `Bearer ${api_key}` };
  const response = await fetch(`${url}/v1/namespaces/${namespace_id}/plugins`, { headers });
  const { plugins } = pluginsSchema.parse(await response.json());
  return plugins.map(({ plugin_id, deployed }) => `${plugin_id}${deployed ? ' deployed' : ''}`).join(', ');
}

async function chain({ url, api_key }: Access): Promise<string> {
  const response = await fetch(`${url}/v1/events/export`, { headers: { authorization: `Bearer ${api_key}` } });
  const lines = (await response.text()).trimEnd().split('\n');
  async function* each() {
    yield* lines;
  }
  const result = await verifyExport(each());
  if ('problem' in result) throw new Error(`line ${result.line}: ${result.problem}`);
  return `${result.events} events verified, ${result.unsealed} of them not yet sealed`;
}

async function step(name: string, action: () => Promise<string>): Promise<void> {
  const startedAt = performance.now();
  const result = (await action()).trim();
  const ms = performance.now() - startedAt;
  print(`  ${name.padEnd(14)} ${formatDuration(ms).padStart(8)}  ${result.split('\n')[0]}`);
  results.push(`| ${name} | ${formatDuration(ms)} | ${result.split('\n')[0]} |`);
}
