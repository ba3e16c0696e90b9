// Defines a release plan in requests and answers, and the field that says how a plugin's name gets to a new version.
import { z } from '@hono/zod-openapi';
import { releaseChoiceForm, releasePlanSchema } from '../../contract/releases.ts';

const example = { steps: [{ percent: 1 }, { percent: 10 }, { percent: 50 }], hold: '5m' };

export const planModel = releasePlanSchema.openapi('ReleasePlan', { example });

/** Built here, because only the plan can be a component of the published document: it merges nested unions. */
export const releaseModel = z.union([z.literal('immediate'), planModel], releaseChoiceForm).openapi({ example });

export const releaseDefault =
  "Defaults to the manifest's `serve_config.release`, then to the namespace's `default_release`";

/** `otherwise`: what applies without the field. */
export const releaseField = (otherwise: string) =>
  releaseModel.nullish().openapi({
    description: `How the name gets to the version: \`immediate\` moves all calls as soon as it is ready; a plan moves them step by step, and back if the version does worse. \`{}\` is the standard plan. ${otherwise}`,
  });
