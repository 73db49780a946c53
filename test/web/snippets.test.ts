import { afterAll, beforeAll, expect, it } from 'vitest'
import { editorText, filledIn, snippets, snippetsAfter } from '../../web/src/editor/snippets.ts'
import { startService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService({ queryProcesses: 1 })
})
afterAll(() => service.close())

it.each(snippets.map((s) => [s.label, s] as const))('%s is a query as it stands', async (_, snippet) => {
  const text = filledIn(snippet)
  const { rows } = await service.ask(text.startsWith('|') ? `DeviceProcessEvents\n${text}` : `${text}print Names`)
  expect(rows.length).toBeLessThanOrEqual(1)
})

it('offers what goes on with a query after a pipe, everything on an empty line, and nothing inside of a line', () => {
  expect(snippetsAfter('  ')).toEqual(snippets)
  const [first] = snippetsAfter('DeviceEvents | ')
  expect(first!.text).toMatch(/^where/)
  expect(snippetsAfter('| where x == ')).toEqual([])
})

it('marks the places to fill in for the editor, equal ones together', () => {
  const text = '| join T on $left.a == $right.b | extend ‹Name› = F.‹Name› | take ‹5›'
  expect(editorText({ label: '', doc: '', text })).toBe(
    ['| join T on \\$left.a == \\$right.b | extend $', '{1:Name} = F.$', '{1:Name} | take $', '{2:5}'].join(''),
  )
})
