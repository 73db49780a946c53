import { describe, expect, it } from 'vitest'
import { KqlError } from '../../../src/base/errors.ts'
import { errorAnswer } from '../../../src/wire/defender/errors.ts'

describe('an error of the Defender API', () => {
  it('has a code, a message and the request it belongs to', () => {
    const answer = errorAnswer(new KqlError('missing_query', {}), 'id-1')
    expect(answer).toEqual({
      status: 400,
      headers: {},
      body: { error: { code: 'InvalidRequestBody', message: 'Missing query.', target: 'id-1' } },
    })
  })

  it('tells a caller over the quota when to come back', () => {
    const answer = errorAnswer(new KqlError('calls_exceeded', { limit: 45, period: '00:01:00', seconds: 7 }), 'x')
    expect(answer.status).toBe(429)
    expect(answer.headers).toEqual({ 'retry-after': '7' })
    expect(answer.body.error.code).toBe('429')
    expect(answer.body.error.message).toBe(
      'API calls quota exceeded! Maximum allowed 45 per 00:01:00 for the key Destination+TenantID+AppID. You can send requests again in 7 seconds.',
    )
  })

  it('says nothing of what went wrong inside', () => {
    const answer = errorAnswer(new Error('row 17 holds a secret'), 'x')
    expect(answer.status).toBe(500)
    expect(answer.body.error).toEqual({ code: 'InternalServerError', message: '', target: 'x' })
  })
})
