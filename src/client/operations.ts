// The API's operations as types, derived from its OpenAPI document: what a call of each must be given, and what it answers.
import type { paths } from './api.gen.d.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Paths that know the method. */
export type PathOf<M extends Method> = {
  [Path in keyof paths]: paths[Path][M] extends object ? Path : never;
}[keyof paths];

type OperationOf<Path extends keyof paths, M extends Method> = Extract<paths[Path][M], object>;

interface AnyOperation {
  parameters: { path?: object; query?: object };
  requestBody?: { content: object };
  responses: object;
}

type JsonIn<Content> = Content extends { 'application/json': infer Body } ? Body : never;
type BodyOf<Content> = 'multipart/form-data' extends keyof Content ? { form: FormData } : { body: JsonIn<Content> };

/** In brackets: a type without members would else be taken member by member, and vanish. */
type BodyOptions<Operation> = Operation extends { requestBody: { content: infer Content } }
  ? BodyOf<Content>
  : Operation extends { requestBody?: infer Body }
    ? [Body] extends [{ content: infer Content }]
      ? [Body] extends [never]
        ? unknown
        : Partial<BodyOf<Content>>
      : unknown
    : unknown;

export interface CallOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** Of a POST: sent instead of one made for this call. With false none is sent, and only what was refused is sent again. */
  idempotencyKey?: string | false;
}

type OptionsOf<Operation> = Operation extends AnyOperation
  ? Pick<Operation['parameters'], 'path' | 'query'> & BodyOptions<Operation> & CallOptions
  : never;

export type Options<Path extends keyof paths, M extends Method> = OptionsOf<OperationOf<Path, M>>;

/** The options may be left out when nothing in them is needed. */
export type Arguments<Path extends keyof paths, M extends Method> =
  object extends Options<Path, M> ? [options?: Options<Path, M>] : [options: Options<Path, M>];

type Successful = 200 | 201 | 202 | 204;

/** The JSON of the answer that isn't a refusal; null when it has no body. */
export type Answer<Path extends keyof paths, M extends Method> =
  OperationOf<Path, M> extends { responses: infer Responses }
    ? {
        [Status in keyof Responses & Successful]: Responses[Status] extends { content: infer Content }
          ? JsonIn<Content>
          : null;
      }[keyof Responses & Successful]
    : never;
