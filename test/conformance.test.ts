/** Every case of `conformance/`, asked of the real service; a malformed file fails too. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseJson } from '../src/types/dynamic.ts'
import { fullTime, startService, type TestService } from './support/service.ts'

interface Case {
  readonly title: string
  /** Absent where the source is a documentation page: only rules that the code may name are numbered. */
  readonly rule: number | undefined
  readonly place: string
  readonly query: string
  readonly refused?: string
  readonly columns: readonly string[]
  readonly ordered: boolean
  readonly rows: readonly unknown[]
}

const folder = new URL('../conformance/', import.meta.url)

function readCases(file: string, text: string): Case[] {
  const blocks: { line: number; title: string; fields: Map<string, string[]> }[] = []
  let field: string[] | undefined
  text.split('\n').forEach((line, index) => {
    const malformed = () => new Error(`conformance/${file}:${index + 1}: not a line of a case: ${line}`)
    if (line.trim() === '' || line.startsWith('#')) return
    if (line.startsWith('=== ')) {
      blocks.push({ line: index + 1, title: line.slice(4), fields: new Map() })
      field = undefined
    } else if (line.startsWith('  ')) {
      if (!field) throw malformed()
      field.push(line.slice(2))
    } else {
      const [, name, value] = /^(rule|source|query|columns|rows|refused):\s*(.*)$/.exec(line) ?? []
      const fields = blocks.at(-1)?.fields
      if (!name || !fields || fields.has(name)) throw malformed()
      field = value ? [value] : []
      fields.set(name, field)
    }
  })
  if (blocks.length === 0) throw new Error(`conformance/${file}: holds no case`)
  return blocks.map(({ line, title, fields }) => {
    const place = `conformance/${file}:${line}`
    const need = (name: string): string[] => {
      const value = fields.get(name)
      if (!value?.length) throw new Error(`${place}: the case has no ${name}`)
      return value
    }
    const [source = ''] = need('source')
    const numbered = fields.get('rule')
    const rule = numbered && Number(numbered[0])
    if (rule === undefined ? !source.startsWith('https://') : !Number.isInteger(rule))
      throw new Error(`${place}: a case has the number of its rule, or a documentation page as its source`)
    const query = need('query').join('\n')
    const refused = fields.get('refused')
    if (refused)
      return { title, rule, place, query, refused: need('refused').join(' '), columns: [], ordered: true, rows: [] }
    const [order = '', ...rows] = need('rows')
    if (order !== 'in order' && order !== 'any order') throw new Error(`${place}: rows are "in order" or "any order"`)
    const columns = need('columns').join(' ').split(/,\s*/)
    return { title, rule, place, query, columns, ordered: order === 'in order', rows: rows.map((r) => parseJson(r)) }
  })
}

/** Integers stay exact; a real is the same to 1e-9 of its size. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a === b
  if (/^(number|bigint)$/.test(typeof a) && /^(number|bigint)$/.test(typeof b))
    return Math.abs(Number(a) - Number(b)) <= 1e-9 * Math.max(1, Math.abs(Number(b)))
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => same(x, b[i]))
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([k, v]) => b.has(k) && same(v, b.get(k)))
  return fullTime(a) === fullTime(b)
}

function sameRows(got: readonly unknown[], wanted: readonly unknown[], ordered: boolean): boolean {
  if (ordered) return same(got, wanted)
  const left = [...got]
  return (
    wanted.every((row) => {
      const at = left.findIndex((r) => same(r, row))
      if (at >= 0) left.splice(at, 1)
      return at >= 0
    }) && left.length === 0
  )
}

const cases = readdirSync(folder)
  .filter((f) => f.endsWith('.kqlt'))
  .flatMap((f) => readCases(f, readFileSync(new URL(f, folder), 'utf8')))

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

describe.concurrent('conformance', () => {
  for (const c of cases)
    it(`${c.place}: ${c.title}`, async () => {
      if (c.refused !== undefined) {
        await expect(service.ask(c.query), c.place).rejects.toThrow(c.refused)
        return
      }
      const { columns, rows } = await service.ask(c.query)
      expect(columns, c.place).toEqual(c.columns)
      if (!sameRows(rows, c.rows, c.ordered)) expect(rows, c.place).toEqual(c.rows)
      expect(sameRows(rows, c.rows, c.ordered), c.place).toBe(true)
    })
})

it('rules are numbered without a gap', () => {
  const stated = new Set(cases.flatMap((c) => c.rule ?? []))
  const upTo = Array.from({ length: Math.max(...stated) }, (_, i) => i + 1)
  expect(upTo.filter((n) => !stated.has(n))).toEqual([])
})

it('every rule that the code names has a case', () => {
  const src = new URL('../src/', import.meta.url)
  const stated = new Set(cases.map((c) => c.rule))
  const named = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.ts'))
    .flatMap((f) => [...readFileSync(new URL(f, src), 'utf8').matchAll(/\brules? (\d+)/g)].map((m) => Number(m[1])))
  expect(named.filter((n) => !stated.has(n))).toEqual([])
})
