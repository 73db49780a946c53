/** What a restricted user asks, and how what they see is told apart from what is there. */
import fc from 'fast-check'
import { type Policy, policySchema, rightsOf } from '../../src/access/policy.ts'
import type { Principal } from '../../src/access/principal.ts'
import { printJson } from '../../src/types/dynamic.ts'
import { nobody, type TestService } from '../support/service.ts'
import { WORDS } from './queries.ts'

export const HIDDEN = ['d1', 'd4']
const policy = (value: unknown): Policy => policySchema.parse(value)

/** The same devices hidden in two ways: by a group of others, and by seeing none but one's own group. */
const POLICIES: readonly Policy[] = [
  policy({ deviceGroups: [{ name: 'theirs', rules: { name: ['HOST1', 'host4.*'] }, assignedTo: ['others'] }] }),
  policy({
    deviceGroups: [{ name: 'mine', rules: { name: ['host0', 'host2', 'host3', 'host5'] }, assignedTo: ['me'] }],
    unassigned: { assignedTo: ['others'] },
  }),
]
export const restricted: readonly Principal[] = POLICIES.map((p) => ({
  ...nobody,
  kind: 'user',
  rights: rightsOf(p, ['me']),
}))

/** Ways in, over the whole language; T is a table, W a word, D a device, hidden ones too. */
const TEMPLATES: readonly string[] = [
  'T | count',
  'T | where DeviceId == D | count',
  'union T, T2 | summarize count() by DeviceId',
  'union withsource=source T, T2 | summarize count() by source',
  'union isfuzzy=true T, NoSuchTable | count',
  'union Device* | summarize count(), dcount(DeviceId)',
  'union * | count',
  'search W | summarize count() by $table',
  'search in (T, T2) W | count',
  'search DeviceId == D | count',
  'find in (T, T2) where DeviceId == D project DeviceId, Timestamp',
  'find withsource=s in (Device*) where DeviceName has W project s',
  'table("T") | summarize max(Timestamp), min(Timestamp)',
  'let x = T; let f = (d: string) { x | where DeviceId == d }; f(D) | count',
  'let f = view () { T2 | take 1000 }; union f, T | count',
  'let m = materialize(T | summarize n = count() by DeviceId); m | join kind=fullouter (T2 | summarize c = count() by DeviceId) on DeviceId | sort by DeviceId asc, DeviceId1 asc',
  'T | where DeviceId in ((T2 | where Timestamp > ago(7d) | distinct DeviceId)) | count',
  'T | where DeviceId !in (T2) | count',
  'T | where DeviceName has_any ((T2 | distinct DeviceName)) | count',
  'print n = toscalar(T | count), last = toscalar(T2 | summarize max(Timestamp)), d = toscalar(T | where DeviceId == D | summarize make_set(DeviceId))',
  'T | extend total = toscalar(T2 | count) | summarize max(total)',
  'T | join kind=inner (T2 | where DeviceId == D) on DeviceId | count',
  'T | join kind=leftanti T2 on DeviceId | count',
  'T | join kind=rightsemi T2 on DeviceId | count',
  'T | lookup kind=leftouter (DeviceInfo | summarize os = take_anyif(OSPlatform, false) by DeviceId) on DeviceId | count',
  'T | summarize ids = make_set(DeviceId) | mv-apply id = ids to typeof(string) on (where id == D) | count',
  'T | summarize ids = make_list(DeviceId) by bin(Timestamp, 1d) | mv-expand ids to typeof(string) | summarize count() by ids',
  'T | partition hint.strategy=native by DeviceId (summarize n = count() by DeviceId)',
  'T | top-nested of DeviceId by count()',
  'T | top-hitters 10 of DeviceId',
  'T | summarize n = count() by DeviceId | evaluate pivot(DeviceId, sum(n))',
  'T | project d = bag_pack(DeviceId, 1) | evaluate bag_unpack(d) | count',
  'T | summarize n = count(), m = max(Timestamp) by DeviceId | sort by DeviceId asc | evaluate narrow()',
  'T | make-series n = count() on Timestamp from datetime(2024-04-27) to datetime(2024-05-03) step 1d by DeviceId | sort by DeviceId asc',
  'T | sort by Timestamp asc, ReportId asc, DeviceId asc | extend p = prev(DeviceId), r = row_number() | where p == D | count',
  'T | sort by Timestamp asc, ReportId asc, DeviceId asc | serialize c = row_cumsum(1) | summarize max(c)',
  'T | getschema | count',
  'T | summarize arg_max(Timestamp, DeviceName) by DeviceId',
  'T | summarize hll(DeviceId) | project dcount_hll(hll_DeviceId)',
  'T | distinct DeviceId | as ids | where DeviceId in (ids) | count',
  'T | fork (count) (distinct DeviceId)',
  'T | facet by DeviceId',
  'T | summarize n = count() by DeviceId | extend share = 100.0 * n / toscalar(T | count) | sort by DeviceId asc',
  'T | summarize e = count() by DeviceId, DeviceName | make-graph DeviceId --> DeviceName | graph-match (a)-[x]->(b) project x.e',
  'T | summarize e = count() by DeviceId, DeviceName | make-graph DeviceId --> DeviceName with (DeviceInfo | distinct DeviceId) on DeviceId | graph-to-table nodes | count',
  'DeviceProcessEvents | invoke FileProfile("SHA1", 100) | summarize count(), max(GlobalPrevalence)',
  'invoke DeviceFromIP("10.0.0.1")',
  'DeviceInfo | where DeviceId == D | project todouble(DeviceName)',
  'T | where tolong(DeviceId) / 0 == 1 | count',
  'NoSuchTable | count',
  'T | where NoSuchColumn == 1',
  'T | extend x = case(DeviceId == D, W, "other") | summarize count() by x',
  'T | where DeviceId contains W or * has D | count',
  'restrict access to (T); T | count',
  'declare query_parameters(d: string = D); T | where DeviceId == d | count',
  'T | sample-distinct 100 of DeviceId | sort by DeviceId asc',
  'T | summarize n = count() by DeviceId | evaluate rolling_percentile(n, 50, DeviceId, 1, 2)',
  'let t = (x: (DeviceId: string)) { x | where DeviceId == D }; T | invoke t() | count',
]

export const written = fc
  .tuple(
    fc.constantFrom(...TEMPLATES),
    fc.constantFrom('DeviceProcessEvents', 'DeviceNetworkEvents', 'DeviceInfo'),
    fc.constantFrom('DeviceProcessEvents', 'DeviceNetworkEvents', 'DeviceInfo'),
    fc.constantFrom(...WORDS, 'd1', 'host4.corp.example', 'corp'),
    fc.constantFrom('d0', 'd1', 'd4', 'd5'),
  )
  .map(([text, t, t2, word, device]) =>
    text
      .replace(/\bT2\b/g, t2)
      .replace(/\bT\b/g, t)
      .replace(/\bW\b/g, `'${word}'`)
      .replace(/\bD\b/g, `'${device}'`),
  )

/** Everything that a caller can tell an answer by. */
export async function answer(service: TestService, kql: string, principal?: Principal): Promise<unknown> {
  try {
    const { columns, rows, size } = await service.measure(kql, principal)
    return { columns, size, rows: rows.map((r) => printJson(r)).sort() }
  } catch (error) {
    return { error: (error as Error).message }
  }
}
