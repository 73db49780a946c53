/** A whole answer in the API process: its bytes from the message that brought it, or from the spool file. */
import { open, unlink } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { invariant } from '../../base/assert-never.ts'
import type { Answer } from '../backend.ts'
import type { AnswerReport } from './protocol.ts'

const READ_BLOCK = 256 * 1024

/** @throws Error when the spool file is not there or not as long as the report says */
export async function openAnswer(report: AnswerReport, spool: string): Promise<Answer> {
  return report.inline ? inlineAnswer(report, report.inline) : await spooledAnswer(report, spool)
}

function inlineAnswer(report: AnswerReport, bytes: Uint8Array): Answer {
  let content: Uint8Array | undefined = bytes
  return {
    ...sizes(report),
    stream() {
      invariant(content, 'an answer is read once')
      const stream = Readable.from(content.length > 0 ? [content] : [], { objectMode: false })
      content = undefined
      return stream
    },
    async dispose() {
      content = undefined
    },
  }
}

async function spooledAnswer(report: AnswerReport, path: string): Promise<Answer> {
  const file = await open(path, 'r')
  // From here on only the handle keeps the file, so nothing is left behind, whatever happens to this process.
  await unlink(path)
  const { size } = await file.stat()
  if (size !== report.bytes) {
    await file.close()
    throw new Error(`the spool file holds ${size} bytes of ${report.bytes}`)
  }
  let read = false
  return {
    ...sizes(report),
    stream() {
      invariant(!read, 'an answer is read once')
      read = true
      // The end and the destruction of the stream close the file, and the other way round.
      return file.createReadStream({ start: 0, highWaterMark: READ_BLOCK })
    },
    dispose: () => file.close(),
  }
}

const sizes = ({ rows, bytes, stats }: AnswerReport): Pick<Answer, 'rows' | 'bytes' | 'stats'> => ({
  rows,
  bytes,
  stats,
})
