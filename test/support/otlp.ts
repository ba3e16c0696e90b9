// Defines the format of a request to an OTLP collector, according to the JSON of opentelemetry-proto 1. Allows nothing else.
import { z } from 'zod';

const hex = (digits: number) => z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`));
const nanoseconds = z.string().regex(/^\d{19}$/);
const attribute = z.strictObject({
  key: z.string().min(1),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
  ]),
});

const spanModel = z.strictObject({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16).optional(),
  name: z.string().min(1),
  /** SPAN_KIND_INTERNAL to SPAN_KIND_CONSUMER. */
  kind: z.int().min(1).max(5),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes: z.array(attribute),
  /** Unset, OK or ERROR. */
  status: z.strictObject({ code: z.int().min(0).max(2).optional() }),
});
export type OtlpSpan = z.infer<typeof spanModel>;

export const otlpModel = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.strictObject({ scope: z.strictObject({ name: z.string() }), spans: z.array(spanModel) })),
    }),
  ),
});
