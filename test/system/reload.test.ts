import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAll, oneTo, subscribe } from '../mqtt/link-on-real-broker.ts'
import { until } from '../mqtt/mosquitto.ts'
import { endAll, neurond, type Running } from './processes.ts'

const FILE = `# of the class
id: pi-a
preset: bio
input:
  driver: mock
  shape: constant
  level: 0.9   # nearly full
outputs:
  - name: led
    driver: mock
web:
  port: 0
mqtt:
  broker:
    port: 0
`

afterEach(async () => {
  endAll()
  await closeAll()
})

async function open(text = FILE) {
  const file = join(mkdtempSync(join(tmpdir(), 'neurond-')), 'my.yaml')
  writeFileSync(file, text)
  const daemon = neurond('run', '--config', file)
  await daemon.says('dashboard: http://')
  await daemon.says('spikes for others')
  const url = /dashboard: (http:\S+)/.exec(daemon.printed())?.[1] as string
  const port = Number(/broker: mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(daemon.printed())?.[1])
  return { file, daemon, url, subscriber: await subscribe(port, 4), get: (path: string) => jsonAt(url + path) }
}

async function jsonAt(url: string) {
  return JSON.parse(await (await fetch(url)).text())
}

async function patch(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const { status } = await fetch(`${url}/api/params`, { method: 'PATCH', headers, body: JSON.stringify(body) })
  expect(status).toBe(200)
}

async function leave(daemon: Running): Promise<number> {
  daemon.process.kill('SIGTERM')
  expect(await daemon.exit).toBe(0)
  return Number(/stopped after (\d+) spikes/.exec(daemon.printed())?.[1])
}

describe('SIGHUP', () => {
  it('makes the file hold while the neuron runs, names what it cannot change, and loses no spike', async () => {
    const { file, daemon, subscriber, get } = await open()
    const outputs = '  - name: led\n    driver: mock\n    pulseMs: 5\n  - name: buzzer\n    driver: mock\n'
    const changed = FILE.replace('preset: bio', 'preset: bio\nneuron: {tauMs: 20, refractoryMs: 2}')
      .replace('shape: constant', 'shape: constant\n  maxNa: 4')
      .replace('  - name: led\n    driver: mock\n', outputs)
      .replace('web:\n  port: 0', 'web:\n  port: 8099')
    writeFileSync(file, `${changed}synapses:\n  - {from: pi-b, weightNa: 1}\n`)
    daemon.process.kill('SIGHUP')
    await daemon.says('configuration read again: changed tauMs, capacitanceNf, refractoryMs, maxNa, synapses, outputs')
    await daemon.says('only the next start changes web.port')
    const params = await get('/api/params')
    expect(params).toMatchObject({ tauMs: 20, refractoryMs: 2, maxNa: 4, synapses: [{ from: 'pi-b', weightNa: 1 }] })
    await until(async () => (await get('/api/info')).outputs.length === 2, 'the buzzer')
    await until(() => subscriber.texts('events').some(text => text.includes('"reloaded"')), 'the event')
    const reloaded = subscriber
      .texts('events')
      .map(text => JSON.parse(text))
      .find(({ type }) => type === 'reloaded')
    expect(reloaded).toMatchObject({ restart: ['web.port'], changed: expect.arrayContaining(['tauMs', 'outputs']) })
    await until(() => subscriber.texts('params').some(text => JSON.parse(text).tauMs === 20), 'the parameters')
    const last = await leave(daemon)
    await until(() => subscriber.ledgerSeqs().at(-1) === last, 'the last spike')
    const seqs = subscriber.ledgerSeqs()
    expect(seqs).toEqual(oneTo(last).slice(seqs[0]! - 1))
  })

  it('changes nothing when anything in the file is wrong, and says all that is', async () => {
    const { file, daemon, subscriber, get } = await open()
    const before = await get('/api/params')
    writeFileSync(
      file,
      FILE.replace('preset: bio', 'preset: bio\nneuron:\n  tauMs: -3\n  refractoryMs: 5').replace('web:', 'wep:'),
    )
    daemon.process.kill('SIGHUP')
    await daemon.says('my.yaml:5: neuron.tauMs is -3, must be a number above 0')
    await daemon.says('did you mean web?')
    await daemon.says('the configuration is refused, and everything stays as it was')
    expect(await get('/api/params')).toEqual(before)
    await until(() => subscriber.texts('events').some(text => text.includes('"reloadRefused"')), 'the event')
    await leave(daemon)
  })

  it('takes back what was changed meanwhile, and what was changed is gone at the next start', async () => {
    const { file, daemon, url, get } = await open()
    await patch(url, { tauMs: 33 })
    expect(readFileSync(file, 'utf8')).toBe(FILE)
    daemon.process.kill('SIGHUP')
    await daemon.says('configuration read again: changed tauMs')
    expect(await get('/api/params')).toMatchObject({ tauMs: 10 })
    await leave(daemon)
    expect(readFileSync(file, 'utf8')).toBe(FILE)
  })
})

describe('what was changed while it ran', () => {
  it('is kept in the file with keepChanges, even when the program is stopped at once', async () => {
    const { file, daemon, url } = await open(`${FILE}keepChanges: true\n`)
    await patch(url, { tauMs: 33 })
    await leave(daemon)
    expect(daemon.printed()).toContain('kept in')
    const kept = readFileSync(file, 'utf8')
    expect(kept).toContain('tauMs: 33')
    for (const line of FILE.split('\n')) expect(kept).toContain(line)
  })

  it('is warned of while it cannot be kept: the neuron is ready all the same', async () => {
    const { file, daemon, url, get, subscriber } = await open(`${FILE}keepChanges: true\n`)
    const types = () => subscriber.texts('events').map(text => JSON.parse(text).type)
    renameSync(file, `${file}.away`)
    await patch(url, { tauMs: 33 })
    await until(() => types().includes('notSaved'), 'the event')
    await expect
      .poll(() => get('/readyz'), { timeout: 30_000 })
      .toMatchObject({
        ...{ ok: true, state: 'ready', why: [] },
        warnings: [expect.stringMatching(/^what was changed is not kept for the next start: .*my\.yaml/)],
      })
    await until(() => subscriber.texts('timing').some(text => JSON.parse(text).ok === false), 'the figures')
    renameSync(`${file}.away`, file)
    await patch(url, { tauMs: 34 })
    await until(() => types().includes('saved'), 'the other event')
    expect((await get('/readyz')).warnings).toEqual([])
    await leave(daemon)
    expect(readFileSync(file, 'utf8')).toContain('tauMs: 34')
  })

  it('is written by neurond config save, which shows it first and asks the running neuron', async () => {
    const { file, daemon, url } = await open()
    await patch(url, { tauMs: 33, maxNa: 2.5 })
    const look = neurond('config', 'save', file, '--from', url)
    expect(await look.exit).toBe(1)
    expect(look.printed()).toContain('neuron.tauMs: 10 → 33')
    expect(readFileSync(file, 'utf8')).toBe(FILE)
    const save = neurond('config', 'save', file, '--from', url, '--yes')
    expect(await save.exit).toBe(0)
    expect(readFileSync(file, 'utf8')).toContain('level: 0.9   # nearly full\n  maxNa: 2.5\n')
    expect(readFileSync(file, 'utf8')).toContain('tauMs: 33')
    await leave(daemon)
    const late = neurond('config', 'save', file, '--from', url, '--yes')
    expect(await late.exit).toBe(1)
    expect(late.printed()).toContain(`no neuron answers at ${url}`)
  })
})

describe('a signal while the daemon starts', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with 0, as it does later', async signal => {
    const daemon = neurond('--set', 'web.port=0', '--set', 'mqtt.broker.port=0')
    await daemon.says("' starts")
    daemon.process.kill(signal)
    expect(await daemon.exit).toBe(0)
    expect(daemon.printed()).toContain('outputs are low')
  })
})
