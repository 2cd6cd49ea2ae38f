import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { freePort, until } from '../mqtt/mosquitto.ts'
import { begun, endsComplete, FAST, moreSpikes, newFolder, startBy } from './faults.ts'
import { endAll, FREE_PORTS, MAIN, neurond, start } from './processes.ts'

afterEach(async () => {
  endAll()
  await closeAll()
})

describe('a configuration that cannot be read', () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'garbage.yaml'), Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x07]))
  writeFileSync(join(folder, 'list.yaml'), '- 1\n- 2\n')

  it.each([
    ['there is none', join(folder, 'none.yaml'), 'there is no such file'],
    ['it is a folder', folder, 'this is a directory'],
    ['the disk fails', '/proc/self/mem', 'it cannot be read: EIO'],
    ['it is no text', join(folder, 'garbage.yaml'), 'garbage.yaml'],
    ['it is a list', join(folder, 'list.yaml'), 'list.yaml'],
  ])('because %s: the daemon names it and does not start', async (_why, file, words) => {
    const daemon = neurond('run', '--config', file)
    expect(await daemon.exit).toBe(1)
    expect(daemon.printed()).toContain(words)
    expect(daemon.printed()).not.toMatch(/^ +at |starts/m)
  })

  it('at SIGHUP leaves everything as it was', async () => {
    const file = join(newFolder(), 'my.yaml')
    writeFileSync(file, 'id: pi-a\nweb: {port: 0}\nmqtt: {broker: {port: 0}}\ninput: {driver: mock}\n')
    const { daemon, subscriber } = await begun(neurond('run', '--config', file, ...FAST))
    await moreSpikes(subscriber)
    rmSync(file)
    daemon.process.kill('SIGHUP')
    await daemon.says('there is no such file')
    await daemon.says('the configuration is refused, and everything stays as it was')
    await moreSpikes(subscriber)
    await endsComplete(daemon, subscriber)
  })
})

describe('ports that are taken', () => {
  it('by a program that knows neither HTTP nor MQTT: both are served at others, which are told', async () => {
    const taken = [await freePort(), await freePort()]
    for (const port of taken) {
      const server = createServer()
      await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
      closeAfterTest({ close: async () => server.close() })
    }
    const ports = ['--set', `web.port=${taken[0]}`, '--set', `mqtt.broker.port=${taken[1]}`]
    const { daemon, url, subscriber } = await begun(neurond(...FAST, ...ports))
    expect(daemon.printed()).toContain(`port ${taken[0]} is in use by another program; the dashboard takes`)
    expect(daemon.printed()).toContain(`port ${taken[1]} is in use by another program; the built-in broker listens on`)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    await moreSpikes(subscriber)
    await endsComplete(daemon, subscriber)
  })
})

describe('SIGTERM at any moment of the start', () => {
  it.each([
    0, 100, 200, 300, 450, 700, 1000,
  ])('after %i ms ends it, with the outputs low if there are any', async ms => {
    const daemon = neurond(...FREE_PORTS, ...FAST)
    await new Promise(resolve => setTimeout(resolve, ms))
    daemon.process.kill('SIGTERM')
    // Before its own first line runs, the system ends it.
    expect([0, 'SIGTERM']).toContain(await daemon.exit)
    expect(daemon.printed()).not.toMatch(/ERROR|neurond: /)
    if (daemon.printed().includes("' starts")) expect(daemon.printed()).toContain('outputs are low')
  })
})

describe('a poor place to start from', () => {
  it('no environment, no standard input, no right to write: the neuron lives all the same', async () => {
    const script = 'umask 777; cd /proc; exec env -i "$@" <&-'
    const { daemon, subscriber } = await begun(startBy('sh', ['-c', script, 'sh']))
    await moreSpikes(subscriber)
    await endsComplete(daemon, subscriber)
  })

  it('a folder that is gone: it says so', async () => {
    const folder = join(newFolder(), 'gone')
    mkdirSync(folder)
    const daemon = startBy('sh', ['-c', `cd ${folder}; rmdir ${folder}; exec "$@"`, 'sh'])
    expect(await daemon.exit).toBe(1)
    expect(daemon.printed()).toContain('this folder has been removed while you were in it: go to another')
  })
})

describe('a limit on open files', () => {
  it('that is too low to start: it says what to do, and leaves nothing behind', async () => {
    const daemon = startBy('sh', ['-c', 'ulimit -n 40; exec "$@"', 'sh'])
    expect(await daemon.exit).toBe(1)
    expect(daemon.printed()).toContain('may not open enough files: allow more (ulimit -n 1024)')
  })

  it('that a crowd of idle connections reaches: no spike is lost, and the dashboard answers when they are gone', async () => {
    const { daemon, url, subscriber } = await begun(startBy('sh', ['-c', 'ulimit -n 160; exec "$@"', 'sh']))
    const sockets: Socket[] = []
    for (let i = 0; i < 250; i++) sockets.push(connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {}))
    await until(() => sockets.some(socket => socket.destroyed), 'the limit')
    await moreSpikes(subscriber)
    for (const socket of sockets) socket.destroy()
    const answers = () =>
      fetch(`${url}/readyz`).then(
        ({ status }) => status === 200,
        () => false,
      )
    await until(answers, 'the dashboard to answer')
    await endsComplete(daemon, subscriber)
  })
})

describe('nobody who reads the log any more', () => {
  it.each(['json', 'pretty'])('does not end the neuron (%s)', async format => {
    const daemon = start(process.execPath, [MAIN, ...FREE_PORTS, ...FAST, '--set', `log.format=${format}`])
    const { url, subscriber } = await begun(daemon)
    daemon.process.stdout?.destroy()
    // This makes it write a line, and find that nobody reads it.
    for (let times = 0; times < 3; times++) daemon.process.kill('SIGHUP')
    await until(() => subscriber.texts('events').some(text => text.includes('"reloaded"')), 'the reload')
    await moreSpikes(subscriber)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    daemon.process.kill('SIGTERM')
    expect(await daemon.exit).toBe(0)
    await until(() => subscriber.texts('status').at(-1) === 'offline', 'the farewell')
  })
})
