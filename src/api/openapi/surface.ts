// Defines a part of the API whose errors have the format of other products' clients.
import type { ZodType } from 'zod';
import type { AppEnv } from '../context/context.ts';
import type { ErrorStatus, errorReferences, errorResponses } from './route-definitions.ts';

/** Requests to a surface have a key. Invalid ones get 400. */
export interface Surface {
  /** Path of its routes, such as `/api/v1`. */
  path: string;
  /** Renders a problem in its format. */
  render: AppEnv['Variables']['renderProblem'];
  /** Refers to its error responses. */
  errors(...statuses: ErrorStatus[]): ReturnType<typeof errorReferences>;
  /** The responses that `errors` refers to, and their models by name. */
  responses: ReturnType<typeof errorResponses>;
  models: Record<string, ZodType>;
}
