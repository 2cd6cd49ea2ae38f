import { expect, it } from 'vitest'
import { stateFile } from '../../src/cli/state-file.ts'

it.each([
  ['of a service', { STATE_DIRECTORY: '/var/lib/neurond:/other', HOME: '/root' }, '/var/lib/neurond/class-key'],
  ['of a user', { HOME: '/home/ada' }, '/home/ada/.local/state/neurond/class-key'],
  ['of a user who keeps state elsewhere', { HOME: '/home/ada', XDG_STATE_HOME: '/data' }, '/data/neurond/class-key'],
  ['of a process without a home', {}, undefined],
])('a file %s is kept in its own place', (_, env, file) => {
  expect(stateFile('class-key', env)).toBe(file)
})
