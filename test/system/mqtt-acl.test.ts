import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, expect, it } from 'vitest'
import { aclRules } from '../../src/cli/acl.ts'
import { makeCertificates } from '../mqtt/certificates.ts'
import { fakeNeuron } from '../mqtt/fake-neuron.ts'
import { closeAfterTest, closeAll, isSubscribed, linkOnRealBroker } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { needs } from './programs.ts'

afterEach(closeAll)

const USERS = { 'pi-a': 'a', 'pi-b': 'b', teacher: 't', homeassistant: 'h', student1: 's1', student2: 's2' }

async function classroom() {
  const certificates = closeAfterTest(makeCertificates())
  const acl = join(certificates.folder, 'neuron.acl')
  writeFileSync(acl, aclRules({ neurons: ['pi-a', 'pi-b'], students: 2, base: 'neuron/v1' }), { mode: 0o600 })
  const { port } = closeAfterTest(
    await startMosquitto(USERS, [...certificates.lines, 'allow_anonymous true', `acl_file ${acl}`]),
  )
  return { ...certificates, url: `mqtts://localhost:${port}` }
}

needs('mosquitto', 'openssl')('the access rules of a class, on mosquitto over TLS', () => {
  it('let everybody publish what is meant for him, and refuse the rest', async () => {
    const { url, ca } = await classroom()
    const connect = async (username?: keyof typeof USERS) => {
      const account = username === undefined ? {} : { username, password: USERS[username] }
      const client = await mqtt.connectAsync(url, {
        ...{ protocolVersion: 5, reconnectPeriod: 0, ca: readFileSync(ca), ...account },
      })
      closeAfterTest({ close: () => client.endAsync(true) })
      return client
    }
    const allowed: Record<string, readonly string[]> = {
      nobody: [],
      'pi-a': TOPICS.filter(topic => topic.startsWith('pi-a/') || topic === 'ha/pi-a'),
      teacher: TOPICS.filter(topic => topic !== 'ha/status'),
      homeassistant: TOPICS.filter(topic => /\/cmd\/|params\/set$|^ha\//.test(topic)),
      student1: ['pi-a/cmd/stim', 'pi-a/syn/x', 'pi-a/cmd/replay', 'pi-b/cmd/replay'],
      student2: ['pi-b/cmd/stim', 'pi-b/syn/x', 'pi-a/cmd/replay', 'pi-b/cmd/replay'],
    }
    for (const [name, expected] of Object.entries(allowed)) {
      const client = await connect(name === 'nobody' ? undefined : (name as keyof typeof USERS))
      const accepted: string[] = []
      for (const topic of TOPICS) {
        const whole = wholeTopic(topic)
        const refusal = await client.publishAsync(whole, 'x', { qos: 1 }).then(
          () => undefined,
          (error: { code?: number }) => error.code,
        )
        if (refusal === undefined) accepted.push(topic)
        else expect(refusal).toBe(135)
      }
      expect(accepted.sort(), name).toEqual([...expected].sort())
    }
  })

  it('let Home Assistant see what neurons announce and publish, and nobody else what they announce', async () => {
    const { url, ca } = await classroom()
    const seenBy = async (username: keyof typeof USERS) => {
      const client = await mqtt.connectAsync(url, {
        ...{ protocolVersion: 5, reconnectPeriod: 0, ca: readFileSync(ca), username, password: USERS[username] },
      })
      closeAfterTest({ close: () => client.endAsync(true) })
      const seen: string[] = []
      client.on('message', topic => seen.push(topic))
      await client.subscribeAsync(['homeassistant/#', 'neuron/v1/+/state', 'neuron/v1/+/status'])
      return { client, seen }
    }
    const [home, student, neuron] = [await seenBy('homeassistant'), await seenBy('student1'), await seenBy('pi-a')]
    for (const topic of ['homeassistant/device/neurond_pi-a/config', 'neuron/v1/pi-a/status', 'neuron/v1/pi-a/state'])
      await neuron.client.publishAsync(topic, 'x', { qos: 1 })
    await until(() => home.seen.length === 3 && student.seen.length === 2, 'what was published')
    expect(student.seen).not.toContain('homeassistant/device/neurond_pi-a/config')
  })

  it('let a neuron hear its own and the class’s requests and other spikes, but not the requests of another', async () => {
    const { url, ca, folder } = await classroom()
    const passwordFile = join(folder, 'pi-a.pw')
    writeFileSync(passwordFile, 'a\n')
    const heard = fakeNeuron()
    const account = { caFile: ca, username: 'pi-a', passwordFile }
    const { link, logged } = linkOnRealBroker(url, { ...account, homeAssistant: true }, 5, heard.neuron)
    link.setSynapses([{ from: 'pi-b', weightMv: 1 }])
    await until(isSubscribed(link), 'the link')
    const login = (username: string, password: string) =>
      mqtt.connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, ca: readFileSync(ca), username, password })
    const [teacher, other] = [await login('teacher', 't'), await login('pi-b', 'b')]
    closeAfterTest({ close: () => Promise.all([teacher.endAsync(true), other.endAsync(true)]) })
    const overheard: string[] = []
    other.on('message', topic => overheard.push(topic))
    await other.subscribeAsync('neuron/v1/#')
    await teacher.publishAsync('neuron/v1/all/cmd/reset', '{}', { qos: 1 })
    await teacher.publishAsync('neuron/v1/pi-a/cmd/run', '{"on":true}', { qos: 1 })
    await other.publishAsync('neuron/v1/pi-b/spike', `{"seq":1,"tUs":${Date.now() * 1000}}`, { qos: 1 })
    await until(() => heard.commands.length === 2 && heard.events.length === 1, 'what is meant for it')
    await until(() => overheard.includes('neuron/v1/all/cmd/reset'), 'what is meant for the other')
    expect(overheard.filter(topic => topic.includes('pi-a/cmd') || topic.endsWith('pi-a/params/set'))).toEqual([])
    expect(logged.filter(line => line.includes('refuses'))).toEqual([])
  })
})

function wholeTopic(topic: string): string {
  if (topic === 'ha/status') return 'homeassistant/status'
  return topic.startsWith('ha/') ? `homeassistant/device/neurond_${topic.slice(3)}/config` : `neuron/v1/${topic}`
}

const TOPICS = [
  ...[
    'pi-a/spikes',
    'pi-a/status',
    'pi-a/reply',
    'pi-b/spikes',
    'pi-b/spike',
    'pi-b/reply',
    'all/cmd/reset',
    'all/params/set',
  ],
  ...['pi-a/cmd/stim', 'pi-a/cmd/run', 'pi-a/cmd/replay', 'pi-a/params/set', 'pi-a/syn/x'],
  ...['pi-a/lesson', 'pi-a/cmd/lesson', 'all/cmd/lesson'],
  ...[
    'pi-b/cmd/stim',
    'pi-b/cmd/run',
    'pi-b/cmd/replay',
    'pi-b/params/set',
    'pi-b/syn/x',
    'ha/pi-a',
    'ha/pi-b',
    'ha/status',
  ],
]
