// Checks what `slipway deploy` reports of each way in which a deployment can end, and when it has not ended.
import { expect, test } from 'vitest';
import { deploymentStates } from '../../src/contract/states.ts';
import { scriptedServer } from '../client/scripted-server.ts';
import { inProcess } from './in-process.ts';

const queued = { deployment_id: 'dep_1', namespace_id: 'ns_1', status: 'queued', message: 'Queued' };
const lines = Array.from({ length: 25 }, (_, at) => ({ line: `line ${at}` }));

const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

async function deploy(status: string, fields: object = {}, whileBuilding = '') {
  const events = `${event('status', { status: 'building' })}${whileBuilding}${event('status', { status })}`;
  const deployment = { deployment_id: 'dep_1', status, error: null, ...fields };
  await using server = await scriptedServer({ body: queued }, { body: events }, { body: deployment });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  return await inProcess(['deploy', 'notes@1.0.0', '--timeout', '60s'], environment);
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

test.each(deploymentStates)('a deployment that is %s has its own exit code', async (status) => {
  expect((await deploy(status)).exit).toBe(exits[status]);
});

test('each stage is printed as it is reached', async () => {
  const { stderr } = await deploy('promoted');
  expect(stderr.replaceAll(/[\d.]+ m?s\n/g, 'TIME\n')).toBe('· building   TIME\n· promoted   TIME\n');
});

test('while packages are installed, each part is printed as it is reached', async () => {
  const log = (step: string, ...written: string[]) =>
    event('log', { step, attempt: 1, lines: written.map((line) => ({ at: '', stream: 'host', line })) });
  const building = [
    log('build', 'tools', 'resolve', 'locked by uv 0.13.8 in 900 ms: six 1.16.0'),
    log('build', 'download', 'Removed bin/six: only modules that are imported may run.', 'compile', 'archive'),
    event('status', { status: 'starting' }),
    log('build', 'archive'),
    log('start', 'compile'),
  ];
  const { stderr } = await deploy('promoted', {}, building.join(''));
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

test('a failed deployment is reported with its error and the last 20 lines of its log', async () => {
  const steps = [{ log: lines.slice(0, 10) }, { log: lines.slice(10) }];
  const { stderr } = await deploy('failed', { error: 'the build failed', steps });
  expect(stderr.slice(stderr.indexOf('✗')).split('\n')).toEqual([
    '✗ the deployment failed: the build failed',
    ...lines.slice(5).map(({ line }) => `  | ${line}`),
    '  fix      Traffic is not affected. Run `slipway deployments show dep_1` to see every step.',
    '',
  ]);
});

test.each(['superseded', 'cancelled'])('a %s deployment is not called a failed one', async (status) => {
  const { stderr } = await deploy(status);
  expect(stderr).toContain(`✗ the deployment was ${status}\n`);
});

test('one that has not ended names the command that continues to watch it', async () => {
  const { stderr } = await deploy('verifying');
  expect(stderr.slice(stderr.indexOf('✗'))).toBe(
    '✗ still verifying after 1 min 0 s\n  fix      Keep watching with `slipway deployments show dep_1 --watch`.\n',
  );
});
