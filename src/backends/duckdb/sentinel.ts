/**
 * Reads a streamed result to its end and says whether it is whole. DuckDB ends a stream as if complete when an error or an
 * interrupt comes after the first chunk (measured), so a result proves itself by its last row: NULL, once, and nothing after.
 */
import { DuckDBBlobVector, type DuckDBDataChunk, type DuckDBResult } from '@duckdb/node-api'

/** whole: the sentinel came last. cut: it did not. refused: `accept` said no. stopped: `isStopped` said so. */
export type Ending = 'whole' | 'cut' | 'refused' | 'stopped'

/**
 * @param result one column, BLOB or VARCHAR, each value one JSON text; the last row is NULL
 * @param accept takes a row's bytes, which are valid during the call only
 */
export async function readRows(
  result: DuckDBResult,
  accept: (row: Uint8Array) => boolean,
  isStopped: () => boolean,
): Promise<{ readonly ending: Ending; readonly rows: number }> {
  let rows = 0
  let sentinel = false
  for (let chunk = await nextChunk(result); chunk; chunk = await nextChunk(result)) {
    const row = rowReader(chunk)
    for (let i = 0; i < chunk.rowCount; i++) {
      if (sentinel) return { ending: 'cut', rows }
      const bytes = row(i)
      if (bytes === null) sentinel = true
      else if (accept(bytes)) rows++
      else return { ending: 'refused', rows }
    }
    if (isStopped()) return { ending: 'stopped', rows }
  }
  return { ending: sentinel ? 'whole' : 'cut', rows }
}

/** Reads on until the engine gives nothing more, so that the query holds no files and no memory. */
export async function drain(result: DuckDBResult): Promise<void> {
  while (await nextChunk(result));
}

/** The end of a stream is a chunk without columns (measured), whatever ended it. */
async function nextChunk(result: DuckDBResult): Promise<DuckDBDataChunk | undefined> {
  const chunk = await result.fetchChunk()
  return chunk && chunk.columnCount > 0 && chunk.rowCount > 0 ? chunk : undefined
}

function rowReader(chunk: DuckDBDataChunk): (i: number) => Uint8Array | null {
  const vector = chunk.getColumnVector(0)
  if (vector instanceof DuckDBBlobVector) return (i) => vector.getItemBytes(i)
  return (i) => {
    const text = vector.getItem(i)
    return text === null ? null : Buffer.from(String(text))
  }
}
