/** The rows of the devices that a caller may see, as a condition of a scan; the same for every engine. */
import type { DeviceFilter } from '../plan/nodes.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'

/** @param id the device's id in lower case; absent where nothing tells of devices: such rows are those of an unknown one */
export function deviceFilter(
  filter: DeviceFilter | undefined,
  id: Sql = raw("''"),
  textLiteral: (value: string) => Sql,
): Sql[] {
  if (!filter) return []
  const among =
    filter.ids.length === 0
      ? raw('false')
      : raw(`${id.text} IN (${filter.ids.map((i) => textLiteral(i).text).join(', ')})`)
  if (!filter.seen) return [sql`NOT (${among})`]
  return [filter.deviceless ? sql`(${id} = '' OR ${among})` : among]
}
