/**
 * Compares Defender's tables with their documentation and says what is new, gone or of another type; `--write` writes
 * src/catalog/defender-tables.ts. Sources: JSON files (`{"Table": [{"name", "type"}]}`), pages of the documentation, and
 * folders of either. Run after a build.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defenderTables, unlistedColumns } from '../dist/catalog/defender-tables.js'
import { isTablePage, sourceOf, tableOfPage, tablesOfJson, updateSchemas } from '../dist/catalog/schema-update.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = process.argv.slice(2).filter((a) => a !== '--write')
if (sources.length === 0) {
  console.error('npm run schema -- SOURCE… [--write]: a JSON file, a page of the documentation, or a folder of them')
  process.exit(1)
}

const documented = new Map()
for (const path of sources.flatMap(filesOf)) {
  const text = readFileSync(path, 'utf8')
  const told = path.endsWith('.json') ? [...tablesOfJson(text)] : [tableOfPage(path, text)]
  for (const [table, columns] of told.filter(Boolean)) documented.set(table, columns)
}

const update = updateSchemas(defenderTables, unlistedColumns, documented)
for (const { table, isNew, added, gone, retyped } of update.changes) {
  console.log(`${table}${isNew ? ' (a new table)' : ''}`)
  for (const column of added) console.log(`  + ${column}`)
  for (const column of gone) console.log(`  - ${column}`)
  for (const column of retyped) console.log(`  ~ ${column}`)
}
console.log(
  `${documented.size} tables are told of, ${update.changes.length} of them otherwise than the catalogue has them; ${update.untold.length} are not told of.`,
)

if (process.argv.includes('--write')) {
  const file = join(root, 'src', 'catalog', 'defender-tables.ts')
  writeFileSync(file, sourceOf(update.listed, update.unlisted))
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  process.exitCode = spawnSync(process.execPath, [biome, 'format', '--write', file], { stdio: 'inherit' }).status ?? 1
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, String(name)))
    .filter((name) => name.endsWith('.json') || isTablePage(name))
}
