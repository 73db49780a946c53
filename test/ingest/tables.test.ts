import { describe, expect, it } from 'vitest'
import { table } from '../../src/catalog/catalog.ts'
import { declareTable, schemaText, tablesOf } from '../../src/ingest/tables.ts'

const tables = tablesOf([table('Proxy_Log', 'A:string')])

describe('tablesOf', () => {
  it('finds a table by its name, however it is written', () => {
    expect(tables.named('deviceprocessevents').name).toBe('DeviceProcessEvents')
    expect(tables.named('Proxy_Log').name).toBe('Proxy_Log')
  })

  it('names the closest one to what is none', () => {
    expect(() => tables.named('DeviceProcesEvent')).toThrow(
      "no table named 'DeviceProcesEvent'. Closest: DeviceProcessEvents.",
    )
    expect(() => tables.named('zzz')).toThrow(/no table named 'zzz'\.$/)
  })

  it.each([
    ['/data/DeviceProcessEvents.csv', 'DeviceProcessEvents'],
    ['DeviceProcessEvents-2024.ndjson.gz', 'DeviceProcessEvents'],
    ['C:\\x\\deviceinfo_1.json', 'DeviceInfo'],
    ['export-2024-EmailEvents.csv', 'EmailEvents'],
    ['/data/DeviceLogonEvents/part-0.json', 'DeviceLogonEvents'],
    ['/data/insights-logs-advancedhunting-deviceevents/x.json', 'DeviceEvents'],
    ['proxy_log.2.csv', 'Proxy_Log'],
    ['/data/DeviceProcessEventsOld.csv', undefined],
    ['/data/rows.csv', undefined],
  ])('takes %s for %s', (path, name) => {
    expect(tables.ofFile(path)?.name).toBe(name)
  })
})

describe('declareTable', () => {
  it('takes a schema with or without parentheses', () => {
    expect(schemaText(declareTable('T', '(A:string,  B:long)'))).toBe('A:string, B:long')
  })

  it.each([
    ['DeviceEvents', 'A:string', 'Defender has a table of this name'],
    ['../x', 'A:string', 'is not a name'],
    ['T', 'A:text', "'A:text' is not a column"],
    ['T', 'A:string, A:long', "'A' is there twice"],
  ])('refuses %s (%s)', (name, schema, why) => {
    expect(() => declareTable(name, schema)).toThrow(why)
  })
})
