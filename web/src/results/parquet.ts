/** Rows as a Parquet file, with types where a column's values allow them. */
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Column } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'
import { textOf } from './export.ts'

export function toParquet(columns: readonly Column[], rows: readonly Row[]): ArrayBuffer {
  return parquetWriteBuffer({
    columnData: columns.map(({ name, type }) => {
      const values = rows.map((r) => r[name] ?? null)
      if (type === 'long' || type === 'int')
        return {
          name,
          type: 'INT64',
          data: values.map((v) => (v === null || v === '' ? null : BigInt(v as number | string))),
        }
      if (type === 'real') return { name, type: 'DOUBLE', data: values.map((v) => (v === null ? null : Number(v))) }
      if (type === 'bool')
        return { name, type: 'BOOLEAN', data: values.map((v) => (v === null ? null : v === true || v === 1)) }
      if (type === 'datetime')
        return {
          name,
          type: 'TIMESTAMP',
          data: values.map((v) => (v === null || v === '' ? null : new Date(String(v)))),
        }
      return { name, type: 'STRING', data: values.map((v) => (v === null ? null : textOf(v))) }
    }),
  })
}
