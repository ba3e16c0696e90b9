// Derives each operation's arguments and result from the OpenAPI document.
import type { JsonText } from '../core/json/text.ts';
import type { paths } from './api.gen.d.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Paths that support the method. */
export type PathOf<M extends Method> = {
  [Path in keyof paths]: M extends keyof paths[Path] ? Path : never;
}[keyof paths];

type OperationOf<Path extends keyof paths, M extends Method> = M extends keyof paths[Path] ? paths[Path][M] : never;

type JsonContent<Content> = Content extends { 'application/json': infer Body } ? Body : never;

/** An object with arbitrary members may be given as text, which is sent unchanged. */
type OrText<Value> = Value extends readonly (infer Item)[]
  ? OrText<Item>[]
  : Value extends object
    ? string extends keyof Value
      ? Value | JsonText
      : { [Name in keyof Value]: OrText<Value[Name]> | Omitted<Value, Name> }
    : Value;

/** An optional member may be undefined, and is then not sent. */
type Omitted<Value, Name extends keyof Value> = object extends Pick<Value, Name> ? undefined : never;

type BodyOf<Content> = 'multipart/form-data' extends keyof Content
  ? { form: FormData }
  : { body: OrText<JsonContent<Content>> };

type BodyOptions<Operation> = Operation extends { requestBody: { content: infer Content } }
  ? BodyOf<Content>
  : 'requestBody' extends keyof Operation
    ? Operation extends { requestBody?: { content: infer Content } }
      ? Partial<BodyOf<Content>>
      : unknown
    : unknown;

export interface CallOptions {
  /** Aborts the request, instead of the client's. With null, nothing does. */
  signal?: AbortSignal | null | undefined;
  headers?: Record<string, string>;
  /** The Idempotency-Key of a POST; generated if omitted. With `false`, none is sent and only rejected requests are retried. */
  idempotencyKey?: string | false;
  /** Called with the ID of a successful request; an error response carries its own. */
  onRequestId?: (requestId: string) => void;
}

/** Path and query parameters. */
type ParametersOf<Operation> = Operation extends { parameters: infer Parameters }
  ? OrUndefined<Pick<Parameters, Extract<keyof Parameters, 'path' | 'query'>>>
  : unknown;

type OrUndefined<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { [Name in keyof Value]: OrUndefined<Value[Name]> | Omitted<Value, Name> }
    : Value;

type OptionsOf<Operation> = ParametersOf<Operation> & BodyOptions<Operation> & CallOptions;

export type Options<Path extends keyof paths, M extends Method> = OptionsOf<OperationOf<Path, M>>;

/** The options argument is optional if none of its members are required. */
export type Arguments<Path extends keyof paths, M extends Method> =
  object extends Options<Path, M> ? [options?: Options<Path, M>] : [options: Options<Path, M>];

type Successful = 200 | 201 | 202 | 204;

/** Statuses of a direct response: excludes 202 (accepted for later) where 200 exists. */
type Answering<Status> = Status & Exclude<Successful, 200 extends Status ? 202 : never>;

/** JSON of a successful response; null if it has no body. */
export type Answer<Path extends keyof paths, M extends Method> =
  OperationOf<Path, M> extends { responses: infer Responses }
    ? {
        [Status in Answering<keyof Responses>]: Responses[Status] extends { content: infer Content }
          ? JsonContent<Content>
          : null;
      }[Answering<keyof Responses>]
    : never;
