/** Random queries that are typed and have one answer: no ties are cut, no order is left open. */
import fc from 'fast-check'

type Type = 'string' | 'long' | 'datetime' | 'bool'
interface Col {
  readonly name: string
  readonly type: Type
}
interface Piece {
  readonly text: string
  readonly columns: readonly Col[]
}

/** Tables with columns of few values, so that joins and groups meet. */
export const TABLES: Readonly<Record<string, readonly Col[]>> = {
  DeviceProcessEvents: [
    { name: 'Timestamp', type: 'datetime' },
    { name: 'DeviceId', type: 'string' },
    { name: 'FileName', type: 'string' },
    { name: 'ProcessCommandLine', type: 'string' },
    { name: 'ProcessId', type: 'long' },
    { name: 'IsProcessRemoteSession', type: 'bool' },
  ],
  DeviceNetworkEvents: [
    { name: 'Timestamp', type: 'datetime' },
    { name: 'DeviceId', type: 'string' },
    { name: 'RemoteUrl', type: 'string' },
    { name: 'InitiatingProcessId', type: 'long' },
  ],
  DeviceInfo: [
    { name: 'Timestamp', type: 'datetime' },
    { name: 'DeviceId', type: 'string' },
    { name: 'OSPlatform', type: 'string' },
    { name: 'ReportId', type: 'long' },
  ],
  DeviceLogonEvents: [
    { name: 'Timestamp', type: 'datetime' },
    { name: 'DeviceId', type: 'string' },
    { name: 'AccountName', type: 'string' },
    { name: 'IsLocalAdmin', type: 'bool' },
  ],
}

export const WORDS = ['cmd.exe', 'powershell.exe', 'a b-c', 'Ünïcode', '', 'x', 'enc', '10', 'example.com/a']
const word = fc.constantFrom(...WORDS).map((w) => `'${w}'`)
const number = fc.constantFrom('0', '1', '2', '7', '-3', '1000000', '9223372036854775807')
const time = fc.constantFrom(
  'datetime(2024-05-01)',
  'datetime(2024-05-02T12:00:00Z)',
  'ago(1d)',
  'ago(30d)',
  'datetime(null)',
)
const span = fc.constantFrom('1h', '1d', '7d', '10s')

const named = (columns: readonly Col[], type: Type): fc.Arbitrary<string>[] => {
  const names = columns.filter((c) => c.type === type).map((c) => c.name)
  return names.length > 0 ? [fc.constantFrom(...names), fc.constantFrom(...names)] : []
}

function expression(columns: readonly Col[], type: Type, depth: number): fc.Arbitrary<string> {
  const inner = (t: Type) => expression(columns, t, depth - 1)
  const two = (t: Type, u: Type, make: (a: string, b: string) => string) =>
    fc.tuple(inner(t), inner(u)).map(([a, b]) => make(a, b))
  const leaf: Record<Type, fc.Arbitrary<string>> = {
    string: fc.oneof(...named(columns, 'string'), word),
    long: fc.oneof(...named(columns, 'long'), number),
    datetime: fc.oneof(...named(columns, 'datetime'), time),
    bool: fc.oneof(...named(columns, 'bool'), fc.constantFrom('true', 'false', 'bool(null)')),
  }
  if (depth <= 0) return leaf[type]
  switch (type) {
    case 'string':
      return fc.oneof(
        leaf.string,
        two('string', 'string', (a, b) => `strcat(${a}, '-', ${b})`),
        inner('string').map((a) => `tolower(${a})`),
        inner('long').map((a) => `tostring(${a})`),
        inner('datetime').map((a) => `tostring(${a})`),
        fc.tuple(inner('bool'), inner('string'), inner('string')).map(([p, a, b]) => `iff(${p}, ${a}, ${b})`),
        two('string', 'string', (a, b) => `coalesce(${a}, ${b})`),
      )
    case 'long':
      return fc.oneof(
        leaf.long,
        fc
          .tuple(fc.constantFrom('+', '-', '*', '/', '%'), inner('long'), inner('long'))
          .map(([op, a, b]) => `(${a} ${op} ${b})`),
        inner('string').map((a) => `strlen(${a})`),
        inner('string').map((a) => `tolong(${a})`),
        fc.tuple(inner('bool'), inner('long'), inner('long')).map(([p, a, b]) => `case(${p}, ${a}, ${b})`),
      )
    case 'datetime':
      return fc.oneof(
        leaf.datetime,
        fc.tuple(inner('datetime'), span).map(([t, s]) => `bin(${t}, ${s})`),
        fc.tuple(inner('datetime'), fc.constantFrom('+', '-'), span).map(([t, op, s]) => `(${t} ${op} ${s})`),
        inner('datetime').map((t) => `startofday(${t})`),
      )
    case 'bool':
      return fc.oneof(
        leaf.bool,
        fc
          .tuple(fc.constantFrom('==', '!=', '<', '<=', '>', '>='), inner('long'), inner('long'))
          .map(([op, a, b]) => `${a} ${op} ${b}`),
        fc
          .tuple(fc.constantFrom('==', '!=', '<', '<=', '>', '>='), inner('datetime'), inner('datetime'))
          .map(([op, a, b]) => `${a} ${op} ${b}`),
        fc
          .tuple(
            fc.constantFrom(
              '==',
              '!=',
              '=~',
              '!~',
              'has',
              '!has',
              'contains',
              '!contains',
              'startswith',
              'endswith',
              'hasprefix',
              'contains_cs',
            ),
            inner('string'),
            inner('string'),
          )
          .map(([op, a, b]) => `${a} ${op} ${b}`),
        fc.tuple(inner('string'), word, word).map(([a, x, y]) => `${a} in~ (${x}, ${y})`),
        fc
          .tuple(inner('datetime'), inner('datetime'), inner('datetime'))
          .map(([t, a, b]) => `${t} between (${a} .. ${b})`),
        inner('string').map((a) => `isempty(${a})`),
        inner('long').map((a) => `isnull(${a})`),
        fc.tuple(fc.constantFrom('and', 'or'), inner('bool'), inner('bool')).map(([op, a, b]) => `(${a}) ${op} (${b})`),
        inner('bool').map((a) => `not(${a})`),
      )
  }
}

const source: fc.Arbitrary<Piece> = fc.constantFrom(...Object.keys(TABLES)).map((name) => ({
  text: `${name} | project ${TABLES[name]!.map((c) => c.name).join(', ')}`,
  columns: TABLES[name]!,
}))

const types: readonly Type[] = ['string', 'long', 'datetime', 'bool']

/** One more operator behind a pipeline. */
function step(piece: Piece, index: number, depth: number): fc.Arbitrary<Piece> {
  const { text, columns } = piece
  const piped = (operator: string, after: readonly Col[] = columns): Piece => ({
    text: `${text}\n| ${operator}`,
    columns: after,
  })
  const all = columns.map((c) => c.name).join(', ')
  const fresh = `n${index}`
  const some = fc.shuffledSubarray([...columns], { minLength: 1, maxLength: Math.min(3, columns.length) })
  const options: fc.Arbitrary<Piece>[] = [
    expression(columns, 'bool', 2).map((e) => piped(`where ${e}`)),
    expression(columns, 'bool', 2).map((e) => piped(`where ${e}`)),
    fc
      .constantFrom(...types)
      .chain((type) =>
        expression(columns, type, 2).map((e) => piped(`extend ${fresh} = ${e}`, [...columns, { name: fresh, type }])),
      ),
    some.map((kept) => piped(`project ${kept.map((c) => c.name).join(', ')}`, kept)),
    some.map((kept) => piped(`distinct ${kept.map((c) => c.name).join(', ')}`, kept)),
    fc.integer({ min: 0, max: 40 }).map((n) => piped(`sort by ${all} | take ${n}`)),
    some.map((by) =>
      piped(
        `summarize ${fresh} = count(), ${fresh}d = dcount(${columns[0]!.name}), ${fresh}m = max(${columns[0]!.name}) by ${by.map((c) => c.name).join(', ')}`,
        [
          ...by,
          { name: fresh, type: 'long' },
          { name: `${fresh}d`, type: 'long' },
          { name: `${fresh}m`, type: columns[0]!.type },
        ],
      ),
    ),
    expression(columns, 'string', 1).map((e) =>
      piped(`extend ${fresh} = pack_array(${e}, 'x', '') | mv-expand ${fresh} to typeof(string)`, [
        ...columns,
        { name: fresh, type: 'string' },
      ]),
    ),
    fc.constant(
      piped(`sort by ${all} | serialize ${fresh} = row_number()`, [...columns, { name: fresh, type: 'long' }]),
    ),
  ]
  if (depth > 0) {
    const key = columns.find((c) => c.name === 'DeviceId')
    if (key) {
      const right = pipeline(depth - 1).filter((p) => p.columns.some((c) => c.name === 'DeviceId'))
      options.push(
        fc
          .tuple(fc.constantFrom('leftsemi', 'leftanti'), right)
          .map(([kind, r]) => piped(`join kind=${kind} (${r.text}) on DeviceId`)),
        right.map((r) => piped(`where DeviceId in (${r.text} | project DeviceId)`)),
      )
    }
    // A second join would take the name that the first one gave.
    if (key && !columns.some((c) => c.name === 'DeviceId1')) {
      const right = pipeline(depth - 1).filter((p) => p.columns.some((c) => c.name === 'DeviceId'))
      const joined: Col[] = [...columns, { name: 'DeviceId1', type: 'string' }]
      options.push(
        fc
          .tuple(fc.constantFrom('inner', 'leftouter', 'rightouter', 'fullouter'), right)
          .map(([kind, r]) => piped(`join kind=${kind} (${r.text} | distinct DeviceId) on DeviceId`, joined)),
      )
    }
    options.push(
      pipeline(depth - 1).map((r) => {
        const shared = columns.filter((c) => r.columns.some((d) => d.name === c.name && d.type === c.type))
        const kept = shared.length > 0 ? shared : columns
        const right = shared.length > 0 ? `(${r.text} | project ${shared.map((c) => c.name).join(', ')})` : `(${text})`
        return { text: `${text}\n| project ${kept.map((c) => c.name).join(', ')} | union ${right}`, columns: kept }
      }),
      pipeline(depth - 1).map((r) =>
        piped(`extend ${fresh} = toscalar(${r.text} | count)`, [...columns, { name: fresh, type: 'long' }]),
      ),
    )
  }
  return fc.oneof(...options)
}

function pipeline(depth: number): fc.Arbitrary<Piece> {
  return fc.tuple(source, fc.integer({ min: 0, max: 4 })).chain(([start, steps]) => {
    let at: fc.Arbitrary<Piece> = fc.constant(start)
    for (let i = 0; i < steps; i++) at = at.chain((piece) => step(piece, depth * 10 + i, depth))
    return at
  })
}

/** A whole query; some begin with a `let` that they use twice. */
export const query: fc.Arbitrary<string> = fc.oneof(
  pipeline(2).map((p) => p.text),
  fc.tuple(pipeline(1), fc.boolean()).map(([p, once]) => {
    const body = once ? `materialize(${p.text})` : p.text
    return `let t = ${body};\nunion (t | summarize n = count()), (t | take 0 | summarize n = count() | extend n = n + 1)`
  }),
)
