/** Choices and tests for null and empty. */
import { call, infix, raw, type Sql, sql } from '../sql/sql.ts'
import type { KqlType } from '../types/kql-type.ts'
import { type Arg, both, NotSaid, type RenderContext, type Rendering, scalar } from './define.ts'

/**
 * The type of values that stand for one another: int and long meet in long, every other type is alone with itself. No pair
 * of a whole number and a real was ever seen to be answered, and published queries write `real(0)` beside a real.
 */
export function common(types: readonly KqlType[]): KqlType | undefined {
  const distinct = new Set(types)
  if (distinct.size === 2 && distinct.has('int') && distinct.has('long')) return 'long'
  return distinct.size === 1 ? types[0] : undefined
}

/** The branches of a choice may be dynamic besides; text beside a dynamic makes text of both, as the binder has it. */
export function commonOrDynamic(types: readonly KqlType[]): KqlType | undefined {
  if (!types.includes('dynamic')) return common(types)
  const other = common(types.filter((t) => t !== 'dynamic'))
  return other === 'string' ? 'string' : other || types.every((t) => t === 'dynamic') ? 'dynamic' : undefined
}

const as = (a: Arg, cx: RenderContext): Sql => (a.type === cx.type ? a.sql : cx.convert(a, cx.type))

const isnull: Rendering = ([a]) => (a!.type === 'string' ? raw('false') : sql`${a!.sql} IS NULL`)
/** Empty text, or null of another type; an empty array is not empty (rule 16). */
const isempty: Rendering = ([a], cx) =>
  a!.type === 'string'
    ? sql`${a!.sql} = ''`
    : a!.type === 'dynamic'
      ? sql`${cx.convert(a!, 'string')} = ''`
      : sql`${a!.sql} IS NULL`

const negated =
  (r: Rendering): Rendering =>
  (args, cx) =>
    sql`NOT ${r(args, cx)}`

const test = (doc: string, render: Rendering, examples: readonly [string, unknown][]) =>
  scalar({ doc, takes: ['any'], nulls: 'own', gives: 'bool', render: both(render), examples })

/** `case(p1, v1, p2, v2, …, otherwise)`; a null predicate counts as false (rule 8). */
const choose: Rendering = (args, cx) => {
  const branches: string[] = []
  for (let i = 0; i + 1 < args.length; i += 2)
    branches.push(`WHEN ${args[i]!.sql.text} THEN ${as(args[i + 1]!, cx).text}`)
  return raw(`CASE ${branches.join(' ')} ELSE ${as(args.at(-1)!, cx).text} END`)
}

const results = (types: readonly KqlType[]): KqlType | undefined =>
  commonOrDynamic(types.filter((_, i) => i % 2 === 1 || i === types.length - 1))

/** Greatest or least; nulls are left out, NaN wins (rule 12). */
const extreme =
  (name: 'greatest' | 'least'): Rendering =>
  (args, cx) => {
    if (cx.type === 'decimal')
      return args
        .map((a) => as(a, cx))
        .reduce((a, b) => cx.native(name === 'greatest' ? '_decimal_greatest' : '_decimal_least', a, b))
    const values = args.map((a) => as(a, cx))
    const plain = raw(`${name}(${values.map((v) => v.text).join(', ')})`)
    if (cx.type !== 'real' || name === 'greatest') return plain
    const once = values.map((v) => cx.once(v))
    const nan = infix(
      once.map((v) => call`coalesce(isnan(${v}), false)`),
      'OR',
    )
    return call`CASE WHEN ${nan} THEN 'NaN'::DOUBLE ELSE ${raw(`least(${once.map((v) => v.text).join(', ')})`)} END`
  }

/** Of whole numbers and times; its order of NaN and of texts is another. */
const clickhouseExtreme =
  (name: 'greatest' | 'least'): Rendering =>
  (args, cx) => {
    if (cx.type === 'decimal' || cx.type === 'real') throw new NotSaid(`the ${name} of ${cx.type}s`)
    return raw(`${name}(${args.map((a) => as(a, cx).text).join(', ')})`)
  }

export const conditionals = {
  iff: scalar({
    doc: '`then` when the predicate is true, else `else`.',
    takes: ['bool'],
    nulls: 'own',
    gives: (types) => commonOrDynamic(types.slice(1)),
    render: both(choose),
    examples: [
      ["iff(1 < 2, 'a', 'b')", 'a'],
      ["iff(bool(null), 'a', 'b')", 'b'],
      ['gettype(iff(true, int(1), 2))', 'long'],
      ["gettype(iff(true, dynamic(7), 'x'))", 'string'],
    ],
  }),
  case: scalar({
    doc: 'The value behind the first predicate that is true, else the last argument.',
    nulls: 'own',
    gives: results,
    render: both(choose),
    examples: [["case(false, 'a', true, 'b', 'c')", 'b']],
  }),
  coalesce: scalar({
    doc: 'The first argument that is not null; for text, not empty either.',
    nulls: 'own',
    gives: common,
    render: both((args, cx) => {
      const values = args.map((a) => as(a, cx))
      if (cx.type !== 'string') return raw(`coalesce(${values.map((v) => v.text).join(', ')})`)
      return raw(`coalesce(${values.map((v) => `nullIf(${v.text}, '')`).join(', ')}, '')`)
    }),
    examples: [
      ["coalesce('', 'x')", 'x'],
      ['coalesce(long(null), 5)', 5n],
    ],
  }),
  isnull: test('Null; text never is.', isnull, [
    ['isnull(int(null))', true],
    ["isnull('')", false],
  ]),
  isnotnull: test('Not null.', negated(isnull), [['isnotnull(int(null))', false]]),
  isempty: test('Empty text or null.', isempty, [
    ["isempty('')", true],
    ['isempty(dynamic([]))', false],
  ]),
  isnotempty: test('Neither empty text nor null.', negated(isempty), [["isnotempty('x')", true]]),
  max_of: scalar({
    doc: 'The greatest argument; nulls are left out.',
    nulls: 'own',
    gives: common,
    render: { duckdb: extreme('greatest'), clickhouse: clickhouseExtreme('greatest') },
    examples: [['max_of(1, long(null), 3)', 3n]],
  }),
  min_of: scalar({
    doc: 'The least argument; nulls are left out.',
    nulls: 'own',
    gives: common,
    render: { duckdb: extreme('least'), clickhouse: clickhouseExtreme('least') },
    examples: [['min_of(int(null), 5)', 5n]],
  }),
}
