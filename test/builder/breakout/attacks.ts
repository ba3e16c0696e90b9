// Lists a plugin's attacks on its sandbox. Each is a file in `attacks/` that returns what it achieved. The tests beside this file and
// `npm run breakouts` run them.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { SandboxKind } from '../../../src/contract/builder/instances.ts';
import { type Files, token } from '../builder-client.ts';

const attacksFolder = fileURLToPath(import.meta.resolve('./attacks/'));
/** The attacking plugin. Its handler runs the requested attack. */
export const attackerFiles: Files = Object.fromEntries(
  readdirSync(attacksFolder)
    .filter((name) => name.endsWith('.py'))
    .map((name) => [name, readFileSync(join(attacksFolder, name), 'utf8')]),
);

const refusedCalls =
  `unshare setns mount umount2 pivot_root chroot ptrace process_vm_readv process_vm_writev bpf perf_event_open
  keyctl add_key request_key io_uring_setup io_uring_enter io_uring_register userfaultfd kexec_load init_module finit_module
  delete_module open_by_handle_at name_to_handle_at personality fanotify_init pidfd_getfd kcmp fsopen fsmount move_mount open_tree
  mount_setattr swapon syslog quotactl acct sethostname setuid capset memfd_secret`.split(/\s+/);

const numbersFile = fileURLToPath(
  import.meta.resolve('../../../builder/host-python/slipway_host/syscall_numbers.json'),
);
const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const numbers = z
  .record(z.string(), z.record(z.string(), z.int()))
  .parse(JSON.parse(readFileSync(numbersFile, 'utf8')))[architecture];

function numbersOf(names: string[]): Record<string, number | undefined> {
  return Object.fromEntries(names.map((name) => [name, numbers?.[name]]));
}

/** Attack targets. */
export interface Scene {
  /** The builder's process ID, as seen where the builder runs. */
  pid: number;
  port: number;
  stateFolder: string;
  serverFile: string;
  /** The builder's file that holds the good plugin's archive. */
  blob: string;
  /** One of the machine's sockets that has no file, and one of its shared memory segments. */
  abstractName: string;
  segment: number;
}

export interface Attack {
  name: string;
  request?: (scene: Scene) => object;
  /**
   * Expected successes by sandbox kind or kind name, for kinds that don't confine the attack. None by default. Keep docs/security.md in
   * sync.
   */
  succeeds?: Record<string, unknown[]>;
  /** Kinds in which to try the attack. All by default. */
  kinds?: SandboxKind[];
  /** True if a refusal ends the process. The attack then runs only where the plugin may start child processes. */
  needsChildren?: boolean;
}

const closed: SandboxKind[] = ['namespaces', 'landlock'];
const sockets = [1, 2];

export const attacks: Attack[] = [
  { name: 'system_calls', request: () => ({ numbers: numbersOf(refusedCalls) }) },
  { name: 'new_namespaces', request: () => numbersOf(['clone', 'clone3']) },
  { name: 'other_abi', request: () => numbersOf(['getpid']), needsChildren: true },
  { name: 'sockets', succeeds: { namespaces: sockets, vm: sockets } },
  { name: 'socket_protocols' },
  // The sandbox can't tell these locks from locks on the plugin's own files, which databases need.
  { name: 'shared_files', succeeds: { namespaces: ['lock'], landlock: ['lock'], vm: ['inotify', 'lock'] } },
  { name: 'abstract_socket', request: ({ abstractName }) => ({ name: abstractName }), kinds: closed },
  { name: 'loopback', request: ({ port }) => ({ port }), kinds: closed },
  // In `namespaces`, a plugin may listen in its own network and folder, which it shares with no one.
  { name: 'listening', request: ({ stateFolder }) => ({ folders: ['/tmp', '/', stateFolder] }), kinds: ['landlock'] },
  // Without CAP_SETPCAP a builder can't empty this set. It is useless to a process that can't gain privileges.
  { name: 'privileges', succeeds: { 'landlock as a user': ['bounding'] } },
  { name: 'host_modules' },
  {
    name: 'token',
    request: ({ pid }) => ({ half: token.slice(0, 9), rest: token.slice(9), builder: pid }),
  },
  // In `vm`, whose machine serves one instance, a plugin has the user of plugins that other tests start there.
  { name: 'memory', kinds: closed },
  {
    name: 'read_files',
    request: ({ stateFolder }) => ({
      paths: ['/etc/shadow', join(stateFolder, 'instances'), join(stateFolder, 'data'), '/root'],
    }),
  },
  {
    name: 'read_files',
    request: ({ blob, serverFile }) => ({
      paths: [blob, serverFile, dirname(serverFile), '/etc/group-', '/proc/1/maps', '/sys', '/var/log'],
    }),
    kinds: ['landlock'],
  },
  {
    name: 'write_files',
    request: ({ stateFolder, blob }) => ({ folders: ['/', '/usr', '/etc', '/dev', stateFolder, dirname(blob)] }),
  },
  // In the other kinds, the plugin's own files have such paths.
  { name: 'host_paths', request: ({ stateFolder }) => ({ path: stateFolder }), kinds: ['namespaces'] },
  { name: 'attributes', request: ({ blob }) => ({ path: blob }) },
  { name: 'programs', kinds: closed },
  { name: 'other_processes', request: ({ pid }) => ({ builder: pid }) },
  { name: 'many_files', kinds: ['namespaces'] },
  // Allowed in `vm`, whose machine serves one instance. The other kinds prevent it with a namespace or the filter.
  { name: 'sysv_shm', request: ({ segment }) => ({ key: segment }), kinds: closed },
  { name: 'vsock' },
  { name: 'fork_bomb' },
];

export function attacksIn(kind: { sandbox: SandboxKind; startsProcesses: boolean }): Attack[] {
  return attacks.filter(
    ({ kinds, needsChildren }) =>
      (kind.sandbox === 'none' || (kinds?.includes(kind.sandbox) ?? true)) && (kind.startsProcesses || !needsChildren),
  );
}

/** Returns an attack's expected successes in a kind that does not confine it. */
export function expectedIn({ succeeds }: Attack, kind: { name: string; sandbox: SandboxKind }): unknown[] {
  return succeeds?.[kind.name] ?? succeeds?.[kind.sandbox] ?? [];
}
