/** THE CATALOGUE: every function, operator and aggregate by its KQL name. A name that is not here never reaches SQL. */
import { aggregates } from './aggregates.ts'
import { conditionals } from './conditional.ts'
import { conversions } from './conversion.ts'
import { datetimes } from './datetime.ts'
import type { Entry, NativeScalar } from './define.ts'
import { dynamics } from './dynamic.ts'
import { maths } from './math.ts'
import { nativeThemes } from './native/index.ts'
import { operators } from './operators.ts'
import { seriesAxis } from './series-axis.ts'
import { strings } from './string.ts'
import { textOperators } from './text-operators.ts'
import { windows } from './windows.ts'

/** SQL renderings first: where both exist, SQL is the faster. */
const themes: readonly Readonly<Record<string, Entry>>[] = [
  operators,
  textOperators,
  conversions,
  conditionals,
  strings,
  maths,
  datetimes,
  dynamics,
  aggregates,
  windows,
  seriesAxis,
  ...nativeThemes,
]

export const catalogue: ReadonlyMap<string, Entry> = new Map(
  themes.toReversed().flatMap((theme) => Object.entries(theme)),
)

/** Functions in TypeScript, which engines register under their names. */
export const natives: Readonly<Record<string, NativeScalar>> = Object.fromEntries(
  [...catalogue].filter((e): e is [string, NativeScalar] => e[1].kind === 'native'),
)

/** Other names of the language for the same function. */
const aliases: Readonly<Record<string, string>> = {
  iif: 'iff',
  floor: 'bin',
  toreal: 'todouble',
  toboolean: 'tobool',
  totime: 'totimespan',
  uuid: 'toguid',
  notempty: 'isnotempty',
  notnull: 'isnotnull',
  makelist: 'make_list',
  makeset: 'make_set',
  make_dictionary: 'make_bag',
  any: 'take_any',
  anyif: 'take_anyif',
  argmax: 'arg_max',
  argmin: 'arg_min',
  array_iif: 'array_iff',
  extractjson: 'extract_json',
  base64_encodestring: 'base64_encode_tostring',
  base64_decodestring: 'base64_decode_tostring',
  make_string: 'unicode_codepoints_to_string',
  pack: 'bag_pack',
  pack_dictionary: 'bag_pack',
  getmonth: 'monthofyear',
  parseurl: 'parse_url',
  parseipv4: 'parse_ipv4',
  ceil: 'ceiling',
  merge_tdigest: 'tdigest_merge',
  cnt: 'count',
  array_strcat: 'strcat_array',
  extractall: 'extract_all',
  datepart: 'datetime_part',
  arraylength: 'array_length',
  parseurlquery: 'parse_urlquery',
  hash_xxhash64: 'hash',
  extentid: 'extent_id',
}

export const canonicalName = (name: string): string => aliases[name] ?? name
/** Whether a call gives another value each time. */
export const isVolatile = (name: string): boolean => natives[name]?.volatile === true
export const entryNamed = (name: string): Entry | undefined => catalogue.get(name)
