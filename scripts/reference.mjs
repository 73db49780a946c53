/** Writes the reference pages; run after a build. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { policyJsonSchema } from '../dist/access/policy.js'
import { referencePages } from '../dist/kusto/reference.js'

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url))
mkdirSync(folder, { recursive: true })
for (const [name, text] of referencePages()) writeFileSync(folder + name, text)
writeFileSync(
  fileURLToPath(new URL('../docs/access.schema.json', import.meta.url)),
  `${JSON.stringify(policyJsonSchema(), null, 2)}\n`,
)
