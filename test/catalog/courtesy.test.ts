import { describe, expect, it } from 'vitest'
import { catalogOf } from '../../src/catalog/catalog.ts'
import { courtesyNames, withCourtesyNames, withDynamicFields } from '../../src/catalog/courtesy.ts'

const catalog = catalogOf()

describe('courtesy names', () => {
  it('are found in the words of a query, where the present table exists', () => {
    expect(courtesyNames('AADSignInEventsBeta | where TimeGenerated > ago(1d)', catalog)).toEqual([
      { name: 'AADSignInEventsBeta', present: 'EntraIdSignInEvents' },
      { name: 'TimeGenerated', present: 'Timestamp' },
    ])
    expect(courtesyNames('DeviceInfo | where Timestamp > ago(1d)', catalog)).toEqual([])
    const without = {
      ...catalog,
      tables: new Map([...catalog.tables].filter(([name]) => name !== 'EntraIdSignInEvents')),
    }
    expect(courtesyNames('AADSignInEventsBeta', without)).toEqual([])
  })

  it('stand for the present table and columns', () => {
    const text = 'ProcessCreationEvents | project EventTime, ComputerName'
    const extended = withCourtesyNames(catalog, courtesyNames(text, catalog))
    const table = extended.tables.get('ProcessCreationEvents')!
    expect(table.formerNameOf).toBe('DeviceProcessEvents')
    expect(table.columns.find((c) => c.name === 'EventTime')).toEqual({
      name: 'EventTime',
      type: 'datetime',
      formerNameOf: 'Timestamp',
    })
    expect(catalog.tables.has('ProcessCreationEvents')).toBe(false)
  })

  it('make AdditionalFields dynamic where it is text', () => {
    const read = withDynamicFields(catalog).tables
    const field = (table: string) => read.get(table)!.columns.find((c) => c.name === 'AdditionalFields')!
    expect(field('DeviceEvents')).toEqual({ name: 'AdditionalFields', type: 'dynamic', readFrom: 'string' })
    expect(field('CloudAppEvents')).toEqual({ name: 'AdditionalFields', type: 'dynamic' })
  })
})
