import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { brokerFacts, checkBroker } from '../../src/cli/doctor/broker-and-dashboard.ts'
import { makeCertificates } from '../mqtt/certificates.ts'
import { OPTIONS } from '../mqtt/link-on-fake-broker.ts'
import { closeAfterTest, closeAll, isOnline, linkOnRealBroker, oneTo, subscribe } from '../mqtt/link-on-real-broker.ts'
import { freePort, startMosquitto, until } from '../mqtt/mosquitto.ts'
import { type RabbitMq, startRabbitMq } from '../mqtt/rabbitmq.ts'
import { needs } from './programs.ts'

afterEach(closeAll)

const MAIN = 'dist/src/cli/main.js'
const START_MS = 180_000

needs('rabbitmq-server')('RabbitMQ, which closes at a CONNECT in MQTT 5', () => {
  let rabbit: RabbitMq

  beforeAll(async () => {
    rabbit = await startRabbitMq()
  }, START_MS)
  afterAll(() => rabbit?.close())

  it('is reached in 3.1.1, gets every spike, and passes commands', async () => {
    const url = `mqtt://127.0.0.1:${rabbit.mqttPort}`
    const subscriber = await subscribe(rabbit.mqttPort, 4)
    const { link, logged, spikesTo } = linkOnRealBroker(url)
    await until(isOnline(link), 'the link')
    expect(logged).toEqual([`connected to ${url} (MQTT 3.1.1)`])
    spikesTo(200)
    await until(() => subscriber.ledgerSeqs().length === 200, 'the ledger')
    expect(subscriber.ledgerSeqs()).toEqual(oneTo(200))
    await link.close()
    await until(() => subscriber.texts('status').at(-1) === 'offline', 'the farewell')
  })

  it('is reached through its WebSocket at /ws, and its other paths are named', async () => {
    const { link } = linkOnRealBroker(`ws://127.0.0.1:${rabbit.webSocketPort}/ws`)
    await until(isOnline(link), 'the link')
    const lost = linkOnRealBroker(`ws://127.0.0.1:${rabbit.webSocketPort}`, {}, 5, { id: 'pi-b' })
    await until(() => lost.link.status().state === 'offline', 'the refusal')
    expect(lost.link.status().reason).toMatch(/no WebSocket at \/mqtt \(HTTP 404\): check the path in mqtt\.url/)
  })

  it('says that a password is wrong', async () => {
    const { link } = linkOnRealBroker(`mqtt://ada:wrong@127.0.0.1:${rabbit.mqttPort}`)
    await until(() => link.status().state === 'offline', 'the refusal')
    expect(link.status().reason).toMatch(/refuses the user name or the password/)
  })

  it('is well for the doctor, unless the settings ask for MQTT 5', async () => {
    const mqtt = { ...OPTIONS, url: `mqtt://127.0.0.1:${rabbit.mqttPort}`, broker: { enabled: true, port: 1883 } }
    const signal = new AbortController().signal
    const found = checkBroker(await brokerFacts({ id: 'pi-a', mqtt }, signal))
    expect(found.text).toMatch(/lets us in \(MQTT 3\.1\.1/)
    const only5 = await brokerFacts({ id: 'pi-a', mqtt: { ...mqtt, protocolVersion: '5' } }, signal)
    expect(checkBroker(only5)).toMatchObject({ status: 'fail' })
  })

  it('is recorded from and watched by the program', async () => {
    const url = `mqtt://127.0.0.1:${rabbit.mqttPort}`
    const folder = mkdtempSync(join(tmpdir(), 'neurond-foreign-'))
    closeAfterTest({ close: async () => rmSync(folder, { recursive: true }) })
    const file = join(folder, 'a.csv')
    const start = (...args: readonly string[]) => {
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
      let out = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (out += text))
      const exit = new Promise<number | null>(resolve => child.once('exit', resolve))
      closeAfterTest({
        close: async () => {
          child.kill('SIGKILL')
          await exit
        },
      })
      return { child, exit, out: () => out }
    }
    const recorder = start('record', url, '-o', file)
    const watcher = start('watch', url)
    await until(() => [recorder, watcher].every(({ out }) => out().includes('(MQTT 3.1.1)')), 'both')
    const { link, spikesTo } = linkOnRealBroker(url)
    await until(isOnline(link), 'the link')
    let seq = 0
    await until(() => {
      spikesTo(++seq)
      return watcher.out().includes('pi-a spike') && readFileSync(file, 'utf8').includes('pi-a,')
    }, 'a spike in both')
    recorder.child.kill('SIGINT')
    await recorder.exit
    expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(2)
    expect(recorder.out()).toMatch(/pi-a: \d+ received, 0 missing/)
  })
})

needs('mosquitto', 'openssl')('Mosquitto', () => {
  it('is reached through WebSockets, plain and over TLS', async () => {
    const { lines, ca } = closeAfterTest(makeCertificates())
    const [plain, secure] = [await freePort(), await freePort()]
    const { port } = closeAfterTest(
      await startMosquitto({}, [
        ...[`listener ${plain} 127.0.0.1`, 'protocol websockets'],
        ...[`listener ${secure} 127.0.0.1`, 'protocol websockets', ...lines],
      ]),
    )
    const subscriber = await subscribe(port)
    const one = linkOnRealBroker(`ws://127.0.0.1:${plain}`)
    const two = linkOnRealBroker(`wss://localhost:${secure}/any/path`, { caFile: ca }, 5, { id: 'pi-b' })
    await until(() => isOnline(one.link)() && isOnline(two.link)(), 'the links')
    one.spikesTo(100)
    await until(() => subscriber.ledgerSeqs().length === 100, 'the ledger')
    const reasonAt = async (url: string, options: object = {}) => {
      const { link } = linkOnRealBroker(url, options, 5, { id: 'pi-c' })
      await until(() => link.status().state === 'offline', `an end of ${url}`)
      await link.close()
      return link.status().reason
    }
    expect(await reasonAt(`wss://localhost:${secure}`)).toMatch(/not trusted .*: name .* mqtt\.caFile/)
    expect(await reasonAt(`ws://127.0.0.1:${port}`)).toMatch(/does not take WebSockets: check mqtt\.url/)
    expect(await reasonAt(`wss://127.0.0.1:${plain}`)).toMatch(/does not speak TLS: use ws:\/\//)
    expect(await reasonAt(`mqtt://127.0.0.1:${plain}`)).toMatch(/ws:\/\//)
    await one.link.close()
    await until(() => subscriber.texts('status').at(-1) === 'offline', 'the farewell')
  })

  it('is named where TLS and the address do not fit together', async () => {
    const { lines, folder, ca } = closeAfterTest(makeCertificates())
    const secure = await freePort()
    const { port } = closeAfterTest(await startMosquitto({ ada: 'secret' }, [`listener ${secure} 127.0.0.1`, ...lines]))
    const ended = async (url: string, options: object = {}) => {
      const { link } = linkOnRealBroker(url, options)
      await until(() => link.status().state !== 'connecting', `an end of ${url}`)
      const { state, reason, warnings } = link.status()
      await link.close()
      return { state, reason, warnings }
    }
    expect((await ended(`mqtt://127.0.0.1:${secure}`)).reason).toMatch(/wants TLS needs mqtts:\/\//)
    expect((await ended(`mqtts://127.0.0.1:${port}`)).reason).toMatch(/does not speak TLS: use mqtt:\/\//)
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, '\ufeffsecret\r\n')
    expect((await ended(`mqtt://127.0.0.1:${port}`, { passwordFile })).reason).toMatch(/^mqtt\.username is empty/)
    const inClear = await ended(`mqtt://127.0.0.1:${port}`, { username: 'ada', passwordFile, caFile: ca })
    expect(inClear).toMatchObject({ state: 'online', warnings: [expect.stringMatching(/^mqtt\.caFile has no effect/)] })
    writeFileSync(passwordFile, Buffer.from('\ufeffsecret\r\n', 'utf16le'))
    expect(await ended(`mqtt://127.0.0.1:${port}`, { username: 'ada', passwordFile })).toMatchObject({
      state: 'online',
    })
  })

  it.each([
    ['max_packet_size 400', '5', /info is left out: \d+ bytes are too many/],
    ['message_size_limit 500', '5', /info is left out: .*too large/i],
    ['max_qos 0', '5', /takes QoS 0 only/],
    ['retain_available false', '5', /retains nothing/],
  ] as const)('with %s serves in MQTT %s, and what is missing is named', async (line, protocolVersion, words) => {
    const { port } = closeAfterTest(await startMosquitto({}, [line]))
    const subscriber = await subscribe(port)
    const { link, spikesTo, logged } = linkOnRealBroker(`mqtt://127.0.0.1:${port}`, { protocolVersion })
    await until(isOnline(link), 'the link')
    spikesTo(500)
    await until(() => subscriber.ledgerSeqs().length === 500, 'the ledger')
    expect(link.status()).toMatchObject({ state: 'online', reconnects: 0, dropped: 0 })
    expect(link.status().warnings.filter(warning => words.test(warning))).toHaveLength(1)
    expect(logged.filter(message => words.test(message))).toHaveLength(1)
  })
})
