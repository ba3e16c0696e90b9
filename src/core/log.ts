// Writes logs as one JSON object per line. Doesn't redact values: never pass a key, a token or a request body.

export type LogFields = Record<string, unknown>;

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

type Write = (line: string) => void;

export function jsonLog(write: { info: Write; warn: Write; error: Write }, base: LogFields = {}): Log {
  const line = (level: string, event: string, fields: LogFields = {}) =>
    JSON.stringify({ level, event, ...base, ...fields }, (_key, value) =>
      value instanceof Error
        ? {
            name: value.name,
            message: withoutQueryParameters(value.message),
            stack: value.stack && withoutQueryParameters(value.stack),
            cause: value.cause,
          }
        : value,
    );
  return {
    info: (event, fields) => write.info(line('info', event, fields)),
    warn: (event, fields) => write.warn(line('warn', event, fields)),
    error: (event, fields) => write.error(line('error', event, fields)),
  };
}

/** Adds fields to every line, with their values at that time; the line's own fields take precedence. */
export function withFields(log: Log, fieldsNow: () => LogFields): Log {
  return {
    info: (event, fields) => log.info(event, { ...fieldsNow(), ...fields }),
    warn: (event, fields) => log.warn(event, { ...fieldsNow(), ...fields }),
    error: (event, fields) => log.error(event, { ...fieldsNow(), ...fields }),
  };
}

/** Removes the query parameters that drizzle appends to errors, because they may contain client data. */
function withoutQueryParameters(text: string): string {
  return text.replace(/\nparams: [^\n]*/g, '');
}
