// Attacks of a plugin on what confines it, in every kind of confinement that this machine can do, beside a good plugin whose calls
// never fail. Each attack is a file of `attacks/`, and returns what it achieved.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { SandboxKind } from '../../../src/contract/builder.ts';
import { type Files, handler, hostPath, mainScript, refusal, type TestBuilder, token } from '../support.ts';
import { type Kind, kinds, startBuilder, unconfined } from './kinds.ts';

const attacksFolder = fileURLToPath(new URL('attacks/', import.meta.url));
const attacks: Files = Object.fromEntries(
  readdirSync(attacksFolder)
    .filter((name) => name.endsWith('.py'))
    .map((name) => [name, readFileSync(join(attacksFolder, name), 'utf8')]),
);

const refusedCalls =
  `unshare setns mount umount2 pivot_root chroot ptrace process_vm_readv process_vm_writev bpf perf_event_open
  keyctl add_key request_key io_uring_setup io_uring_enter io_uring_register userfaultfd kexec_load init_module finit_module
  delete_module open_by_handle_at name_to_handle_at personality fanotify_init pidfd_getfd kcmp fsopen fsmount move_mount open_tree
  mount_setattr swapon syslog quotactl acct sethostname setuid capset memfd_secret`.split(/\s+/);

const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const numbers = z
  .record(z.string(), z.record(z.string(), z.int()))
  .parse(JSON.parse(readFileSync(hostPath('slipway_host/syscall_numbers.json'), 'utf8')))[architecture];

function numbersOf(names: string[]): Record<string, number | undefined> {
  return Object.fromEntries(names.map((name) => [name, numbers?.[name]]));
}

interface Scene {
  builder: TestBuilder;
  /** The builder's file with the archive of the good plugin. */
  blob: string;
  abstractName: string;
}

interface Attack {
  name: string;
  request?: (scene: Scene) => object;
  /** What succeeds because a kind, or one of its names, does not confine it. Nothing by default. docs/security.md says so too. */
  succeeds?: Record<string, unknown[]>;
  /** The kinds in which it is tried. All by default. */
  kinds?: SandboxKind[];
  /** It ends its process if it is refused, so it is tried only where it can use another one. */
  needsChildren?: boolean;
}

const closed: SandboxKind[] = ['namespaces', 'landlock'];
const sockets = [1, 2];

const table: Attack[] = [
  { name: 'system_calls', request: () => ({ numbers: numbersOf(refusedCalls) }) },
  { name: 'new_namespaces', request: () => numbersOf(['clone', 'clone3']) },
  { name: 'other_abi', request: () => numbersOf(['getpid']), needsChildren: true },
  { name: 'sockets', succeeds: { namespaces: sockets, vm: sockets } },
  { name: 'abstract_socket', request: ({ abstractName }) => ({ name: abstractName }), kinds: closed },
  { name: 'loopback', request: ({ builder }) => ({ port: Number(new URL(builder.url).port) }), kinds: closed },
  // Without CAP_SETPCAP a builder can't empty this set. It is of no use to a process that can't gain privileges.
  { name: 'privileges', succeeds: { 'landlock as a user': ['bounding'] } },
  { name: 'host_modules' },
  {
    name: 'token',
    request: ({ builder }) => ({ half: token.slice(0, 9), rest: token.slice(9), builder: builder.process.pid }),
  },
  {
    name: 'read_files',
    request: ({ builder }) => ({
      paths: ['/etc/shadow', join(builder.stateFolder, 'instances'), join(builder.stateFolder, 'data'), '/root'],
    }),
  },
  {
    name: 'read_files',
    request: ({ blob }) => ({
      paths: [blob, mainScript, process.cwd(), '/etc/group-', '/proc/1/maps', '/sys', '/var/log'],
    }),
    kinds: ['landlock'],
  },
  {
    name: 'write_files',
    request: ({ builder, blob }) => ({ folders: ['/', '/usr', '/etc', '/dev', builder.stateFolder, dirname(blob)] }),
  },
  // Elsewhere the plugin's own files have such paths.
  { name: 'host_paths', request: ({ builder }) => ({ path: builder.stateFolder }), kinds: ['namespaces'] },
  { name: 'attributes', request: ({ blob }) => ({ path: blob }) },
  { name: 'programs', kinds: closed },
  { name: 'other_processes', request: ({ builder }) => ({ builder: builder.process.pid }) },
  { name: 'many_files', kinds: ['namespaces'] },
];

describe.each(kinds)('in $name', (kind: Kind) => {
  let scene: Scene;
  let attacker: string;
  /** In `vm` the attacker itself, because there is only one instance. */
  let good: string;
  let listener: Server;
  let calling: Promise<unknown[]>;
  let isOver = false;

  beforeAll(async () => {
    const builder = await startBuilder(kind);
    attacker = await builder.run(attacks, { name: 'attacker' });
    const spec = await builder.putPlugin(handler('def predict(self, request):\n    return {"sum": sum(request["n"])}'));
    const last = kind.sandbox === 'vm' ? undefined : (await builder.put('dep_good', spec)).at(-1);
    good = last?.type === 'ready' ? last.instance.id : attacker;
    const abstractName = `slipway-breakout-${process.pid}-${builder.process.pid}`;
    listener = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => listener.listen(`\0${abstractName}`, resolve));
    scene = { builder, blob: join(builder.stateFolder, 'blobs', spec.archive), abstractName };
    calling = callGoodPlugin(builder, good, () => isOver);
  });
  afterAll(async () => {
    listener.close();
    await scene.builder.close();
  });

  const tried = table.filter(
    (attack) => (attack.kinds?.includes(kind.sandbox) ?? true) && (kind.startsProcesses || !attack.needsChildren),
  );
  test.each(tried)('$name achieves nothing that is confined there', async ({ name, request, succeeds }) => {
    const succeeded = succeeds?.[kind.name] ?? succeeds?.[kind.sandbox] ?? [];
    expect(await scene.builder.result(attacker, { attack: name, ...request?.(scene) })).toEqual({ succeeded });
  });

  test('no call of a good plugin failed meanwhile', async () => {
    isOver = true;
    const wrong = await calling;
    expect(wrong).toEqual([]);
    expect(await scene.builder.status(good)).toMatchObject({ restarts: 0 });
  });
});

const goodAnswer = z.object({
  status: z.literal(200),
  body: z.object({ status: z.literal('success'), result: z.strictObject({ sum: z.literal(6) }) }),
});

test.each(kinds.filter(({ sandbox }) => sandbox === 'vm'))('in $name, a second instance is refused', async (kind) => {
  const builder = await startBuilder(kind);
  const files = handler('def predict(self, request):\n    return {}');
  await builder.run(files);
  const spec = JSON.stringify(await builder.putPlugin(files));
  expect(refusal(await builder.send('PUT', '/instances/dep_second', spec))).toBe('503 instance-busy');
  await builder.close();
});

/** Achieves nothing even here: the host removes its modules in every kind. */
const preventedEverywhere = ['host_modules'];

describe('in none', () => {
  let builder: TestBuilder;
  beforeAll(async () => {
    builder = await startBuilder(unconfined);
  });
  afterAll(() => builder.close());

  test('the attacks succeed, so they are attacks', async () => {
    const attacker = await builder.run(attacks, { name: 'attacker' });
    const blob = join(builder.stateFolder, 'blobs', await builder.putArchive({ a: 'b' }));
    const abstractName = `slipway-breakout-${builder.process.pid}`;
    const listener = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => listener.listen(`\0${abstractName}`, resolve));
    const failed: string[] = [];
    for (const { name, request } of table) {
      const result = await builder.result(attacker, { attack: name, ...request?.({ builder, blob, abstractName }) });
      if (successSchema.parse(result).succeeded.length === 0) failed.push(name);
    }
    listener.close();
    expect(failed).toEqual(preventedEverywhere);
  });
});

const successSchema = z.object({ succeeded: z.array(z.unknown()) });

/** Calls until it is over. Returns the answers that are wrong. */
async function callGoodPlugin(builder: TestBuilder, id: string, isOver: () => boolean): Promise<unknown[]> {
  const wrong: unknown[] = [];
  while (!isOver()) {
    const answer = await builder.invoke(id, { n: [1, 2, 3] });
    if (!goodAnswer.safeParse(answer).success) wrong.push(answer);
  }
  return wrong;
}
