// What is stored of an instance's log, and that storing it never keeps an instance from being stopped.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { BuilderError, type Logs } from '../../../src/contract/builder.ts';
import { builderLimits } from '../../../src/contract/limits.ts';
import { idSource } from '../../../src/core/ids.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { instanceLog, keepInstanceLog } from '../../../src/deploy/builder/instance-log.ts';
import { ManagedContainer } from '../../../src/deploy/builder/managed-container.ts';
import { stopDueInstances } from '../../../src/deploy/stop.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { settingsFor } from '../../support/container-scene.ts';
import { FakeContainer } from '../../support/fake-container.ts';
import { deploy, scene } from '../../support/scene.ts';

const newId = idSource(Date.now);
const at = '2026-11-20T12:00:00.000Z';

/** Prints into a log that is read as a builder's is: by positions that only this run knows. */
class Printer {
  readonly #lines: string[] = [];
  readonly #name = crypto.randomUUID();

  print(...lines: string[]): void {
    this.#lines.push(...lines);
  }

  read = async (after = ''): Promise<Logs> => {
    const [name, seen] = after.split('.');
    const lines = this.#lines.slice(name === this.#name ? Number(seen) : 0);
    return {
      state: 'ready',
      lines: lines.map((line) => ({ at, stream: 'stdout', line })),
      next: `${this.#name}.${this.#lines.length}`,
    };
  };
}

const asleep = { logs: async () => undefined };

async function linesOf(id: ReturnType<typeof newDeploymentId>, logs: (after?: string) => Promise<Logs | undefined>) {
  const { builder } = (await scene()).deps;
  const deps = { builder: { ...builder, logs: (_: string, after?: string) => logs(after) }, blobs: env.ARCHIVES };
  return (await instanceLog(deps, id)).lines.map(({ line }) => line);
}

function newDeploymentId() {
  return newId('deployment');
}

test('lines are stored once, however often and by whomever the log is kept', async () => {
  const id = newDeploymentId();
  const printer = new Printer();
  printer.print('one');
  await keepInstanceLog(env.ARCHIVES, id, printer.read);
  await keepInstanceLog(env.ARCHIVES, id, printer.read);
  printer.print('two', 'three');
  expect(await linesOf(id, printer.read)).toEqual(['one', 'two', 'three']);
  await Promise.all([1, 2, 3].map(() => keepInstanceLog(env.ARCHIVES, id, printer.read)));
  expect(await linesOf(id, asleep.logs)).toEqual(['one', 'two', 'three']);
});

test('the log continues in the next container of the instance', async () => {
  const id = newDeploymentId();
  const [first, second] = [new Printer(), new Printer()];
  first.print('before the sleep');
  await keepInstanceLog(env.ARCHIVES, id, first.read);
  second.print('after it');
  expect(await linesOf(id, second.read)).toEqual(['before the sleep', 'after it']);
  await keepInstanceLog(env.ARCHIVES, id, second.read);
  expect(await linesOf(id, asleep.logs)).toEqual(['before the sleep', 'after it']);
});

test('the newest lines are kept', async () => {
  const id = newDeploymentId();
  const printer = new Printer();
  printer.print(...Array.from({ length: builderLimits.logLinesStored + 2 }, (_, n) => `line ${n}`));
  await keepInstanceLog(env.ARCHIVES, id, printer.read);
  const lines = await linesOf(id, asleep.logs);
  expect([lines.length, lines[0]]).toEqual([builderLimits.logLinesStored, 'line 2']);
});

test('a container stores its log while it is used and before it sleeps; one that cannot be stored keeps nothing awake', () =>
  runInDurableObject(env.INSTANCES.getByName(crypto.randomUUID()), async (_, { storage }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const container = new FakeContainer();
    const kept: string[] = [];
    const settings = settingsFor('instance');
    const printer = new Printer();
    const managed = new ManagedContainer(container, storage, {
      ...settings,
      keepLog: async (id, read) => {
        if (kept.length === 2) throw new Error('the bucket does not answer');
        kept.push(`${id}: ${(await read(''))?.lines.map(({ line }) => line)}`);
      },
    });
    container.server = async ({ method }) => {
      const body = method === 'GET' ? JSON.stringify(await printer.read()) : '';
      return new Response(body, { headers: { 'content-length': String(body.length) } });
    };
    const put = () => managed.fetch(new Request('http://container/instances/dep_1', { method: 'PUT' }));
    await put();
    printer.print('one');
    await managed.tick();
    expect(kept).toEqual(['dep_1: one']);
    printer.print('two');
    vi.setSystemTime(Date.now() + builderLimits.idleMs);
    await managed.tick();
    expect([kept, container.running]).toEqual([['dep_1: one', 'dep_1: one,two'], false]);
    await put();
    vi.setSystemTime(Date.now() + builderLimits.idleMs);
    await managed.tick();
    expect([container.running, settings.events.map((line) => JSON.parse(line).event)]).toEqual([
      false,
      ['container.log_not_kept'],
    ]);
    vi.useRealTimers();
  }));

test('an instance whose log cannot be read is stopped', async () => {
  const s = await scene();
  const { id, pluginId } = await deploy(s);
  await advanceDeployment(s.deps, id);
  await deploy(s).then((second) => advanceDeployment(s.deps, second.id));
  s.clock.advance(60_000);
  const logs = () => Promise.reject(new BuilderError('unreachable', 'The builder does not answer'));
  await stopDueInstances({ ...s.deps, builder: { ...s.deps.builder, logs } }, pluginId);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect([row?.status, row?.instanceStoppedAt, await s.deps.builder.status(id)]).toEqual([
    'stopped',
    s.clock.now(),
    undefined,
  ]);
});
