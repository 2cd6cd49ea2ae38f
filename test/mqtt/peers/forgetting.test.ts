import { describe, expect, it } from 'vitest'
import { OPTIONS, peersOnFakeBroker } from './peers-on-fake-broker.ts'

const OWN = ['info', 'params', 'lesson', 'state', 'timing', 'status'].map(name => `neuron/v1/pi-b/${name}`)
const DISCOVERY = 'homeassistant/device/neurond_pi-b/config'
const KEPT = [...OWN.slice(0, -1), DISCOVERY, OWN.at(-1)]

/** A broker that remembers pi-b, of which nothing was fake for 20 s, beside pi-a, which lives. */
async function haunted(options = OPTIONS) {
  const all = peersOnFakeBroker(options)
  const { peers, timers, deliver } = all
  peers.watch()
  await timers.pass(0)
  for (const id of ['pi-a', 'pi-b']) deliver(`${id}/status`, 'online', true)
  await timers.pass(20_000)
  deliver('pi-a/spikes', { n: 0 })
  const forget = async (id: string) => {
    const answer = peers.forget(id)
    await timers.pass(4000)
    return answer
  }
  const ids = () => peers.list().map(({ id }) => id)
  return { ...all, forget, ids }
}

describe('a neuron that the broker only remembers', () => {
  it('is forgotten: all that is kept of it is cleared, for Home Assistant too, the status last', async () => {
    const { peers, timers, cleared, deliver, ids } = await haunted()
    const answer = peers.forget('pi-b')
    await timers.pass(400)
    expect(cleared).toEqual(KEPT)
    for (const topic of OWN) deliver(topic.slice('neuron/v1/'.length), '')
    await timers.pass(20)
    expect(await answer).toEqual({ ok: true, result: { forgotten: 'pi-b' } })
    expect(ids()).toEqual(['pi-a'])
  })

  it('is forgotten too where nobody has looked before: a living one would have shown itself by then', async () => {
    const { peers, timers, cleared, deliver } = peersOnFakeBroker()
    const answers = ['pi-a', 'pi-b'].map(peers.forget)
    await timers.pass(100)
    for (const id of ['pi-a', 'pi-b']) deliver(`${id}/status`, 'online', true)
    await timers.pass(5000)
    deliver('pi-a/spikes', { n: 0 })
    await timers.pass(6000)
    expect([await answers[0], cleared]).toEqual([expect.objectContaining({ ok: false }), []])
    await timers.pass(2000)
    expect(cleared).toEqual(KEPT)
  })

  it.each([
    ['lives', 'pi-a', 'alive', /pi-a is alive: it can be forgotten once .* for 12 s$/],
    ['is not there', 'pi-z', 'unknown', /there is no neuron "pi-z" on the broker; known are pi-a, pi-b/],
    ['is the whole class', 'all', 'unknown', /there is no neuron "all"/],
    ['is a pattern', '+', 'unknown', /there is no neuron/],
  ])('is not one that %s', async (_, id, code, message) => {
    const { forget, cleared } = await haunted()
    expect(await forget(id)).toEqual({ ok: false, error: { code, message: expect.stringMatching(message) } })
    expect(cleared).toEqual([])
  })

  it('stays where the broker does not let this neuron clear it, which is told', async () => {
    const { forget, fake, ids } = await haunted({ ...OPTIONS, username: 'pi-a' })
    fake.refusal = () => 'Not authorized'
    const message = expect.stringMatching(/does not let the user pi-a clear what it keeps of pi-b \(Not authorized\)/)
    expect(await forget('pi-b')).toEqual({ ok: false, error: { code: 'denied', message } })
    expect(ids()).toEqual(['pi-a', 'pi-b'])
  })

  it('is forgotten also where Home Assistant is to keep it, which is told', async () => {
    const { peers, timers, fake, deliver } = await haunted({ ...OPTIONS, username: 'teacher' })
    fake.refusal = topic => (topic === DISCOVERY ? 'Not authorized' : undefined)
    const answer = peers.forget('pi-b')
    await timers.pass(400)
    deliver('pi-b/status', '')
    await timers.pass(20)
    const homeAssistant = expect.stringMatching(
      /does not let the user teacher clear what it keeps of pi-b for Home Assistant \(Not authorized\)/,
    )
    expect(await answer).toEqual({ ok: true, result: { forgotten: 'pi-b', homeAssistant } })
  })

  it('stays too where the broker refuses without a word, as MQTT 3.1.1 has it', async () => {
    const { forget } = await haunted()
    const message = expect.stringMatching(/clear what it keeps of pi-b \(it keeps it all the same\)/)
    expect(await forget('pi-b')).toEqual({ ok: false, error: { code: 'denied', message } })
  })

  it('is not forgotten without a broker', async () => {
    const { forget, fake } = await haunted()
    fake.state = 'offline'
    expect(await forget('pi-b')).toMatchObject({ ok: false, error: { code: 'offline' } })
  })
})
