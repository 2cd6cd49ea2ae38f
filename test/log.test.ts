import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { closeLog, openLog, setLevels } from '../src/log.ts'

function open(level = 'info', levels: Record<string, string> = {}) {
  const lines: Record<string, unknown>[] = []
  const clock = { ms: 0 }
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const log = openLog({ level, levels, format: 'json', colour: false, nowMs: () => clock.ms, stream })
  return { log, clock, said: () => lines.map(({ msg }) => msg) }
}

describe('the log', () => {
  it('has a level of its own for a room, and another from a reload on', () => {
    const { log, said } = open('warn', { mqtt: 'debug' })
    const [mqtt, loop] = [log.child({ room: 'mqtt' }), log.child({ room: 'loop' })]
    mqtt.debug('a')
    loop.info('b')
    setLevels(log, { level: 'info', levels: {} })
    mqtt.debug('c')
    loop.info('d')
    log.info('e')
    expect(said()).toEqual(['a', 'd', 'e'])
  })

  it('writes a message of a room that comes again and again once in ten seconds, and how often it came', () => {
    const { log, clock, said } = open()
    const mqtt = log.child({ room: 'mqtt' })
    for (let i = 0; i < 100; i++) {
      mqtt.warn('the broker refuses')
      clock.ms += 150
    }
    expect(said()).toEqual(['the broker refuses', 'the broker refuses (repeated 66 times)', 'the broker refuses'])
    closeLog(log)
    expect(said().at(-1)).toBe('the broker refuses (repeated 32 times)')
    mqtt.warn('the broker is back')
    mqtt.warn('the broker is back')
    closeLog(log)
    expect(said().at(-1)).toBe('the broker is back (repeated once)')
  })

  it('keeps messages apart that differ in room, level or text, and those that people ask for', () => {
    const { log, said } = open()
    const mqtt = log.child({ room: 'mqtt' })
    mqtt.warn('x')
    mqtt.info('x')
    log.child({ room: 'web' }).warn('x')
    mqtt.warn('y')
    log.info('help')
    log.info('help')
    closeLog(log)
    expect(said()).toEqual(['x', 'x', 'x', 'y', 'help', 'help'])
  })
})
