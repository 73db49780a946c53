/** The answer in Graph's shape: context, schema, results; its rows come from the engine with OData's types beside the values. */
import { Readable } from 'node:stream'
import type { QueryAnswer } from '../../query/query-service.ts'
import { DOTNET } from '../../types/kql-type.ts'

/** `version`: v1.0 or beta. */
export const encodeAnswer = (result: QueryAnswer, version: string): Readable =>
  Readable.from(pieces(result, version), { objectMode: false })

async function* pieces({ columns, answer }: QueryAnswer, version: string): AsyncGenerator<Buffer> {
  const context = `https://graph.microsoft.com/${version}/$metadata#microsoft.graph.security.huntingQueryResults`
  const schema = columns.map((c) => ({ name: c.name, type: DOTNET[c.type] }))
  yield Buffer.from(`{"@odata.context":${JSON.stringify(context)},"schema":${JSON.stringify(schema)},"results":[`)
  for await (const chunk of answer.stream()) yield chunk as Buffer
  yield Buffer.from(']}')
}
