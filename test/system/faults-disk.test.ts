import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAll } from '../mqtt/link-on-real-broker.ts'
import { until } from '../mqtt/mosquitto.ts'
import { begun, endsComplete, FAST, FULL, moreSpikes, newFolder, onFullDisk, onSmallDisk, startBy } from './faults.ts'
import { endAll, FREE_PORTS, MAIN, neurond } from './processes.ts'

const FILE = `id: pi-a
preset: bio
web: {port: 0}
mqtt: {broker: {port: 0}}
input: {driver: mock, shape: constant, level: 0.9}
outputs: [{name: led, driver: mock}]
keepChanges: true
`

afterEach(async () => {
  endAll()
  await closeAll()
})

async function patch(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const { status } = await fetch(`${url}/api/params`, { method: 'PATCH', headers, body: JSON.stringify(body) })
  expect(status).toBe(200)
}

describe('a full disk', () => {
  it('ends a recording, which says so and keeps what it held until then; the neuron goes on', async () => {
    const { daemon, port, subscriber } = await begun(neurond(...FREE_PORTS, ...FAST))
    const script = '"$@"; code=$?; cat a.csv; exit $code'
    const url = `mqtt://127.0.0.1:${port}`
    const recorder = onSmallDisk(8, script, process.execPath, MAIN, 'record', url, '-o', 'a.csv')
    expect(await recorder.exit).toBe(1)
    expect(recorder.printed()).toMatch(FULL)
    expect(recorder.printed()).toContain('what was recorded until then is in it')
    const seqs = [...recorder.printed().matchAll(/^pi-a,\w+,(\d+),\d+,/gm)].map(([, seq]) => Number(seq))
    expect(seqs.length).toBeGreaterThan(100)
    expect(seqs).toEqual(seqs.map((_, i) => seqs[0]! + i))
    await moreSpikes(subscriber)
    await endsComplete(daemon, subscriber)
  })

  it('leaves the configuration as it was when a change is saved, and nothing beside it', async () => {
    const file = join(newFolder(), 'my.yaml')
    writeFileSync(file, FILE.replace('keepChanges: true\n', ''))
    const { daemon, url, subscriber } = await begun(neurond('run', '--config', file))
    await patch(url, { tauMs: 33 })
    const save = [process.execPath, MAIN, 'config', 'save', 'my.yaml', '--from', url, '--yes']
    const saver = onFullDisk(file, `"$@"; code=$?; ls; cmp my.yaml ${file} && exit $code`, ...save)
    expect(await saver.exit).toBe(1)
    expect(saver.printed()).toMatch(FULL)
    expect(saver.printed()).toMatch(/my\.yaml cannot be written, and stays as it was/)
    expect(saver.printed()).not.toContain('.new')
    await endsComplete(daemon, subscriber)
  })

  it('is told by a daemon that cannot keep a change; the neuron has the change and goes on', async () => {
    const file = join(newFolder(), 'my.yaml')
    writeFileSync(file, FILE)
    const args = [process.execPath, MAIN, 'run', '--config', 'my.yaml']
    const { daemon, url, subscriber } = await begun(onFullDisk(file, 'exec "$@"', ...args))
    await patch(url, { tauMs: 33 })
    await daemon.says('what was changed is not kept')
    expect(daemon.printed()).toMatch(FULL)
    expect(JSON.parse(await (await fetch(`${url}/api/params`)).text())).toMatchObject({ tauMs: 33 })
    await moreSpikes(subscriber)
    const kept = readFileSync(`/proc/${daemon.process.pid}/cwd/my.yaml`, 'utf8')
    expect(kept).toBe(FILE)
    await endsComplete(daemon, subscriber)
  })

  it.each(['json', 'pretty'])('behind its log (%s) does not stop the neuron', async format => {
    const broker = await begun(neurond(...FREE_PORTS, '--set', 'id=broker'))
    const settings = ['--set', `log.format=${format}`, '--set', `mqtt.url=mqtt://127.0.0.1:${broker.port}`]
    const daemon = startBy('sh', ['-c', 'exec "$@" > /dev/full', 'sh'], ...settings)
    await moreSpikes(broker.subscriber)
    daemon.process.kill('SIGTERM')
    expect(await daemon.exit).toBe(0)
    expect(daemon.printed()).toBe('')
    await until(() => broker.subscriber.texts('status').at(-1) === 'offline', 'the farewell')
  })
})
