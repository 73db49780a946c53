/** The header that says for how many whole seconds a caller is to wait, with an error that asks for it. */
import type { KqlError } from '../base/errors.ts'

export function retryAfter(error: KqlError): Readonly<Record<string, string>> {
  if (error.status !== 429) return {}
  const seconds = 'seconds' in error.params ? Math.max(1, Math.ceil(Number(error.params.seconds))) : 1
  return { 'retry-after': String(seconds) }
}
