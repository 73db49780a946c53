/** Arithmetic of decimals, for the operators; a decimal travels as its plain digits. */
import {
  addDecimals,
  binDecimal,
  compareDecimals,
  decimalKey,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  remainderOfDecimals,
  roundDecimal,
  subtractDecimals,
} from '../../types/decimal.ts'
import { type Dynamic, isArray } from '../../types/dynamic.ts'
import { native } from '../define.ts'

const pair = (doc: string, run: (a: string, b: string) => string | null) =>
  native({ doc, takes: ['decimal', 'decimal'], gives: 'decimal', nulls: 'propagate', run, examples: [] })

/** For max_of and min_of: a null is left out. */
const chosen = (doc: string, wanted: number) =>
  native({
    doc,
    takes: ['decimal', 'decimal'],
    gives: 'decimal',
    nulls: 'own',
    run: (a?: string, b?: string) => {
      if (a === undefined || b === undefined) return a ?? b ?? null
      return compareDecimals(a, b) === wanted ? a : b
    },
    examples: [],
  })

/** An aggregate: the decimals of a group arrive as a list of texts. */
const ofGroup = (doc: string, run: (decimals: readonly string[]) => string | null) =>
  native({
    doc,
    takes: ['dynamic'],
    gives: 'decimal',
    nulls: 'own',
    run: (list?: Dynamic) => run(isArray(list ?? null) ? (list as readonly string[]) : []),
    examples: [],
  })

const total = (decimals: readonly string[]): string | null =>
  decimals.reduce<string | null>((sum, d) => (sum === null ? null : addDecimals(sum, d)), '0')

export const decimalNatives = {
  _decimal_sum: ofGroup('The sum; 0 for no values.', total),
  _decimal_average: ofGroup('The mean; null for no values.', (decimals) => {
    const sum = total(decimals)
    return sum === null ? null : divideDecimals(sum, String(decimals.length))
  }),
  _decimal_key: native({
    doc: 'A text that orders decimals by value; null for null, which a string could not be.',
    takes: ['decimal'],
    gives: 'decimal',
    nulls: 'propagate',
    run: decimalKey,
    examples: [],
  }),
  _decimal_add: pair('`a` + `b`.', addDecimals),
  _decimal_subtract: pair('`a` - `b`.', subtractDecimals),
  _decimal_multiply: pair('`a` * `b`.', multiplyDecimals),
  _decimal_divide: pair('`a` / `b` to 34 digits; null by zero.', divideDecimals),
  _decimal_modulo: pair('The remainder, never negative; null by zero.', remainderOfDecimals),
  _decimal_bin: pair('`a` rounded down to a multiple of `b`; null unless `b` is positive.', binDecimal),
  _decimal_greatest: chosen('The greater decimal.', 1),
  _decimal_least: chosen('The lesser decimal.', -1),
  _decimal_compare: native({
    doc: '-1, 0 or 1 as `a` is less than, equal to or greater than `b`.',
    takes: ['decimal', 'decimal'],
    gives: 'int',
    nulls: 'propagate',
    run: compareDecimals,
    examples: [],
  }),
  _decimal_negate: native({
    doc: 'The decimal with the other sign.',
    takes: ['decimal'],
    gives: 'decimal',
    nulls: 'propagate',
    run: negateDecimal,
    examples: [],
  }),
  _decimal_abs: native({
    doc: 'The decimal without its sign.',
    takes: ['decimal'],
    gives: 'decimal',
    nulls: 'propagate',
    run: (a: string) => a.replace('-', ''),
    examples: [],
  }),
  _decimal_round: native({
    doc: 'Rounded to `digits` after the point, half away from zero.',
    takes: ['decimal', 'long'],
    gives: 'decimal',
    nulls: 'propagate',
    run: (a: string, digits: bigint) => roundDecimal(a, Number(digits)),
    examples: [],
  }),
}
