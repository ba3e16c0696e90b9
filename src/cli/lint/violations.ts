// Prints the registry's findings as `slipway lint` does, but without source lines, since the sources may not be on this machine.
import { z } from 'zod';
import { type Finding, findingSchema, type TrailStep } from '../../contract/findings/finding.ts';
import { rules } from '../../contract/findings/rules.ts';
import type { Output } from '../terminal/output.ts';
import { formatFindings } from './text.ts';

const wireStepSchema = z.object({
  bound_in: z.string(),
  bound_at_line: z.int().min(1),
  name: z.string(),
  module: z.string().nullable(),
  member: z.string().nullable(),
});
type WireStep = z.infer<typeof wireStepSchema>;

const violationsSchema = z.object({
  violations: z
    .array(
      z.object({
        ...findingSchema.pick({ file: true, line: true, column: true, severity: true, name: true, message: true })
          .shape,
        rule: findingSchema.shape.ruleId,
        trail: z.array(wireStepSchema).default([]),
        end_line: z.int().min(1),
        end_column: z.int().min(1),
      }),
    )
    .min(1),
});

/** Prints the violations to standard error. Returns false if there are none. */
export async function printViolations(details: unknown, output: Output): Promise<boolean> {
  const read = violationsSchema.safeParse(details);
  if (!read.success) return false;
  const findings = read.data.violations.map(
    ({ end_column, end_line, rule, trail, ...rest }): Finding => ({
      ...rest,
      ...(trail.length > 0 ? { trail: trail.map(stepOf) } : {}),
      ruleId: rule,
      category: rules[rule].category,
      endLine: end_line,
      endColumn: end_column,
    }),
  );
  output.info(await formatFindings({ path: 'the plugin', findings, read: async () => undefined }, output));
  return true;
}

function stepOf({ bound_at_line, bound_in, member, module, name }: WireStep): TrailStep {
  const step = { file: bound_in, line: bound_at_line, name };
  return { ...step, ...(module === null ? {} : { module }), ...(member === null ? {} : { member }) };
}
