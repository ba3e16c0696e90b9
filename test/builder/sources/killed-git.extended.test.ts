// Kills Git and each program that it starts, at three moments. The fetch fails with the signal, never with a fault of the repository or its
// credential, and the next one succeeds.
// @module-tag git
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findOnPath } from '../../../builder/server/programs/program-on-path.ts';
import { builderErrorSchema } from '../../../src/contract/builder/errors.ts';
import { addDoomed, type Doom, doomed, spare } from '../builds/doomed-programs.ts';
import { descendantsOf } from '../builds/striking.ts';
import { processText } from '../live-files.ts';
import { newFolder, TestBuilder } from '../support.ts';
import { GitServer } from './git-server.ts';
import { newKeyPair, SshServer } from './ssh-server.ts';

const files = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${at}.py`, `${at}\n`.repeat(200)]));
const folder = newFolder();
const stopped =
  /^Git was stopped from outside: (?:signal SIG(?:KILL|TERM)|error: .* died of signal (?:9|15)|fatal: .*invalid index-pack output)\.$/;
const signals = ['KILL', 'TERM'] as const;
const moments = ['just started', 'in the middle', 'after its output'] as const;

function doomsOf(words: readonly string[], at: readonly Doom['moment'][] = moments): Doom[] {
  return words.flatMap((word) => at.flatMap((moment) => signals.map((signal) => ({ word, moment, signal }))));
}

let git: GitServer;
let builder: TestBuilder;
let request: object;
beforeAll(async () => {
  git = await GitServer.start();
  const repository = git.repository('killed');
  repository.commit(files);
  request = { repository: repository.url, ref: 'main' };
  const core = execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();
  // Git looks for its other programs, and for itself, in this folder first.
  addDoomed(folder, { name: 'git', real: join(core, 'git'), before: `export GIT_EXEC_PATH=${folder}` });
  addDoomed(folder, { name: 'git-remote-http', real: join(core, 'git-remote-http') });
  for (const name of ['ssh', 'ssh-add', 'ssh-agent']) addDoomed(folder, { name, real: findOnPath(name) ?? name });
  const env = { PATH: `${folder}:${process.env.PATH}`, SLIPWAY_ALLOW_LOOPBACK: '1' };
  builder = await TestBuilder.start({ hasGitAndGo: true, env });
});
afterAll(async () => {
  await builder.close();
  await git.close();
});
afterEach(() => {
  spare(folder);
  git.intercept = () => false;
});

const fetchSource = () => builder.fetch('/sources', { method: 'POST', body: JSON.stringify(request) });

/** Fetches a source while a program is killed, and then again. */
async function expectAnotherTry(): Promise<void> {
  const response = await fetchSource();
  expect(builderErrorSchema.parse(await response.json()).error).toEqual({
    code: 'internal',
    message: expect.stringMatching(stopped),
  });
  spare(folder);
  git.intercept = () => false;
  const again = await fetchSource();
  expect([again.status, again.headers.get('content-type')]).toEqual([200, 'application/zip']);
  await again.arrayBuffer();
}

test('a fetch whose Git is killed is tried again', async () => {
  doomed(folder, { word: 'fetch', moment: 'just started', signal: 'KILL' });
  await expectAnotherTry();
});

test.each(doomsOf(['ls-remote', 'fetch', 'index-pack', 'rev-list', 'ls-tree', 'cat-file']))(
  'a fetch whose git $word gets SIG$signal $moment is tried again',
  { tags: 'long' },
  async (doom) => {
    doomed(folder, doom);
    await expectAnotherTry();
  },
);

test.each(doomsOf(['git-remote-http'], ['just started', 'after its output']))(
  'a fetch whose $word gets SIG$signal $moment is tried again',
  { tags: 'long' },
  async (doom) => {
    doomed(folder, doom);
    await expectAnotherTry();
  },
);

test("a fetch is no fault of the repository if the server's Git is killed while it sends objects", {
  tags: 'long',
}, async () => {
  git.intercept = ({ method }, response) => {
    if (method !== 'POST') return false;
    const pack = Buffer.concat([Buffer.from('PACK\0\0\0\x02\0\0\0\x03', 'latin1'), Buffer.alloc(10)]);
    response.setHeader('content-type', 'application/x-git-upload-pack-result');
    response.end(Buffer.concat([Buffer.from('0008NAK\n'), pack]));
    return true;
  };
  const response = await fetchSource();
  expect(await response.text()).toContain('repository-unreachable');
});

/** Sends the signal to the builder's processes whose arguments match. */
function strike(args: RegExp, signal: NodeJS.Signals): void {
  const found = descendantsOf(builder.process.pid ?? 0).filter((pid) => args.test(processText(pid, 'cmdline')));
  for (const pid of found) process.kill(pid, signal);
}

test.each([
  ['the list of references', 'SIGKILL', 'GET'],
  ['the list of references', 'SIGTERM', 'GET'],
  ['the objects', 'SIGKILL', 'POST'],
  ['the objects', 'SIGTERM', 'POST'],
] as const)(
  'a fetch whose git-remote-http waits for %s and gets %s is tried again',
  { tags: 'long' },
  async (_, signal, method) => {
    git.intercept = (request) => {
      if (request.method === method) strike(/git-remote-http/, signal);
      return false;
    };
    await expectAnotherTry();
  },
);

describe('SSH', { tags: ['ssh', 'long'] }, () => {
  const key = newKeyPair();
  let server: SshServer;
  beforeAll(async () => {
    server = await SshServer.start();
    server.accepted = [key.public];
    const repository = server.repository('acme/killed');
    repository.commit(files);
    const place = { host: server.host, path: 'acme' };
    const keys = { private_key: key.private, known_hosts: [server.hostKey.public] };
    request = {
      repository: repository.url,
      ref: 'main',
      credential: { place, username: 'git', expires_at: null, ...keys },
    };
  });
  afterAll(() => server.close());

  test.each(
    [...doomsOf(['ssh', 'ssh-add']), ...doomsOf(['ssh-agent'], ['just started', 'after its output'])].filter(
      ({ word, moment }) => word !== 'ssh' || moment !== 'in the middle',
    ),
  )('a fetch whose $word gets SIG$signal $moment is tried again', async (doom) => {
    doomed(folder, doom);
    await expectAnotherTry();
  });

  // At SIGTERM, a connected ssh ends as if the server had closed the connection.
  test('a fetch whose ssh gets SIGKILL while it waits is tried again', async () => {
    server.during = () => strike(/^\S*ssh\0-F/, 'SIGKILL');
    const response = await fetchSource();
    server.during = () => {};
    expect(builderErrorSchema.parse(await response.json()).error.message).toMatch(stopped);
    expect((await fetchSource()).status).toBe(200);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('a fetch whose agent has got %s is tried again', async (signal) => {
    addDoomed(folder, {
      name: 'ssh',
      real: findOnPath('ssh') ?? '',
      before: `test -e ${folder}/doom && kill -${signal.slice(3)} $SSH_AGENT_PID`,
    });
    doomed(folder, { word: 'nothing', moment: 'just started', signal: 'KILL' });
    await expectAnotherTry();
  });
});
