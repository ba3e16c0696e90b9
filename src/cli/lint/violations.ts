// What the registry itself found, shown as `slipway lint` shows it; the sources are not at hand, so without their lines.
import { z } from 'zod';
import { type Finding, findingSchema } from '../../contract/finding.ts';
import { rules } from '../../contract/rules.ts';
import type { Output } from '../output.ts';
import { findingsText } from './text.ts';

const violationsSchema = z.object({
  violations: z
    .array(
      z.object({
        ...findingSchema.pick({ file: true, line: true, column: true, severity: true, name: true, message: true })
          .shape,
        rule: findingSchema.shape.ruleId,
        end_line: z.int().min(1),
        end_column: z.int().min(1),
      }),
    )
    .min(1),
});

/** To standard error. Whether there were any. */
export async function tellViolations(details: unknown, output: Output): Promise<boolean> {
  const read = violationsSchema.safeParse(details);
  if (!read.success) return false;
  const findings = read.data.violations.map(
    ({ end_column, end_line, rule, ...rest }): Finding => ({
      ...rest,
      ruleId: rule,
      category: rules[rule].category,
      endLine: end_line,
      endColumn: end_column,
    }),
  );
  output.aside(await findingsText({ path: 'the plugin', findings, read: async () => undefined }, output));
  return true;
}
