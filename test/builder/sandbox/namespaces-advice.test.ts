// Tests the advice for machines that refuse namespaces, on made-up copies of what the kernel and container runtimes show.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { namespacesAdvice } from '../../../builder/server/sandbox/namespaces-advice.ts';
import { newFolder } from '../support.ts';

function machineWith(files: Record<string, string>): string {
  const root = newFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return `${root}/`;
}

const userns = 'proc/sys/kernel/apparmor_restrict_unprivileged_userns';

test.each([
  ['Docker', { '.dockerenv': '' }, 'Start the container with `--security-opt seccomp=unconfined`.'],
  ['Podman', { 'run/.containerenv': '' }, 'Start the container with `--security-opt seccomp=unconfined`.'],
  [
    'Docker with AppArmor',
    { '.dockerenv': '', 'proc/self/attr/current': 'docker-default (enforce)\n' },
    'Start the container with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`.',
  ],
  [
    'Docker without its system call filter',
    {
      '.dockerenv': '',
      'proc/self/status': 'Name:\tnode\nSeccomp:\t0\n',
      'proc/self/attr/current': 'docker-default (enforce)\n',
    },
    'Start the container with `--security-opt apparmor=unconfined`.',
  ],
  [
    'Docker on Ubuntu 24.04',
    { '.dockerenv': '', [userns]: '1\n', 'proc/self/status': 'Name:\tnode\nSeccomp:\t2\n' },
    "Run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` on the container's host. Start the container with `--security-opt seccomp=unconfined`.",
  ],
  [
    'Docker without profiles on Ubuntu 24.04',
    { '.dockerenv': '', [userns]: '1\n', 'proc/self/status': 'Name:\tnode\nSeccomp:\t0\n' },
    "Run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` on the container's host and restart Slipway.",
  ],
  [
    'Ubuntu 24.04',
    { [userns]: '1\n', 'proc/self/attr/current': 'unconfined\n' },
    'Run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` and restart Slipway.',
  ],
  [
    'a kernel with user namespaces for root only',
    { [userns]: '0\n', 'proc/sys/kernel/unprivileged_userns_clone': '0\n' },
    'Run `sudo sysctl -w kernel.unprivileged_userns_clone=1` and restart Slipway.',
  ],
  [
    'a kernel without room for user namespaces',
    { 'proc/sys/user/max_user_namespaces': '0\n' },
    'Run `sudo sysctl -w user.max_user_namespaces=15000` and restart Slipway.',
  ],
  ['another machine', {}, 'Allow user namespaces, or run Slipway as root.'],
])('the advice for %s names its option', (_, files, fix) => {
  expect(namespacesAdvice(machineWith(files)).fix).toBe(fix);
});
