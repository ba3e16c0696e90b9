// Renders a scan's findings.
import { z } from '@hono/zod-openapi';
import type { Finding } from '../../contract/findings/finding.ts';
import { trailMessage } from '../../contract/findings/trail.ts';
import { iso } from '../../core/clock.ts';

/** The fields aren't named `file` and `line`, because clients treat an object with these as a finding. */
const trailStepModel = z
  .object({
    bound_in: z.string().openapi({ description: 'The file' }),
    bound_at_line: z.int(),
    name: z.string().openapi({ description: 'The name that is bound there' }),
    module: z.string().nullable().openapi({ description: 'The module, if an import binds the name' }),
    member: z.string().nullable().openapi({ description: 'The name imported from the module, for `from … import`' }),
  })
  .openapi('TrailStep');

export const findingModel = z
  .object({
    file: z.string(),
    filename: z.string(),
    line: z.int(),
    column: z.int(),
    end_line: z.int(),
    end_column: z.int(),
    severity: z.enum(['error', 'warning', 'note']),
    rule: z.string(),
    name: z.string().openapi({ example: 'os' }),
    message: z.string().openapi({ example: 'Forbidden import: os' }),
    trail: z.array(trailStepModel).openapi({
      example: [],
      description:
        'Bindings from the name in the source to the module or function that it refers to, nearest first. Empty if the source uses the name directly',
    }),
    trail_message: z.string().nullable().openapi({ description: 'The trail as a sentence' }),
    waived: z.boolean().openapi({
      description: "One of the organization's waivers covers the finding, so the finding does not reject the upload",
    }),
    waiver: z
      .object({ waiver_id: z.string(), reason: z.string(), expires_at: z.iso.datetime() })
      .nullable()
      .openapi({ example: null }),
  })
  .openapi('Finding');

export function findingWire(finding: Finding): z.infer<typeof findingModel> {
  const { file, line, column, endLine, endColumn, severity, ruleId, name, message, trail, waiver } = finding;
  return {
    file,
    filename: file,
    line,
    column,
    end_line: endLine,
    end_column: endColumn,
    severity,
    rule: ruleId,
    name,
    message,
    trail: (trail ?? []).map((step) => ({
      bound_in: step.file,
      bound_at_line: step.line,
      name: step.name,
      module: step.module ?? null,
      member: step.member ?? null,
    })),
    trail_message: trailMessage(finding) ?? null,
    waived: waiver !== undefined,
    waiver: waiver ? { waiver_id: waiver.id, reason: waiver.reason, expires_at: iso(waiver.expiresAt) } : null,
  };
}

/** Returns whether the finding rejects an upload. Waived errors are listed as warnings. */
export function blocks({ severity, waiver }: Finding): boolean {
  return severity === 'error' && !waiver;
}

/** Formats a finding like a compiler message. */
export function findingLine({ file, line, column, message }: Finding): string {
  return file === '' ? message : `${file}:${line}:${column}: ${message}`;
}
