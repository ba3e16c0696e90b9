// Explains values that match none of a schema's alternatives.
import type { z } from 'zod';

/** Returns an error's issues. For a union, returns the issues inside the value if one alternative, such as an object, has only those. */
export function closestIssues({ issues }: Pick<z.core.$ZodError, 'issues'>): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue];
    const alternatives = issue.errors.map((errors) => closestIssues({ issues: errors }));
    const inside = alternatives.find((errors) => errors.length > 0 && errors.every(({ path }) => path.length > 0));
    return inside?.map((one) => ({ ...one, path: [...issue.path, ...one.path] })) ?? [issue];
  });
}

/** Returns the issues as text, each with its path. */
export function issuesText(error: Pick<z.core.$ZodError, 'issues'>): string {
  return closestIssues(error)
    .map(({ path, message }) => (path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message))
    .join('; ');
}
