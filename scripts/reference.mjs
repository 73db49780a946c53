/** Writes the reference pages; run after a build. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { policyJsonSchema } from '../dist/access/policy.js'
import { casesOf } from '../dist/kusto/audit.js'
import { referencePages } from '../dist/kusto/reference.js'

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url))
mkdirSync(folder, { recursive: true })
const conformance = new URL('../conformance/', import.meta.url)
const cases = readdirSync(conformance)
  .filter((name) => name.endsWith('.kqlt'))
  .flatMap((name) => casesOf(readFileSync(new URL(name, conformance), 'utf8')))
for (const [name, text] of referencePages(cases)) writeFileSync(folder + name, text)
writeFileSync(
  fileURLToPath(new URL('../docs/access.schema.json', import.meta.url)),
  `${JSON.stringify(policyJsonSchema(), null, 2)}\n`,
)
