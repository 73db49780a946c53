/** All cases of `conformance/` as the audit sees them. */
import { readdirSync, readFileSync } from 'node:fs'
import { type AuditedCase, casesOf } from '../../src/kusto/audit.ts'

export function conformanceCases(): AuditedCase[] {
  const folder = new URL('../../conformance/', import.meta.url)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.kqlt'))
    .flatMap((name) => casesOf(readFileSync(new URL(name, folder), 'utf8')))
}
