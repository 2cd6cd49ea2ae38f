import { describe, expect, it } from 'vitest'
import { otherDaemonWarning } from '../../../src/cli/run/ports-of-another-daemon.ts'

type Config = Parameters<typeof otherDaemonWarning>[0]
type Daemon = Parameters<typeof otherDaemonWarning>[1]

const config = (webPort: number, brokerPort: number, url = '') =>
  ({ web: { port: webPort }, mqtt: { url, broker: { enabled: true, port: brokerPort } } }) as Config
const daemon = (web: string | undefined, broker: string) =>
  ({ web: web && { url: web }, link: () => ({ url: broker }) }) as unknown as Daemon
const OTHER = { pid: 12, hardware: [], isService: false }

/** The warning where the other daemon has these ports. */
const warning = (given: Config, opened: Daemon, its = [8080, 1883]) =>
  otherDaemonWarning(given, opened, ports => (ports.some(port => its.includes(port)) ? [OTHER] : []))

describe('a daemon that had to take other ports', () => {
  it('names the one that has them, and how to stop it', () => {
    expect(warning(config(8080, 1883), daemon('http://127.0.0.1:8081', 'mqtt://127.0.0.1:40123'))).toBe(
      'another neurond (process 12) runs on this machine and has the usual ports: this one took port 8081 in place of 8080, port 40123 in place of 1883; to stop the other: kill 12',
    )
  })

  it.each<[string, Config, Daemon]>([
    ['its own ports', config(8080, 1883), daemon('http://127.0.0.1:8080', 'mqtt://127.0.0.1:1883')],
    ['any free ones', config(0, 0), daemon('http://127.0.0.1:8081', 'mqtt://127.0.0.1:40123')],
    ['a broker elsewhere', config(8080, 1883, 'mqtt://pi'), daemon('http://127.0.0.1:8080', 'mqtt://pi')],
    ['ports of another program', config(9090, 1884), daemon('http://127.0.0.1:9091', 'mqtt://127.0.0.1:40123')],
    ['no dashboard', config(8080, 1883), daemon(undefined, 'mqtt://127.0.0.1:1883')],
  ])('says nothing with %s', (_, given, opened) => {
    expect(warning(given, opened)).toBeUndefined()
  })
})
