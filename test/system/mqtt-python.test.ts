import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { closeAfterTest, closeAll, isOnline, linkOnRealBroker } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { needs, pythonWithPaho } from './programs.ts'

afterEach(closeAll)

/** The Python program in the README, with another port than the usual one. */
function programFor(port: number): string {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, code = ''] = /```python\n(.*?)```/s.exec(readme) ?? []
  const moved = code.replace('hostname="127.0.0.1"', `hostname="127.0.0.1", port=${port}`)
  expect(moved).not.toBe(code)
  return moved
}

needs('mosquitto', 'python3 with paho.mqtt')('the Python example of the README', () => {
  it('prints the topic and the time of every spike', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const env = { ...process.env, PYTHONUNBUFFERED: '1' }
    const python = spawn(pythonWithPaho()!, ['-c', programFor(port)], { env })
    closeAfterTest({ close: async () => python.kill('SIGKILL') })
    let [out, err] = ['', '']
    python.stdout.on('data', text => (out += text))
    python.stderr.on('data', text => (err += text))
    const { link, spikesTo } = linkOnRealBroker(`mqtt://127.0.0.1:${port}`)
    await until(isOnline(link), 'the link')
    // The live spikes are not kept for those who come late.
    let seq = 0
    await until(() => {
      spikesTo(++seq)
      return out !== '' || err !== ''
    }, 'the first spike')
    spikesTo(seq + 3)
    await until(() => out.trim().split('\n').length > 3, 'three more')
    expect(err).toBe('')
    for (const line of out.trim().split('\n')) expect(line).toMatch(/^neuron\/v1\/pi-a\/spike \d{16}$/)
  })
})
