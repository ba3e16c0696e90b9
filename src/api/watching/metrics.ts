// Serves the metrics to Prometheus and other clients that read its formats.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { exposition, formatFor, metricFormats } from '../../watching/exposition.ts';
import { collectMetrics } from '../../watching/metrics.ts';
import { requireMetricsReader } from '../authentication/operator-tokens.ts';
import type { AppEnv } from '../context/context.ts';
import { bearer, errors } from '../openapi/route-definitions.ts';

const text = {
  schema: z.string().openapi({ example: '# TYPE slipway_part_up gauge\nslipway_part_up{part="store"} 1\n' }),
};

const route = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'getMetrics',
  tags: ['Installation'],
  security: bearer,
  summary: 'Get metrics',
  description:
    "Needs the admin token or the installation's `METRICS_TOKEN`. Responds in OpenMetrics if `Accept` names it, otherwise in Prometheus's text format.",
  responses: {
    200: {
      description: "The installation's metrics",
      content: { [metricFormats.text]: text, [metricFormats.openMetrics]: text },
    },
    ...errors(401, 403, 429),
  },
});

export function addMetrics(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerPath(route);
  app.get(route.path, async (c) => {
    await requireMetricsReader(c);
    const format = formatFor(c.req.header('accept'));
    const body = exposition(await collectMetrics(c.var.deps), format);
    return c.body(body, 200, { 'content-type': metricFormats[format], 'cache-control': 'no-store' });
  });
}
