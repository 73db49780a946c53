/** The answer in the Defender API's shape: Stats, Schema, Results, in this order, as a stream. */
import { Readable } from 'node:stream'
import type { QueryAnswer } from '../../query/query-service.ts'
import { DOTNET } from '../../types/kql-type.ts'
import { printTimespan } from '../../types/timespan.ts'

/** Rows are already JSON; they pass through with back-pressure and are never held whole. */
export function encodeAnswer(result: QueryAnswer): Readable {
  return Readable.from(pieces(result), { objectMode: false })
}

async function* pieces({ columns, answer, seconds }: QueryAnswer): AsyncGenerator<Buffer> {
  const stats = {
    ExecutionTime: seconds,
    resource_usage: {
      cache: { memory: null, disk: null },
      cpu: {
        user: cpu(answer.stats.cpuUser),
        kernel: cpu(answer.stats.cpuKernel),
        'total cpu': cpu(answer.stats.cpuUser + answer.stats.cpuKernel),
      },
      memory: { peak_per_node: answer.stats.peakMemory },
    },
    dataset_statistics: [{ table_row_count: answer.rows, table_size: answer.bytes }],
  }
  const schema = columns.map((c) => ({ Name: c.name, Type: DOTNET[c.type] }))
  yield Buffer.from(`{"Stats":${JSON.stringify(stats)},"Schema":${JSON.stringify(schema)},"Results":[`)
  for await (const chunk of answer.stream()) yield chunk as Buffer
  yield Buffer.from(']}')
}

/** CPU seconds in .NET's form, `00:00:19.0468750`. */
const cpu = (seconds: number): string => printTimespan(BigInt(Math.round(seconds * 10_000_000)))
