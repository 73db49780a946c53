/** The pages of the local issuer: plain HTML without any script, so that a password is seen by nothing but the server. */
import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { display: grid; place-items: center; min-height: 90vh; margin: 0 }
main { width: 20rem; padding: 2rem }
h1 { font-size: 1.4rem; margin: 0 0 1rem }
label { display: block; margin: .8rem 0 .2rem }
input { width: 100%; box-sizing: border-box; padding: .5rem; font: inherit }
button { margin-top: 1.2rem; padding: .5rem 1.5rem; font: inherit; cursor: pointer }
[role=alert] { color: #b10e1c; font-weight: 600 }
@media (prefers-color-scheme: dark) { [role=alert] { color: #ff9aa2 } }
`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c]!)

export interface SignInPage {
  /** Where the form is posted to. */
  readonly action: string
  /** The application that the person signs in to. */
  readonly application: string
  /** What went wrong last time. */
  readonly problem?: string
  readonly userName?: string
  /** With a field for the code that another device shows, and what is in it. */
  readonly userCode?: string
}

export const signInPage = ({ action, application, problem, userName = '', userCode }: SignInPage): string =>
  page(
    'Sign in',
    `<form method="post" action="${escapeHtml(action)}">
${problem ? `<p role="alert">${escapeHtml(problem)}</p>` : ''}
<p>to ${escapeHtml(application)}</p>
${userCode === undefined ? '' : `<label for="code">Code from the other device</label><input id="code" name="user_code" autocomplete="off" required value="${escapeHtml(userCode)}">`}
<label for="name">User name</label><input id="name" name="username" autocomplete="username" required autofocus value="${escapeHtml(userName)}">
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Sign in</button>
</form>`,
  )

export const messagePage = (title: string, text: string): string => page(title, `<p>${escapeHtml(text)}</p>`)

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · Harrier</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`

/** `formTargets`: origins that the form's answer may lead to. */
export const sendPage = (reply: FastifyReply, status: number, html: string, formTargets: readonly string[] = []) =>
  reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self' ${formTargets.join(' ')}; frame-ancestors 'none'; base-uri 'none'`,
    })
    .send(html)
