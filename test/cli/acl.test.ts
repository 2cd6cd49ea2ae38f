import { describe, expect, it } from 'vitest'
import { aclCommand } from '../../src/cli/acl.ts'
import { fakeConsole } from './fake-console.ts'

let complaint = ''

function printed(...args: string[]): string {
  const fake = fakeConsole()
  complaint = ''
  const command = aclCommand(fake.console)
    .exitOverride()
    .configureOutput({ writeErr: more => (complaint += more) })
  command.parse(args, { from: 'user' })
  return fake.out
}

describe('neurond acl', () => {
  it('prints the broker’s lines, the rules, and a password command for everybody', () => {
    const text = printed('--class', 'pi-a,pi-b', '--students', '3')
    expect(text).toContain('acl_file /etc/mosquitto/neuron.acl')
    expect(text).toContain('user student3\ntopic read neuron/v1/#\ntopic write neuron/v1/pi-a/cmd/stim')
    expect(text.match(/^sudo mosquitto_passwd .*$/gm)).toEqual([
      'sudo mosquitto_passwd -c /etc/mosquitto/neuron.pw pi-a',
      ...['pi-b', 'teacher', 'homeassistant', 'student1', 'student2', 'student3'].map(
        user => `sudo mosquitto_passwd /etc/mosquitto/neuron.pw ${user}`,
      ),
    ])
  })

  it('prints the rules alone, for another base', () => {
    expect(printed('--class', 'pi-a', '--base', 'lab/neurons', '--rules')).toMatch(
      /^# Everybody[\s\S]*pattern readwrite lab\/neurons\/%u\/#/,
    )
  })

  it.each([
    [['--class', 'Pi A'], /id is "Pi A", must be 1 to 32/],
    [['--class', 'all'], /id is "all"/],
    [['--class', 'pi-a,pi-b, pi-a'], /"pi-a" is there twice, must be once/],
    [['--class', 'teacher'], /"teacher" is the name of a person here/],
    [['--class', 'homeassistant'], /"homeassistant" is the name of Home Assistant here/],
    [['--class', 'pi-a', '--students', 'many'], /is "many", must be a whole number from 0 to 500/],
    [['--class', 'pi-a', '--base', 'a//b'], /mqtt.base is "a\/\/b"/],
    [[], /required option '--class <ids>'/],
  ])('refuses %j, and says so', (args, words) => {
    expect(() => printed(...args)).toThrow(words)
    expect(complaint).toMatch(words)
  })
})
