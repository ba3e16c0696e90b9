// Renders releases. Lists have what was measured without curves; one release has everything.
import { z } from '@hono/zod-openapi';
import { releaseLimits } from '../../contract/limits/deployments.ts';
import { releaseGates, releaseMeasuredSchema, releaseStates } from '../../contract/releases.ts';
import { pluginKinds } from '../../contract/states.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import { type PluginVersion, versionLabel, versionSlug } from '../../registry/versions/versions.ts';
import type { ReleaseInFull } from '../../rollouts/releases/follow.ts';
import type { Decision, Release } from '../../rollouts/releases/releases.ts';
import { pageOf } from '../requests/paging.ts';
import { planModel } from '../requests/release-choice.ts';
import { actorModel } from '../responses/event-wire.ts';

export const releasedKinds = pluginKinds.filter((kind) => kind !== 'agent');

const side = z
  .object({
    version: z.string().openapi({ description: "Version number, or a Go plugin's ref", example: '1.1.0' }),
    plugin_id: z.string(),
  })
  .openapi('ReleasedVersion');

const countsModel = z
  .object({ calls: z.int(), errors: z.int(), p95_ms: z.number().nullable() })
  .openapi('ReleaseCounts', { example: { calls: 1280, errors: 3, p95_ms: 48 } });

const measuredModel = releaseMeasuredSchema.omit({ series: true }).openapi('ReleaseMeasured');

const decisionModel = z
  .object({
    id: z.string().openapi({ description: "The event's ID", example: 'evt_01m7wc54fherz84624ahd0kr7h' }),
    type: z.string().openapi({ example: 'release.stepped' }),
    at: z.iso.datetime(),
    actor: actorModel,
    percent: z.number().openapi({ description: 'Share of calls for the candidate from then on', example: 10 }),
    step: z.int().openapi({ example: 1 }),
    reason: z.string().nullable(),
    gate: z.enum(releaseGates).nullable().openapi({ description: 'The gate that failed' }),
    measured: z
      .object({ stable: countsModel, candidate: countsModel })
      .nullable()
      .openapi({ description: 'Calls of both versions until then' }),
  })
  .openapi('ReleaseDecision');

const released = {
  id: z.string().openapi({ example: 'rel_01m7wc54fherz84624ahd0kr7h' }),
  plugin: z.object({
    name: z.string(),
    kind: z.enum(releasedKinds).openapi({ example: 'extractor' }),
    id: z.string().openapi({ example: 'plg_01m7wc54fherz84624ahd0kr7h' }),
  }),
  from: side.openapi({ description: 'The stable version, which serves the name' }),
  to: side.openapi({ description: 'The candidate' }),
  state: z.enum(releaseStates).openapi({ example: 'rolling' }),
  step: z.int().openapi({ description: 'Index of the current step', example: 1 }),
  steps: z.int().openapi({ description: "Number of the plan's steps", example: 3 }),
  percent: z.number().openapi({ description: 'Share of calls by name that the candidate answers', example: 10 }),
  shadow_percent: z
    .number()
    .openapi({ description: 'Share of calls that are repeated on the candidate to compare answers', example: 0 }),
  plan: planModel,
  reason: z.string().nullable().openapi({ description: 'Why it is paused or has ended' }),
  created_by: actorModel,
  created_at: z.iso.datetime(),
  step_started_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
};

export const releaseModel = z
  .object({
    ...released,
    measured: z
      .union([measuredModel, z.null()])
      .openapi({ description: 'Measured until the last change; null before' }),
  })
  .openapi('Release');

export const releaseInFullModel = z
  .object({
    ...released,
    measured: z.union([releaseMeasuredSchema.openapi('ReleaseMeasuredInFull'), z.null()]),
    waits_for: z.string().nullable().openapi({
      description: 'What the current step waits for',
      example: "2 min until the step's 5 min are over",
    }),
    decisions: z.array(decisionModel).openapi({ description: 'Oldest first' }),
  })
  .openapi('ReleaseInFull');

export const releasesModel = pageOf(releaseModel).openapi('Releases');

export const startBody = z
  .object({
    plugin: z.string().min(1).max(100).openapi({ description: "The plugin's name" }),
    version: z
      .string()
      .min(1)
      .max(250)
      .openapi({ description: "The live version to release: its number, or a Go plugin's ref or commit" }),
    kind: z.enum(releasedKinds).default('extractor').openapi({ example: 'extractor' }),
    plan: z
      .union([planModel, z.null()], 'Must be a plan or null')
      .optional()
      .openapi({ description: "Defaults to the plan in the version's manifest, and then to the standard plan" }),
  })
  .openapi('ReleaseRequest');

export const reasonBody = z.object({ reason: z.string().max(releaseLimits.reasonCharsMax).nullish() }).nullable();

export function releaseWire(found: Release): z.infer<typeof releaseModel> {
  return { ...releasedWire(found), measured: found.release.measured };
}

export function releaseInFullWire({ decisions, status, ...found }: ReleaseInFull): z.infer<typeof releaseInFullModel> {
  return {
    ...releasedWire(found),
    measured: status?.measured ?? found.release.measured,
    waits_for: status?.waitsFor ?? null,
    decisions: decisions.map(decisionWire),
  };
}

function releasedWire({ from, release, to }: Release) {
  const { plan, pluginId, reason, shadow, state, step, weight } = release;
  return {
    id: release.id,
    plugin: { name: to.name, kind: z.enum(releasedKinds).parse(to.kind), id: pluginId },
    from: versionWire(from),
    to: versionWire(to),
    state,
    step,
    plan,
    reason,
    steps: plan.steps.length,
    percent: state === 'succeeded' ? 100 : weight / 100,
    shadow_percent: shadow / 100,
    created_by: release.createdBy,
    created_at: iso(release.createdAt),
    step_started_at: iso(release.stepStartedAt),
    updated_at: iso(release.updatedAt),
    ended_at: isoOrNull(release.endedAt),
  };
}

function versionWire(version: PluginVersion): z.infer<typeof side> {
  return { version: versionLabel(version), plugin_id: versionSlug(version) };
}

/** Data of every decision's event. */
const decisionData = decisionModel
  .pick({ percent: true, step: true, measured: true })
  .extend({ reason: z.string().nullable().default(null), gate: z.enum(releaseGates).nullable().default(null) });

function decisionWire({ actor, createdAt, data, id, type }: Decision): z.infer<typeof decisionModel> {
  return { id, type, at: iso(createdAt), actor, ...decisionData.parse(data) };
}
