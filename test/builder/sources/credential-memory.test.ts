// Searches memory for credentials. Git holds them during a fetch; no instance of any organization ever does.
// @module-tag git
// @module-tag ssh
// @module-tag long
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SourceCredential, sourceHeader } from '../../../src/contract/builder/sources.ts';
import { descendantsOf } from '../builds/striking.ts';
import { handler, TestBuilder } from '../support.ts';
import { GitServer } from './git-server.ts';
import { hasInMemory } from './process-memory.ts';
import { newKeyPair, SshServer } from './ssh-server.ts';

const files = { 'plugin.py': 'answer = 42\n' };
const token = 'tok-5e20d9a417c6';
const basic = btoa(`deployer:${token}`);
const key = newKeyPair();
/** A line of the private key that occurs nowhere else, taken from before the public part. */
const keyLine = key.private.split('\n')[3] ?? '';
const keyBytes = Buffer.from(key.private.replaceAll(/^-.*$/gm, ''), 'base64');
const publicAt = keyBytes.lastIndexOf(Buffer.from(key.public.split(' ')[1] ?? '', 'base64').subarray(-32));
const secrets = [...[token, basic, keyLine].map(bytesOf), keyBytes.subarray(publicAt - 32, publicAt)];
const remembers = handler('def predict(self, request):\n    self.last = request["text"]\n    return {}');

let git: GitServer;
let ssh: SshServer;
let builder: TestBuilder;
beforeAll(async () => {
  git = await GitServer.start();
  ssh = await SshServer.start();
  ssh.accepted = [key.public];
  builder = await TestBuilder.start({ hasGitAndGo: true, env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
});
afterAll(async () => {
  await builder.close();
  await git.close();
  await ssh.close();
});

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

/** Returns the builder's descendants that hold any of these in memory. */
function holders(...anyOf: Buffer[]): number[] {
  return descendantsOf(builder.process.pid ?? 0).filter((pid) => hasInMemory(pid, ...anyOf));
}

function isGit(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('git');
}

/** Starts an instance that keeps a text in memory, and returns the processes that hold it. */
async function started(organization: string): Promise<number[]> {
  const text = `kept for ${organization}`;
  const spec = { ...(await builder.putPlugin(remembers)), organization };
  expect((await builder.put(organization, spec)).at(-1)).toMatchObject({ type: 'ready' });
  await builder.call(organization, { text });
  return holders(bytesOf(text));
}

async function isFetched(repository: string, credential: SourceCredential): Promise<boolean> {
  const body = JSON.stringify({ repository, ref: 'main', organization: 'org_a', credential });
  const response = await builder.fetch('/sources', { method: 'POST', body });
  await response.arrayBuffer();
  return response.headers.has(sourceHeader);
}

const common = { username: 'deployer', expires_at: null };

test("a token is in Git's memory during its fetch, never in an instance's memory, and in no program's memory afterwards", async () => {
  const [own, others] = [await started('org_a'), await started('org_b')];
  expect([own.length > 0, others.length > 0, own.filter((pid) => others.includes(pid))]).toEqual([true, true, []]);
  const during: boolean[][] = [];
  git.intercept = ({ headers }, response) => {
    if (headers.authorization === undefined)
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end() === response;
    during.push(holders(...secrets).map(isGit));
    return false;
  };
  const repository = git.repository('ocr');
  repository.commit(files);
  const place = { host: new URL(git.url).host, path: '' };
  expect(await isFetched(repository.url, { ...common, place, token })).toBe(true);
  expect(during.length).toBeGreaterThan(1);
  expect(during.filter((ofGit) => ofGit.length === 0 || ofGit.includes(false))).toEqual([]);
  expect((await started('org_c')).length).toBeGreaterThan(0);
  expect(holders(...secrets)).toEqual([]);
});

test("a deploy key is never in an instance's memory while Git fetches with it, and in no program's memory afterwards", async () => {
  const instances = [...(await started('org_d')), ...(await started('org_e'))];
  const during: number[][] = [];
  ssh.during = () => during.push(holders(...secrets).filter((pid) => instances.includes(pid)));
  const repository = ssh.repository('ocr');
  repository.commit(files);
  const place = { host: ssh.host, path: '' };
  const credential = { ...common, place, private_key: key.private, known_hosts: [ssh.hostKey.public] };
  expect(await isFetched(repository.url, credential)).toBe(true);
  expect([during.length > 0, during.flat()]).toEqual([true, []]);
  expect((await started('org_f')).length).toBeGreaterThan(0);
  await expect.poll(() => holders(...secrets)).toEqual([]);
});
