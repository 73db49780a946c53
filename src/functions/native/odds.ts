/** Odds and ends: chance, versions, checks, and what a single-user server says of itself. */
import { randomUUID } from 'node:crypto'
import type { Dynamic } from '../../types/dynamic.ts'
import { native, scalar, unsupported } from '../define.ts'

const fixed = (doc: string, name: string, value: string) =>
  native({ doc, takes: [], gives: 'string', nulls: 'own', run: () => value, examples: [[`${name}()`, value]] })

const refused = (gives: 'string' | 'bool' | 'guid' | 'dynamic', reason: string) =>
  scalar({ doc: `Refused: ${reason}.`, gives, nulls: 'own', render: { duckdb: unsupported(reason) }, examples: [] })

const NO_EXTENTS = 'data is not stored in extents here'
const NO_CURSORS = 'there are no database cursors here; compare ingestion_time() with a datetime'
const NO_PRINCIPAL = 'a query sees of its caller only current_principal()'

export const oddNatives = {
  rand: native({
    doc: 'A random real from 0 to below 1; with `n` above 1 a random whole number from 0 to below `n`.',
    takes: ['long'],
    gives: 'real',
    nulls: 'own',
    volatile: true,
    run: (n?: bigint) => (n === undefined || n <= 1n ? Math.random() : Math.floor(Math.random() * Number(n))),
    examples: [
      ['rand() < 1', true],
      ['rand(5) in (0.0, 1.0, 2.0, 3.0, 4.0)', true],
    ],
  }),
  new_guid: native({
    doc: 'A random GUID.',
    takes: [],
    gives: 'guid',
    nulls: 'own',
    volatile: true,
    run: () => randomUUID(),
    examples: [['strlen(tostring(new_guid()))', 36n]],
  }),
  parse_version: native({
    doc: 'A decimal that orders versions of up to four numbers of up to eight digits; null for anything else.',
    takes: ['string'],
    gives: 'decimal',
    nulls: 'propagate',
    run: (version: string) => {
      if (!/^\d{1,8}(?:\.\d{1,8}){0,3}$/.test(version)) return null
      const parts = version.split('.').map((p) => p.padStart(8, '0'))
      return BigInt(parts.join('').padEnd(32, '0')).toString()
    },
    examples: [
      ["parse_version('2.0.10') > parse_version('2.0.9')", true],
      ["tostring(parse_version('0.0.1'))", '100000000'],
      ["isnull(parse_version('1.x'))", true],
    ],
  }),
  geo_info_from_ip_address: native({
    doc: 'Always an empty bag: no table of places is at hand here.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (): Dynamic => new Map(),
    examples: [["geo_info_from_ip_address('192.0.2.1')", {}]],
  }),
  current_cluster_endpoint: fixed('The name of the cluster: always "harrier".', 'current_cluster_endpoint', 'harrier'),
  current_database: fixed('The name of the database: always "harrier".', 'current_database', 'harrier'),
  current_principal_details: refused('dynamic', NO_PRINCIPAL),
  current_principal_is_member_of: refused('bool', NO_PRINCIPAL),
  _external_rows: refused('dynamic', 'documents are read before a query runs'),
  extent_id: refused('guid', NO_EXTENTS),
  extent_tags: refused('dynamic', NO_EXTENTS),
  cursor_after: refused('bool', NO_CURSORS),
  cursor_before_or_at: refused('bool', NO_CURSORS),
  cursor_current: refused('string', NO_CURSORS),
  current_cursor: refused('string', NO_CURSORS),
}
