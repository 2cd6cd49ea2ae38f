import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { makeCertificates } from '../mqtt/certificates.ts'
import { closeAfterTest, closeAll, subscribe } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { endsComplete, FAST, moreSpikes, newFolder } from './faults.ts'
import { endAll, neurond } from './processes.ts'
import { needs } from './programs.ts'

afterEach(async () => {
  endAll()
  await closeAll()
})

const WEB = ['--set', 'web.port=0']

needs('mosquitto')('a daemon and its broker', () => {
  it('with a wrong password says so, and publishes every spike since the first once it is right', async () => {
    const { port } = closeAfterTest(await startMosquitto({ ada: 'right' }))
    const file = join(newFolder(), 'password')
    writeFileSync(file, 'wrong')
    const account = [`mqtt.url=mqtt://ada@127.0.0.1:${port}`, `mqtt.passwordFile=${file}`]
    const subscriber = await subscribe(port, 5, { username: 'ada', password: 'right' })
    const daemon = neurond(...FAST, ...WEB, ...account.flatMap(one => ['--set', one]))
    await daemon.says('check mqtt.username and mqtt.passwordFile')
    writeFileSync(file, 'right')
    await until(() => subscriber.ledgerSeqs().length > 100, 'the spikes', 40)
    expect(subscriber.ledgerSeqs()[0]).toBe(1)
    expect(daemon.printed()).not.toMatch(/wrong|right/)
    await endsComplete(daemon, subscriber)
  })

  it('is sent 20 MB as a request by somebody: refuses it, or is spared it, and loses no spike', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const subscriber = await subscribe(port)
    const daemon = neurond(...FAST, ...WEB, '--set', `mqtt.url=mqtt://127.0.0.1:${port}`)
    await moreSpikes(subscriber)
    const stranger = await subscribe(port)
    for (const topic of ['params/set', 'cmd/stim', 'cmd/replay', 'state', 'info']) {
      await stranger.client.publishAsync(`neuron/v1/pi-a/${topic}`, Buffer.alloc(20_000_000, '['), { qos: 1 })
    }
    await moreSpikes(subscriber)
    await endsComplete(daemon, subscriber)
  })

  it('and a second copy of it: both are told, both live, and the numbers of each are whole', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const subscriber = await subscribe(port)
    const copy = () => neurond(...FAST, ...WEB, '--set', `mqtt.url=mqtt://127.0.0.1:${port}`)
    const first = copy()
    await moreSpikes(subscriber)
    const second = copy()
    for (const daemon of [first, second])
      await until(() => /another (neuron|client)/.test(daemon.printed()), 'words', 40)
    second.process.kill('SIGTERM')
    expect(await second.exit).toBe(0)
    const boot = JSON.parse(subscriber.texts('spikes')[0]!).boot
    const seqsOfFirst = () =>
      subscriber.texts('spikes').flatMap(text => {
        const { boot: whose, seq0, n } = JSON.parse(text)
        return whose === boot ? Array.from({ length: n as number }, (_, i) => (seq0 as number) + i) : []
      })
    const heard = seqsOfFirst().length
    await until(() => seqsOfFirst().length > heard + 100, 'the first to be alone again', 60)
    first.process.kill('SIGTERM')
    expect(await first.exit).toBe(0)
    const last = Number(/stopped after (\d+) spikes/.exec(first.printed())?.[1])
    await until(() => seqsOfFirst().includes(last), 'the last spike')
    expect([...new Set(seqsOfFirst())].sort((a, b) => a - b)).toEqual(Array.from({ length: last }, (_, i) => i + 1))
  })
})

needs('mosquitto', 'openssl')('a certificate of the broker that has expired', () => {
  it('is named as such, and as soon as it is renewed every spike since the first is published', async () => {
    const old = closeAfterTest(makeCertificates({ days: -1 }))
    const broker = closeAfterTest(await startMosquitto({}, old.lines))
    const settings = [`mqtt.url=mqtts://localhost:${broker.port}`, `mqtt.caFile=${old.ca}`]
    const daemon = neurond(...FAST, ...WEB, ...settings.flatMap(one => ['--set', one]))
    await daemon.says("the broker's certificate has expired: whoever runs the broker must renew it")
    await daemon.says('the neuron runs on')
    old.renew()
    broker.kill('SIGKILL')
    await broker.start()
    await daemon.says('connected to mqtts://')
    daemon.process.kill('SIGTERM')
    expect(await daemon.exit).toBe(0)
    expect(daemon.printed()).not.toContain('no subscriber will get')
  })
})
