/**
 * Queries of people with something wrong in them: words dropped, doubled, swapped and misspelt, literals at their edges, halves of
 * two queries put together. Each is answered or refused, never an error of ours, and no message holds the engine's words. Published
 * hunts lie beside the project where it is developed; elsewhere the project's own cases serve.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runs } from '../support/runs.ts'
import { startService, type TestService } from '../support/service.ts'
import { randomOf } from './calls.ts'
import { inTurns, outcomeOf } from './outcome.ts'

const RUNS = runs(1000, 50_000)
const SEED = Number(process.env.HARRIER_FUZZ_SEED ?? 17)

const hunting = new URL('../../../shared/hunting/', import.meta.url)
const conformance = new URL('../../conformance/', import.meta.url)

const published = (file: string): string[] =>
  readFileSync(new URL(file, hunting), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { query: string }).query)

const own = (): string[] =>
  readdirSync(conformance)
    .filter((f) => f.endsWith('.kqlt'))
    .flatMap((f) => [...readFileSync(new URL(f, conformance), 'utf8').matchAll(/^query:\n((?: {2}.*\n)+)/gm)])
    .map((m) => m[1]!.replace(/^ {2}/gm, ''))

const queries = existsSync(hunting) ? [...published('queries.jsonl'), ...published('sentinel.jsonl')] : own()

const TOKEN = /\s+|\/\/[^\n]*|[A-Za-z_$][\w-]*|@?h?"(?:[^"\\\n]|\\.)*"|@?'(?:[^'\\\n]|\\.)*'|\d[\w.]*|[=!<>~]+|./gs
const EDGES = [
  '9223372036854775807',
  '-1',
  '0',
  '1e308',
  'real(nan)',
  "''",
  '"\\u0000"',
  'dynamic(null)',
  'dynamic([])',
  'datetime(null)',
  'datetime(9999-12-31)',
  '10675199d',
  'guid(null)',
  'long(null)',
  'decimal(1e-30)',
  '""',
  'true',
]
const WORDS = [
  'where',
  'summarize',
  'by',
  'join',
  'on',
  'union',
  '|',
  '(',
  ')',
  ',',
  '=',
  'in',
  'has_any',
  '..',
  '*',
  ';',
  'let',
  '[',
  '}',
]

function mutated(random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const tokens: string[] = pick(queries).match(TOKEN) ?? []
  for (let n = 1 + Math.floor(random() * 2); n > 0; n--) {
    const at = Math.floor(random() * tokens.length)
    const token = tokens[at] ?? ''
    switch (Math.floor(random() * 8)) {
      case 0:
        tokens.splice(at, 1)
        break
      case 1:
        tokens.splice(at, 0, token)
        break
      case 2:
        tokens.splice(at, 2, tokens[at + 1] ?? '', token)
        break
      case 3: {
        const other: string[] = pick(queries).match(TOKEN) ?? []
        const from = other.indexOf('|', Math.floor(random() * other.length))
        tokens.splice(at, tokens.length, ...(from < 0 ? other : other.slice(from)))
        break
      }
      case 4:
        tokens.splice(at, /^["'@\d]/.test(token) ? 1 : 0, pick(EDGES))
        break
      case 5:
        tokens[at] = /^\w{3,}/.test(token) ? token.slice(0, 1) + token.slice(2) : token
        break
      case 6:
        tokens.splice(at, 0, ` ${pick(WORDS)} `)
        break
      default:
        tokens[at] = tokens[Math.floor(random() * tokens.length)] ?? ''
    }
  }
  return tokens.join('')
}

let service: TestService
beforeAll(async () => {
  service = await startService({ queryProcesses: 2, parsers: 2, timeoutSeconds: 20 })
})
afterAll(() => service.close())

it('are answered or refused in words of our own', async () => {
  const random = randomOf(SEED)
  const faults: string[] = []
  const count = { answered: 0, refused: 0, slow: 0 }
  const attempt = async (kql: string) => {
    const { answer, message, fault } = await outcomeOf(service, kql)
    if (fault) faults.push(`${fault}\n${kql}\n`)
    else if (/timeout period|took longer/.test(message ?? '')) count.slow++
    else count[answer === undefined ? 'refused' : 'answered']++
  }
  await inTurns(
    Array.from({ length: RUNS }, () => mutated(random)),
    4,
    attempt,
  )
  console.log(
    `mutations: ${count.answered} answered, ${count.refused} refused, ${count.slow} out of time, ${faults.length} faults`,
  )
  expect(faults.slice(0, 40).join('\n')).toBe('')
  expect(count.slow).toBeLessThanOrEqual(RUNS / 1000)
}, 7_200_000)
