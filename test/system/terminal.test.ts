import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAfterTest, closeAll, subscribe } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { endAll, FREE_PORTS, MAIN, start } from './processes.ts'
import { needs } from './programs.ts'
import { endTerminals, isAlive, type OnTerminal, type Stream, startOnTerminal } from './terminal.ts'

afterEach(async () => {
  endAll()
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

needs('python3')('a neuron on a terminal', () => {
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

  it('ends in a session of its own when the terminal is closed', async () => {
    const words = NEURON.map(word => `'${word}'`).join(' ')
    const shell = await startOnTerminal(['setsid', '-w', 'sh', '-c', `echo "pid $$;"; exec ${words}`])
    await shell.shows('spikes for others')
    const pid = Number(/pid (\d+);/.exec(shell.shown())![1])
    shell.endTerminal()
    await until(() => !isAlive(pid), 'the end of the neuron')
  })

  it('lives on where nobody reads its terminal, and ends at SIGTERM', async () => {
    const neuron = await startOnTerminal(NEURON)
    await neuron.shows('spikes for others')
    const url = /dashboard: (http:[^\s,"]+)/.exec(stripVTControlCharacters(neuron.shown()))![1]!
    neuron.stopReading()
    // Each of these keys writes a line: more than the terminal has room for.
    for (let n = 0; n < 20; n++) {
      neuron.type('h'.repeat(100))
      expect((await fetch(`${url}/healthz`)).ok).toBe(true)
    }
    process.kill(neuron.pid, 'SIGTERM')
    await ends(neuron)
  })

  it('says at last that another has the ports, and how to stop it', async () => {
    const first = await startOnTerminal(NEURON)
    await first.shows('spikes for others')
    const port = /dashboard: http:\/\/127\.0\.0\.1:(\d+)/.exec(stripVTControlCharacters(first.shown()))![1]!
    const second = await startOnTerminal([...NEURON, '--set', `web.port=${port}`])
    await second.shows('to stop the other')
    const said = stripVTControlCharacters(second.shown())
    expect(said).toMatch(
      new RegExp(
        `another neurond \\(process ${first.pid}\\).*in place of ${port}; to stop the other: kill ${first.pid}`,
      ),
    )
    expect(said.indexOf('another neurond')).toBeGreaterThan(said.indexOf('keys:'))
    for (const neuron of [first, second]) neuron.type('q')
    await ends(first)
    await ends(second)
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

needs('python3')('a neuron without a terminal', () => {
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

needs('mosquitto', 'python3')('in the background, when the terminal is closed, ends', () => {
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

needs('python3')('with the terminal ends', () => {
  it('calibrate and its question', async () => {
    const calibrate = await startOnTerminal([process.execPath, MAIN, 'calibrate', '--set', 'input.driver=mock'])
    await calibrate.shows('Enter')
    calibrate.endTerminal()
    await ends(calibrate)
  })

  it('doctor', async () => {
    const file = outputFile()
    const doctor = await startOnTerminal([process.execPath, MAIN, 'doctor'], {
      streams: ['terminal', file, 'terminal'],
    })
    doctor.endTerminal()
    await ends(doctor)
  })

  it('config save and its question', async () => {
    const neuron = await startOnTerminal(NEURON, { streams: ['null', 'terminal', 'terminal'] })
    await neuron.shows('spikes for others')
    const url = /dashboard: (http:[^\s,"]+)/.exec(stripVTControlCharacters(neuron.shown()))![1]!
    const yaml = `${outputFile()}.yaml`
    writeFileSync(yaml, 'neuron:\n  tauMs: 33\n')
    const save = await startOnTerminal([process.execPath, MAIN, 'config', 'save', yaml, '--from', url])
    await save.shows('Write this')
    save.endTerminal()
    await ends(save)
    expect(readFileSync(yaml, 'utf8')).toBe('neuron:\n  tauMs: 33\n')
    neuron.endTerminal()
    await ends(neuron)
  })
})

describe('a neuron whose output', () => {
  it('goes to a reader that ends at once ends too', async () => {
    const neuron = start('sh', ['-c', `${NEURON.map(word => `'${word}'`).join(' ')} | head -1`])
    expect(await neuron.exit).toBe(0)
    expect(neuron.printed()).toContain("neuron 'pi-a' starts")
  })
})
