import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answers, freePort, until } from './mosquitto.ts'

/** A RabbitMQ of our own, with MQTT and MQTT in WebSockets, on free ports of this machine. */
export interface RabbitMq {
  readonly mqttPort: number
  readonly webSocketPort: number
  /** Ends it and removes its files. */
  close(): Promise<void>
}

/** The program itself: the one on the path is for root and its own user alone. */
const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const SLOWEST_START_S = 150

/** Takes about 10 s, and four times as long on a busy machine: start it once. */
export async function startRabbitMq(): Promise<RabbitMq> {
  const [mqttPort, webSocketPort, distributionPort, epmdPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const folder = mkdtempSync(join(tmpdir(), 'neurond-rabbitmq-'))
  const at = (name: string) => join(folder, name)
  writeFileSync(at('plugins'), '[rabbitmq_mqtt,rabbitmq_web_mqtt].')
  const lines = [
    'listeners.tcp = none',
    `mqtt.listeners.tcp.1 = 127.0.0.1:${mqttPort}`,
    'web_mqtt.tcp.ip = 127.0.0.1',
    `web_mqtt.tcp.port = ${webSocketPort}`,
    'log.console = true',
  ]
  writeFileSync(at('rabbitmq.conf'), `${lines.join('\n')}\n`)
  const env = {
    ...{ PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8' },
    ...{ RABBITMQ_NODENAME: 'neurond@localhost', RABBITMQ_DIST_PORT: `${distributionPort}` },
    ...{ RABBITMQ_MNESIA_BASE: at('mnesia'), RABBITMQ_LOG_BASE: at('log'), RABBITMQ_PID_FILE: at('pid') },
    ...{ RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins'), RABBITMQ_CONFIG_FILE: at('rabbitmq.conf') },
    ...{ RABBITMQ_CONF_ENV_FILE: at('none'), ERL_EPMD_ADDRESS: '127.0.0.1', ERL_EPMD_PORT: `${epmdPort}` },
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  }
  const epmd = spawn('epmd', ['-address', '127.0.0.1', '-port', `${epmdPort}`], { stdio: 'ignore', env })
  await until(() => answers(epmdPort), 'the port mapper of Erlang')
  // In a group of its own: a shell starts the program, and that some helpers.
  const server = spawn(PROGRAM, { stdio: 'ignore', env, detached: true })

  async function close(): Promise<void> {
    const gone = new Promise<void>(resolve => server.once('exit', () => resolve()))
    if (server.exitCode === null && server.pid !== undefined) {
      process.kill(-server.pid, 'SIGKILL')
      await gone
    }
    epmd.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  try {
    const isUp = async () => {
      if (server.exitCode !== null) throw new Error(`RabbitMQ ended: ${readFileSync(at('log/neurond@localhost.log'))}`)
      return (await answers(mqttPort)) && (await answers(webSocketPort))
    }
    await until(isUp, 'RabbitMQ to listen', SLOWEST_START_S)
  } catch (error) {
    await close()
    throw error
  }
  return { mqttPort, webSocketPort, close }
}
