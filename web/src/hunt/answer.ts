/** What a tab's query has answered so far. */
import type { AnswerHead, Problem } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'

export interface Answer {
  readonly head?: AnswerHead
  readonly rows: Row[]
  readonly count: number
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  readonly error?: string
  readonly problem?: Problem
}
