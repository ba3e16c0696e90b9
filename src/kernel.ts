// Lists the kernel's parts of the sweep, as features.ts lists the features. Each step is declared beside its code.
import { idempotencyKeysStep } from './access/idempotency.ts';
import { affectedStep } from './advisories/announce.ts';
import { advisoriesStep } from './advisories/sweep.ts';
import { dismissalsStep } from './attention/dismissals.ts';
import { sweepBuilders } from './builders/pool/sweep.ts';
import type { DueStep, HourlyStep } from './due-step.ts';
import { archiveEvents, eventArchivesWalk } from './events/archive-events.ts';
import { outboxStep } from './events/resend.ts';
import { eventsStep } from './events/seal.ts';
import { storedArtifacts } from './instances/builds/orphaned-artifacts.ts';
import { reachStep } from './instances/builds/reach.ts';
import { reachedFunctions } from './instances/builds/reached-functions.ts';
import { packageParts } from './instances/environments/orphaned-environments.ts';
import { keptAwakeStep } from './instances/fleets/keep-awake.ts';
import { sweepUnstoredLogs } from './logs/collect.ts';
import { storedLogs } from './logs/stored-chunks.ts';
import { budgetsStep } from './organizations/budget-check.ts';
import { organizationsStep } from './organizations/remove.ts';
import { storedWalk, sweepStored } from './organizations/stored-months.ts';
import { liveVersionsStep } from './pointers/live-versions.ts';
import type { Folder } from './registry/storage/collector.ts';
import { optimizeDatabase } from './registry/storage/optimize.ts';
import { storedArchives, storedFindings } from './registry/storage/orphaned-objects.ts';
import { archivesStep } from './registry/storage/released-archives.ts';
import { uploadsStep } from './registry/uploads/upload-sweep.ts';
import { uploadedObjects } from './registry/uploads/uploaded-objects.ts';
import { releasesStep } from './releases/sweep.ts';
import { historyStep } from './retirement/history-retention.ts';
import { deletedNamespacesStep } from './retirement/removal.ts';
import { publishedStep } from './rollouts/deploy-published.ts';
import { installedStep } from './rollouts/installs/retire.ts';
import { crashingStep } from './rollouts/rollback/crash-rollback.ts';
import { deploymentsStep } from './rollouts/sweep.ts';
import { rescansStep } from './scan-host/rescans.ts';
import { laterCallsStep } from './serve/later/sweep.ts';
import { daysWalk, sweepDays } from './traffic/days.ts';
import { trafficStep } from './traffic/totals.ts';
import { sweepAwakeTime, usageStep } from './traffic/usage.ts';

export const dueSteps: readonly DueStep[] = [
  outboxStep,
  eventsStep,
  uploadsStep,
  rescansStep,
  deploymentsStep,
  crashingStep,
  keptAwakeStep,
  liveVersionsStep,
  releasesStep,
  installedStep,
  publishedStep,
  deletedNamespacesStep,
  organizationsStep,
  archivesStep,
  idempotencyKeysStep,
  historyStep,
  trafficStep,
  usageStep,
  budgetsStep,
  laterCallsStep,
  affectedStep,
  advisoriesStep,
  reachStep,
  dismissalsStep,
];

/** Steps that ask the builders, because only they know what is due. */
export const askingSteps = [sweepBuilders, sweepUnstoredLogs, sweepAwakeTime];

/** Steps that are due at most once an hour, depending on the day or on their progress. */
export const hourlySteps: readonly HourlyStep[] = [
  { step: archiveEvents, walk: eventArchivesWalk },
  { step: sweepDays, walk: daysWalk },
  { step: sweepStored, walk: storedWalk },
  { step: optimizeDatabase },
];

/** Folders of the store, with what keeps their objects. Runs' and calls' own folders are deleted with their rows. */
export const folders: readonly Folder[] = [
  uploadedObjects,
  storedFindings,
  storedArchives,
  storedArtifacts,
  reachedFunctions,
  packageParts,
  storedLogs,
];
