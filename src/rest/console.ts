import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** One file of the built console, with the forms in which it was compressed. */
interface Asset {
  readonly type: string
  readonly plain: Buffer
  readonly br?: Buffer
  readonly gzip?: Buffer
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  json: 'application/json',
  webmanifest: 'application/manifest+json',
}

/** The one style element that React Aria adds (`touch-action` of what can be pressed), known by its hash. */
const pressableStyle = "'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='"

/** No inline script, nothing from elsewhere, no other style element. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${pressableStyle}`,
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>signalbox</title>
<p>The console has not been built yet. Run <code>npm run console</code> in the checkout, then load this page again.</p></html>`

/** Where the built console is: beside the compiled program, or in the checkout. Undefined when it was not built. */
export function consoleFolder(): string | undefined {
  const candidates = [
    new URL('../console/', import.meta.url),
    new URL('../../console/dist/', import.meta.url),
  ]
  return candidates
    .map((one) => fileURLToPath(one))
    .find((folder) => existsSync(join(folder, 'index.html')))
}

/**
 * Serves the console at `/`: hashed files under `/assets/` for a year, everything else that a browser navigates to as
 * the one page, which the console's own routes then take apart.
 */
export function addConsole(app: FastifyInstance, folder = consoleFolder()): void {
  const assets = folder === undefined ? new Map<string, Asset>() : read(folder)
  const page = assets.get('index.html')
  const sendPage = (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({
      'Content-Security-Policy': contentSecurityPolicy,
      'Cache-Control': 'no-cache',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
    })
    if (page === undefined) return reply.type(types['html'] ?? '').send(notBuilt)
    return send(request, reply, page)
  }
  app.get('/', sendPage)
  for (const path of pages) {
    app.get(`/${path}`, sendPage)
    app.get(`/${path}/*`, sendPage)
  }
  for (const [path, asset] of assets) {
    if (path === 'index.html') continue
    const cacheControl = path.startsWith('assets/')
      ? 'public, max-age=31536000, immutable'
      : 'public, max-age=3600'
    app.get(`/${path}`, (request, reply) =>
      send(request, reply.header('Cache-Control', cacheControl), asset),
    )
  }
}

/** The first parts of the console's own addresses: what is not among them stays free for the APIs. */
const pages = ['desk', 'inspector', 'workbench', 'welcome', 'settings'] as const

function send(request: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  const accepted = String(request.headers['accept-encoding'] ?? '')
  reply.type(asset.type).header('Vary', 'Accept-Encoding')
  if (asset.br !== undefined && /\bbr\b/.test(accepted)) {
    return reply.header('Content-Encoding', 'br').send(asset.br)
  }
  if (asset.gzip !== undefined && /\bgzip\b/.test(accepted)) {
    return reply.header('Content-Encoding', 'gzip').send(asset.gzip)
  }
  return reply.send(asset.plain)
}

function read(folder: string): Map<string, Asset> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'))
  const known = new Set(names)
  const bytes = (name: string) => (known.has(name) ? readFileSync(join(folder, name)) : undefined)
  const assets = new Map<string, Asset>()
  for (const name of names) {
    if (/\.(br|gz)$/.test(name)) continue
    const br = bytes(`${name}.br`)
    const gzip = bytes(`${name}.gz`)
    assets.set(name.replace(/^\/+/, ''), {
      type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      plain: readFileSync(join(folder, name)),
      ...(br === undefined ? {} : { br }),
      ...(gzip === undefined ? {} : { gzip }),
    })
  }
  return assets
}
