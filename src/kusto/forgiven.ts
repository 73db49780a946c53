/**
 * Complaints of the parser that the engine behind the service does not make: it runs these queries and answers (measured).
 * Each rule names one diagnostic in one place, never a whole class.
 */
import { COLUMN_ARGUMENT } from './defender-functions.ts'
import type { Diagnostic } from './language.ts'

interface Rule {
  readonly code: string
  /** What must stand before the place of the complaint, and in it. */
  readonly before?: RegExp
  readonly at?: RegExp
  /** What must follow. */
  readonly after?: RegExp
  /** What the name at the place was given as in a graph pattern's `project`. */
  readonly projectedAs?: string
}

// The parser takes these for dynamic in a graph pattern; they are numbers and truth values.
const GRAPH_VALUES = 'array_length|all|any|node_degree_in|node_degree_out'

const RULES: readonly Rule[] = [
  // invoke FileProfile(SHA1): the column whose values are meant, written bare.
  { code: 'KS142', before: new RegExp(`\\binvoke\\s+(?:${[...COLUMN_ARGUMENT].join('|')})\\s*\\(\\s*$`), at: /^\w+$/ },
  // count(x) counts rows; the parser knows only count() and count(predicate).
  { code: 'KS107', before: /\bcount\s*\(\s*$/ },
  // array_length() of a bag is null, as are these of what is no bag, and bag_zip() of keys that are no array.
  { code: 'KS234', before: /\b(?:array_length|bag_zip)\s*\(\s*$/ },
  { code: 'KS235', before: /\b(?:bag_keys|bag_set_key)\s*\(\s*$/ },
  // In all(), any() and map() of a graph pattern, the properties of a path's inner nodes.
  { code: 'KS142', before: /\b(?:all|any|map)\s*\(\s*inner_nodes\s*\(\s*\w+\s*\)\s*,[^|;]*$/, at: /^\w+$/ },
  ...['KS116', 'KS141', 'KS206', 'KS227'].map((code) => ({ code, projectedAs: GRAPH_VALUES })),
  // Fractions are allowed in the last part of make_timespan().
  { code: 'KS134', before: /\bmake_timespan\s*\([^()]*$/ },
  // The degree of series_fit_poly() may be a long, as literals are.
  { code: 'KS107', before: /\bseries_fit_poly\s*\([^|;]*,\s*$/, at: /^\w+$/ },
  // search takes not() of a term.
  { code: 'KS107', before: /\bsearch\b[^|;]*\bnot\s*\(\s*$/, at: /^(?:['"@]|\d)/ },
  // search takes numbers as terms.
  { code: 'KS106', before: /\bsearch\b[^|]*$/ },
  { code: 'KS107', before: /\bsearch\b[^|]*\bnot\s*\(\s*$/ },
  // todynamic() and its old names take a dynamic too.
  { code: 'KS107', before: /\b(todynamic|parse_json|parsejson|toobject)\s*\(\s*$/ },
  // bag_unpack() takes columnsConflict and ignoredProperties, as its documentation says.
  { code: 'KS119', before: /\bevaluate\b[^|;]*$/, at: /^bag_unpack$/ },
  { code: 'KS107', before: /\bevaluate\s+bag_unpack\s*\([^|;]*\bignoredProperties\s*=\s*$/ },
  // The prefix of format_ipv4_mask() may be left out, as its documentation says.
  { code: 'KS119', at: /^format_ipv4_mask$/, after: /^\s*\(\s*(?:[^\s(),]|\([^()]*\))(?:[^(),]|\([^()]*\))*\)/ },
  // Plug-ins of the engine that the parser does not know.
  { code: 'KS124', before: /\bevaluate\s+$/, at: /^(?:schema_merge|diffpatterns_text)$/ },
  // Periods of the calendar have names, as the documentation of these plug-ins says.
  {
    code: 'KS138',
    before: /\bevaluate\s+(?:activity_metrics|activity_counts_metrics|active_users_count)\s*\([^|;]*,\s*$/,
    at: /^(['"])(?:week|month|year)\1$/,
  },
  // isfuzzy leaves out wildcards that match nothing.
  { code: 'KS142', before: /\bisfuzzy\s*=\s*true\b[^|;]*$/, at: /\*/ },
]

export function isForgiven(d: Diagnostic, text: string): boolean {
  const before = text.slice(0, d.span.start)
  const end = d.span.start + d.span.length
  const at = text.slice(d.span.start, end)
  return RULES.some(
    (r) =>
      r.code === d.code &&
      (!r.before || r.before.test(before)) &&
      (!r.at || r.at.test(at)) &&
      (!r.after || r.after.test(text.slice(end))) &&
      (!r.projectedAs || isProjected(at, r.projectedAs, before)),
  )
}

const isProjected = (at: string, as: string, before: string): boolean => {
  const name = /^(\w+)(?:\s+(?:asc|desc)\b.*)?$/.exec(at)?.[1]
  return !!name && new RegExp(`\\bgraph-[^|;]*\\b${name}\\s*=\\s*(?:${as})\\s*\\(`).test(before)
}
