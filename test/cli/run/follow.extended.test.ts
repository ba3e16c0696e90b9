// Tests the report of `slipway deploy` for each way in which a deployment can end, and for one that hasn't ended.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loopback } from '../../../scripts/machine/ports.ts';
import { stageReporter } from '../../../src/cli/deployments/follow.ts';
import { createOutput } from '../../../src/cli/terminal/output.ts';
import { deploymentStates } from '../../../src/contract/states.ts';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const queued = {
  ...{ deployment_id: 'dep_1', namespace_id: 'ns_1', status: 'queued', deployed: false, message: 'Deployment queued' },
  ...{ estimated_completion_seconds: 2, queue_position: 1 },
};
const lines = Array.from({ length: 25 }, (_, at) => ({ line: `line ${at}` }));

const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

const environmentOf = (url: string) => ({
  SLIPWAY_BASE_URL: url,
  SLIPWAY_API_KEY: 'sk_any',
  SLIPWAY_NAMESPACE: 'ns_1',
});
/** Deploys, and follows a deployment that takes longer than `time`. The server ends each stream after the events recorded so far. */
async function deploy(
  status: string,
  fields: object = {},
  { whileBuilding = '', time = '60s', more = [''], releases = [{}], serving = '1.0.0' } = {},
) {
  const events = `${event('status', { status: 'building' })}${whileBuilding}${event('status', { status })}`;
  const deployment = JSON.stringify({ deployment_id: 'dep_1', status, error: null, ...fields });
  let streams = 0;
  const server = createServer(({ method, url = '' }, response) => {
    const stream = () => (streams++ === 0 ? events : '');
    const history = JSON.stringify({ serving_version: serving });
    const read = () => {
      if (url.includes('/by-name/')) return history;
      return url.includes('/releases?') ? JSON.stringify({ results: releases }) : deployment;
    };
    response.end(method === 'POST' ? JSON.stringify(queued) : url.endsWith('/events') ? stream() : read());
  });
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const args = ['deploy', 'notes@1.0.0', '--timeout', time, ...more.filter((arg) => arg !== '')];
    return await inProcess(args, environmentOf(`http://${loopback}:${port}`));
  } finally {
    server.close();
  }
}

const exits: Record<(typeof deploymentStates)[number], string> = {
  queued: 'pending',
  claimed: 'pending',
  building: 'pending',
  starting: 'pending',
  verifying: 'pending',
  ready: 'pending',
  promoted: 'done',
  failed: 'undeployed',
  superseded: 'undeployed',
  cancelled: 'undeployed',
  stopped: 'done',
};

test.concurrent.each(deploymentStates)('a deployment that is %s has its own exit code', async (status) => {
  const time = exits[status] === 'pending' ? '300ms' : '60s';
  expect((await deploy(status, {}, { time })).exit).toBe(exits[status]);
});

test('--json has the final state, and nothing about the queue', async () => {
  const { stdout } = await deploy('promoted', {}, { more: ['--json'] });
  const deployment = { deployment_id: 'dep_1', status: 'promoted', error: null };
  expect(JSON.parse(stdout)).toEqual({
    ...{ deployment_id: 'dep_1', namespace_id: 'ns_1', status: 'deployed', deployed: true, deployment },
    message: 'notes 1.0.0 is live',
  });
});

describe('a deployment with a release plan', () => {
  const planned = { name: 'notes', version: '1.0.0', release: { steps: [{ percent: 1 }] } };
  const release = { id: 'rel_1', state: 'rolling', percent: 1, to: { version: '1.0.0' } };

  test('a deployment that begins a release is reported with its share of the calls, and the command that watches it', async () => {
    const { exit, stdout } = await deploy('promoted', planned, { releases: [release], serving: '0.9.0' });
    expect([exit, stdout.replace(/\(.*\)/, '(TIME)')]).toEqual([
      'done',
      '✓ notes 1.0.0 takes calls step by step: 1% now (TIME)\n  next     slipway releases watch notes\n',
    ]);
    const { stdout: json } = await deploy('promoted', planned, {
      releases: [release],
      serving: '0.9.0',
      more: ['--json'],
    });
    expect(JSON.parse(json)).toMatchObject({ release, message: 'notes 1.0.0 takes calls step by step' });
  });

  test.each([
    ['there was no version to release it against', []],
    ['the active release is of another version', [{ ...release, to: { version: '0.9.0' } }]],
  ])('a deployment with a plan is live if %s', async (_, releases) => {
    expect((await deploy('promoted', planned, { releases })).stdout).toContain('✓ notes 1.0.0 is live (');
  });
});

test('a deployment whose version has no calls to its name is not reported as live, and the way to give it the name is', async () => {
  const { exit, stdout } = await deploy('promoted', {}, { releases: [], serving: '0.9.0' });
  expect([exit, stdout.replace(/\(.*\)/, '(TIME)')]).toEqual([
    'done',
    '✓ notes 1.0.0 is deployed, but calls to notes still go to 0.9.0 (TIME)\n  next     slipway rollback notes --to 1.0.0\n',
  ]);
  const { stdout: json } = await deploy('promoted', {}, { releases: [], serving: '0.9.0', more: ['--json'] });
  expect(JSON.parse(json).message).toBe('notes 1.0.0 is deployed, but calls to notes still go to 0.9.0');
});

test('each stage is printed as it is reached', async () => {
  const { stderr } = await deploy('promoted');
  expect(stderr.replaceAll(/[\d.]+ m?s\n/g, 'TIME\n')).toBe('· building   TIME\n· promoted   TIME\n');
});

test('the warnings of the package installation are printed', async () => {
  const lines = [
    { stream: 'stderr', line: 'warning: `six==1.4.0` is yanked (reason: "it is broken")' },
    { stream: 'stderr', line: 'Resolved 1 package' },
  ];
  const log = event('log', { step: 'build', attempt: 1, lines: lines.map((line) => ({ at: '', ...line })) });
  const { stderr } = await deploy('promoted', {}, { whileBuilding: log });
  expect(stderr).toContain('\n! `six==1.4.0` is yanked (reason: "it is broken")\n');
  expect(stderr).not.toContain('Resolved');
});

test('each part of the package installation is printed as it is reached', async () => {
  const log = (step: string, ...written: string[]) =>
    event('log', { step, attempt: 1, lines: written.map((line) => ({ at: '', stream: 'host', line })) });
  const building = [
    log('build', 'tools', 'resolve', 'locked by uv 0.13.8 in 900 ms: six 1.16.0'),
    log('build', 'download', 'Removed bin/six: only modules that are imported may run.', 'compile', 'archive'),
    log('build', 'six 1.16.0: downloading 2.0MiB', 'six 1.16.0: installed, 2.1 MiB in 9 files, package 1 of 1'),
    event('status', { status: 'starting' }),
    log('build', 'archive'),
    log('start', 'compile'),
  ];
  const { stderr } = await deploy('promoted', {}, { whileBuilding: building.join('') });
  expect(stderr.replaceAll(/ +[\d.]+ m?s\n/g, '\n').split('\n')).toEqual([
    '· building',
    '· fetching uv',
    '· resolving packages',
    '· downloading packages',
    '· compiling packages',
    '· storing packages',
    '· starting',
    '· promoted',
    '',
  ]);
});

test('each package is shown on a terminal while it is installed, without a line of its own', () => {
  const written: string[] = [];
  const screen = { isTTY: true, columns: 100, write: (text: string) => written.push(text) > 0 };
  const report = stageReporter(createOutput(screen, screen, { TERM: 'xterm' }, true));
  const line = 'numpy 2.4.6: installed, 64.0 MiB in 900 files, package 3 of 12';
  report('downloading packages');
  report(line, 'passing');
  report('promoted');
  const shown = written.join('');
  expect(shown).toContain(line);
  expect(shown).not.toContain(`${line}\n`);
});

test('a failed deployment is reported with its error and the last 20 lines of its log', async () => {
  const steps = [{ log: lines.slice(0, 10) }, { log: lines.slice(10) }];
  const { stderr } = await deploy('failed', { error: 'the build failed', steps });
  expect(stderr.slice(stderr.indexOf('✗')).split('\n')).toEqual([
    '✗ the deployment failed: the build failed',
    ...lines.slice(5).map(({ line }) => `  | ${line}`),
    '  fix      Traffic is not affected. `slipway deployments show dep_1` shows every step, `slipway logs --deployment dep_1` what the plugin printed.',
    '',
  ]);
});

test.each(['superseded', 'cancelled'])('a %s deployment is not called failed', async (status) => {
  const { stderr } = await deploy(status);
  expect(stderr).toContain(`✗ the deployment was ${status}\n`);
});

test('a deployment that has not ended in time is reported with the elapsed time, and the command that continues to watch it', async () => {
  const { stderr } = await deploy('verifying', {}, { time: '300ms' });
  expect(stderr.slice(stderr.indexOf('✗')).replace(/after [\d.]+ m?s/, 'after TIME')).toBe(
    '✗ still verifying after TIME\n  fix      Keep watching with `slipway deployments show dep_1 --watch`.\n',
  );
});

test.concurrent('a deployment whose stream the server ends is followed again from the last event, without repeating a stage', async () => {
  const state = (status: string) => ({ body: { deployment_id: 'dep_1', status, error: null } });
  const streams = [
    { body: `id: 1\n${event('status', { status: 'building' })}` },
    state('building'),
    { body: event('heartbeat', {}) },
    state('building'),
    { body: event('status', { status: 'promoted' }) },
    state('promoted'),
    { body: { serving_version: '1.0.0' } },
  ];
  await using server = await scriptedServer({ body: queued }, ...streams);
  const { exit, stderr } = await inProcess(['deploy', 'notes@1.0.0', '--timeout', '60s'], environmentOf(server.url));
  expect([exit, stderr.replaceAll(/ +[\d.]+ m?s\n/g, '\n')]).toEqual(['done', '· building\n· promoted\n']);
  const followed = server.received.filter(({ url }) => url.endsWith('/events'));
  expect(followed.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1', '1']);
});

test.concurrent('a lost connection is explained with a message that the deployment continues, and how to watch it', async () => {
  const lost = { body: event('status', { status: 'building' }), broken: true };
  const server = await scriptedServer({ body: queued }, lost);
  const ended = inProcess(['deploy', 'notes@1.0.0', '--timeout', '5s'], environmentOf(server.url));
  await expect.poll(() => server.received.length).toBeGreaterThan(1);
  await server[Symbol.asyncDispose]();
  const { exit, stderr } = await ended;
  expect(exit).toBe('unreachable');
  expect(stderr.slice(stderr.indexOf('✗')).split('\n')).toEqual([
    expect.stringMatching(new RegExp(`^✗ .*${server.url}.*: the deployment continues$`)),
    '  fix      Keep watching with `slipway deployments show dep_1 --watch`.',
    '',
  ]);
});

test.concurrent('an attempt after a failed one explains why the earlier one failed, even if time has run out', async () => {
  const again = { status: 'starting', attempts: 2, error: 'the container did not start' };
  const { stderr } = await deploy('starting', again, {
    whileBuilding: event('status', again),
    time: '300ms',
  });
  const shown = 'starting (attempt 2; the last one failed: the container did not start)';
  expect(stderr).toContain(`· ${shown} `);
  expect(stderr).toContain(`✗ still ${shown} after `);
});
