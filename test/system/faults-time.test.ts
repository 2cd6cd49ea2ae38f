import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAll } from '../mqtt/link-on-real-broker.ts'
import { until } from '../mqtt/mosquitto.ts'
import { begun, endsComplete, eventsOf, FAST, intervalsUs, moreSpikes, newFolder } from './faults.ts'
import { endAll, FREE_PORTS, MAIN, neurond, start } from './processes.ts'

const UNWELL = new URL('./unwell.cjs', import.meta.url).pathname
const HOUR_MS = 3_600_000

afterEach(async () => {
  endAll()
  await closeAll()
})

function openUnwell(env: Record<string, string> = {}) {
  return begun(start(process.execPath, ['--require', UNWELL, MAIN, ...FREE_PORTS, ...FAST], env))
}

describe('a main thread that stands still for half a second, four times', () => {
  it('disturbs no spike and loses none', async () => {
    const { daemon, subscriber } = await openUnwell()
    await moreSpikes(subscriber)
    for (let times = 1; times <= 4; times++) {
      daemon.process.kill('SIGUSR2')
      await until(() => daemon.printed().split('stood still').length > times, 'the main thread to go on')
    }
    await moreSpikes(subscriber)
    await endsComplete(daemon, subscriber)
    const intervals = intervalsUs(subscriber)
    expect(Math.max(...intervals) - Math.min(...intervals)).toBeLessThan(1000)
    // The neuron thread went on meanwhile, and did not make up for half a second afterwards; the machine itself may pause.
    expect(eventsOf(subscriber, 'stall').filter(({ stallMs }) => stallMs > 400).length).toBeLessThan(4)
    expect(eventsOf(subscriber, 'skipped')).toEqual([])
  })
})

describe('a system clock that is set', () => {
  it.each([
    ['forward', HOUR_MS],
    ['back', -HOUR_MS],
  ])('%s by an hour changes the dates, which is told, and no interval; nothing stops', async (way, stepMs) => {
    const file = join(newFolder(), 'clock')
    writeFileSync(file, '0')
    const { daemon, subscriber } = await openUnwell({ CLOCK_FILE: file })
    await moreSpikes(subscriber)
    writeFileSync(file, String(stepMs))
    await daemon.says(`the system clock was set ${way} by 3600.0 s`)
    await until(() => eventsOf(subscriber, 'clockSet').length > 0, 'the event')
    await moreSpikes(subscriber)
    await endsComplete(daemon, subscriber)
    expect(Math.abs(eventsOf(subscriber, 'clockSet')[0].stepMs - stepMs)).toBeLessThan(1000)
    const { tUs } = JSON.parse(subscriber.texts('spike').at(-1)!)
    expect(Math.abs(tUs / 1000 - Date.now() - stepMs)).toBeLessThan(60_000)
    const intervals = intervalsUs(subscriber)
    const usual = intervals.filter(us => Math.abs(us) < 1e9)
    expect(usual).toHaveLength(intervals.length - 1)
    expect(Math.max(...usual) - Math.min(...usual)).toBeLessThan(1000)
    const isisMs = subscriber.texts('spike').map(text => JSON.parse(text).isiMs)
    expect(Math.max(...isisMs) - Math.min(...isisMs)).toBeLessThan(0.1)
  })
})

describe('another time zone and language', () => {
  const ABROAD = { TZ: 'Pacific/Chatham', LANG: 'de_DE.UTF-8', LC_ALL: 'tr_TR.UTF-8' }

  it('change no number and no date that others read', async () => {
    const abroad = await begun(start(process.execPath, [MAIN, ...FREE_PORTS, ...FAST], ABROAD))
    const { daemon, port, subscriber } = abroad
    const recorder = start(process.execPath, [MAIN, 'record', `mqtt://127.0.0.1:${port}`, '-d', '1', '-o', '-'], ABROAD)
    expect(await recorder.exit).toBe(0)
    const lines = recorder
      .printed()
      .split('\n')
      .filter(line => line.startsWith('pi-a,'))
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line).toMatch(/^pi-a,\w+,\d+,\d{16},1,[01],[01]$/)
    expect(Math.abs(Number(lines[0]!.split(',')[3]) / 1000 - Date.now())).toBeLessThan(60_000)
    await endsComplete(daemon, subscriber)
    expect(JSON.parse(subscriber.texts('params')[0]!)).toMatchObject({ thresholdMv: -55, tauMs: 10 })
  })

  it.each(['csv', 'svg'])('leave every byte of a simulation as %s as it was', async format => {
    const run = ['simulate', '--current', '1.7', '--duration', '200', '--format', format, '--set', 'neuron.tauMs=12.5']
    const [here, away] = [neurond(...run), start(process.execPath, [MAIN, ...run], ABROAD)]
    expect(await here.exit).toBe(0)
    expect(await away.exit).toBe(0)
    expect(away.printed()).toBe(here.printed())
  })
})
