import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerNatives } from '../../../src/backends/duckdb/natives.ts'
import { type NativeScalar, native } from '../../../src/functions/define.ts'
import type { Dynamic } from '../../../src/types/dynamic.ts'
import type { KqlType, KqlValue } from '../../../src/types/kql-type.ts'

let connection: DuckDBConnection
let calls = 0
const parsed: unknown[] = []

const define = (entry: Pick<NativeScalar, 'takes' | 'gives' | 'run' | 'nulls'> & Partial<NativeScalar>) =>
  native({ doc: 'A function of this test.', examples: [], ...entry })
const same = (type: KqlType) => define({ takes: [type], gives: type, nulls: 'propagate', run: (x: KqlValue) => x })

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
  registerNatives(connection, {
    same_bool: same('bool'),
    same_int: same('int'),
    same_long: same('long'),
    same_real: same('real'),
    same_decimal: same('decimal'),
    same_string: same('string'),
    same_datetime: same('datetime'),
    same_guid: same('guid'),
    same_dynamic: same('dynamic'),
    '_odd-name': define({ takes: ['long'], gives: 'long', nulls: 'propagate', run: (x: bigint) => x + 1n }),
    show: define({
      takes: ['string', 'long'],
      gives: 'string',
      nulls: 'empty-string',
      run: (s: string, n: bigint) => `<${s}|${n}>`,
    }),
    own: define({
      takes: ['string', 'long', 'dynamic'],
      gives: 'string',
      nulls: 'own',
      run: (s?: string, n?: bigint, d?: Dynamic) => [s, n, d].map((x) => (x === undefined ? '-' : String(x))).join(' '),
    }),
    nothing: define({ takes: ['long'], gives: 'long', nulls: 'propagate', run: () => null }),
    no_text: define({ takes: ['long'], gives: 'string', nulls: 'propagate', run: () => null }),
    count: define({
      takes: ['string'],
      rest: 'long',
      gives: 'long',
      nulls: 'propagate',
      run: (_s, ...n) => BigInt(n.length),
    }),
    keep: define({
      takes: ['dynamic'],
      gives: 'bool',
      nulls: 'propagate',
      run: (d: Dynamic) => {
        parsed.push(d)
        return true
      },
    }),
    tick: define({ takes: [], gives: 'long', nulls: 'own', volatile: true, run: () => BigInt(++calls) }),
    fragile: define({
      takes: ['long'],
      gives: 'long',
      nulls: 'propagate',
      run: (n: bigint) => {
        if (n === 150_000n) throw new Error('broken')
        return n
      },
    }),
    wrong: define({ takes: ['long'], gives: 'long', nulls: 'propagate', run: () => undefined as unknown as KqlValue }),
  })
})
afterAll(() => connection.disconnectSync())

async function value(expression: string): Promise<unknown> {
  return (await connection.runAndReadAll(`SELECT ${expression}`)).getRows()[0]![0]
}

describe('a native function', () => {
  it.each([
    ['k_same_bool(true)', true],
    ['k_same_bool(false)', false],
    ['k_same_int(-2147483648)', -2147483648],
    ['k_same_long(9223372036854775807)', 9223372036854775807n],
    ['k_same_real(0.1)', 0.1],
    [`k_same_real('NaN'::DOUBLE)`, Number.NaN],
    [`k_same_real('-Infinity'::DOUBLE)`, Number.NEGATIVE_INFINITY],
    [`k_same_decimal('1.10')`, '1.10'],
    [`k_same_string('日本 𝒳')`, '日本 𝒳'],
    [`k_same_string('a' || chr(0) || 'b' || chr(0))`, 'a\0b\0'],
    [`k_same_string('')`, ''],
    ['k_same_datetime(3155378975999999999)', 3155378975999999999n],
    [`k_same_guid('74be27de-1e4e-49d9-b579-fe0b331d3642')`, '74be27de-1e4e-49d9-b579-fe0b331d3642'],
    [`k_same_dynamic('{"b":1,"a":[9007199254740993,null]}')`, '{"b":1,"a":[9007199254740993,null]}'],
  ])('takes and gives every type unchanged: %s', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected)
  })

  it('is called by the name that the dialect writes', async () => {
    expect(await value('k__odd_name(1)')).toBe(2n)
  })

  it('takes more arguments of one type', async () => {
    expect(await value(`k_count('x')`)).toBe(0n)
    expect(await value(`k_count('x', 1, 2, 3)`)).toBe(3n)
  })

  it('sees every row of many chunks on many threads', async () => {
    expect(await value('sum(k_same_long(i)) FROM range(300000) r(i)')).toBe(44999850000n)
  })

  it('that is volatile is called for every row', async () => {
    calls = 0
    const { length } = (await connection.runAndReadAll('SELECT k_tick() FROM range(5000)')).getRows()
    expect([length, calls]).toEqual([5000, 5000])
  })

  it('gets JSON that is no JSON as null', async () => {
    parsed.length = 0
    await value(`k_keep(x) FROM (VALUES ('nonsense')) t(x)`)
    expect(parsed).toEqual([])
  })

  it('gets equal neighbouring JSON texts as one value', async () => {
    parsed.length = 0
    await connection.run(`SELECT k_keep(x) FROM (VALUES ('[1]'), ('[1]'), ('[2]')) t(x)`)
    expect(parsed[0]).toBe(parsed[1])
    expect(parsed).toEqual([[1n], [1n], [2n]])
  })
})

describe('null', () => {
  it.each(['bool', 'int', 'long', 'real', 'decimal', 'datetime', 'guid', 'dynamic'])(
    'of type %s gives null',
    async (type) => {
      expect(await value(`k_same_${type}(NULL)`)).toBe(null)
    },
  )

  it('is an empty string where a string is taken', async () => {
    expect(await value(`k_same_string(NULL)`)).toBe('')
    expect(await value(`k_show(NULL, 1)`)).toBe('<|1>')
  })

  it('of another type gives an empty string where a string is given', async () => {
    expect(await value(`k_show('a', NULL)`)).toBe('')
  })

  it('is undefined for a function that deals with nulls itself', async () => {
    expect(await value(`k_own('a', NULL, NULL)`)).toBe('a - -')
    expect(await value(`k_own(NULL, 1, '"x"')`)).toBe('- 1 x')
  })

  it('may be the result, which for a string is empty', async () => {
    expect(await value('k_nothing(1)')).toBe(null)
    expect(await value('k_no_text(1)')).toBe('')
  })

  it('in some rows does not disturb the others', async () => {
    const rows = (await connection.runAndReadAll('SELECT k_same_long(nullif(i, 1)) FROM range(3) r(i)')).getRows()
    expect(rows).toEqual([[0n], [null], [2n]])
  })
})

describe('a native function that throws', () => {
  it('fails the query, also in a late chunk, and nothing else', async () => {
    await expect(value('sum(k_fragile(i)) FROM range(200000) r(i)')).rejects.toThrow('broken')
    expect(await value('k_fragile(1)')).toBe(1n)
  })

  it('fails the query when it gives nothing at all', async () => {
    await expect(value('k_wrong(1)')).rejects.toThrow('gave nothing')
  })
})
