/** Tables that an older version made take what the schema has gained; the engine itself runs the statements. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alterStatements } from '../../src/backends/clickhouse/schema.ts'
import { table } from '../../src/catalog/catalog.ts'
import { INGESTED_COLUMN } from '../../src/store/snapshot.ts'
import { fillDatabase, hasClickhouse, startClickhouse, type TestClickhouse } from '../support/clickhouse.ts'

const options = { database: 'hunting', cluster: '', retentionDays: () => 0 }
const made = (name: string, ...columns: readonly [string, string][]) =>
  [...columns, [INGESTED_COLUMN, 'datetime'] as const].map(([column, type]) => ({
    table: name,
    name: column,
    comment: `kql:${type}`,
  }))

describe('a table that is there', () => {
  const mail = table('EmailEvents', 'Timestamp:datetime, Subject:string, EmailSize:long')

  it('gets the columns that it lacks, and the types that have changed', () => {
    const present = made('EmailEvents', ['Timestamp', 'datetime'], ['Subject', 'dynamic'])
    expect(alterStatements([mail], present, options)).toEqual([
      expect.stringMatching(
        /^ALTER TABLE `hunting`.`EmailEvents` MODIFY COLUMN `Subject` .*'kql:string'.*, ADD COLUMN IF NOT EXISTS `EmailSize` .*'kql:long'/,
      ),
    ])
  })

  it('stays as it is when it lacks nothing, or when others made it', () => {
    const whole = made('EmailEvents', ['Timestamp', 'datetime'], ['Subject', 'string'], ['EmailSize', 'long'])
    expect(alterStatements([mail], whole, options)).toEqual([])
    expect(alterStatements([mail], [{ table: 'EmailEvents', name: 'Subject', comment: '' }], options)).toEqual([])
  })

  it('is changed on every shard, and what distributes it after it', () => {
    const present = [...made('EmailEvents_local'), ...made('EmailEvents')]
    const statements = alterStatements([mail], present, { ...options, cluster: 'all' })
    expect(statements.map((s) => /^ALTER TABLE \S+ ON CLUSTER \S+/.exec(s)?.[0])).toEqual([
      'ALTER TABLE `hunting`.`EmailEvents_local` ON CLUSTER `all`',
      'ALTER TABLE `hunting`.`EmailEvents` ON CLUSTER `all`',
    ])
  })
})

describe.skipIf(!hasClickhouse)('ClickHouse', () => {
  let clickhouse: TestClickhouse
  beforeAll(async () => {
    clickhouse = await startClickhouse()
  })
  afterAll(() => clickhouse?.close())

  it('takes the statements', async () => {
    await fillDatabase(clickhouse.url, 'harrier_grown')
    await clickhouse.command('ALTER TABLE harrier_grown.EmailEvents DROP COLUMN `To`, DROP COLUMN EmailSize')
    await clickhouse.command(
      "ALTER TABLE harrier_grown.EntraIdSignInEvents MODIFY COLUMN TokenIssuerType Nullable(Int32) COMMENT 'kql:int'",
    )
    await fillDatabase(clickhouse.url, 'harrier_grown')
    const comments = await clickhouse.command(
      "SELECT name, comment FROM system.columns WHERE database = 'harrier_grown' AND name IN ('To', 'EmailSize', 'TokenIssuerType') ORDER BY name FORMAT TSV",
    )
    expect(comments.trim().split('\n')).toEqual([
      'EmailSize\tkql:long',
      'To\tkql:string',
      'TokenIssuerType\tkql:string',
    ])
  })
})
