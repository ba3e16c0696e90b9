// Lists the kinds of sandbox available on this machine, for root and for an unprivileged user. That user also runs the builder.
import { chmodSync, chownSync } from 'node:fs';
import { inject } from 'vitest';
import { findPython } from '../../../builder/server/programs/python.ts';
import type { SandboxKind } from '../../../src/contract/builder/instances.ts';
import { newFolder, TestBuilder } from '../support.ts';

export interface Kind {
  name: string;
  sandbox: SandboxKind;
  /** True with control groups, so that plugins may start processes. */
  startsProcesses: boolean;
  /** The builder's user. Undefined for the user who runs the tests. */
  uid?: number | undefined;
}

const isRoot = process.getuid?.() === 0;
const unprivileged = 61_234;

export const kinds: Kind[] = isRoot
  ? [
      { name: 'namespaces as root', sandbox: 'namespaces', startsProcesses: true },
      { name: 'namespaces as a user', sandbox: 'namespaces', startsProcesses: false, uid: unprivileged },
      { name: 'landlock as root', sandbox: 'landlock', startsProcesses: true },
      { name: 'landlock as a user', sandbox: 'landlock', startsProcesses: false, uid: unprivileged },
      { name: 'vm', sandbox: 'vm', startsProcesses: true },
    ]
  : [
      { name: 'namespaces as a user', sandbox: 'namespaces', startsProcesses: false },
      { name: 'landlock as a user', sandbox: 'landlock', startsProcesses: false },
    ];

export const unconfined: Kind = {
  name: 'none',
  sandbox: 'none',
  startsProcesses: true,
  ...(isRoot ? { uid: unprivileged } : {}),
};

/** Returns the system's Python, which every user may read, or else the tests' own Python. */
export async function sharedPython(): Promise<string> {
  const path = '/usr/bin/python3';
  return typeof (await findPython(path)) === 'string' ? inject('python') : path;
}

export async function startBuilder(
  { sandbox, uid }: Pick<Kind, 'sandbox' | 'uid'>,
  limits: Record<string, number> = {},
  more: Record<string, string> = {},
): Promise<TestBuilder> {
  const stateFolder = newFolder();
  chmodSync(stateFolder, 0o711);
  if (uid !== undefined) chownSync(stateFolder, uid, uid);
  return startOn(stateFolder, { sandbox, uid }, limits, more);
}

/** Starts a builder with an ended builder's state. */
export function restartBuilder(
  { stateFolder }: TestBuilder,
  kind: Pick<Kind, 'sandbox' | 'uid'>,
  limits: Record<string, number> = {},
): Promise<TestBuilder> {
  return startOn(stateFolder, kind, limits, {});
}

async function startOn(
  stateFolder: string,
  { sandbox, uid }: Pick<Kind, 'sandbox' | 'uid'>,
  limits: Record<string, number>,
  more: Record<string, string>,
): Promise<TestBuilder> {
  const env = { BUILDER_SANDBOX: sandbox, BUILDER_SINGLE: '1', PYTHON: await sharedPython(), ...more };
  return TestBuilder.start({ env, stateFolder, limits, ...(uid === undefined ? {} : { uid }) });
}
