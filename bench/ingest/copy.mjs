// DuckDB's own COPY of an NDJSON file to one sorted Parquet file, with the columns of DeviceProcessEvents as Harrier stores them.
import { DuckDBInstance } from '@duckdb/node-api'
import { catalogOf } from '../../dist/catalog/catalog.js'

const TYPES = { bool: 'BOOLEAN', int: 'INTEGER', long: 'BIGINT', real: 'DOUBLE', datetime: 'TIMESTAMP_NS' }
const [from, to] = process.argv.slice(2)
const { columns, time } = catalogOf([]).tables.get('DeviceProcessEvents')
// Of two names that differ in case alone DuckDB reads one.
const own = columns.filter((c, i) => columns.findIndex((d) => d.name.toLowerCase() === c.name.toLowerCase()) === i)
const read = own.map((c) => `"${c.name}": '${TYPES[c.type] ?? 'VARCHAR'}'`).join(', ')
const instance = await DuckDBInstance.create(':memory:', { preserve_insertion_order: 'true' })
const connection = await instance.connect()
await connection.run(
  `COPY (SELECT * FROM read_json('${from}', format = 'newline_delimited', columns = {${read}}) ORDER BY "${time}")
   TO '${to}' (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 100000)`,
)
process.exit(0)
