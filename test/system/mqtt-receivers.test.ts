import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { fakeNeuron } from '../mqtt/fake-neuron.ts'
import { closeAfterTest, closeAll, isOnline, linkOnRealBroker } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { needs } from './programs.ts'

afterEach(closeAll)

const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname

interface Program {
  readonly out: () => string
  readonly err: () => string
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
}

/** A command of the built program, on its own. */
function runCli(file: 'watch' | 'record', ...args: readonly string[]): Program {
  const child = spawn(process.execPath, [MAIN, file, ...args], { stdio: 'pipe' })
  let [out, err] = ['', '']
  child.stdout.on('data', text => (out += text))
  child.stderr.on('data', text => (err += text))
  const exited = new Promise<number | null>(resolve => child.once('exit', resolve))
  closeAfterTest({ close: async () => child.kill('SIGKILL') })
  return { out: () => out, err: () => err, child, exited }
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'neurond-record-'))
  closeAfterTest({ close: async () => rmSync(path, { recursive: true }) })
  return path
}

needs('mosquitto')('receivers', () => {
  it('record every spike with its time, through a restart of the broker, and say so at the end', async () => {
    const broker = closeAfterTest(await startMosquitto())
    const url = `mqtt://127.0.0.1:${broker.port}`
    const file = join(folder(), 'a.csv')
    const { link, spikesTo } = linkOnRealBroker(url, {}, 5, fakeNeuron().neuron)
    await until(isOnline(link), 'the link')
    const program = runCli('record', url, '-o', file)
    spikesTo(1)
    const lines = () => readFileSync(file, 'utf8').trim().split('\n')
    let seq = 1
    await until(() => {
      spikesTo(++seq)
      try {
        return lines().length > 3
      } catch {
        return false
      }
    }, 'the first spikes')
    broker.kill('SIGKILL')
    spikesTo(seq + 200)
    await new Promise(resolve => setTimeout(resolve, 200))
    await broker.start()
    await until(() => lines().at(-1)?.split(',')[2] === String(seq + 200), 'the last spike')
    program.child.kill('SIGINT')
    expect(await program.exited).toBe(0)
    const seqs = lines()
      .slice(1)
      .map(line => Number(line.split(',')[2]))
    const first = Math.min(...seqs)
    expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: seq + 201 - first }, (_, i) => first + i))
    expect(Math.abs(Number(lines()[1]!.split(',')[3]) / 1000 - Date.now())).toBeLessThan(120_000)
    expect(program.err()).toMatch(new RegExp(`pi-a: ${seqs.length} received, 0 missing, \\d+ healed\n$`))
  })

  it('say that two neurons share an id, and tell their spikes apart', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const url = `mqtt://127.0.0.1:${port}`
    const file = join(folder(), 'a.csv')
    const program = runCli('record', url, '-o', file)
    const twins = ['one', 'two'].map(boot => linkOnRealBroker(url, {}, 5, { ...fakeNeuron().neuron, boot }))
    let seq = 0
    await until(() => {
      seq++
      for (const { spikesTo } of twins) spikesTo(seq)
      return program.err().includes('two neurons share the id "pi-a" and take turns')
    }, 'the word')
    program.child.kill('SIGINT')
    expect(await program.exited).toBe(0)
    expect(program.err()).toMatch(/pi-a \(two neurons with this id\): \d+ received, \d+ missing, \d+ healed\n$/)
    const keys = readFileSync(file, 'utf8')
      .split('\n')
      .slice(1, -1)
      .map(line => line.split(',').slice(1, 3).join(' '))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('leave no file behind where there was no broker, or no folder, and say what to do', async () => {
    const path = folder()
    const program = runCli('record', 'mqtt://127.0.0.1:1', '-o', join(path, 'a.csv'), '-d', '1')
    expect(await program.exited).toBe(1)
    expect(program.err()).toContain('nothing was recorded, and no file is left: nothing listens at 127.0.0.1:1: start')
    expect(existsSync(join(path, 'a.csv'))).toBe(false)
    const astray = runCli('record', 'mqtt://127.0.0.1:1', '-o', join(path, 'no/such/a.csv'))
    expect(await astray.exited).toBe(1)
    expect(astray.err()).toContain(`there is no folder ${path}/no/such: make it with "mkdir -p ${path}/no/such"`)
  })

  it('refuse a duration that no timer can wait for, which would end at once', async () => {
    const program = runCli('record', 'mqtt://127.0.0.1:1', '-o', '-', '-d', '3000000')
    expect(await program.exited).toBe(2)
    expect(program.err()).toContain('--duration is 3000000, must be a number above 0 to 2000000 s')
  })

  it('never overwrite a recording', async () => {
    const file = join(folder(), 'a.csv')
    writeFileSync(file, 'precious')
    const program = runCli('record', 'mqtt://127.0.0.1:1', '-o', file)
    expect(await program.exited).toBe(1)
    expect(program.err()).toMatch(/a\.csv: is there already, must be a new file/)
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })

  it('watch prints a line for every spike and every change of status when nobody looks', async () => {
    const broker = closeAfterTest(await startMosquitto())
    const url = `mqtt://127.0.0.1:${broker.port}`
    const program = runCli('watch', url)
    const { link, spikesTo } = linkOnRealBroker(url, {}, 5, fakeNeuron().neuron)
    await until(isOnline(link), 'the link')
    await until(() => program.out().includes('pi-a online'), 'the status')
    spikesTo(3)
    await until(() => program.out().includes('spike 3'), 'the spikes')
    expect(program.out()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z pi-a spike 3$/m)
    await link.close()
    await until(() => program.out().includes('pi-a offline'), 'the farewell')
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
  })
})
