// Serves the route of both extractor surfaces that calls a version before it is approved.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { builderLimits } from '../../contract/limits/builder.ts';
import { trialLimits } from '../../contract/limits/uploads.ts';
import { emptyObject } from '../../core/json/text.ts';
import { tryVersion } from '../../serve/trial.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { body, errors, routesOf } from '../openapi/route-definitions.ts';
import { callDeps, timeoutHeaders } from '../requests/call-deps.ts';
import { emptyBodyIsNull, jsonAtMost, textAt } from '../requests/json-body.ts';
import type { ExtractorSurface } from '../requests/surfaces.ts';
import { jsonAnswer, jsonWithTexts } from '../responses/json-answer.ts';
import { callModel, callTexts } from './calls.ts';
import { answerFields, trialAnswerModel } from './deployments/deployment-wire.ts';

const { callsMax, versionsAtOnce } = trialLimits;

export function addTrial(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const route = routesOf(tag).post('/{plugin_id}/trial', `try${noun}`, {
    'x-slipway-command': 'invoke {plugin_id} --staged --data {inputs}',
    summary: 'Call a version that waits for approval',
    description: `Needs the scope \`plugins:write\`. Calls the version in an instance of its own, without the network, the namespace's secrets and a Ray cluster. It stops a minute after its last call. A version has ${callsMax} such calls, and ${versionsAtOnce} versions of an organization can be tried at a time.`,
    request: {
      params: params.extend({ plugin_id: z.string() }),
      headers: timeoutHeaders,
      body: body(callModel, false),
    },
    responses: {
      200: jsonWithTexts('The result, or the error that the handler raised', trialAnswerModel),
      ...errors(400, 409),
    },
  });
  routes.use('/:plugin_id/trial', jsonAtMost(builderLimits.callBytes, callTexts), emptyBodyIsNull);
  routes.openapi(route, async (c) => {
    const slug = c.req.param('plugin_id');
    const call = { inputs: textAt(c, 'inputs') ?? emptyObject, parameters: textAt(c, 'parameters') ?? emptyObject };
    const answer = await tryVersion(callDeps(c), requireActor(c), { ownerId: ownerOf(c), slug }, call);
    return jsonAnswer(c, answerFields(slug, { answer }));
  });
}
