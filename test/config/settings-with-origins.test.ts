import { describe, expect, it } from 'vitest'
import {
  mergeSettings,
  originOf,
  type Setting,
  settingsIn,
  settingToFix,
} from '../../src/config/settings-with-origins.ts'

function plain(settings: readonly Setting[]): unknown {
  return JSON.parse(JSON.stringify(mergeSettings(settings).tree))
}

const LOWER = settingsIn([], { web: { port: 1, host: 'a' }, outputs: [{ name: 'led' }, { name: 'b' }] }, 'lower')

describe('settings over settings', () => {
  it('add to a map', () => {
    expect(plain([...LOWER, ...settingsIn([], { web: { port: 2 } }, 'upper')])).toMatchObject({
      web: { port: 2, host: 'a' },
    })
  })

  it('replace a list', () => {
    expect(plain([...LOWER, ...settingsIn(['outputs'], [{ name: 'c' }], 'upper')])).toMatchObject({
      outputs: [{ name: 'c' }],
    })
    expect(plain([...LOWER, ...settingsIn(['outputs'], [], 'upper')])).toMatchObject({ outputs: [] })
  })

  it('take a value back with null', () => {
    expect(plain([...LOWER, ...settingsIn(['web', 'port'], null, 'upper')])).toMatchObject({ web: { host: 'a' } })
    expect(plain([...LOWER, ...settingsIn(['web'], null, 'upper')])).not.toHaveProperty('web')
  })

  it('may name a key anything, without harm, but for the one that the schema does not see', () => {
    const hostile = settingsIn(['web', '__proto__'], { polluted: true }, 'upper')
    const message = 'web.__proto__ is not a setting: leave it out'
    expect(mergeSettings([...hostile, ...settingsIn(['constructor'], 1, 'upper')]).complaints).toEqual([
      { path: 'web.__proto__', message, where: 'upper' },
    ])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it.each([
    [['outputs', 3, 'name']],
    [['outputs', 4_000_000_000, 'name']],
    [['outputs', 'led', 'name']],
  ])('cannot reach %j in a list of two', path => {
    expect(mergeSettings([...LOWER, { path, value: 'x', origin: 'upper' }]).complaints).toEqual([
      {
        path: path.join('.'),
        where: 'upper',
        message: `${path.join('.')} is not there: outputs is a list of 2, the first is outputs.0`,
      },
    ])
  })
})

describe('the one who set it', () => {
  const settings = [...LOWER, { path: ['web', 'port'], value: 2, origin: 'upper' }]

  it('is the last one', () => {
    expect(originOf(settings, ['web', 'port'])).toBe('upper')
    expect(originOf(settings, ['web', 'host'])).toBe('lower')
    expect(originOf(settings, ['web', 'enabled'])).toBeUndefined()
  })

  it('is to blame for what is missing beside it', () => {
    expect(settings[settingToFix(settings, ['outputs', 1, 'driver'])]?.path).toEqual(['outputs', 1])
    expect(settingToFix(settings, ['loop', 'speed'])).toBe(-1)
  })

  it('is to blame for a map that only its content was named of', () => {
    expect(settingToFix([{ path: ['mqtt', 'url'], value: '', origin: 'NEUROND_MQTT__URL' }], ['mqtt'])).toBe(0)
  })
})
