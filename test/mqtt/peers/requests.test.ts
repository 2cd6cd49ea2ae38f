import { describe, expect, it } from 'vitest'
import { ANSWER_TIMEOUT_MS, createPeerRequests } from '../../../src/mqtt/peers/requests.ts'
import { manualTimers } from '../manual-timers.ts'

describe('questions to neurons', () => {
  const yes = (id: string) => JSON.stringify({ ok: true, id, result: { rev: 2 } })

  it('are over when everybody has answered', async () => {
    const requests = createPeerRequests('wall-x', manualTimers())
    const request = requests.open(['pi-a', 'pi-b'])!
    requests.onReply('pi-a', yes(request.id))
    requests.onReply('pi-b', JSON.stringify({ ok: false, id: request.id, error: { code: 'range', message: 'no' } }))
    expect([...(await request.answers)]).toEqual([
      ['pi-a', { ok: true, result: { rev: 2 } }],
      ['pi-b', { ok: false, error: { code: 'range', message: 'no' } }],
    ])
  })

  it('are over when time is up, with the answers that came', async () => {
    const timers = manualTimers()
    const requests = createPeerRequests('wall-x', timers)
    const request = requests.open(['pi-a', 'pi-b'])!
    requests.onReply('pi-b', yes(request.id))
    await timers.pass(ANSWER_TIMEOUT_MS)
    expect([...(await request.answers).keys()]).toEqual(['pi-b'])
  })

  it('are answered by those who were asked, in words that fit', async () => {
    const requests = createPeerRequests('wall-x', manualTimers())
    const request = requests.open(['pi-a'])!
    for (const text of ['', 'null', '{}', '[]', yes('another'), `{"ok":false,"id":"${request.id}","error":7}`])
      requests.onReply('pi-a', text)
    requests.onReply('pi-b', yes(request.id))
    const error = { code: 'x', message: 'y'.repeat(1e5) }
    requests.onReply('pi-a', JSON.stringify({ ok: false, id: request.id, error }))
    const answers = await request.answers
    expect([...answers.keys()]).toEqual(['pi-a'])
    expect(JSON.stringify(answers.get('pi-a')).length).toBeLessThan(600)
  })

  it('are not endless', () => {
    const requests = createPeerRequests('wall-x', manualTimers())
    for (let k = 0; k < 100; k++) expect(requests.open(['pi-a'])).toBeDefined()
    expect(requests.open(['pi-a'])).toBeUndefined()
  })
})
