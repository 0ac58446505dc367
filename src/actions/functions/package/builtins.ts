/**
 * Modules of Node that a package gets as they are. None of them opens a connection; what they may do with files
 * is bounded by the process' permissions.
 */
export const openModules: ReadonlySet<string> = new Set([
  'assert',
  'assert/strict',
  'buffer',
  'console',
  'constants',
  'crypto',
  'events',
  'fs',
  'fs/promises',
  'module',
  'os',
  'path',
  'path/posix',
  'path/win32',
  'perf_hooks',
  'process',
  'punycode',
  'querystring',
  'stream',
  'stream/consumers',
  'stream/promises',
  'stream/web',
  'string_decoder',
  'sys',
  'timers',
  'timers/promises',
  'url',
  'util',
  'util/types',
  'zlib',
])

/** Modules whose requesting half is replaced by one that asks the server. */
export const brokeredModules: ReadonlySet<string> = new Set(['http', 'https'])

/**
 * Modules that libraries load without always using them. They can be loaded, keep their constants, and every
 * function and class in them refuses.
 */
export const refusingModules: ReadonlySet<string> = new Set([
  'async_hooks',
  'child_process',
  'cluster',
  'dgram',
  'diagnostics_channel',
  'dns',
  'dns/promises',
  'http2',
  'net',
  'tls',
  'tty',
  'worker_threads',
])

/** Parts of refusing modules that stay because they reach nothing. */
export const harmlessParts: Readonly<Record<string, readonly string[]>> = {
  async_hooks: ['AsyncLocalStorage', 'AsyncResource'],
  diagnostics_channel: [
    'channel',
    'hasSubscribers',
    'subscribe',
    'unsubscribe',
    'Channel',
    'tracingChannel',
  ],
  http2: ['constants'],
  net: ['isIP', 'isIPv4', 'isIPv6'],
  tty: ['isatty'],
  worker_threads: ['MessageChannel', 'MessagePort', 'markAsUncloneable', 'markAsUntransferable'],
}

/** Older names of the network's inner modules; nothing loads them any more, and their classes open sockets. */
export const innerModules = [
  '_http_agent',
  '_http_client',
  '_http_common',
  '_http_incoming',
  '_http_outgoing',
  '_http_server',
  '_tls_common',
  '_tls_wrap',
  'inspector',
  'inspector/promises',
] as const

/** Members of `process` that reach beyond a function, or to handles from which sockets can be made. */
export const closedProcessMembers = [
  '_debugEnd',
  '_debugProcess',
  '_getActiveHandles',
  '_getActiveRequests',
  '_kill',
  '_linkedBinding',
  '_rawDebug',
  'abort',
  'binding',
  'chdir',
  'dlopen',
  'execve',
  'initgroups',
  'kill',
  'mainModule',
  'openStdin',
  'report',
  'setegid',
  'seteuid',
  'setgid',
  'setgroups',
  'setuid',
  'umask',
] as const
