/** What conversions between types call: values read from text, and the text of values. */
import { isDatetime, MAX_DATETIME, parseDatetime, printDatetime } from '../../types/datetime.ts'
import { decimalOfReal, parseDecimal, truncateDecimal } from '../../types/decimal.ts'
import { readGuid } from '../../types/guid.ts'
import type { KqlType, KqlValue, KqlValues } from '../../types/kql-type.ts'
import { parseBool, parseInt32, parseLong, parseReal, printReal } from '../../types/real.ts'
import { parseTimespan, printTimespan } from '../../types/timespan.ts'
import { native } from '../define.ts'

const read = (gives: KqlType, run: (text: string) => KqlValue) =>
  native({
    doc: `A ${gives} read from \`text\`; null when it is none.`,
    takes: ['string'],
    gives,
    nulls: 'propagate',
    run,
    examples: [],
  })

const text = <T extends KqlType>(of: T, run: (value: KqlValues[T]) => string) =>
  native({
    doc: `Text of a ${of}; null gives the empty text.`,
    takes: [of],
    gives: 'string',
    nulls: 'empty-string',
    run,
    examples: [],
  })

const decimalAs = (gives: KqlType, run: (digits: string) => KqlValue) =>
  native({ doc: `A decimal as ${gives}.`, takes: ['decimal'], gives, nulls: 'propagate', run, examples: [] })

export const conversionNatives = {
  _bool_of_text: read('bool', parseBool),
  _int_of_text: read('int', parseInt32),
  _long_of_text: read('long', parseLong),
  _real_of_text: read('real', parseReal),
  _decimal_of_text: read('decimal', parseDecimal),
  _datetime_of_text: read('datetime', parseDatetime),
  _timespan_of_text: read('timespan', parseTimespan),
  _guid_of_text: read('guid', readGuid),
  _real_text: text('real', printReal),
  _datetime_text: text('datetime', (ticks: bigint) =>
    printDatetime(isDatetime(ticks) ? ticks : ticks < 0n ? 0n : MAX_DATETIME),
  ),
  _timespan_text: text('timespan', printTimespan),
  _long_of_decimal: decimalAs('long', (digits) => {
    const whole = truncateDecimal(digits)
    return BigInt.asIntN(64, whole) === whole ? whole : null
  }),
  _real_of_decimal: decimalAs('real', Number),
  _decimal_of_real: native({
    doc: 'A real as decimal: its shortest digits; null for NaN and infinity.',
    takes: ['real'],
    gives: 'decimal',
    nulls: 'propagate',
    run: decimalOfReal,
    examples: [],
  }),
}
