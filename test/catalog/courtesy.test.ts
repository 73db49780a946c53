import { describe, expect, it } from 'vitest'
import { catalogOf } from '../../src/catalog/catalog.ts'
import {
  courtesyNames,
  listedCatalog,
  otherTypesIn,
  withCourtesyNames,
  withOtherTypes,
} from '../../src/catalog/courtesy.ts'

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
      source: 'Timestamp',
      unlisted: true,
    })
    expect(catalog.tables.has('ProcessCreationEvents')).toBe(false)
  })

  it('are columns too that no documentation lists', () => {
    const names = (c: typeof catalog) => c.tables.get('DeviceTvmSoftwareVulnerabilitiesKB')!.columns.map((x) => x.name)
    expect(names(catalog)).toContain('EpssScore')
    expect(names(listedCatalog(catalog))).not.toContain('EpssScore')
    const asked = courtesyNames('DeviceTvmSoftwareVulnerabilitiesKB | where EpssScore > 0.5', catalog)
    expect(asked).toEqual([{ name: 'EpssScore' }])
    const shown = names(withCourtesyNames(catalog, asked))
    expect(shown).toContain('EpssScore')
    expect(shown).not.toContain('CvssVector')
  })

  it('have the type that the portal has them of', () => {
    const read = withOtherTypes(catalog, ['AdditionalFields']).tables
    const field = (table: string) => read.get(table)!.columns.find((c) => c.name === 'AdditionalFields')!
    expect(field('DeviceEvents')).toEqual({ name: 'AdditionalFields', type: 'dynamic', readFrom: 'string' })
    expect(field('CloudAppEvents')).toEqual({ name: 'AdditionalFields', type: 'dynamic' })
    expect(otherTypesIn('EmailEvents | where To1 has "a" and isnotempty(Tokens)')).toEqual(['To'])
  })
})
