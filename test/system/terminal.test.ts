import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAfterTest, closeAll, subscribe } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { FREE_PORTS, MAIN } from './processes.ts'
import { needs } from './programs.ts'
import { endTerminals, type OnTerminal, type Stream, startOnTerminal } from './terminal.ts'

afterEach(async () => {
  const left = endTerminals()
  await closeAll()
  expect(left).toEqual([])
})

const NEURON = [process.execPath, MAIN, 'run', ...FREE_PORTS, '--set', 'id=pi-a']

/** A file for the output of a program that does not write to its terminal. */
function outputFile(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'neurond-terminal-')), 'out')
  writeFileSync(file, '')
  return file
}

async function saysIn(file: string, words: string): Promise<void> {
  await until(() => readFileSync(file, 'utf8').includes(words), `"${words}" in ${file}`)
}

async function ends({ isRunning }: OnTerminal): Promise<void> {
  await until(() => !isRunning(), 'the end of the program')
}

describe('a neuron on a terminal', () => {
  it('ends when the leader of its session dies before the terminal', async () => {
    const neuron = await startOnTerminal(NEURON)
    await neuron.shows('spikes for others')
    neuron.endLeader()
    await ends(neuron)
    expect(neuron.shown()).toContain('outputs are low')
  })

  it('ends with npm, which started it, when the leader of the session dies', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neurond-terminal-'))
    const start = NEURON.map(word => `'${word}'`).join(' ')
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ scripts: { start: `true && echo "pid $$" && ${start}` } }),
    )
    const npm = await startOnTerminal(['npm', 'start', '--prefix', folder])
    await npm.shows('spikes for others')
    npm.endLeader()
    await npm.shows('outputs are low')
    await ends(npm)
  })

  it('ends when it is sent SIGHUP there, instead of reading its configuration again', async () => {
    const neuron = await startOnTerminal(NEURON)
    await neuron.shows('spikes for others')
    process.kill(neuron.pid, 'SIGHUP')
    await ends(neuron)
    expect(neuron.shown()).not.toContain('read again')
  })

  it('ends when the terminal is closed', async () => {
    const neuron = await startOnTerminal(NEURON)
    await neuron.shows('spikes for others')
    neuron.endTerminal()
    await ends(neuron)
  })

  it.each(['q', '\u0003', '\u0004'])('ends when %j is typed', async key => {
    const neuron = await startOnTerminal(NEURON)
    await neuron.shows('spikes for others')
    neuron.type(key)
    await ends(neuron)
    expect(neuron.shown()).toContain('outputs are low')
  })

  it.each<[number, string]>([
    [0, 'input'],
    [1, 'output'],
    [2, 'errors'],
  ])('ends in the background when the terminal is closed that only its stream %i (%s) was on', async stream => {
    const file = outputFile()
    const streams = ['null', file, file].map((path, i) => (i === stream ? 'terminal' : path))
    const neuron = await startOnTerminal(NEURON, { streams, background: true })
    if (stream === 1) await neuron.shows('spikes for others')
    else await saysIn(file, 'spikes for others')
    neuron.endTerminal()
    await ends(neuron)
    if (stream !== 1) expect(readFileSync(file, 'utf8')).toContain('outputs are low')
  })
})

describe('a neuron without a terminal', () => {
  it.each([
    'nohup',
    'env',
  ])('that %s started reads its configuration at SIGHUP, and outlives the terminal', async by => {
    const file = outputFile()
    const neuron = await startOnTerminal([by, ...NEURON], { streams: ['null', file, file], background: true })
    await saysIn(file, 'spikes for others')
    neuron.endTerminal()
    neuron.endLeader()
    for (const words of ['configuration read again', 'configuration read again']) {
      process.kill(neuron.pid, 'SIGHUP')
      await saysIn(file, words)
    }
    process.kill(neuron.pid, 'SIGTERM')
    await ends(neuron)
    expect(readFileSync(file, 'utf8')).toContain('outputs are low')
  })
})

needs('mosquitto')('in the background, when the terminal is closed, ends', () => {
  async function broker() {
    const { port } = closeAfterTest(await startMosquitto())
    const { client } = await subscribe(port)
    await client.publishAsync('neuron/v1/pi-a/status', 'online', { retain: true, qos: 1 })
    return `mqtt://127.0.0.1:${port}`
  }

  async function command(words: readonly string[], streams: readonly Stream[]) {
    return startOnTerminal([process.execPath, MAIN, ...words], { streams, background: true })
  }

  it('watch that draws on it', async () => {
    const watch = await command(['watch', await broker()], ['null', 'terminal', 'terminal'])
    await watch.shows('q leaves')
    watch.endTerminal()
    await ends(watch)
  })

  it('watch that writes into a file', async () => {
    const file = outputFile()
    const watch = await command(['watch', await broker(), '--json'], ['terminal', file, file])
    await saysIn(file, 'online')
    watch.endTerminal()
    await ends(watch)
  })

  it('record', async () => {
    const file = outputFile()
    const record = await command(['record', await broker(), '-o', `${file}.csv`], ['terminal', file, file])
    await until(() => existsSync(`${file}.csv`), 'the recording')
    record.endTerminal()
    await ends(record)
  })

  it('bench, with the daemon that it measures', async () => {
    const file = outputFile()
    const bench = await command(['bench', '--only', 'memory', '--seconds', '600'], ['null', file, 'terminal'])
    await bench.shows('memory')
    bench.endTerminal()
    await ends(bench)
    expect(readFileSync(file, 'utf8')).not.toBe('')
  })
})

it('calibrate and its question end with the terminal', async () => {
  const calibrate = await startOnTerminal([process.execPath, MAIN, 'calibrate', '--set', 'input.driver=mock'])
  await calibrate.shows('Enter')
  calibrate.endTerminal()
  await ends(calibrate)
})
