// Tests containers that don't start, that end, or that stop answering: each failure is noticed immediately, the container is replaced,
// and the cause is reported.
import { afterEach, expect, test, vi } from 'vitest';
import { callHeader, stoppingHeader } from '../../../src/contract/builder/instances.ts';
import { containerLimits } from '../../../src/contract/limits/containers.ts';
import { type ManagedScene, withContainer } from '../../support/containers/container-scene.ts';
import { waitUntil } from '../../support/waiting.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function answerOf(response: Response): Promise<unknown[]> {
  return [response.status, await response.json()];
}

const error = (code: string, message: string) => ({ error: { code, message } });
const invoke = '/instances/dep_1/invoke';

/** Returns the logged events as `event: failure`, and the resets. */
function eventsOf({ settings }: ManagedScene): string[] {
  return settings.events.map((line) =>
    line === 'reset' ? line : `${JSON.parse(line).event}: ${JSON.parse(line).failure}`,
  );
}

test('a start refused by the runtime is noticed immediately, and the error states the cause', () =>
  withContainer(async (scene) => {
    const { container, put } = scene;
    container.cannotStart = 'Container failed to start';
    const answer = await put();
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(await answerOf(answer)).toEqual([
      503,
      error('container-failed', 'The container did not start: Container failed to start.'),
    ]);
    expect(eventsOf(scene)).toEqual(['container.failed: Container failed to start', 'reset']);
    container.cannotStart = undefined;
    expect((await put()).status).toBe(200);
  }));

test('a process that exits immediately is noticed while the container boots', () =>
  withContainer(async (scene) => {
    const { container, put } = scene;
    container.refusals = Number.POSITIVE_INFINITY;
    const putting = put();
    await waitUntil(() => container.running);
    container.exit('Container exited with unexpected exit code: 1');
    expect(await answerOf(await putting)).toEqual([
      503,
      error('container-failed', 'The container did not start: Container exited with unexpected exit code: 1.'),
    ]);
  }));

test.each([
  'there is no container instance that can be provided to this durable object, try again later',
  'Maximum number of running container instances exceeded. Try again later.',
])('a lack of capacity has its own error: %s', (reason) =>
  withContainer(async (scene) => {
    const { container, put } = scene;
    container.cannotStart = reason;
    const answer = await put();
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(await answerOf(answer)).toEqual([503, error('no-capacity', `No container is free: ${reason}`)]);
    expect(eventsOf(scene)).toEqual([`container.failed: ${reason}`]);
  }),
);

test('a paused container is replaced while a call waits for it, and the call may be retried', () =>
  withContainer(async (scene) => {
    const { container, put, ask } = scene;
    await put();
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearInterval', 'clearTimeout'] });
    container.paused = true;
    const calling = ask('POST', invoke);
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('timed out')), ms);
      return controller.signal;
    });
    await vi.advanceTimersByTimeAsync(containerLimits.watchEveryMs + containerLimits.watchMs);
    expect(await answerOf(await calling)).toEqual([
      404,
      error('instance-gone', 'The container was lost: it stopped answering.'),
    ]);
    expect(container.running).toBe(false);
    expect(eventsOf(scene)).toEqual(['container.failed: The container was lost: it stopped answering.', 'reset']);
    expect((await put()).status).toBe(200);
    expect(container.started).toHaveLength(2);
  }));

test('a container that loses its network is replaced after one failed call', () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    container.unreachable = true;
    expect((await ask('POST', invoke)).status).toBe(404);
    expect([container.running, container.commands.at(-1)]).toEqual([false, 'destroy']);
    expect((await put()).status).toBe(200);
  }));

test('a call whose container ends may be retried', () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    container.server = async () => {
      container.exit('Container exited with unexpected exit code: 137');
      throw new Error('Network connection lost');
    };
    expect(await answerOf(await ask('POST', invoke))).toEqual([
      404,
      error('instance-gone', 'The container was lost: Container exited with unexpected exit code: 137.'),
    ]);
  }));

test('a server that was restarted within its container has lost the call, which may be retried', () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    container.instances = 0;
    container.server = async () => Promise.reject(new Error('Network connection lost'));
    expect((await ask('POST', invoke)).status).toBe(404);
    expect(container.running).toBe(true);
  }));

test('a request whose connection broke while the container runs must not be retried, because the request may still be running (D47)', () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    container.server = async () => Promise.reject(new Error('Network connection lost'));
    expect(await answerOf(await ask('POST', invoke))).toEqual([
      503,
      error('container-failed', 'The connection to the container broke: Error: Network connection lost'),
    ]);
    expect(container.running).toBe(true);
  }));

test('a call whose connection broke while the container runs is left to its sender, who retries it with the same ID', () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    container.server = async () => Promise.reject(new Error('Network connection lost'));
    await expect(ask('POST', invoke, { [callHeader]: 'one' })).rejects.toThrow('Network connection lost');
    expect(container.running).toBe(true);
  }));

test("a container that can't be destroyed is forgotten", () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    vi.spyOn(container, 'destroy').mockImplementation(() => Promise.reject(new Error('Docker is not running')));
    container.unreachable = true;
    expect((await ask('POST', invoke)).status).toBe(404);
    container.exit();
    expect((await put()).status).toBe(200);
  }));

test('a stop ends a container that does not answer', () =>
  withContainer(async ({ container, put, ask }) => {
    await put();
    container.unreachable = true;
    expect([(await ask('DELETE')).status, container.running]).toEqual([204, false]);
  }));

test('an adopted container that does not answer is replaced within the same request', () =>
  withContainer(async ({ container, put }) => {
    container.start();
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] });
    container.unreachable = true;
    const putting = put();
    await vi.advanceTimersByTimeAsync(containerLimits.adoptMs + 1000);
    expect((await putting).status).toBe(200);
    expect(container.commands).toEqual(['start', 'destroy', 'start', 'GET /health', 'PUT /instances/dep_1']);
  }));

test('a start waits until the old server has finished its last calls and ended, and then gets a new container', () =>
  withContainer(async ({ container, settings, put, ask }) => {
    await put();
    container.server = async () => Response.json({}, { status: 404, headers: { [stoppingHeader]: '1' } });
    await ask('POST', invoke);
    const putting = put();
    container.server = async () => new Response('started');
    await waitUntil(() => settings.events.length > 0);
    expect([settings.events, container.started.length]).toEqual([['log of dep_1'], 1]);
    container.exit();
    expect(await (await putting).text()).toBe('started');
    expect(container.started).toHaveLength(2);
  }));
