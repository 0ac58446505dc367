import { createHash } from 'node:crypto'
import type { AuthorizationParams } from './authorization-request.ts'

// the colours and the sign of the console, whose sign-in page leads here
const style = `
:root { color-scheme: light dark; --ink: #1a211f; --soft: #4c5754; --ground: #f4f5f3; --card: #fff; --edge: #dfe3de;
  --line: #86918d; --accent: #0f6b62; --on-accent: #fff; --bad: #b3261e; --bad-ground: #fce8e6 }
@media (prefers-color-scheme: dark) { :root { --ink: #e7edeb; --soft: #b4c0bd; --ground: #0f1514;
  --card: #171e1d; --edge: #2b3735; --line: #74827e; --accent: #4fb8ab; --on-accent: #06211e; --bad: #ff9d94;
  --bad-ground: #42191a } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 27rem; padding: 2rem; background: var(--card); border: 1px solid var(--edge);
  border-radius: .875rem; box-shadow: 0 8px 28px rgb(20 30 28 / .16), 0 1px 3px rgb(20 30 28 / .12) }
.brand { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.25rem; font-weight: 700 }
h1 { margin: 0 0 .25rem; font-size: 1.375rem; line-height: 1.3 }
p { margin: 0 0 1.25rem; color: var(--soft); overflow-wrap: anywhere }
label { display: block; margin: 0 0 .25rem; font-weight: 600 }
input { width: 100%; margin: 0 0 1rem; padding: .625rem .75rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: .375rem }
button { width: 100%; padding: .75rem; font: inherit; font-weight: 600; cursor: pointer; border: 0;
  border-radius: .375rem; background: var(--accent); color: var(--on-accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.problem { padding: .625rem .75rem; border-radius: .375rem; background: var(--bad-ground); color: var(--bad) }
`

const sign = `<svg viewBox="0 0 32 32" width="36" height="36" aria-hidden="true">
<rect width="32" height="32" rx="8" fill="#155e57"/>
<path d="M8 20.5v-9a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-8l-6 4z" fill="#fff"/>
<circle cx="21.5" cy="9.5" r="4.5" fill="#f2b441" stroke="#155e57" stroke-width="2"/>
</svg>`

const styleHash = createHash('sha256').update(style).digest('base64')

/** A page of the login side and the policy that it is to be served under. */
export interface Page {
  readonly html: string
  readonly contentSecurityPolicy: string
}

/** What the login form shows and carries along. */
export interface LoginForm {
  readonly clientName: string
  readonly redirectUri: string
  readonly params: AuthorizationParams
  readonly csrf: string
  readonly email?: string
  readonly problem?: string
}

/** The page on which a user logs in for a client: no scripts, one form. */
export function loginPage(form: LoginForm): Page {
  const hidden = Object.entries({ ...form.params, csrf: form.csrf }).map(
    ([name, value]) =>
      `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  const failed = form.problem !== undefined
  const mark = failed ? ' aria-describedby="problem" aria-invalid="true"' : ''
  const problem = failed
    ? `<p class="problem" id="problem" role="alert">${escapeHtml(form.problem)}</p>`
    : ''
  const html = document(
    'Log in',
    `<h1>Log in</h1>
<p>to continue to <strong>${escapeHtml(form.clientName)}</strong></p>
${problem}
<form method="post" action="/login">
${hidden.join('\n')}
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="320" value="${escapeHtml(form.email ?? '')}"${mark}${failed ? '' : ' autofocus'}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1000"${mark}${failed ? ' autofocus' : ''}>
<button type="submit">Log in</button>
</form>`,
  )
  return { html, contentSecurityPolicy: policy(`form-action 'self' ${sourceOf(form.redirectUri)}`) }
}

/** A page that says one thing, such as why a login cannot go on. */
export function noticePage(title: string, text: string): Page {
  const html = document(title, `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(text)}</p>`)
  return { html, contentSecurityPolicy: policy("form-action 'none'") }
}

function document(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} – signalbox</title>
<style>${style}</style>
</head>
<body>
<main>
<div class="brand">${sign} signalbox</div>
${content}
</main>
</body>
</html>
`
}

function policy(formAction: string): string {
  return `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'; ${formAction}`
}

/** Browsers hold the redirect after a form against `form-action` too, so the client's address has to stand in it. */
function sourceOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri)
  return origin === 'null' ? protocol : origin
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
