import { describe, expect, it } from 'vitest'
import { table } from '../../src/catalog/catalog.ts'
import { defenderTables, unlistedColumns } from '../../src/catalog/defender-tables.ts'
import { sourceOf, tableOfPage, tablesOfJson, updateSchemas } from '../../src/catalog/schema-update.ts'

const page = `---
title: GuestEvents table in the advanced hunting schema
---

# GuestEvents (Preview)

The \`GuestEvents\` table is told of in [its page](advanced-hunting-guestevents-table.md).

| Column name | Data type | Description |
|-------------|-----------|-------------|
| \`Timestamp\` | \`datetime\` | When it was |
| \`GuestName \`* | string | Whose |
| \`Badges\` (Preview) | \`object\` | Which | with a bar |
|\`IsExpected\` | \`nullable bool\` | Whether |

| Value | Meaning |
|---|---|
| 1 | no column |
`

describe('the update of the schema', () => {
  const listed = { GuestEvents: 'Timestamp:datetime, GuestName:string, Badges:string, Desk:int', Other: 'Id:string' }
  const unlisted = { GuestEvents: 'IsExpected:bool' }

  it('reads pages of the documentation', () => {
    const [name, columns] = tableOfPage('docs/advanced-hunting-guestevents-table.md', page)!
    expect(name).toBe('GuestEvents')
    expect([...columns]).toEqual([
      ['Timestamp', 'datetime'],
      ['GuestName', 'string'],
      ['Badges', 'dynamic'],
      ['IsExpected', 'bool'],
    ])
    expect(
      tableOfPage('docs/advanced-hunting-guestevents-table.md', 'The GuestEvents table has moved.'),
    ).toBeUndefined()
  })

  it('says what is new, gone or of another type, and keeps what is gone for queries that name it', () => {
    const documented = new Map([tableOfPage('advanced-hunting-guestevents-table.md', page)!])
    const update = updateSchemas(listed, unlisted, documented)
    expect(update.changes).toEqual([
      {
        table: 'GuestEvents',
        isNew: false,
        added: ['IsExpected:bool'],
        gone: ['Desk:int'],
        retyped: ['Badges:string → dynamic'],
      },
    ])
    expect(update.listed).toEqual({
      ...listed,
      GuestEvents: 'Timestamp:datetime, GuestName:string, Badges:dynamic, IsExpected:bool',
    })
    expect(update.unlisted).toEqual({ GuestEvents: 'Desk:int' })
    expect(update.untold).toEqual(['Other'])
  })

  it('reads a file of tables, and knows new ones', () => {
    const json = '{"Doors": [{"name": "Timestamp", "type": "datetime"}, {"name": "Count", "type": "Integer"}]}'
    const update = updateSchemas(listed, unlisted, tablesOfJson(json))
    expect(update.changes).toEqual([
      { table: 'Doors', isNew: true, added: ['Timestamp:datetime', 'Count:int'], gone: [], retyped: [] },
    ])
    expect(() => tablesOfJson('{"Doors": [{"name": "Key", "type": "brass"}]}')).toThrow(
      "Doors.Key is documented as 'brass', which is no type of KQL",
    )
  })

  it('changes nothing where the catalogue is what the documentation says', () => {
    const told = new Map(
      Object.entries(defenderTables).map(([name, schema]) => [
        name,
        new Map(table(name, schema).columns.map((c) => [c.name, c.type])),
      ]),
    )
    const update = updateSchemas(defenderTables, unlistedColumns, told)
    expect(update.changes).toEqual([])
    expect(sourceOf(update.listed, update.unlisted)).toBe(sourceOf(defenderTables, unlistedColumns))
  })
})

it('no column is both listed and unlisted, and unlisted ones belong to tables', () => {
  for (const [name, schema] of Object.entries(unlistedColumns)) {
    const listed = new Set(table(name, defenderTables[name]!).columns.map((c) => c.name))
    expect(table(name, schema).columns.filter((c) => listed.has(c.name))).toEqual([])
  }
})
