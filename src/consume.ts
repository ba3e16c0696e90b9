// Hands queue messages to their handlers: the kernel's, and those that features declare.
import { continueAdvisories } from './advisories/sweep.ts';
import type { Message, Messages } from './contract/messages.ts';
import type { DeploymentId } from './core/ids.ts';
import { isId } from './core/ids.ts';
import { laterCallRows } from './db/schema/calls.ts';
import { deployments } from './db/schema/deploy.ts';
import { plugins, uploads } from './db/schema/registry.ts';
import type { Deps } from './deps.ts';
import { setAside, whileMarked } from './events/set-aside.ts';
import type { MessageHandler, MessageHandlers } from './feature.ts';
import { features } from './features.ts';
import { stopDueInstances } from './instances/fleets/stop.ts';
import { enforceGrants } from './instances/requirements/grants.ts';
import { advanceDeployment, advanceUpload } from './pipeline.ts';
import { rollBackCrashing } from './rollouts/rollback/crash-rollback.ts';
import { rescan } from './scan-host/rescan.ts';
import { deliverCallbacks } from './serve/later/callbacks/deliver.ts';
import { runCalls } from './serve/later/run.ts';
import { newRouteCache } from './serve/route.ts';
import { callCounters } from './traffic/call-counters.ts';
import { organizationOf } from './watching/organization-of.ts';

/** The isolate's caches for later calls. Counts are written immediately, because a consumer ends when its message does. */
const callCaches = { routes: newRouteCache(), fleets: new Map(), calls: callCounters(0), releaseCounts: new Map() };

const ofKernel: MessageHandlers = {
  'advance-upload': { handle: (deps, { id }) => advanceUpload(deps, id), marksRows: true, rows: uploads },
  rescan: { handle: (deps, { id }) => rescan(deps, id), marksRows: true },
  'advance-deployment': { handle: (deps, { id }) => advance(deps, id), marksRows: true, rows: deployments },
  'instance-crashed': { handle: (deps, { crashes, id }) => rollBackCrashing(deps, id, crashes), rows: deployments },
  'stop-instances': { handle: (deps, { id }) => stopDueInstances(deps, id), rows: plugins },
  'enforce-grants': { handle: (deps, { id }) => enforceGrants(deps, id), rows: plugins },
  'run-call': {
    handle: (deps, { priority }) => runCalls({ ...deps, ...callCaches }, priority),
    marksRows: true,
    rows: laterCallRows,
  },
  'call-back': { handle: (deps, { id }) => deliverCallbacks(deps, id), rows: laterCallRows },
  'find-affected': { handle: continueAdvisories },
};

const all: readonly MessageHandlers[] = [ofKernel, ...features.map(({ messages }) => messages ?? {})];

async function advance(deps: Deps, id: DeploymentId): Promise<void> {
  await advanceDeployment(deps, id);
  for (const feature of deps.features) await feature.deploymentAdvanced?.(deps, id);
}

/** Does what the message asks for, unless that made Slipway hang before. */
export async function consume(deps: Deps, message: Message): Promise<void> {
  const handler = handlerOf(message.type);
  if (!handler) throw new Error(`nothing handles ${message.type}`);
  if (handler.marksRows) return void (await handler.handle(deps, message));
  const work = { id: `${message.type} ${message.id}` };
  // The queue counts the message's other tries.
  if ((await setAside(deps, { ...work, message, tries: 1, triesMax: 1 })) !== undefined) return;
  await whileMarked(deps, work, () => handler.handle(deps, message));
}

function handlerOf<Type extends Message['type']>(type: Type): MessageHandler<Messages[Type]> | undefined {
  return all.find((handlers) => handlers[type])?.[type];
}

/** Returns the message's organization, for the log. Undefined if it is the operator's, or unknown. */
export async function messageOrganization(deps: Pick<Deps, 'db'>, { id, type }: Message): Promise<string | undefined> {
  if (isId('organization', id)) return id;
  const rows = handlerOf(type)?.rows;
  return rows && organizationOf(deps, rows, id);
}
