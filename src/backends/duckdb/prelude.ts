/** Macros that every query process defines before it is locked; renderings call them by name. */

/** Ticks of 1970-01-01: what turns the engine's epoch into KQL's. */
export const UNIX_EPOCH_TICKS = '621355968000000000'
const UNIX_EPOCH_MICROS = '62135596800000000'
const MAX_DATETIME = '3155378975999999999'
const MIN_LONG = '(-9223372036854775807 - 1)'
const MAX_LONG = '9223372036854775807'
const ISO_MICROS = (t: string) => `strftime(make_timestamp(${t} // 10 - ${UNIX_EPOCH_MICROS}), '%Y-%m-%dT%H:%M:%S.%f')`

export const prelude: readonly string[] = [
  // Two's complement of a 128-bit intermediate: long arithmetic wraps (rule 19).
  'CREATE MACRO k_wrap(h) AS (xor((h & 18446744073709551615::HUGEINT), 9223372036854775808::HUGEINT) - 9223372036854775808::HUGEINT)::BIGINT',
  'CREATE MACRO k_wrap_int(b) AS (xor((b & 4294967295), 2147483648) - 2147483648)::INTEGER',
  // Out of 0001..9999 is null (rule 81). least/greatest skip nulls, so a null ends as the upper mark, which is null too.
  `CREATE MACRO k_datetime(h) AS nullif(nullif(greatest(least(h::HUGEINT, ${MAX_DATETIME} + 1), -1), -1), ${MAX_DATETIME} + 1)::BIGINT`,
  // Reals become integers towards zero and stop at the ends of the range (rules 27, 29).
  `CREATE MACRO k_long(r) AS CASE WHEN isnan(r) THEN NULL WHEN r >= 9223372036854775807.0 THEN ${MAX_LONG} WHEN r <= -9223372036854775808.0 THEN ${MIN_LONG} ELSE trunc(r)::BIGINT END`,
  'CREATE MACRO k_int(r) AS CASE WHEN isnan(r) THEN NULL WHEN r >= 2147483647.0 THEN 2147483647 WHEN r <= -2147483648.0 THEN -2147483648 ELSE trunc(r)::INTEGER END',
  `CREATE MACRO k_text_of_datetime(t) AS ${ISO_MICROS('t')} || (t % 10)::VARCHAR || 'Z'`,
  // The API's form: fraction digits without trailing zeros (captured answers).
  `CREATE MACRO k_wire_datetime(t) AS rtrim(rtrim(${ISO_MICROS('t')} || (t % 10)::VARCHAR, '0'), '.') || 'Z'`,
  "CREATE MACRO k_text_of_bool(b) AS CASE b WHEN true THEN 'True' WHEN false THEN 'False' END",
  'CREATE MACRO k_json_of_real(r) AS CASE WHEN isnan(r) THEN \'"NaN"\' WHEN isinf(r) THEN (CASE WHEN r > 0 THEN \'"Infinity"\' ELSE \'"-Infinity"\' END) ELSE to_json(r)::VARCHAR END',
  // Text of a JSON value: strings bare, null empty.
  "CREATE MACRO k_text_of_json(j) AS coalesce(json_extract_string(j, '$'), '')",
  // The engine reads more than JSON: commas before a closing bracket, NaN and infinities. Where such may be, our own reader decides.
  `CREATE MACRO k_maybe_lax(s) AS regexp_matches(s, '(?i)(?:^|[\\[,:\\s-])(?:nan|inf)|,\\s*[\\]}]')`,
  "CREATE MACRO k_parse_json(s) AS CASE WHEN s = '' THEN NULL WHEN NOT json_valid(s) THEN to_json(s)::VARCHAR WHEN k_maybe_lax(s) THEN k__json_of_text(s) ELSE nullif(json_extract(s, '$')::VARCHAR, 'null') END",
  'CREATE MACRO k_json_or_null(s) AS CASE WHEN NOT json_valid(s) THEN NULL WHEN k_maybe_lax(s) THEN k__json_of_text(s) ELSE s END',
  // Elements for mv-expand: an array's, a bag's properties, or the value itself (rule 171).
  "CREATE MACRO k_items(j, bags) AS CASE WHEN j IS NULL THEN [NULL::VARCHAR] ELSE (CASE json_type(j) WHEN 'ARRAY' THEN json_extract(j, '$[*]')::VARCHAR[] WHEN 'OBJECT' THEN json_extract(k__mv_items(j, bags), '$[*]')::VARCHAR[] ELSE [j] END) END",
]
