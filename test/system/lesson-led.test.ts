import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, expect, it } from 'vitest'
import type { LessonProgress, LessonReport } from '../../src/lessons/report.ts'
import { closeAfterTest, closeAll } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { endAll, neurond } from './processes.ts'
import { needs } from './programs.ts'

const FILE = `id: pi-a
preset: bio
input: {driver: mock, shape: hand, level: 0}
web: {port: 0}
`

const BROKEN = 'lesson: 1\nid: mine\n'
const OWN = `lesson: 1
id: own
title: Our own
about: A lesson of a school.
minutes: 1
level: school
needs: {neurons: 1, knob: any}
steps:
  - {id: read, text: Read this.}
`

afterEach(async () => {
  endAll()
  await closeAll()
})

needs('mosquitto')('a lesson on a daemon beside a real Mosquitto', () => {
  it('is led over MQTT, done over HTTP, and leaves the neuron as it was', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const folder = mkdtempSync(join(tmpdir(), 'neurond-'))
    mkdirSync(join(folder, 'lessons'))
    writeFileSync(join(folder, 'my.yaml'), FILE)
    writeFileSync(join(folder, 'lessons/own.yaml'), OWN)
    writeFileSync(join(folder, 'lessons/broken.yaml'), BROKEN)
    const daemon = neurond('run', '--config', join(folder, 'my.yaml'), '--set', `mqtt.url=mqtt://127.0.0.1:${port}`)
    await daemon.says('connected to mqtt://')
    await daemon.says('dashboard: http://')
    const url = /dashboard: (http:\S+?),?\s/.exec(daemon.printed())?.[1] as string
    const get = async (path: string) => (await (await fetch(url + path)).json()) as Record<string, unknown>
    const lesson = async (request: object) => {
      const headers = { 'content-type': 'application/json' }
      return fetch(`${url}/api/cmd/lesson`, { method: 'POST', headers, body: JSON.stringify(request) })
    }
    const teacher = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 })
    closeAfterTest({ close: () => teacher.endAsync(true) })
    let progress: LessonProgress | undefined
    teacher.on('message', (_topic, payload) => {
      progress = JSON.parse(payload.toString())
    })
    await teacher.subscribeAsync('neuron/v1/+/lesson')
    await until(() => progress !== undefined, 'the retained progress')
    expect(progress).toEqual({})
    const lead = (request: object) =>
      teacher.publishAsync('neuron/v1/all/cmd/lesson', JSON.stringify(request), { qos: 1 })

    const report = (await get('/api/lesson')) as unknown as LessonReport
    expect(report.lessons.map(({ id }) => id)).toEqual(expect.arrayContaining(['first-spike', 'own']))
    expect(report.broken).toMatchObject([{ file: join(folder, 'lessons/broken.yaml') }])
    const before = await get('/api/params')

    await lead({ do: 'load', id: 'first-spike' })
    await until(() => progress?.led === true, 'a lesson that is led')
    expect(progress).toMatchObject({ id: 'first-spike', index: 0 })
    expect(await get('/api/params')).toMatchObject({ tauMs: 100 })
    expect((await lesson({ do: 'stop' })).status).toBe(403)
    // The knob is at its left end, as the first step asks.
    await until(() => progress?.steps?.[0]?.mark === 'done', 'the first step')
    expect((await lesson({ do: 'next' })).status).toBe(200)
    await until(() => progress?.index === 1, 'the second step')
    expect(progress?.steps?.[1]?.mark).toBe('todo')

    await lead({ do: 'stop' })
    await until(() => progress?.id === undefined, 'the end of the lesson')
    const { rev: _before, ...own } = before
    expect(await get('/api/params')).toMatchObject(own)
  })
})
