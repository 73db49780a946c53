import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parametersOf, placeOf, withFunctions } from '../../web/src/query/functions.ts'
import { startService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService({ queryProcesses: 1 })
})
afterAll(() => service.close())

const FUNCTIONS = [
  {
    name: 'Small',
    parameters: 'most: long, least: long = 0',
    body: 'Numbers()\n| where n between (least .. most) // not }\n',
  },
  { name: 'Numbers', parameters: '', body: 'let top_ = 5;\nrange n from 1 to top_ step 1;\n' },
  { name: 'Other', parameters: '', body: 'this is no query' },
]

describe('withFunctions', () => {
  it('puts the functions that a query calls before it, and those that these call', async () => {
    const { text, linesBefore } = withFunctions('Small(3) | summarize sum(n)', FUNCTIONS)
    expect((await service.ask(text)).rows).toEqual([[6n]])
    expect(text.split('\n')[linesBefore]).toBe('Small(3) | summarize sum(n)')
    expect(text).not.toContain('Other')
  })

  it('leaves a query alone that calls none of them, or has one of that name itself', () => {
    for (const query of ['Numbers | take 1', 'let Numbers = () { print 1 };\nNumbers()', 'print 1'])
      expect(withFunctions(query, FUNCTIONS)).toEqual({ text: query, linesBefore: 0 })
  })

  it('ends with functions that call each other', () => {
    const both = [
      { name: 'A', parameters: '', body: 'B()' },
      { name: 'B', parameters: '', body: 'A()' },
    ]
    expect(withFunctions('A()', both).text).toBe('let B = () {\nA()\n};\nlet A = () {\nB()\n};\nA()')
  })
})

it('says where a problem is in what the person sees', async () => {
  const asked = withFunctions('Numbers()\n| where m > 1', FUNCTIONS)
  const error = { message: 'unknown', line: asked.linesBefore + 2, column: 9, length: 1 }
  expect(placeOf(error, asked)).toEqual({ ...error, line: 2 })
  expect(placeOf({ ...error, line: 2 }, asked)).toMatchObject({ message: 'In a saved function: unknown', line: 1 })
})

it('knows the scalar parameters of a function', () => {
  expect(parametersOf({ name: 'F', parameters: 'T:(x: long), a: string = "b", c:timespan', body: '' })).toEqual([
    { name: 'a', type: 'string' },
    { name: 'c', type: 'timespan' },
  ])
})
