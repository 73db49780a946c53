/**
 * Every operator, function, aggregate and plug-in with values of every type: each is answered or refused, never an error of ours; the same
 * query gives the same answer again; and constants give what rows give.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runs } from '../support/runs.ts'
import { startService, type TestService } from '../support/service.ts'
import { type Call, calls } from './calls.ts'
import { inTurns, type Outcome, outcomeOf } from './outcome.ts'

const RUNS = runs(700, 30_000)
const SEED = Number(process.env.HARRIER_FUZZ_SEED ?? 17)

/** Where the engine itself works constants out otherwise: a real that is no 64-bit number (rule 29). pack_all() sees other columns. */
const FOLDED_OTHERWISE: ReadonlySet<string> = new Set(['tolong', 'toint', 'pack_all'])

/** Which rows these give is nowhere said. */
const CHOSEN = /\bsample|\btake\b/

/** The type of the value; further columns of an aggregate are named after its arguments. */
const typeOf = ({ columns }: Outcome): string | undefined => columns?.replace(/,.*/, '')

let service: TestService
beforeAll(async () => {
  service = await startService({ queryProcesses: 2, parsers: 2, timeoutSeconds: 20 })
})
afterAll(() => service.close())

it('is answered or refused, alike for constants and rows', async () => {
  const faults: string[] = []
  const count = { answered: 0, refused: 0 }
  const attempt = async ({ name, constant, rows }: Call) => {
    const once = await outcomeOf(service, rows)
    const again = await outcomeOf(service, rows)
    const folded = constant === undefined ? undefined : await outcomeOf(service, constant)
    count[once.answer === undefined ? 'refused' : 'answered']++
    if (once.fault) faults.push(`${rows}\n    ${once.fault}`)
    if (folded?.fault) faults.push(`${constant}\n    ${folded.fault}`)
    if (once.answer !== again.answer && !CHOSEN.test(name))
      faults.push(`${rows}\n    ${once.answer}\n    again: ${again.answer}`)
    if (!folded?.answer || !once.answer) return
    if (typeOf(once) !== typeOf(folded))
      faults.push(`${constant}\n    ${folded.columns}\n    over rows: ${once.columns}`)
    const alike = once.columns === folded.columns && !FOLDED_OTHERWISE.has(name)
    if (alike && once.answer !== folded.answer)
      faults.push(`${constant}\n    ${folded.answer}\n    over rows: ${once.answer}`)
  }
  await inTurns(calls(RUNS, SEED), 4, attempt)
  console.log(`matrix: ${count.answered} answered, ${count.refused} refused, ${faults.length} faults`)
  expect(faults.slice(0, 400).join('\n')).toBe('')
  // Where everything is refused nothing is tried.
  expect(count.answered).toBeGreaterThan(RUNS / 4)
}, 3_600_000)
