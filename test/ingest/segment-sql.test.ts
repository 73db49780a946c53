import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, it } from 'vitest'
import { table } from '../../src/catalog/catalog.ts'
import { batchFile, textLine } from '../../src/ingest/batch-file.ts'
import { DELIMITER, NULL, QUOTE } from '../../src/ingest/field.ts'
import { rowEncoder } from '../../src/ingest/row-encoder.ts'
import { segmentSql } from '../../src/ingest/segment-sql.ts'
import { segmentColumns } from '../../src/store/snapshot.ts'

it('tells rows from texts that look like rows, wherever the engine divides the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'harrier-segment-'))
  const mine = table('Mine', 'Id:long, S:string, None:string, Never:datetime')
  const ticks = '638000000000000000'
  const row = `${['5', 'abc', '', NULL, '', ticks].join(DELIMITER)}\n`
  const text = (id: number) => 'x'.repeat(id % 50) + row.repeat(id % 400) + (id % 3 === 0 ? '' : QUOTE)
  const batch = batchFile()
  const encoder = rowEncoder(mine)
  // More than the engine reads at a time.
  let rows = 0
  for (; batch.bytes < 80e6; rows++)
    batch.add(textLine(encoder.encode({ Id: rows, S: text(rows) }, false)!), ticks, '1', () => true)
  const [input, output] = [join(folder, 'a.batch'), join(folder, 'a.parquet')]
  batch.write(input)

  const instance = await DuckDBInstance.create(':memory:', { threads: '4' })
  const connection = await instance.connect()
  const written = await connection.run(
    segmentSql({ input, output, columns: segmentColumns(mine.columns), absent: [2, 3], longest: batch.longest }),
  )
  expect(written.rowsChanged).toBe(rows)
  const sums = await connection.runAndReadAll(
    `SELECT count(*), count(DISTINCT "Id"), sum(length("S")), count(*) FILTER (WHERE length("S") = "Id" % 50 + "Id" % 400 * ${row.length} + ("Id" % 3 > 0)::INT), count(*) FILTER (WHERE "None" = '' AND "Never" IS NULL) FROM '${output}'`,
  )
  let length = 0
  for (let id = 0; id < rows; id++) length += text(id).length
  expect(sums.getRows()).toEqual([[BigInt(rows), BigInt(rows), BigInt(length), BigInt(rows), BigInt(rows)]])
  connection.disconnectSync()
  instance.closeSync()
  rmSync(folder, { recursive: true })
})
