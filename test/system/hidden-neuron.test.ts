import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import WebSocket from 'ws'
import { neuronFrom } from '../../src/neuron/params.ts'
import { HIDDEN_NEURON, toldBy } from '../fakes/hidden-neuron.ts'
import { closeAfterTest, closeAll, type Subscriber, subscribe } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { ask, askJson } from '../web/http-client.ts'
import { endAll, neurond } from './processes.ts'
import { needs } from './programs.ts'

const params = Object.entries(HIDDEN_NEURON).map(([name, value]) => `${name}: {of: [${value}]}`)
const LESSON = `lesson: 1
id: odd
title: Odd
about: A hidden neuron of odd numbers.
minutes: 1
level: school
needs: {neurons: 1, knob: any}
setup:
  preset: classroom
  hidden: {draw: perNeuron, params: {${params.join(', ')}}}
  conceal: [params, theoryCurve, rheobase, lines, V]
  lock: [params, speed, preset]
steps:
  - {id: rest, text: Where does it rest?, check: {answer: {unit: mV, equals: {param: restMv}, within: 1, close: 3}}}
  - {id: still, text: Hold it., check: {measure: rateHz, while: {currentNa: [2, 3]}, equals: {theory: rateHz, at: measured}, within: 3%, close: 6%}}
`
/** In what is measured there are many numbers, and some of four digits by chance. */
const MEASURED = 6

afterEach(async () => {
  endAll()
  await closeAll()
})

/** What a page gets in a second, as text. */
async function liveMessages(url: string): Promise<string> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`)
  let text = ''
  socket.on('message', (data, isBinary) => {
    if (!isBinary) text += `${data}\n`
  })
  await until(() => text.includes('"params"') && text.includes('"state"') && text.includes('"lesson"'), 'the messages')
  socket.close()
  return text
}

function lastOn({ got }: Subscriber, name: string): string {
  return got.findLast(({ topic }) => topic === `neuron/v1/pi-a/${name}`)?.text ?? ''
}

needs('mosquitto')('a neuron that a lesson hides', () => {
  it('is told by no door, keeps from changes by students, and is itself again when the lesson is over', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const subscriber = await subscribe(port)
    const { client } = subscriber
    await client.subscribeAsync('homeassistant/#')
    // An earlier run has left it there.
    const left = JSON.stringify({ ...neuronFrom({ ...HIDDEN_NEURON }), rev: 9 })
    await client.publishAsync('neuron/v1/pi-a/params', left, { retain: true })
    const folder = mkdtempSync(join(tmpdir(), 'neurond-hidden-'))
    const file = join(folder, 'my.yaml')
    mkdirSync(join(folder, 'lessons'))
    writeFileSync(join(folder, 'lessons/odd.yaml'), LESSON)
    const mqtt = `{url: "mqtt://127.0.0.1:${port}", homeAssistant: true}`
    writeFileSync(
      file,
      `id: pi-a\npreset: classroom\ninput: {driver: mock, shape: constant, level: 0.9}\noutputs: []\nweb: {port: 0}\nmqtt: ${mqtt}\nkeepChanges: true\n`,
    )
    const daemon = neurond('run', '--config', file)
    await daemon.says('spikes for others')
    const url = /dashboard: (http:\/\/127\S+?)[,\s]/.exec(daemon.printed())?.[1] as string
    const lesson = (body: object) => askJson(`${url}/api/cmd/lesson`, 'POST', body)
    await until(() => lastOn(subscriber, 'params').includes('"tauMs":100'), 'the parameters')
    const isAnnouncement = ({ topic }: { topic: string }) => topic.startsWith('homeassistant')
    await until(() => subscriber.got.some(isAnnouncement), 'the announcement to Home Assistant')
    const announcements = subscriber.got.filter(isAnnouncement).map(({ text }) => text)
    subscriber.got.length = 0

    expect((await lesson({ do: 'load', id: 'odd' })).status).toBe(200)
    await until(() => lastOn(subscriber, 'params').includes('"tauMs":null'), 'the hidden parameters')
    const command = (verb: string, body: object) => askJson(`${url}/api/cmd/${verb}`, 'POST', body)
    const patch = (body: object) => askJson(`${url}/api/params`, 'PATCH', body)
    const refused = [
      ...[await patch({ tauMs: 20 }), await patch({ resetMv: -40 }), await patch({ speed: 2 })],
      ...[await command('preset', { name: 'bio' }), await command('speed', { speed: 2 })],
    ]
    expect(refused.map(({ status, json }) => [status, json.error.code])).toEqual(refused.map(() => [403, 'locked']))
    await client.publishAsync('neuron/v1/pi-a/params/set', '{"id":"own","tauMs":20}')
    await client.publishAsync('neuron/v1/pi-a/params/set', '{"id":"nothing"}')
    await client.publishAsync('neuron/v1/all/params/set', '{"id":"odd","resetMv":-40}')
    await client.publishAsync('neuron/v1/all/params/set', '{"id":"teacher","noiseMv":0}')
    const replies = () => subscriber.texts('reply').map(text => JSON.parse(text))
    await until(() => replies().length === 4, 'the replies')
    expect(replies().map(({ id, ok, error }) => [id, ok || error.code])).toEqual([
      ...[
        ['own', 'locked'],
        ['nothing', true],
        ['odd', 'range'],
        ['teacher', true],
      ],
    ])
    const answers = [await lesson({ do: 'answer', value: -61.5 }), await lesson({ do: 'skip' }), await patch({})]
    daemon.process.kill('SIGHUP')
    await daemon.says('configuration read again')
    const saved = neurond('config', 'save', file, '--from', url, '--yes')
    expect(await saved.exit).toBe(1)

    const get = async (path: string) => (await ask(url + path)).text
    const told = {
      params: await get('/api/params'),
      info: await get('/api/info'),
      lesson: await get('/api/lesson'),
      worksheet: await get('/api/lesson/worksheet'),
      progress: await get('/api/lesson/progress'),
      openapi: await get('/api/openapi.json'),
      peers: await get('/api/peers'),
      replies: JSON.stringify([refused, answers, replies()]),
      saved: saved.printed(),
      homeAssistant: announcements.join(),
      ...Object.fromEntries(
        ['params', 'events', 'lesson'].map(name => [`mqtt ${name}`, subscriber.texts(name).join()]),
      ),
    }
    for (const [door, text] of Object.entries(told))
      expect([door, text === '', toldBy(text)]).toEqual([door, false, []])
    const measured = {
      state: await get('/api/state'),
      readyz: await get('/readyz'),
      metrics: await get('/metrics'),
      trace: await get('/api/trace?ms=200'),
      live: await liveMessages(url),
      mqtt: subscriber.got.map(({ text }) => text).join(),
      log: daemon.printed(),
    }
    for (const [door, text] of Object.entries(measured)) {
      expect([door, text === '', toldBy(text, MEASURED)]).toEqual([door, false, []])
    }
    expect(told.params).toContain('"maxNa":3')
    expect([JSON.parse(measured.state).vMv, JSON.parse(measured.trace).vMv[0]]).toEqual([null, null])
    expect(saved.printed()).toContain('stop it first')

    expect((await lesson({ do: 'reveal' })).status).toBe(200)
    await until(() => lastOn(subscriber, 'params').includes('"tauMs":137.319'), 'what was hidden')
    expect((await lesson({ do: 'restart' })).status).toBe(200)
    await until(() => lastOn(subscriber, 'params').includes('"tauMs":null'), 'the hidden parameters again')
    const before = subscriber.got.length
    expect((await lesson({ do: 'stop' })).status).toBe(200)
    await until(() => lastOn(subscriber, 'params').includes('"tauMs":100'), 'the neuron of before')
    expect(
      toldBy(
        subscriber.got
          .slice(before)
          .map(({ text }) => text)
          .join(),
        MEASURED,
      ),
    ).toEqual([])
    daemon.process.kill('SIGTERM')
    expect(await daemon.exit).toBe(0)
    expect(toldBy(readFileSync(file, 'utf8'))).toEqual([])
  }, 60_000)
})
