/** What renderings for ClickHouse share: values read out of text and JSON, and the text of values, exact or under an assumption. */
import { call, raw, type Sql, sql } from '../sql/sql.ts'
import { UNIX_EPOCH_TICKS } from '../types/datetime.ts'
import type { KqlType } from '../types/kql-type.ts'
import { type Arg, NotSaid, type RenderContext } from './define.ts'

const UNIX = String(UNIX_EPOCH_TICKS)
/** What a DateTime64 can say: 1900-01-01 up to 2299-12-31, in ticks. */
const FIRST_SAID = '599266080000000000'
const LAST_SAID = '725486111999999999'

/** A whole number is taken as it stands up to 18 digits; longer ones are looked at elsewhere. */
const SHORT_INTEGER = '^\\s*[+-]?[0-9]{1,18}\\s*$'
const LONG_OR_HEX = '^\\s*(?:[+-]?[0-9]{19,40}|0[xX][0-9a-fA-F]{1,40})\\s*$'
const REAL = '^\\s*[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?\\s*$'
const NAMED_REAL = '^\\s*(?:nan|NaN|[+-]?(?:inf|Inf|Infinity))\\s*$'

/** A number in JSON that it would write with other digits, or not hold: a fraction, an exponent, 19 digits. May match inside texts. */
const CHANGED_NUMBER = '(?:^|[:,\\[ ])-?(?:[0-9]+[.eE]|[0-9]{19})'
const MANY_DIGITS = '[0-9]{19}'

const matches = (text: Sql, pattern: string, cx: RenderContext): Sql => call`match(${text}, ${cx.text(pattern)})`
/** JSON that ClickHouse takes apart and writes anew: where that changes a number, it is assumed not to be there. */
export const exactJson = (json: Sql, cx: Pick<RenderContext, 'assume' | 'text'>): Sql =>
  cx.assume(sql`NOT ${call`match(coalesce(${json}, ''), ${cx.text(CHANGED_NUMBER)})`}`, json)

const trimmed = (text: Sql, cx: RenderContext): Sql => call`replaceRegexpAll(${text}, ${cx.text('^\\s+|\\s+$')}, '')`

/** Integers of text of up to 18 digits; what has more, or is hexadecimal, is assumed not to be there. */
export function longOfText(text: Sql, cx: RenderContext): Sql {
  const read = call`if(${matches(text, SHORT_INTEGER, cx)}, toInt64OrNull(replaceRegexpOne(${trimmed(text, cx)}, '^[+]', '')), NULL)`
  return cx.assume(sql`NOT ${matches(text, LONG_OR_HEX, cx)}`, read)
}

export function intOfText(text: Sql, cx: RenderContext): Sql {
  const value = cx.once(longOfText(text, cx))
  return call`if(${sql`${value} BETWEEN -2147483648 AND 2147483647`}, toInt32(${value}), NULL)`
}

export function realOfText(text: Sql, cx: RenderContext): Sql {
  const read = call`if(${matches(text, REAL, cx)}, toFloat64OrNull(replaceRegexpOne(${trimmed(text, cx)}, '^[+]', '')), NULL)`
  return cx.assume(sql`NOT ${matches(text, NAMED_REAL, cx)}`, read)
}

export const boolOfText = (text: Sql, cx: RenderContext): Sql =>
  call`multiIf(lower(${text}) = 'true', true, lower(${text}) = 'false', false, ${longOfText(text, cx)} <> 0)`

/** Times as machines write them, `2024-05-01T10:00:00.1234567Z`; what looks otherwise and may be one is assumed not to be there. */
export function datetimeOfText(text: Sql, cx: RenderContext): Sql {
  const iso = '^(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,7})?Z?)?$'
  const t = cx.once(text)
  const plain = call`replaceOne(replaceOne(${t}, 'T', ' '), 'Z', '')`
  const ticks = sql`reinterpretAsInt64(toDateTime64OrNull(${plain}, 7, 'UTC')) + toInt64(${raw(UNIX)})`
  const isIso = matches(t, iso, cx)
  // A day that is none (30 February) would be moved into the next month.
  const isDay = call`coalesce(toDate32OrNull(substring(${t}, 1, 10)), toDate32('1900-01-01')) = toDate32OrNull(substring(${t}, 1, 10)) AND toDayOfMonth(toDate32OrNull(substring(${t}, 1, 10))) = toUInt8OrZero(substring(${t}, 9, 2))`
  return cx.assume(sql`(${isIso} AND ${isDay}) OR NOT ${matches(t, '[0-9]', cx)}`, call`if(${isIso}, ${ticks}, NULL)`)
}

export const guidOfText = (text: Sql, cx: RenderContext): Sql => {
  const plain = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$'
  const t = cx.once(text)
  const isPlain = matches(t, plain, cx)
  const isSome = matches(t, '^[0-9a-fA-F](?:-?[0-9a-fA-F]){31}', cx)
  return cx.assume(sql`${isPlain} OR NOT ${isSome}`, call`if(${isPlain}, lower(${t}), NULL)`)
}

/** Reals become integers towards zero and stop at the ends of the range (rules 27, 29). */
export const clickhouseLong = (real: Sql): Sql =>
  call`multiIf(isNaN(${real}), NULL, ${real} >= 9223372036854775807.0, toInt64(9223372036854775807), ${real} <= -9223372036854775808.0, toInt64(-9223372036854775808), accurateCastOrNull(trunc(${real}), 'Int64'))`

export const textOfBool = (b: Sql): Sql => call`multiIf(isNull(${b}), '', ${b}, 'True', 'False')`

/** Reals between 0.0001 and 10^15, whose digits stand without an exponent in both; of seventeen digits there is a choice. */
export function textOfReal(real: Sql, cx: RenderContext): Sql {
  const x = cx.once(real)
  const holds = sql`${sql`${x} = 0`} AND ${sql`1 / ${x} > 0`} OR ${call`abs(${x}) >= 0.0001 AND abs(${x}) < 1e15 AND length(toString(abs(${x}))) <= 17`}`
  const text = call`if(${x} = trunc(${x}), concat(toString(accurateCastOrNull(${x}, 'Int64')), '.0'), toString(${x}))`
  return cx.assume(call`isNull(${x}) OR ${holds}`, text)
}

export function textOfDatetime(ticks: Sql, cx: RenderContext): Sql {
  const t = cx.once(ticks)
  const micros = sql`intDiv(${t}, 10) - toInt64(${raw(UNIX.slice(0, -1))})`
  const text = call`concat(replaceOne(toString(fromUnixTimestamp64Micro(${micros}, 'UTC')), ' ', 'T'), toString(${t} % 10), 'Z')`
  return cx.assume(call`isNull(${t}) OR ${t} BETWEEN ${raw(FIRST_SAID)} AND ${raw(LAST_SAID)}`, text)
}

export function textOfTimespan(ticks: Sql, cx: RenderContext): Sql {
  const t = cx.once(ticks)
  const size = cx.once(call`abs(${t})`)
  const day = '864000000000'
  const two = (value: Sql) => call`leftPad(toString(${value}), 2, '0')`
  const hours = two(call`intDiv(${size} % ${raw(day)}, 36000000000)`)
  const minutes = two(sql`intDiv(${size}, 600000000) % 60`)
  const seconds = two(sql`intDiv(${size}, 10000000) % 60`)
  return call`concat(if(${t} < 0, '-', ''), if(${size} >= ${raw(day)}, concat(toString(intDiv(${size}, ${raw(day)})), '.'), ''), ${hours}, ':', ${minutes}, ':', ${seconds}, if(${size} % 10000000 = 0, '', concat('.', leftPad(toString(${size} % 10000000), 7, '0'))))`
}

/** A value as it stands inside a dynamic. */
export function asDynamic(a: Arg, cx: RenderContext): Sql {
  switch (a.type) {
    case 'dynamic':
      return a.sql
    case 'bool':
      return call`multiIf(isNull(${a.sql}), NULL, ${a.sql}, 'true', 'false')`
    case 'int':
    case 'long':
      return call`toString(${a.sql})`
    case 'real':
      return textOfReal(a.sql, cx)
    case 'datetime':
      return jsonOfNullable(textOfDatetime(a.sql, cx), a.sql)
    case 'timespan':
      return jsonOfNullable(textOfTimespan(a.sql, cx), a.sql)
    case 'string':
      return call`toJSONString(${a.sql})`
    default:
      return jsonOfNullable(a.sql, a.sql)
  }
}

const jsonOfNullable = (text: Sql, value: Sql): Sql =>
  call`if(isNull(${value}), NULL, toJSONString(assumeNotNull(${text})))`

/** Where a value lies inside of a JSON document. */
interface Place {
  readonly document: Sql
  /** `, 'a', 1`: arguments of the JSONExtract functions. */
  readonly steps: string
  /** Steps with numbers go into arrays alone; it would count a bag's properties too. */
  readonly guard: Sql | undefined
}

function placeOf(owner: Arg, steps: readonly (string | number)[], cx: RenderContext): Place {
  const document = cx.once(owner.jsonText ?? call`coalesce(${owner.sql}, '')`)
  const said = steps.map((s) => (typeof s === 'number' ? String(s < 0 ? s : s + 1) : cx.text(s).text))
  const upTo = (n: number) =>
    said
      .slice(0, n)
      .map((s) => `, ${s}`)
      .join('')
  const arrays = steps.flatMap((s, i) =>
    typeof s === 'number' ? [`JSONType(${document.text}${upTo(i)}) = 'Array'`] : [],
  )
  return {
    document,
    steps: upTo(said.length),
    guard: arrays.length > 0 ? raw(`(${arrays.join(' AND ')})`) : undefined,
  }
}

const inside = (name: string, p: Place): Sql => raw(`${name}(${p.document.text}${p.steps})`)

/** The JSON text at a place, null when it is not there; whose numbers it would write otherwise is assumed not to be there. */
export function jsonAt(owner: Arg, steps: readonly (string | number)[], cx: RenderContext): Sql {
  const p = placeOf(owner, steps, cx)
  const found = call`nullIf(nullIf(${inside('JSONExtractRaw', p)}, ''), 'null')`
  const value = p.guard ? call`if(${p.guard}, ${found}, NULL)` : found
  return cx.assume(writesAlike(p, cx), value)
}

const writesAlike = (p: Place, cx: RenderContext): Sql =>
  call`multiIf(${inside('JSONType', p)} = 'Double', false, ${inside('JSONType', p)} IN ('Object', 'Array'), NOT ${matches(p.document, CHANGED_NUMBER, cx)}, ${inside('JSONType', p)} = 'Null', NOT ${matches(p.document, MANY_DIGITS, cx)}, true)`

/** tostring() of what lies at a place. */
export function textAt(owner: Arg, steps: readonly (string | number)[], cx: RenderContext): Sql {
  const p = placeOf(owner, steps, cx)
  const rawText = inside('JSONExtractRaw', p)
  const found = call`multiIf(${inside('JSONType', p)} = 'String', ${inside('JSONExtractString', p)}, ${rawText} = 'null', '', ${rawText})`
  const value = p.guard ? call`if(${p.guard}, ${found}, '')` : found
  return cx.assume(writesAlike(p, cx), value)
}

/** tostring() of a dynamic: texts bare, null empty. */
export function textOfDynamic(json: Sql, cx: RenderContext): Sql {
  const j = cx.once(call`coalesce(${json}, '')`)
  return call`if(startsWith(${j}, '"'), JSONExtractString(${j}), ${j})`
}

/** Text read as JSON; what is none is a JSON text. */
export function parseJson(text: Sql, cx: RenderContext): Sql {
  const s = cx.once(text)
  const value = call`multiIf(${s} = '', NULL, isValidJSON(${s}), nullIf(JSONExtractRaw(${s}), 'null'), toJSONString(${s}))`
  return cx.assume(sql`NOT ${matches(s, CHANGED_NUMBER, cx)}`, value)
}

/** Numbers, truth values, and texts that are read as such, out of a dynamic. */
export function valueOfDynamic(type: KqlType, json: Sql, cx: RenderContext): Sql {
  const j = cx.once(call`coalesce(${json}, '')`)
  const text = call`JSONExtractString(${j})`
  const isText = call`startsWith(${j}, '"')`
  const isWhole = matches(j, '^-?[0-9]{1,18}$', cx)
  const isOther = sql`NOT ${matches(j, '^-?[0-9]', cx)}`
  switch (type) {
    case 'long':
      return cx.assume(
        call`${isText} OR ${isWhole} OR ${isOther}`,
        call`multiIf(${isText}, ${longOfText(text, cx)}, ${j} = 'true', toInt64(1), ${j} = 'false', toInt64(0), ${isWhole}, toInt64OrNull(${j}), NULL)`,
      )
    case 'int': {
      const value = cx.once(valueOfDynamic('long', json, cx))
      return cx.assume(call`isNull(${value}) OR ${value} BETWEEN -2147483648 AND 2147483647`, call`toInt32(${value})`)
    }
    case 'real':
      return call`multiIf(${isText}, ${realOfText(text, cx)}, ${j} = 'true', toFloat64(1), ${j} = 'false', toFloat64(0), ${isOther}, NULL, toFloat64OrNull(${j}))`
    case 'bool':
      return call`multiIf(${isText}, ${boolOfText(text, cx)}, ${j} = 'true', true, ${j} = 'false', false, ${isOther}, NULL, toFloat64OrNull(${j}) <> 0)`
    case 'datetime':
      return cx.assume(isOther, call`if(${isText}, ${datetimeOfText(text, cx)}, NULL)`)
    case 'guid':
      return guidOfText(textOfDynamic(json, cx), cx)
    default:
      throw new NotSaid(`a ${type} out of a dynamic`)
  }
}

/** Members of a JSON array as JSON texts. */
const members = (array: Sql): Sql => call`JSONExtractArrayRaw(coalesce(${array}, ''))`

/** An array of JSON values, nulls among them. */
export const jsonArray = (values: readonly Sql[]): Sql =>
  values.length === 0
    ? raw("'[]'")
    : call`concat('[', arrayStringConcat([${raw(values.map((v) => `coalesce(${v.text}, 'null')`).join(', '))}], ','), ']')`

/** A bag of pairs whose names are different constants. */
export function jsonBag(pairs: readonly Arg[], ignoreEmpty: boolean): Sql {
  const names = pairs.filter((_, i) => i % 2 === 0).map((p) => p.sql.text)
  if (
    pairs.length % 2 === 1 ||
    new Set(names).size < names.length ||
    !names.every((n) => /^toJSONString\('[^']*'\)$/.test(n))
  )
    throw new NotSaid('a bag whose names are no different constants')
  const properties = names.map((name, i) => {
    const value = pairs[2 * i + 1]!.sql.text
    const property = `concat(${name}, ':', coalesce(${value}, 'null'))`
    return ignoreEmpty ? `if(coalesce(${value}, '""') = '""', '', ${property})` : property
  })
  if (properties.length === 0) return raw("'{}'")
  const all = raw(`[${properties.join(', ')}]`)
  const kept = ignoreEmpty ? call`arrayFilter(p -> p <> '', ${all})` : all
  return call`concat('{', arrayStringConcat(${kept}, ','), '}')`
}

/** The pieces of a text between constant delimiters, as an array of texts. */
export function splitText([text, delimiter, index]: readonly Arg[]): Sql {
  const constant = delimiter?.constant
  if (typeof constant !== 'string' || constant === '') throw new NotSaid('split() by what is not constant')
  const pieces = call`splitByString(${delimiter!.sql}, ${text!.sql})`
  if (!index) return call`concat('[', arrayStringConcat(arrayMap(p -> toJSONString(p), ${pieces}), ','), ']')`
  const n = Number(index.constant)
  if (typeof index.constant !== 'string' || n < 0) throw new NotSaid('split() with an index that is not constant')
  const place = raw(String(n + 1))
  return call`if(length(${pieces}) >= ${place}, concat('[', toJSONString(arrayElement(${pieces}, ${place})), ']'), NULL)`
}

/** Whether an array holds a value; types do not mix, and 1.0 is written as 1. */
export function hasElement([array, value]: readonly Arg[], cx: RenderContext): Sql {
  const a = cx.once(call`coalesce(${array!.sql}, '')`)
  const v = cx.once(value!.sql)
  const found = call`if(startsWith(${a}, '['), has(${members(a)}, assumeNotNull(${v})), NULL)`
  return cx.assume(sql`NOT ${matches(a, CHANGED_NUMBER, cx)}`, call`if(isNull(${v}), NULL, ${found})`)
}

/** Whether a text is among those of an array that is not constant, or of an array inside of it. */
export function amongMembers(needle: Sql, array: Sql, fold: (text: Sql) => Sql, cx: RenderContext): Sql {
  const a = cx.once(call`coalesce(${array}, '')`)
  const element = fold(raw(`if(startsWith(e, '"'), JSONExtractString(e), e)`))
  const texts = call`arrayMap(e -> ${element}, if(startsWith(${a}, '['), JSONExtractArrayRaw(${a}), arrayFilter(e -> e <> '', [${a}])))`
  return cx.assume(sql`NOT ${matches(a, '[.]|\\[.*\\[|[0-9]{19}|[{]', cx)}`, call`has(${texts}, ${needle})`)
}

/** A test of constant CIDRs of IPv4, for addresses written with four numbers. */
export function ipv4Within(
  address: Arg,
  networks: readonly (readonly [first: number, bits: number])[],
  cx: RenderContext,
): Sql {
  const ip = cx.once(address.sql)
  const number = call`toUInt32(coalesce(toIPv4OrNull(${ip}), toIPv4('0.0.0.0')))`
  const tests = networks.map(
    ([first, bits]) => `bitShiftRight(${number.text}, ${32 - bits}) = ${Math.floor(first / 2 ** (32 - bits))}`,
  )
  const is = call`isNotNull(toIPv4OrNull(${ip}))`
  return cx.assume(
    sql`${is} OR NOT ${matches(ip, '^[0-9.\\s]+(?:/|$)', cx)}`,
    call`if(${is}, ${raw(`(${tests.join(' OR ')})`)}, NULL)`,
  )
}

/** What the tokens of a format stand for, of a moment from 1900 to 2299. */
export function formatDatetimeIn(ticks: Sql, pieces: readonly string[], cx: RenderContext): Sql {
  const t = cx.once(ticks)
  const day = cx.once(
    call`toDate32(fromUnixTimestamp64Micro(intDiv(coalesce(${t}, toInt64(${raw(UNIX)})), 10) - toInt64(${raw(UNIX.slice(0, -1))}), 'UTC'))`,
  )
  const ofDay = (unit: string, of: number) => sql`intDiv(${t}, ${raw(unit)}) % ${raw(String(of))}`
  const hour = ofDay('36000000000', 24)
  const numbers: Readonly<Record<string, Sql>> = {
    y: sql`toYear(${day}) % 100`,
    M: call`toMonth(${day})`,
    d: call`toDayOfMonth(${day})`,
    H: hour,
    h: sql`(${hour} + 11) % 12 + 1`,
    m: ofDay('600000000', 60),
    s: ofDay('10000000', 60),
  }
  const said = pieces.map((piece) => {
    if (piece === 'yyyy') return `toString(toYear(${day.text}))`
    if (piece === 'tt') return `if(${hour.text} < 12, 'AM', 'PM')`
    if (/^f+$/.test(piece)) return `substring(leftPad(toString(${t.text} % 10000000), 7, '0'), 1, ${piece.length})`
    const number = numbers[piece[0]!]
    if (number && piece.length <= 2 && piece === piece[0]!.repeat(piece.length))
      return piece.length === 1 ? `toString(${number.text})` : `leftPad(toString(${number.text}), 2, '0')`
    if (/^[A-Za-z]/.test(piece)) throw new NotSaid(`format_datetime() with ${piece}`)
    return cx.text(piece).text
  })
  const text = raw(`if(isNull(${t.text}), '', concat('', ${said.join(', ')}))`)
  return cx.assume(call`isNull(${t}) OR ${t} BETWEEN ${raw(FIRST_SAID)} AND ${raw(LAST_SAID)}`, text)
}
