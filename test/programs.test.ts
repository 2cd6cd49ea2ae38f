import { describe, expect, it } from 'vitest'
import { noticeOf } from './system/notice.ts'
import { lackOf } from './system/programs.ts'

const ALL = ['mosquitto', 'mosquitto_pub', 'mosquitto_sub'] as const

describe('tests that need a program', () => {
  it('run where it is installed', () => {
    expect(lackOf(ALL, { env: { CI: 'true' }, has: () => true })).toBeNull()
  })

  it('are skipped with the line that installs what is missing', () => {
    const has = (program: string) => program === 'mosquitto'
    expect(lackOf(ALL, { env: {}, has })).toBe(
      'needs mosquitto_pub, mosquitto_sub: sudo apt-get install mosquitto-clients',
    )
  })

  it('fail where nothing may be skipped', () => {
    expect(() => lackOf(['mosquitto'], { env: { CI: 'true' }, has: () => false })).toThrow(/apt-get install mosquitto;/)
  })

  it('are named at the end of the run when they were skipped, and only then', () => {
    expect(noticeOf([])).toBeNull()
    expect(noticeOf(['a.test.ts > broker (needs x)'])).toMatch(/NOT TESTED.*\n {2}a\.test\.ts > broker \(needs x\)\n!/)
  })
})
