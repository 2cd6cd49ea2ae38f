import { expect, it } from 'vitest'
import { openOutbox } from '../../../src/mqtt/outbox/outbox.ts'
import { spike } from '../example-neuron.ts'

it('rests ever longer while the broker refuses everything, keeps what comes, and delivers it at last', () => {
  let nowMs = 0
  let refusal: string | undefined = 'Not authorized'
  const sentMs: number[] = []
  const outbox = openOutbox(() => nowMs)
  const answers: (() => void)[] = []
  outbox.online({
    send(_delivery, onAnswer) {
      sentMs.push(nowMs)
      answers.push(() => onAnswer(refusal))
    },
    fits: () => true,
  })
  for (let seq = 1; nowMs < 120_000; seq++) {
    outbox.add(spike(seq))
    outbox.flush()
    for (const answer of answers.splice(0)) answer()
    nowMs += 50
  }
  // 20 in the first second, then after 1, 2, 4 ... s; each round ends with the first refusal.
  expect(sentMs.filter(ms => ms < 1000).length).toBe(20)
  expect(sentMs.length).toBeLessThan(120)
  refusal = undefined
  nowMs += 60_000
  outbox.flush()
  while (answers.length > 0) for (const answer of answers.splice(0)) answer()
  const { spikes, dropped } = outbox.backlog()
  expect(spikes).toBe(0)
  expect(dropped).toBeLessThan(2400)
})
