/** SQL names functions in TypeScript by text; each such name must be one of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { natives } from '../../src/functions/index.ts'

const src = fileURLToPath(new URL('../../src', import.meta.url))

it('is a function wherever SQL calls one', () => {
  const unknown = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(src, file), 'utf8')
      const names = [...text.matchAll(/\bk_(_\w+)\(|\bnative\(\s*'(_?\w+)'/g)].map((m) => m[1] ?? m[2]!)
      return names.filter((n) => !(n in natives)).map((n) => `${file}: ${n}`)
    })
  expect(unknown).toEqual([])
})
