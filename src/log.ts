/** Fields of a log line: ids and figures, never texts of messages, numbers or secrets. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where the program says what it does: a fixed message, with ids as fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}
