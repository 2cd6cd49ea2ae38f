import { expect, it } from 'vitest'
import { joinHintView } from '../../../../src/web/public/wall/join-hint-view.ts'
import { createWallModel } from '../../../../src/web/public/wall/model.ts'

it.each([
  ['mqtt://pi-a:***@broker.local', 'neurond --set id=pi-b --set mqtt.url=mqtt://broker.local'],
  ['mqtt://127.0.0.1:1883', 'neurond --set id=pi-b --set mqtt.url=mqtt://127.0.0.1:1883'],
])('to a lone neuron at %s others join by the address of the broker, without its user', (url, command) => {
  const model = createWallModel()
  model.broker = { state: 'online', url, reason: '', refused: [], overflow: 0, malformed: 0 }
  expect(JSON.stringify(joinHintView(model))).toContain(JSON.stringify(command))
})
