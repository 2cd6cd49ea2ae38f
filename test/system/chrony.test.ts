import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { askChrony } from '../../src/daemon/chrony.ts'
import { realTimers } from '../../src/loop/clock.ts'
import { needs } from './programs.ts'

const PATIENCE = { timeout: 30_000, interval: 100 }

needs('chronyd')('chronyd', () => {
  const opened: { readonly chronyd: ChildProcess; readonly folder: string }[] = []
  afterEach(async () => {
    for (const { chronyd, folder } of opened.splice(0)) {
      if (chronyd.exitCode === null && chronyd.kill('SIGKILL')) await once(chronyd, 'exit')
      rmSync(folder, { recursive: true, force: true })
    }
  })

  /** A chronyd on free ports that leaves the clock alone. */
  async function start(...lines: string[]) {
    const [port, commandPort] = [await freePort(), await freePort()]
    const folder = mkdtempSync(join(tmpdir(), 'neurond-chrony-'))
    // A copy: AppArmor bars the program in its own place from other folders.
    const program = join(folder, 'chronyd')
    copyFileSync('/usr/sbin/chronyd', program)
    // Without its Unix socket, which would be that of the system's chronyd.
    const commands = [`cmdport ${commandPort}`, 'bindcmdaddress 127.0.0.1', 'bindcmdaddress /']
    const own = [`port ${port}`, ...commands, `pidfile ${folder}/pid`]
    const user = ['-U', '-u', userInfo().username]
    const chronyd = spawn(program, ['-d', '-x', ...user, ...own, ...lines], { stdio: 'ignore' })
    opened.push({ chronyd, folder })
    return { port, tracking: () => askChrony(realTimers, commandPort) }
  }

  it('says that it follows nothing yet', async () => {
    const { tracking } = await start()
    await expect.poll(tracking, PATIENCE).toEqual({ synced: false, errMs: null })
  })

  it('says how well it follows a server, and what that is worth', async () => {
    const teacher = await start('local stratum 10', 'allow 127.0.0.1')
    await expect.poll(teacher.tracking, PATIENCE).toMatchObject({ synced: true })
    const pupil = await start(`server 127.0.0.1 port ${teacher.port} iburst minpoll -6 maxpoll -6`)
    await expect.poll(pupil.tracking, PATIENCE).toMatchObject({ synced: true })
    const { errMs } = (await pupil.tracking())!
    expect(errMs).toBeGreaterThan(0)
    // On one machine; a busy one delays the packets.
    expect(errMs).toBeLessThan(1000)
  })
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address() as AddressInfo
  socket.close()
  return port
}
