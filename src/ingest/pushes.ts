/** Takes what is pushed to a server: a bounded queue before one worker, which is started by the first push. */
import { Worker } from 'node:worker_threads'
import { entryPath } from '../base/entry.ts'
import { KqlError } from '../base/errors.ts'
import type { Push, Pushed, PushReply } from './push-protocol.ts'

export interface Pushes {
  /**
   * Resolves when all good records of the body are durable.
   * @throws KqlError pushes_waiting, unknown_table, store_locked, store_damaged, internal
   */
  push(push: Push): Promise<Pushed>
  /** Waits for what was taken. */
  close(): Promise<void>
}

export interface PushOptions {
  readonly store: string
  readonly retention: string
  /** Bytes of bodies that may wait; a push beyond them is refused. */
  readonly waitingBytes: number
  readonly complain: (failure: string) => void
}

interface Waiting {
  readonly bytes: number
  resolve(pushed: Pushed): void
  reject(error: Error): void
}

export function openPushes({ store, retention, waitingBytes, complain }: PushOptions): Pushes {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let ids = 0
  let bytes = 0
  let quiet = () => {}

  const settle = (id: number): Waiting | undefined => {
    const asked = waiting.get(id)
    waiting.delete(id)
    bytes -= asked?.bytes ?? 0
    if (waiting.size === 0) quiet()
    return asked
  }
  const start = (): Worker => {
    const started = new Worker(entryPath('ingest/push-worker'), { workerData: { store, retention } })
    started.on('message', (reply: PushReply) => {
      const asked = settle(reply.id)
      if ('pushed' in reply) return asked?.resolve(reply.pushed)
      if ('error' in reply) return asked?.reject(KqlError.from(reply.error))
      complain(reply.failure)
      asked?.reject(new KqlError('internal', {}))
    })
    started.on('error', (error) => complain(error.message))
    started.on('exit', () => {
      worker = undefined
      for (const id of [...waiting.keys()]) settle(id)?.reject(new KqlError('internal', {}))
    })
    return started
  }

  return {
    push: (push) =>
      new Promise((resolve, reject) => {
        const size = push.body.byteLength
        // One that is alone is taken, whatever its size: the limit of a body is another one.
        if (waiting.size > 0 && bytes + size > waitingBytes)
          return reject(new KqlError('pushes_waiting', { seconds: 1 }))
        worker ??= start()
        const id = ++ids
        waiting.set(id, { bytes: size, resolve, reject })
        bytes += size
        worker.postMessage({ ...push, id })
      }),
    async close() {
      if (waiting.size > 0) await new Promise<void>((done) => (quiet = done))
      await worker?.terminate()
    },
  }
}
