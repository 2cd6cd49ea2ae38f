import { expect, it } from 'vitest'
import { settingMeant } from '../../src/cli/suggest-set-option.ts'

it.each([
  ['--preset bio', 'preset=bio'],
  ['run --preset=bio', 'preset=bio'],
  ['run --potr 81', 'web.port=81'],
  ['--tau', 'neuron.tauMs=…'],
  ['--speed --lan', 'loop.speed=…'],
  ['simulate --tau 20', 'neuron.tauMs=20'],
  ['run --url mqtt://me:hush@host', 'mqtt.url=mqtt://me:***@host'],
])('neurond %s is about the setting %s', (line, setting) => {
  const args = line.split(' ')
  expect(settingMeant(args.find(arg => arg.startsWith('--'))!, args)).toBe(setting)
})

it.each(['run --nonsense', 'run -x', 'simulate --prot 81', 'record --speed 1'])('neurond %s is about none', line => {
  const args = line.split(' ')
  expect(settingMeant(args.find(arg => arg.startsWith('-'))!, args)).toBeUndefined()
})
