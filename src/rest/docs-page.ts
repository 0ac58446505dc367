import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { openApiText } from '../api/openapi.ts'
import type { AnyOperation } from '../api/operation.ts'

/** Nothing from outside, and no script or style but those served here; Swagger UI's icons are `data:` pictures. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>signalbox API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="operations">This page needs JavaScript; the same is in <a href="/docs/openapi.json">openapi.json</a>.</main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

/** No validator is asked about the document, since that one stands outside. */
const startScript = `SwaggerUIBundle({
  url: '/docs/openapi.json',
  dom_id: '#operations',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: -1,
  displayOperationId: true,
  filter: true,
  validatorUrl: null,
})
`

/** What the page is made of, by its name in the package of Swagger UI. */
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}

/** Serves the API's documentation at `/docs`: Swagger UI over the OpenAPI document, all of it from this server. */
export function addDocsPage(app: FastifyInstance, operations: readonly AnyOperation[]): void {
  let document: string | undefined
  app.get('/docs', async (_request, reply) =>
    shown(reply).type('text/html; charset=utf-8').send(page),
  )
  app.get('/docs/start.js', async (_request, reply) =>
    shown(reply).type('text/javascript; charset=utf-8').send(startScript),
  )
  app.get('/docs/openapi.json', async (_request, reply) => {
    // Requests that are tried out on the page go to where the page came from.
    document ??= openApiText(operations, { url: '/', description: 'This server' })
    return shown(reply).type('application/json').send(document)
  })
  for (const [name, type] of Object.entries(assets)) {
    app.get(`/docs/${name}`, async (_request, reply) => {
      const file = fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`))
      reply.header('Cache-Control', 'public, max-age=3600')
      return shown(reply).type(type).send(createReadStream(file))
    })
  }
}

function shown(reply: FastifyReply): FastifyReply {
  return reply
    .header('Content-Security-Policy', contentSecurityPolicy)
    .header('X-Frame-Options', 'DENY')
    .header('Referrer-Policy', 'no-referrer')
}
