// Lists what plugins can't do on this machine, for the builder's log, `npm start` and `slipway doctor`.
import type { SandboxKind } from '../../../src/contract/builder/instances.ts';
import type { Shortfall } from '../../../src/contract/builder/machine/health.ts';
import type { Mounts } from '../sandbox/disk-mounts.ts';
import type { NamespacesAdvice } from '../sandbox/namespaces-advice.ts';
import { hasOwnRoot, type Sandbox } from '../sandbox/sandbox.ts';
import { type GoCapabilities, reportCapabilities } from './capabilities.ts';

export interface Findings {
  sandbox: Sandbox;
  /** Why control groups can't be used. */
  cgroupProblem: string | undefined;
  mounts: Mounts | undefined;
  capabilities: GoCapabilities;
}

export function listShortfalls({ capabilities, ...confinement }: Findings): Shortfall[] {
  return [...confinementShortfalls(confinement), ...goShortfalls(capabilities)];
}

function confinementShortfalls({ sandbox, cgroupProblem, mounts }: Omit<Findings, 'capabilities'>): Shortfall[] {
  if (sandbox.kind === 'none')
    return [{ effect: 'Plugins can do everything the builder can.', reason: 'BUILDER_SANDBOX is none.' }];
  const problems = {
    'control groups': cgroupProblem,
    'temporary folders in memory': hasOwnRoot(sandbox) ? null : mounts?.problems.memory,
    'data folders on images': mounts?.problems.image,
  };
  const lacking = Object.entries(problems).flatMap(([name, problem]) => (problem ? [`${name} (${problem})`] : []));
  return [
    ...(sandbox.withoutNamespaces ? [weakerShortfall(sandbox.kind, sandbox.withoutNamespaces)] : []),
    ...(lacking.length === 0 ? [] : [measuredShortfall(lacking)]),
  ];
}

function weakerShortfall(kind: SandboxKind, { fix, why }: NamespacesAdvice): Shortfall {
  return {
    effect: "Plugins can't be granted network access, and all must belong to one organization.",
    reason: `The sandbox is ${kind}, because ${why}. ${fix}`,
  };
}

function measuredShortfall(lacking: string[]): Shortfall {
  return {
    effect: 'Memory or disk limits are measured, rather than enforced by the kernel.',
    reason: `This machine allows no ${lacking.join(', no ')}. docs/reference/confinement.md lists what each needs.`,
  };
}

function goShortfalls(found: Findings['capabilities']): Shortfall[] {
  const { sources, builds } = reportCapabilities(found);
  const reasons = [sources, builds].flatMap((capability) => (capability.available ? [] : [capability.reason]));
  return reasons.length === 0 ? [] : [{ effect: 'Go plugins are disabled.', reason: reasons.join(' ') }];
}
