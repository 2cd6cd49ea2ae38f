import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAfterTest, closeAll, oneTo, subscribe } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { endAll, FREE_PORTS, neurond, start } from './processes.ts'
import { needs } from './programs.ts'

afterEach(async () => {
  endAll()
  await closeAll()
})

const FAST = [
  '--set',
  'id=pi-a',
  '--set',
  'preset=bio',
  '--set',
  'input.shape=constant',
  '--set',
  'input.level=0.9',
  '--set',
  'web.port=0',
]

describe('neurond', () => {
  it('runs a living neuron with nothing configured, prints where it is, and leaves with 0 when it is interrupted', async () => {
    const daemon = neurond(...FREE_PORTS, '--set', 'id=pi-a')
    await daemon.says('mqtt://127.0.0.1:')
    await daemon.says('connected to mqtt://')
    daemon.process.kill('SIGINT')
    expect(await daemon.exit).toBe(0)
    expect(daemon.printed()).toMatch(/stopped after \d+ spikes?; outputs are low/)
  })

  it('takes a free port when another copy has the broker’s, and says so', async () => {
    const first = neurond(...FREE_PORTS)
    await first.says('built-in broker: mqtt://')
    const port = /broker: mqtt:\/\/127\.0\.0\.1:(\d+)/.exec(first.printed())?.[1] as string
    const second = neurond('--set', 'web.port=0', '--set', `mqtt.broker.port=${port}`)
    await second.says(`port ${port} is in use by another program; the built-in broker listens on mqtt://127.0.0.1:`)
    await second.says('connected to mqtt://')
    second.process.kill('SIGTERM')
    expect(await second.exit).toBe(0)
  })

  it('names all five mistakes of a file with their lines, and does not start', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'neurond-')), 'bad.yaml')
    const lines = [
      'neuron:',
      '  tauMs: -3',
      '  resetMv: -50',
      'input:',
      '  driver: mock',
      '  shape: square',
      '  bits: 99',
      'knob: 1',
    ]
    writeFileSync(file, lines.join('\n'))
    const daemon = neurond('run', '--config', file)
    expect(await daemon.exit).toBe(1)
    for (const line of [2, 3, 6, 7, 8]) expect(daemon.printed()).toContain(`bad.yaml:${line}`)
  })

  it.each([
    [['--set', 'preset=nobody'], 'must be one of classroom, bio'],
    [['--set', 'loop.tickMs=0'], 'loop.tickMs is 0'],
    [['--nonsense'], "unknown option '--nonsense'"],
    [['dance'], "unknown command 'dance'"],
  ])('is misused by %j: exit code 2 and words', async (args, words) => {
    const daemon = neurond(...args)
    expect(await daemon.exit).toBe(2)
    expect(daemon.printed()).toContain(words)
  })

  it('without a broker runs on; when one comes, it publishes everything since the first spike', async () => {
    const silent = await startMosquitto()
    await silent.close()
    const daemon = neurond(...FAST, '--set', `mqtt.url=mqtt://127.0.0.1:${silent.port}`)
    await daemon.says('the neuron runs on')
    const folder = mkdtempSync(join(tmpdir(), 'neurond-'))
    writeFileSync(join(folder, 'm.conf'), `listener ${silent.port} 127.0.0.1\nallow_anonymous true\nuser root\n`)
    start('/usr/sbin/mosquitto', ['-c', join(folder, 'm.conf')])
    await daemon.says('connected to mqtt://')
    expect(daemon.printed()).not.toContain('no subscriber will get')
  })
})

needs('mosquitto', 'mosquitto_sub')('beside a real Mosquitto', () => {
  it('mosquitto_sub hears every spike, and offline when the daemon is killed', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const topics = ['-t', 'neuron/v1/pi-a/spike', '-t', 'neuron/v1/pi-a/status']
    const sub = start('mosquitto_sub', ['-p', String(port), '-F', '%t %p', ...topics])
    const daemon = neurond(...FAST, '--set', `mqtt.url=mqtt://127.0.0.1:${port}`)
    await until(() => (sub.printed().match(/"seq":/g) ?? []).length > 200, '200 spikes')
    daemon.process.kill('SIGKILL')
    await sub.says('status offline')
    const seqs = [...sub.printed().matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq))
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] as number) + i))
  })

  it('the ledger holds every spike from the first to the last, and the farewell follows them', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const { ledgerSeqs, texts } = await subscribe(port)
    const daemon = neurond(...FAST, '--set', `mqtt.url=mqtt://127.0.0.1:${port}`)
    await until(() => ledgerSeqs().length > 100, '100 spikes')
    daemon.process.kill('SIGTERM')
    expect(await daemon.exit).toBe(0)
    await until(() => texts('status').at(-1) === 'offline', 'the farewell')
    const count = Number(/stopped after (\d+) spikes/.exec(daemon.printed())?.[1])
    expect(ledgerSeqs()).toEqual(oneTo(count))
    const info = JSON.parse(texts('info')[0] as string)
    expect([info.mocked, info.drivers.input.mocked, info.drivers.outputs[0].mocked]).toEqual([true, true, true])
  })
})
